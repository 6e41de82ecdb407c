/** Traffic secrets and what is made of them: keys (RFC 9846 §7.3), updates (§7.2), Finished values (§4.5.3). */
import { type Hash, wipe } from '@tlskit/tls-crypto';
import { checkTranscriptHash, hkdfExpandLabel } from './hkdf.ts';
import { OwnedSecret } from './owned.ts';

/** The secret of one direction in one epoch. After {@link next} or {@link wipe} every use of it throws. */
export class TrafficSecret {
  readonly hash: Hash;
  readonly #secret: OwnedSecret;

  /** @param secret taken over: it is wiped with this object */
  constructor(hash: Hash, secret: Uint8Array) {
    this.hash = hash;
    this.#secret = new OwnedSecret('this traffic secret', secret);
  }

  /** The secret itself, for a key log. Not a copy: it becomes zeros with {@link wipe}. */
  get secret(): Uint8Array {
    return this.#secret.bytes;
  }

  /** `[sender]_write_key` (RFC 9846 §7.3). The caller wipes it. @param length bytes, the AEAD's */
  key(length: number): Uint8Array {
    return hkdfExpandLabel(this.hash, this.#secret.bytes, 'key', nothing, length);
  }

  /** `[sender]_write_iv` (RFC 9846 §7.3). The caller wipes it. @param length bytes: 12 for every AEAD of TLS 1.3 */
  iv(length = 12): Uint8Array {
    return hkdfExpandLabel(this.hash, this.#secret.bytes, 'iv', nothing, length);
  }

  /** `verify_data` of a Finished under this secret as base key (RFC 9846 §4.5.3): `hash.outputLength` bytes. */
  verifyData(transcriptHash: Uint8Array): Uint8Array {
    return finishedValue(this.hash, this.#secret.bytes, transcriptHash);
  }

  /** application_traffic_secret_N+1 (RFC 9846 §7.2). Consumes this one. */
  next(): TrafficSecret {
    const { hash } = this;
    const secret = hkdfExpandLabel(hash, this.#secret.bytes, 'traffic upd', nothing, hash.outputLength);
    this.wipe();
    return new TrafficSecret(hash, secret);
  }

  wipe(): void {
    this.#secret.wipe();
  }
}

/** binder_key of one PSK (RFC 9846 §7.1, §4.3.11.2): it makes binders and nothing else. */
export class BinderKey {
  readonly hash: Hash;
  readonly #secret: OwnedSecret;

  /** @param secret taken over: it is wiped with this object */
  constructor(hash: Hash, secret: Uint8Array) {
    this.hash = hash;
    this.#secret = new OwnedSecret('this binder key', secret);
  }

  /** The PskBinderEntry over a transcript that ends with the truncated ClientHello (RFC 9846 §4.3.11.2). */
  verifyData(transcriptHash: Uint8Array): Uint8Array {
    return finishedValue(this.hash, this.#secret.bytes, transcriptHash);
  }

  wipe(): void {
    this.#secret.wipe();
  }
}

const nothing = new Uint8Array(0);

/** HMAC(finished_key, transcript hash), RFC 9846 §4.5.3. */
function finishedValue(hash: Hash, baseKey: Uint8Array, transcriptHash: Uint8Array): Uint8Array {
  checkTranscriptHash(hash, transcriptHash);
  const key = hkdfExpandLabel(hash, baseKey, 'finished', nothing, hash.outputLength);
  const value = hash.hmac(key, transcriptHash);
  wipe(key);
  return value;
}
