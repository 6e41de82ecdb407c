/** Cookies: what a server that keeps nothing between two ClientHellos gives its client to keep (RFC 9846 §4.3.2). */
import { type Aead, type AeadKey, type CryptoProvider, wipe } from '@tlskit/tls-crypto';
import { concat, equalBytes } from '@tlskit/tls-wire';

/** Makes cookies and takes them back. Several servers that may see one client's two hellos share one, or its keys. */
export interface CookieProtector {
  /** @param context what the cookie is good for alone, such as the client's address; it is not in the cookie */
  seal(content: Uint8Array, context: Uint8Array): Uint8Array;
  /** The content, or undefined for a cookie that is forged, too old, or of another context. Never throws for any bytes. */
  open(cookie: Uint8Array, context: Uint8Array): Uint8Array | undefined;
}

export interface CookieKeysOptions {
  readonly provider: CryptoProvider;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Seconds for which a cookie is good; 60 by default. */
  readonly lifetime?: number;
  /** Seconds after which a new key seals; an hour by default. */
  readonly rotateAfter?: number;
}

interface CookieKey {
  readonly name: Uint8Array;
  readonly key: AeadKey;
  readonly createdAt: number;
  uses: number;
}

const NAME = 8;
const TIME = 8;
/** Random nonces of 12 bytes: far fewer than would meet (NIST SP 800-38D §8.3). */
const MAX_USES = 2 ** 30;

/**
 * Cookies sealed under keys that rotate by themselves and are known to this object alone.
 *
 *     struct { opaque key_name[8]; opaque nonce[12]; opaque sealed_time_and_content[…]; }
 */
export class CookieKeys implements CookieProtector {
  readonly #provider: CryptoProvider;
  readonly #aead: Aead;
  readonly #now: () => number;
  readonly #lifetime: number;
  readonly #rotateAfter: number;
  /** Newest first. */
  #keys: CookieKey[] = [];

  /** @throws RangeError for times that are no positive numbers, or a provider without AES-256-GCM */
  constructor({ provider, now, lifetime = 60, rotateAfter = 3600 }: CookieKeysOptions) {
    if (!(lifetime > 0) || !(rotateAfter > 0)) throw new RangeError('lifetime and rotateAfter are seconds');
    const aead = provider.aeads['aes-256-gcm'];
    if (aead === undefined) throw new RangeError(`${provider.name} has no AES-256-GCM to seal cookies with`);
    this.#provider = provider;
    this.#aead = aead;
    this.#now = now;
    this.#lifetime = lifetime * 1000;
    this.#rotateAfter = rotateAfter * 1000;
  }

  /** How many keys are kept: one that seals, and those whose cookies may still come. */
  get keyCount(): number {
    return this.#keys.length;
  }

  seal(content: Uint8Array, context: Uint8Array): Uint8Array {
    const now = this.#now();
    const { name, key } = this.#sealingKey(now);
    const nonce = this.#provider.random(this.#aead.nonceLength);
    const time = new Uint8Array(TIME);
    new DataView(time.buffer).setFloat64(0, now);
    return concat(name, nonce, ...key.seal(nonce, concat(name, context), concat(time, content)));
  }

  open(cookie: Uint8Array, context: Uint8Array): Uint8Array | undefined {
    const now = this.#now();
    this.#dropOldKeys(now);
    const name = cookie.subarray(0, NAME);
    const found = this.#keys.find(candidate => equalBytes(candidate.name, name));
    const sealedAt = NAME + this.#aead.nonceLength;
    const nonce = cookie.subarray(NAME, sealedAt);
    if (found === undefined || nonce.length !== this.#aead.nonceLength) return undefined;
    const opened = found.key.open(nonce, concat(name, context), cookie.subarray(sealedAt));
    if (opened === undefined || opened.length < TIME) return undefined;
    const age = now - new DataView(opened.buffer, opened.byteOffset).getFloat64(0);
    return age >= 0 && age <= this.#lifetime ? opened.subarray(TIME) : undefined;
  }

  /** Forgets all keys: no cookie that was given out is known any more. */
  wipe(): void {
    for (const { key } of this.#keys) key.wipe();
    this.#keys = [];
  }

  #sealingKey(now: number): CookieKey {
    this.#dropOldKeys(now);
    const newest = this.#keys[0];
    if (newest !== undefined && now - newest.createdAt < this.#rotateAfter && newest.uses < MAX_USES) {
      newest.uses++;
      return newest;
    }
    const secret = this.#provider.random(this.#aead.keyLength);
    const fresh = { name: this.#provider.random(NAME), key: this.#aead.create(secret), createdAt: now, uses: 1 };
    wipe(secret);
    this.#keys.unshift(fresh);
    return fresh;
  }

  #dropOldKeys(now: number): void {
    const oldest = now - this.#rotateAfter - this.#lifetime;
    for (const { key } of this.#keys.filter(candidate => candidate.createdAt < oldest)) key.wipe();
    this.#keys = this.#keys.filter(candidate => candidate.createdAt >= oldest);
  }
}
