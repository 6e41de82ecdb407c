/**
 * What is signed in a handshake, byte for byte, and whether the signature is good: worked out here, from the messages that one end
 * has, with the key of the certificate among them. (RFC 9846 §4.5.2; RFC 5246 §7.4.3, §7.4.8; RFC 8422 §5.4.)
 */
import type { CryptoProvider } from '@tlskit/tls-crypto';
import type { Sender } from '@tlskit/tls-inspect';
import {
  certificate,
  certificate12,
  certificateVerify,
  clientHello,
  decodeMessage,
  SignatureScheme,
  serverHello,
  signatureSchemeInfo,
} from '@tlskit/tls-messages';
import {
  type CipherSuiteInfo12,
  serverKeyExchangeBody,
  signatureSchemeInfo12,
  signedParams,
} from '@tlskit/tls-messages/tls12';
import { concat, decode } from '@tlskit/tls-wire';
import { parseCertificate } from '@tlskit/tls-x509';
import { certificatePoint, rangeOf, signedParts, type TranscriptPoint } from '../lab/transcript.ts';
import type { Suite } from './model.ts';

export interface SignedPart {
  /** A key of the texts, or the name of a message or a struct. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface Signature {
  readonly by: Sender;
  readonly message: 'CertificateVerify' | 'ServerKeyExchange';
  readonly section: string;
  /** Index of the step at which the message is there. */
  readonly step: number;
  readonly parts: readonly SignedPart[];
  /** What a transcript hash among the parts is over. */
  readonly over: string | undefined;
  readonly scheme: string;
  readonly signature: Uint8Array;
  /** The kind of the certificate's key. */
  readonly key: string | undefined;
  /** Undefined where it could not be checked. */
  readonly isGood: boolean | undefined;
}

const [CERTIFICATE, SERVER_KEY_EXCHANGE, CERTIFICATE_VERIFY] = [11, 12, 15];
const HEADER = 4;

type Unchecked = Omit<Signature, 'key' | 'isGood' | 'scheme'> & { readonly code: number };

/** @param points of the transcript of one end */
export async function signaturesOf(
  points: readonly TranscriptPoint[],
  suite: Suite | undefined,
  provider: CryptoProvider,
): Promise<readonly Signature[]> {
  const found: Signature[] = [];
  for (const [index, point] of points.entries()) {
    const unchecked = readable(() => signedIn(points.slice(0, index), point, suite));
    if (unchecked === undefined) continue;
    const { code, ...signature } = unchecked;
    const scheme = SignatureScheme.label(code);
    found.push({ ...signature, scheme, ...(await checked(points, unchecked, suite, provider)) });
  }
  return found;
}

/** @param before what came before the message */
function signedIn(
  before: readonly TranscriptPoint[],
  { type, sender: by, step, message }: TranscriptPoint,
  suite: Suite | undefined,
): Unchecked | undefined {
  if (type === SERVER_KEY_EXCHANGE && suite?.version === 0x0303) return keyExchange(before, message, step, suite);
  if (type !== CERTIFICATE_VERIFY) return undefined;
  const { algorithm: code, signature } = decodeMessage(certificateVerify, message);
  const common = { by, message: 'CertificateVerify', step, code, signature } as const;
  if (suite?.version === 0x0303) {
    const parts = before.at(-1)?.hashed ?? [];
    return { ...common, section: 'RFC 5246 §7.4.8', parts, over: undefined };
  }
  const point = certificatePoint(before, by);
  if (point === undefined) return undefined;
  const parts = Object.entries(signedParts(by, point.hash)).map(([name, bytes]) => ({ name, bytes }));
  return { ...common, section: 'RFC 9846 §4.5.2', parts, over: rangeOf(point) };
}

function keyExchange(
  before: readonly TranscriptPoint[],
  message: Uint8Array,
  step: number,
  suite: CipherSuiteInfo12,
): Unchecked | undefined {
  const body = message.subarray(HEADER);
  const { signed_params: signed, dh_params } = decode(serverKeyExchangeBody(suite), body);
  const [hello, answer] = [1, 2].map(type => before.find(point => point.type === type)?.message);
  if (signed === undefined || hello === undefined || answer === undefined) return undefined;
  const { algorithm: code, signature } = signed;
  const isDh = dh_params !== undefined;
  const parts = [
    { name: 'client_random', bytes: decodeMessage(clientHello, hello).random },
    { name: 'server_random', bytes: decodeMessage(serverHello, answer).random },
    { name: isDh ? 'ServerDHParams' : 'ServerECDHParams', bytes: signedParams(suite, body) },
  ];
  const section = isDh ? 'RFC 5246 §7.4.3' : 'RFC 8422 §5.4';
  return { by: 'server', message: 'ServerKeyExchange', section, step, parts, over: undefined, code, signature };
}

async function checked(
  points: readonly TranscriptPoint[],
  { by, code, parts, signature }: Unchecked,
  suite: Suite | undefined,
  provider: CryptoProvider,
): Promise<Pick<Signature, 'key' | 'isGood'>> {
  const info = suite?.version === 0x0303 ? signatureSchemeInfo12(code) : signatureSchemeInfo(code);
  const leaf = readable(() => leafOf(points, by, suite));
  if (info === undefined || leaf === undefined) return { key: undefined, isGood: undefined };
  try {
    const key = provider.importPublicKey(parseCertificate(leaf).spki);
    const { algorithm } = key;
    const isGood = await key.verify(info.algorithm, concat(...parts.map(({ bytes }) => bytes)), signature);
    return { key: algorithm.type === 'ec' ? algorithm.curve : algorithm.type, isGood };
  } catch {
    return { key: undefined, isGood: undefined };
  }
}

function leafOf(points: readonly TranscriptPoint[], by: Sender, suite: Suite | undefined): Uint8Array | undefined {
  const message = points.find(({ type, sender }) => type === CERTIFICATE && sender === by)?.message;
  if (message === undefined) return undefined;
  if (suite?.version === 0x0303) return decodeMessage(certificate12, message).certificate_list[0];
  return decodeMessage(certificate, message).certificate_list[0]?.cert_data;
}

/** Somebody in between may have spoilt it: then there is nothing to show. */
function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
