/** Block ciphers in CBC mode (NIST SP 800-38A §6.2), without padding. AES is noble's, DES is ours. */
import { cbc } from '@noble/ciphers/aes.js';
import {
  type BlockCipher,
  type BlockCipherKey,
  type BlockCipherName,
  CryptoError,
  type ProviderPart,
  wipe,
} from '@tlskit/tls-crypto';
import { TripleDes } from './des.ts';

/** Adds the block ciphers `aes-128-cbc` and `aes-256-cbc`. */
export const aesCbc: ProviderPart = () => ({
  blockCiphers: {
    'aes-128-cbc': blockCipher('aes-128-cbc', 16, 16, aes),
    'aes-256-cbc': blockCipher('aes-256-cbc', 32, 16, aes),
  },
});

/** Adds the block cipher `3des-ede-cbc`. */
export const tripleDesCbc: ProviderPart = () => ({
  blockCiphers: { '3des-ede-cbc': blockCipher('3des-ede-cbc', 24, 8, key => new TripleDes(key)) },
});

function aes(key: Uint8Array): BlockCipherKey {
  const own = Uint8Array.from(key);
  const options = { disablePadding: true };
  return {
    encrypt: (iv, plaintext) => cbc(own, iv, options).encrypt(plaintext),
    decrypt: (iv, ciphertext) => cbc(own, iv, options).decrypt(ciphertext),
    wipe: () => wipe(own),
  };
}

function blockCipher(
  name: BlockCipherName,
  keyLength: number,
  blockLength: number,
  make: (key: Uint8Array) => BlockCipherKey,
): BlockCipher {
  return {
    name,
    keyLength,
    blockLength,
    create(key) {
      if (key.length !== keyLength) throw new CryptoError('misuse', `${name} takes a key of ${keyLength} bytes`);
      let inner: BlockCipherKey | undefined = make(key);
      const live = (iv: Uint8Array, input: Uint8Array): BlockCipherKey => {
        if (inner === undefined) throw new CryptoError('misuse', 'this key was wiped');
        if (iv.length !== blockLength || input.length % blockLength !== 0) {
          throw new CryptoError('misuse', `${name} takes an IV of ${blockLength} bytes and whole blocks`);
        }
        return inner;
      };
      return {
        encrypt: (iv, plaintext) => live(iv, plaintext).encrypt(iv, plaintext),
        decrypt: (iv, ciphertext) => live(iv, ciphertext).decrypt(iv, ciphertext),
        wipe() {
          inner?.wipe();
          inner = undefined;
        },
      };
    },
  };
}
