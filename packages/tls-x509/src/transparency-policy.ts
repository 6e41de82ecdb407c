/**
 * Certificate Transparency as path validation sees it (RFC 6962 §5.2): whoever knows logs judges the SCTs of a certificate. It is
 * passed in, so that a bundle carries it only if it uses it.
 */
import type { CryptoProvider, MaybePromise } from '@tlskit/tls-crypto';
import type { Certificate } from './certificate.ts';
import { invalidOption } from './errors.ts';
import type { PathTools } from './path-judge.ts';

/** How an SCT came: in the certificate, in the TLS extension, or in the stapled OCSP response (RFC 6962 §3.3). */
export type SctDelivery = 'embedded' | 'tls' | 'ocsp';

/** What is to be said of one SCT. */
export interface SctReport {
  readonly delivery: SctDelivery;
  /**
   * - `valid`: signed for this certificate by a log whose word counts.
   * - `ignored`: of no account, and no sign of anything wrong: the log or the version is unknown, the log's word counts no more.
   * - `invalid`: malformed, of the future, or not signed by the log that it names for this certificate.
   */
  readonly status: 'valid' | 'ignored' | 'invalid';
  /** Why it is not valid. */
  readonly why?: string;
  /** SHA-256 of the log's key, hexadecimal; absent where it cannot be read. */
  readonly logId?: string;
  /** Of a log that is known. */
  readonly log?: { readonly description: string; readonly operator: string };
  /** When the log promised to include the certificate, milliseconds since 1970; absent where that is no date of JavaScript's. */
  readonly timestamp?: number;
}

/** What came of a certificate's SCTs. */
export interface TransparencyReport {
  /** Whether they are what the policy asks for. */
  readonly satisfied: boolean;
  /** What is missing, where they are not. */
  readonly why?: string;
  readonly scts: readonly SctReport[];
}

/** What is asked of a judge. */
export interface TransparencyQuestion {
  /** The leaf first, the anchor last. */
  readonly path: readonly Certificate[];
  /** SerializedSCTs of the TLS extension. */
  readonly scts: readonly Uint8Array[];
  /** The OCSP response that the peer stapled, DER. */
  readonly staple: Uint8Array | undefined;
  readonly tools: PathTools;
}

/** A policy that has read its logs. */
export interface TransparencyJudge {
  /** Names the policy, as part of what sessions are bound to; empty where it refuses nobody. */
  readonly id: string;
  /** @throws TlsError (or rejects with it) `ERR_TLS_CERT_TRANSPARENCY` where the SCTs are not enough and should be */
  judge(question: TransparencyQuestion): MaybePromise<TransparencyReport>;
}

/** A policy on SCTs, as `requireTransparency` of `@tlskit/tls-x509/transparency` makes it. */
export interface TransparencyPolicy {
  /** Reads the keys of the logs. @throws TlsError `ERR_TLS_INVALID_OPTION` for a log that is none */
  prepare(provider: Pick<CryptoProvider, 'importPublicKey' | 'hashes' | 'name'>): TransparencyJudge;
}

/** @throws TlsError `ERR_TLS_INVALID_OPTION` */
export function preparedTransparency(
  policy: TransparencyPolicy | undefined,
  provider: Parameters<TransparencyPolicy['prepare']>[0],
): TransparencyJudge | undefined {
  if (policy === undefined) return undefined;
  if (typeof policy?.prepare !== 'function') {
    throw invalidOption('transparency is what requireTransparency or reportTransparency makes');
  }
  return policy.prepare(provider);
}
