/** ML-KEM (FIPS 203) by the WebCrypto of runtimes that have it, as a group and as one half of a hybrid group. */
import { CryptoError, wipe } from '@tlskit/tls-crypto';
import type { Kem } from '@tlskit/tls-crypto-noble/pq';
import { WebOffer } from './key-exchange.ts';
import type { Subtle } from './subtle.ts';

/** Bytes of encapsulation keys and ciphertexts (FIPS 203 §8, table 3). */
const lengths = { 768: { key: 1184, ciphertext: 1088 }, 1024: { key: 1568, ciphertext: 1568 } } as const;

export function webMlKem(subtle: Subtle, set: 768 | 1024): Kem {
  const name = `ML-KEM-${set}`;
  const { key: keyLength, ciphertext: ciphertextLength } = lengths[set];
  return {
    async offer() {
      const pair = await subtle.generateKey({ name }, false, ['encapsulateBits', 'decapsulateBits']);
      const share = new Uint8Array(await subtle.exportKey('raw-public', pair.publicKey));
      return new WebOffer(share, pair.privateKey, async (key, ciphertext) => {
        if (ciphertext.length !== ciphertextLength) {
          throw new CryptoError('invalid-share', `not a ciphertext of ${name}, of ${ciphertext.length} bytes`);
        }
        return secretOf(name, await subtle.decapsulateBits({ name }, key, ciphertext));
      });
    },
    async respond(peerShare) {
      try {
        if (peerShare.length !== keyLength) throw new RangeError(`${peerShare.length} bytes`);
        // WebCrypto checks that the key is reduced (FIPS 203 §7.2), as was tried out.
        const key = await subtle.importKey('raw-public', Uint8Array.from(peerShare), { name }, false, [
          'encapsulateBits',
        ]);
        const { ciphertext, sharedKey } = await subtle.encapsulateBits({ name }, key);
        return { share: new Uint8Array(ciphertext), sharedSecret: secretOf(name, sharedKey) };
      } catch (cause) {
        throw new CryptoError('invalid-share', `not an encapsulation key of ${name}`, { cause });
      }
    },
  };
}

function secretOf(name: string, bits: ArrayBuffer): Uint8Array {
  const secret = new Uint8Array(bits);
  if (secret.length === 32) return secret;
  wipe(secret);
  throw new CryptoError('unsupported', `${name} gave a secret of ${secret.length} bytes`);
}
