/** What an endpoint asks for beside a peer's certificates, and what it takes: all of it is the peer's to give or not. */
import type { MaybePromise } from '@tlskit/tls-crypto';
import {
  CertificateStatusType,
  type Extension,
  makeExtension,
  signedCertificateTimestampRow,
  statusRequestRow,
} from '@tlskit/tls-messages';
import { type Flow, wait } from './flow.ts';
import type { Staple } from './peer.ts';

/** A way to compress Certificate messages (RFC 8879). */
export interface CertificateCompression {
  /** A CertificateCompressionAlgorithm: zlib is 1, brotli 2, zstd 3. */
  readonly algorithm: number;
  /**
   * Compresses the body of a Certificate message.
   * @returns undefined where the message is better sent as it is: when it would become longer, say
   */
  compress(body: Uint8Array): MaybePromise<Uint8Array | undefined>;
  /**
   * @param uncompressedLength bytes; the peer says so, and it is within the bound on messages. Whoever sees more bytes come than
   *   that stops: what is made of a few bytes has no other bound
   * @throws (or rejects with) anything when the bytes are not of the algorithm, or make more than `uncompressedLength`
   */
  decompress(compressed: Uint8Array, uncompressedLength: number): MaybePromise<Uint8Array>;
}

/** All is off where it is absent. */
export interface CertificateFeatures {
  /** Whether to ask for an OCSP response for the peer's certificate (RFC 6066 §8). */
  readonly ocsp?: boolean | undefined;
  /** Whether to ask for timestamps of certificate logs (RFC 6962 §3.3.1). */
  readonly scts?: boolean | undefined;
  /** Best first: what the peer may compress its certificates by, and what ours are compressed by if the peer takes it (RFC 8879). */
  readonly compression?: readonly CertificateCompression[] | undefined;
  /** Code points, best first: the schemes by which keys may sign that a peer's certificate delegates to (RFC 9345). */
  readonly delegatedSchemes?: readonly number[] | undefined;
}

/** The requests for what stands beside a certificate, those that all versions know. */
export function statusRequests(features: CertificateFeatures | undefined, message: 'CH' | 'CR'): Extension[] {
  const extensions: Extension[] = [];
  if (features?.ocsp === true) {
    // Any responder, and no extensions: whoever asks by TLS takes what the server has (RFC 6066 §8).
    const request = { responder_id_list: [], request_extensions: new Uint8Array(0) };
    extensions.push(
      message === 'CH'
        ? makeExtension(statusRequestRow, 'CH', { status_type: CertificateStatusType.values.ocsp, request })
        : makeExtension(statusRequestRow, 'CR', {}),
    );
  }
  if (features?.scts === true) extensions.push(makeExtension(signedCertificateTimestampRow, message, {}));
  return extensions;
}

/** What is to stand beside our certificate, asked for where it is a function. */
export function* staple<T extends object>(given: Staple<T> | undefined): Flow<T | undefined> {
  return typeof given === 'function' ? yield* wait(given(), () => {}) : given;
}
