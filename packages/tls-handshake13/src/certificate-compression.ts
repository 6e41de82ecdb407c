/** Certificate messages that are compressed on their way (RFC 8879): the transcript has them as they were sent. */
import { TlsError } from '@tlskit/tls-alerts';
import {
  type AnyMessage,
  type CertificateCompression,
  type CertificateFeatures,
  type Flow,
  type HandshakeLimits,
  isMessage,
  type Received,
  send,
  wait,
} from '@tlskit/tls-handshake';
import {
  type Certificate,
  CertificateCompressionAlgorithm,
  type CompressedCertificate,
  certificate,
  compressCertificateRow,
  compressedCertificate,
  type Extension,
  findExtension,
  makeExtension,
} from '@tlskit/tls-messages';
import { decode, encode, equalBytes } from '@tlskit/tls-wire';
import { illegal } from './context.ts';

/** What compression does at its places in the handshake. */
export type Compression = typeof compression;

export const compression = {
  offer: offerCompression,
  offered: offeredCompression,
  messages: certificateMessages,
  read: readCertificate,
  send: sendCertificate,
};

/** The part of a ClientHello or CertificateRequest that says what we can read. */
function offerCompression(features: CertificateFeatures | undefined, message: 'CH' | 'CR'): Extension[] {
  const algorithms = features?.compression?.map(({ algorithm }) => algorithm) ?? [];
  return algorithms.length === 0 ? [] : [makeExtension(compressCertificateRow, message, { algorithms })];
}

/** The algorithms that the peer can read, by its ClientHello or CertificateRequest. */
function offeredCompression(message: 'CH' | 'CR', extensions: readonly Extension[]): readonly number[] {
  const algorithms = findExtension(extensions, compressCertificateRow, message)?.algorithms ?? [];
  if (new Set(algorithms).size < algorithms.length) {
    throw illegal('compress_certificate has an algorithm twice', 'RFC 8879 §3');
  }
  return algorithms;
}

/** The messages that a peer may authenticate itself by: a compressed one only if we said that we can read it (RFC 8879 §4). */
function certificateMessages(features: CertificateFeatures | undefined): readonly AnyMessage[] {
  return (features?.compression?.length ?? 0) > 0 ? [certificate, compressedCertificate] : [certificate];
}

/** The Certificate in what was received, within the bound that is on every message. */
function* readCertificate(
  received: Received<Certificate> | Received<CompressedCertificate>,
  features: CertificateFeatures | undefined,
  { maxMessageLength }: HandshakeLimits,
): Flow<Certificate> {
  if (isMessage(received, certificate)) return received.body;
  const {
    algorithm,
    uncompressed_length: length,
    compressed_certificate_message: compressed,
  } = received.body as CompressedCertificate;
  const method = features?.compression?.find(candidate => candidate.algorithm === algorithm);
  const name = CertificateCompressionAlgorithm.label(algorithm);
  // RFC 8879 §4: "The algorithm MUST be one of the algorithms listed in the peer's compress_certificate extension."
  if (method === undefined) throw illegal(`a certificate compressed by ${name}, which was not offered`, 'RFC 8879 §4');
  // RFC 8879 §5: the bound on a Certificate holds before anything is made of it.
  if (length > maxMessageLength) {
    throw unreadable(`a Certificate of ${length} bytes, compressed, is over the limit of ${maxMessageLength}`);
  }
  const body = yield* decompress(method, compressed, length);
  if (body.length !== length) throw unreadable(`uncompressed_length is ${length}, and ${body.length} bytes came out`);
  // A copy: what the method gave may be memory that it uses again, or no plain Uint8Array.
  return decode(certificate.codec, Uint8Array.from(body));
}

/**
 * {Certificate} --> or {CompressedCertificate} -->
 * @param peerReads the algorithms that the peer can read
 * @param owner remembers what its certificates were compressed to
 */
function* sendCertificate(
  message: Certificate,
  features: CertificateFeatures | undefined,
  peerReads: readonly number[],
  owner: object,
): Flow<void> {
  const method = features?.compression?.find(({ algorithm }) => peerReads.includes(algorithm));
  const compressed = method && (yield* compress(method, encode(certificate.codec, message), owner));
  if (compressed === undefined) yield* send('handshake', certificate, message);
  else yield* send('handshake', compressedCertificate, compressed);
}

/** What a credential's last Certificate was compressed to; a message to another request, or with another staple, takes its place. */
interface Remembered {
  readonly method: CertificateCompression;
  readonly body: Uint8Array;
  readonly compressed: CompressedCertificate | undefined;
}
const memory = new WeakMap<object, Remembered>();

function* compress(
  method: CertificateCompression,
  body: Uint8Array,
  owner: object,
): Flow<CompressedCertificate | undefined> {
  const known = memory.get(owner);
  if (known?.method === method && equalBytes(known.body, body)) return known.compressed;
  const bytes = yield* wait(method.compress(body), () => {});
  const compressed = bytes && {
    algorithm: method.algorithm,
    uncompressed_length: body.length,
    compressed_certificate_message: bytes,
  };
  memory.set(owner, { method, body, compressed });
  return compressed;
}

function* decompress(method: CertificateCompression, compressed: Uint8Array, length: number): Flow<Uint8Array> {
  try {
    return yield* wait(method.decompress(compressed, length));
  } catch (error) {
    const name = CertificateCompressionAlgorithm.label(method.algorithm);
    throw unreadable(`the certificate cannot be decompressed by ${name}`, error);
  }
}

/** RFC 8879 §4: what cannot be decompressed, or to another length, ends the connection with bad_certificate. */
function unreadable(message: string, cause?: unknown): TlsError {
  return new TlsError('ERR_TLS_CERT_DECOMPRESSION', message, cause === undefined ? {} : { cause });
}
