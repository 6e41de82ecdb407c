/** AES-GCM (NIST SP 800-38D) and ChaCha20-Poly1305 (RFC 8439), with 12-byte nonces and 16-byte tags as TLS has them (RFC 9846 §5.2). */
import { gcm } from '@noble/ciphers/aes.js';
import { chacha20poly1305 } from '@noble/ciphers/chacha.js';
import { type Aead, type AeadKey, type AeadName, CryptoError, wipe } from '@tlskit/tls-crypto';
import { declared } from '@tlskit/tls-wire';

/** What noble's AEADs look like. `decrypt` throws for what is not authentic. */
export type NobleCipher = (
  key: Uint8Array,
  nonce: Uint8Array,
  aad: Uint8Array,
) => { encrypt(plaintext: Uint8Array): Uint8Array; decrypt(sealed: Uint8Array): Uint8Array };

const nonceLength = 12;

export const nobleAeads = /* @__PURE__ */ declared(
  () =>
    ({
      'aes-128-gcm': aeadOf('aes-128-gcm', 16, 16, gcm),
      'aes-256-gcm': aeadOf('aes-256-gcm', 32, 16, gcm),
      'chacha20-poly1305': aeadOf('chacha20-poly1305', 32, 16, chacha20poly1305),
    }) satisfies { readonly [K in AeadName]?: Aead },
);

export function aeadOf(name: AeadName, keyLength: number, tagLength: number, cipher: NobleCipher): Aead {
  return {
    name,
    keyLength,
    nonceLength,
    tagLength,
    create(key) {
      if (key.length !== keyLength) throw new CryptoError('misuse', `${name} takes a key of ${keyLength} bytes`);
      return new NobleAeadKey(cipher, Uint8Array.from(key), tagLength);
    },
  };
}

class NobleAeadKey implements AeadKey {
  readonly #cipher: NobleCipher;
  readonly #key: Uint8Array;
  readonly #tagLength: number;
  #wiped = false;

  /** Takes over `key`. */
  constructor(cipher: NobleCipher, key: Uint8Array, tagLength: number) {
    this.#cipher = cipher;
    this.#key = key;
    this.#tagLength = tagLength;
  }

  seal(nonce: Uint8Array, aad: Uint8Array, plaintext: Uint8Array): readonly Uint8Array[] {
    if (nonce.length !== nonceLength) throw new CryptoError('misuse', `a nonce has ${nonceLength} bytes`);
    return [this.#cipher(this.#live(), nonce, aad).encrypt(plaintext)];
  }

  open(nonce: Uint8Array, aad: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
    const key = this.#live();
    if (nonce.length !== nonceLength || sealed.length < this.#tagLength) return undefined;
    try {
      // noble checks the tag in constant time, and keeps what is not authentic to itself.
      return this.#cipher(key, nonce, aad).decrypt(sealed);
    } catch {
      return undefined;
    }
  }

  wipe(): void {
    this.#wiped = true;
    wipe(this.#key);
  }

  #live(): Uint8Array {
    if (this.#wiped) throw new CryptoError('misuse', 'this AEAD key was wiped');
    return this.#key;
  }
}
