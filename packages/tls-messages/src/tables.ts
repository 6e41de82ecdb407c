/** All messages of a version, for whoever must name what goes by. */
import { certificate, certificateVerify, compressedCertificate, finished } from './authentication.ts';
import type { AnyMessageDef } from './handshake.ts';
import { clientHello, serverHello } from './hello.ts';
import {
  certificate12,
  certificateRequest12,
  certificateStatus12,
  certificateVerify12,
  clientKeyExchange12,
  finished12,
  helloRequest12,
  newSessionTicket12,
  serverHelloDone12,
  serverKeyExchange12,
} from './messages12.ts';
import { endOfEarlyData, keyUpdate, messageHash, newSessionTicket } from './post-handshake.ts';
import { certificateRequest, encryptedExtensions } from './server-parameters.ts';

/** The messages of TLS 1.3, each type once; ServerHello stands for HelloRetryRequest too. */
export const handshakeMessages13: readonly AnyMessageDef[] = [
  clientHello,
  serverHello,
  newSessionTicket,
  endOfEarlyData,
  encryptedExtensions,
  certificate,
  certificateRequest,
  certificateVerify,
  finished,
  keyUpdate,
  compressedCertificate,
  messageHash,
];

/** The messages of TLS 1.2, each type once. */
export const handshakeMessages12: readonly AnyMessageDef[] = [
  helloRequest12,
  clientHello,
  serverHello,
  newSessionTicket12,
  certificate12,
  serverKeyExchange12,
  certificateRequest12,
  serverHelloDone12,
  certificateVerify12,
  clientKeyExchange12,
  finished12,
  certificateStatus12,
];
