/** Pre-shared keys that were agreed on elsewhere (RFC 9846 §4.3.11); RFC 9257 says what they are good for. */
import type { HashName, MaybePromise } from '@tlskit/tls-crypto';

/** A key with the one hash that it may be used with. */
export interface SharedKey {
  /** A secret with the entropy of a key, never a password (RFC 9257 §4). It stays the caller's. */
  readonly key: Uint8Array;
  /** Only suites of this hash use it; SHA-256 where nobody agreed on one (RFC 9846 §4.3.11). */
  readonly hash: HashName;
}

/** What a client offers. */
export interface ExternalPsk extends SharedKey {
  /** What the server knows the key by: 1 to 65,535 bytes, which everybody can read (RFC 9846 §F.6). */
  readonly identity: Uint8Array;
}

/** Finds a server's key, or none; it may take its time, and be asked for one identity more than once. */
export type PskLookup = (identity: Uint8Array) => MaybePromise<SharedKey | undefined>;
