/** Pre-shared keys that were agreed on elsewhere (RFC 9846 §4.3.11); RFC 9257 says what they are good for. */
import type { CryptoProvider, HashName, MaybePromise } from '@tlskit/tls-crypto';
import { EarlySecret } from '@tlskit/tls-keyschedule';
import type { ReceivedHello } from './version.ts';

/** A key with the one hash that it may be used with. */
export interface SharedKey {
  /** A secret with the entropy of a key, never a password (RFC 9257 §4). It stays the caller's. */
  readonly key: Uint8Array;
  /** Only suites of this hash use it; SHA-256 where nobody agreed on one (RFC 9846 §4.3.11). */
  readonly hash: HashName;
  /** What the key was imported from (RFC 9258): its binders have another label, so that it passes for no other kind. */
  readonly imported?: ImportedFrom | undefined;
  /** Called when the handshake has a copy of the key: whoever made the key for this one time wipes it then. */
  readonly taken?: (() => void) | undefined;
}

/** The external key behind an imported one (RFC 9258 §5.1). */
export interface ImportedFrom {
  /** What both sides know the external key by. */
  readonly identity: Uint8Array;
  readonly context: Uint8Array;
}

/** What a client offers. */
export interface ExternalPsk extends SharedKey {
  /**
   * What the server knows the key by: 1 to 65,535 bytes, which everybody can read (RFC 9846 §F.6). A key with an identity of no bytes
   * is for TLS 1.2 alone (RFC 4279 §2).
   */
  readonly identity: Uint8Array;
}

/** What a client may choose its keys by. */
export interface PskQuery {
  /** The host name to send in SNI. */
  readonly serverName: string | undefined;
  /** The name that the server's certificate would have to bear. */
  readonly peerName: string | undefined;
}

/** A client's keys, best first, or what finds them, which may take its time. */
export type PskOffer = readonly ExternalPsk[] | ((query: PskQuery) => MaybePromise<readonly ExternalPsk[]>);

/**
 * Finds a server's key, or none; it may take its time. A TlsError that it throws refuses the client; whatever else goes wrong
 * with it is told as an event, and the identity taken for unknown.
 */
export type PskLookup = (identity: Uint8Array, hello: ReceivedHello) => MaybePromise<SharedKey | undefined>;

/**
 * What only this key gives under this name, and no way back to it: a binder over what is no transcript. Undefined where the provider
 * lacks its hash.
 */
export function pskFingerprint(
  { hashes }: Pick<CryptoProvider, 'hashes'>,
  { identity, key, hash: name, imported }: Omit<ExternalPsk, 'taken'>,
): Uint8Array | undefined {
  const hash = hashes[name];
  if (hash === undefined) return undefined;
  const early = EarlySecret.from(hash, key);
  const binderKey = early.binderKey(imported === undefined ? 'ext' : 'imp');
  early.wipe();
  const fingerprint = binderKey.verifyData(hash.digest(identity));
  binderKey.wipe();
  return fingerprint;
}
