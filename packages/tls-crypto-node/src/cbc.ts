/** Block ciphers in CBC mode by `node:crypto`, without padding. */
import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto';
import { type BlockCipher, type BlockCipherKey, type BlockCipherName, CryptoError } from '@tlskit/tls-crypto';
import { plain } from './bytes.ts';

const ciphers: Readonly<
  Record<BlockCipherName, { readonly openssl: string; readonly keyLength: number; readonly blockLength: number }>
> = {
  'aes-128-cbc': { openssl: 'aes-128-cbc', keyLength: 16, blockLength: 16 },
  'aes-256-cbc': { openssl: 'aes-256-cbc', keyLength: 32, blockLength: 16 },
  '3des-ede-cbc': { openssl: 'des-ede3-cbc', keyLength: 24, blockLength: 8 },
};

export function nodeBlockCipher(name: BlockCipherName): BlockCipher {
  const { openssl, keyLength, blockLength } = ciphers[name];
  return {
    name,
    keyLength,
    blockLength,
    create(key) {
      if (key.length !== keyLength) throw new CryptoError('misuse', `${name} takes a key of ${keyLength} bytes`);
      return new NodeBlockCipherKey(openssl, blockLength, createSecretKey(key));
    },
  };
}

class NodeBlockCipherKey implements BlockCipherKey {
  readonly #openssl: string;
  readonly #blockLength: number;
  #key: KeyObject | undefined;

  constructor(openssl: string, blockLength: number, key: KeyObject) {
    this.#openssl = openssl;
    this.#blockLength = blockLength;
    this.#key = key;
  }

  encrypt(iv: Uint8Array, plaintext: Uint8Array): Uint8Array {
    const cipher = createCipheriv(this.#openssl, this.#live(iv, plaintext), iv);
    return plain(cipher.setAutoPadding(false).update(plaintext));
  }

  decrypt(iv: Uint8Array, ciphertext: Uint8Array): Uint8Array {
    const decipher = createDecipheriv(this.#openssl, this.#live(iv, ciphertext), iv);
    return plain(decipher.setAutoPadding(false).update(ciphertext));
  }

  wipe(): void {
    // OpenSSL wipes its copy when the key object is collected.
    this.#key = undefined;
  }

  #live(iv: Uint8Array, input: Uint8Array): KeyObject {
    if (this.#key === undefined) throw new CryptoError('misuse', 'this key was wiped');
    if (iv.length !== this.#blockLength || input.length % this.#blockLength !== 0) {
      throw new CryptoError('misuse', `an IV of ${this.#blockLength} bytes and whole blocks`);
    }
    return this.#key;
  }
}
