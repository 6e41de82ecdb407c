/** What a client of TLS 1.3 may have beside the handshake itself, for those who choose (RFC 9846 §2). */
import {
  alpnParameter,
  certificateStatusParameter,
  certificateTypesParameter,
  heartbeatParameter,
  limitRecords,
  maxFragmentLengthParameter,
  recordSizeLimitParameter,
  srtpParameter,
  ticketRequestParameter,
} from '@tlskit/tls-handshake';
import {
  alpnRow,
  clientCertificateTypeRow,
  compressCertificateRow,
  delegatedCredentialRow,
  heartbeatRow,
  maxFragmentLengthRow,
  recordSizeLimitRow,
  serverCertificateTypeRow,
  signedCertificateTimestampRow,
  statusRequestRow,
  ticketRequestRow,
  useSrtpRow,
} from '@tlskit/tls-messages';
import { compression } from './certificate-compression.ts';
import { readStatus } from './certificate-entries.ts';
import { clientCredentials } from './client-auth.ts';
import { delegation } from './delegated-credential.ts';
import { earlyDataExtension } from './early-data-offer.ts';
import { type ClientFeature, combined } from './kit.ts';
import { optionNames } from './option-names.ts';
import { postHandshakeAuth } from './post-handshake-auth.ts';
import { psks } from './psk-client.ts';

export { clientCredentials, earlyDataExtension, optionNames, postHandshakeAuth, psks };

/** The protocol of the application (RFC 7301). */
export const alpn: ClientFeature = { parameters: [alpnParameter], rows: [alpnRow] };

/** What stands beside certificates: OCSP responses, and timestamps of logs (RFC 6066 §8, RFC 6962 §3.3). */
export const certificateStatus: ClientFeature = {
  parameters: [certificateStatusParameter],
  status: readStatus,
  rows: [statusRequestRow, signedCertificateTimestampRow],
};

/** Certificates that are compressed on their way (RFC 8879). */
export const certificateCompression: ClientFeature = { compression, rows: [compressCertificateRow] };

/** Keys that a certificate delegated to (RFC 9345). */
export const delegatedCredentials: ClientFeature = { delegation, rows: [delegatedCredentialRow] };

/** Raw public keys in the place of certificates (RFC 7250). */
export const rawPublicKeys: ClientFeature = {
  parameters: [certificateTypesParameter],
  rows: [clientCertificateTypeRow, serverCertificateTypeRow],
};

/** Records that are no longer than each side likes (RFC 8449, RFC 6066 §4). */
export const recordLimitExtensions: ClientFeature = {
  parameters: [maxFragmentLengthParameter, recordSizeLimitParameter],
  limitRecords,
  rows: [maxFragmentLengthRow, recordSizeLimitRow],
};

/** Signs of life (RFC 6520). */
export const heartbeatExtension: ClientFeature = { parameters: [heartbeatParameter], rows: [heartbeatRow] };

/** Keys for SRTP (RFC 5764). */
export const srtp: ClientFeature = { parameters: [srtpParameter], rows: [useSrtpRow] };

/** How many tickets a server is to send (RFC 9149). */
export const ticketRequests: ClientFeature = { parameters: [ticketRequestParameter], rows: [ticketRequestRow] };

/** All of them, offered in the order in which they stand here. */
export const allClientFeatures: ClientFeature = /* @__PURE__ */ combined(
  optionNames,
  certificateStatus,
  alpn,
  rawPublicKeys,
  recordLimitExtensions,
  heartbeatExtension,
  srtp,
  ticketRequests,
  psks,
  earlyDataExtension,
  clientCredentials,
  postHandshakeAuth,
  certificateCompression,
  delegatedCredentials,
);
