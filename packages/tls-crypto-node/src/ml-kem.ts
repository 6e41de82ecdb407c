/** ML-KEM (FIPS 203) by `node:crypto`, which has it from Node 24 on, as one half of a hybrid group. */
import crypto, { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { CryptoError, type CryptoProvider, wipe } from '@tlskit/tls-crypto';
import type { Kem } from '@tlskit/tls-crypto-noble/pq';
import { contextTag, der, derOid, Tag } from '@tlskit/tls-wire/der';
import { base64url, plain } from './bytes.ts';
import { NodeOffer } from './key-exchange.ts';
import { quietly } from './quietly.ts';

/** What Node 24 added; types of node:crypto are older. */
const { encapsulate, decapsulate } = crypto as unknown as {
  encapsulate(publicKey: KeyObject): { sharedKey: Uint8Array; ciphertext: Uint8Array };
  decapsulate(privateKey: KeyObject, ciphertext: Uint8Array): Uint8Array;
};

/** Bytes of encapsulation keys and ciphertexts (FIPS 203 §8, table 3), and the object identifier (RFC 9935 §3). */
const sets = {
  768: { name: 'ML-KEM-768', keyLength: 1184, ciphertextLength: 1088, oid: '2.16.840.1.101.3.4.4.2' },
  1024: { name: 'ML-KEM-1024', keyLength: 1568, ciphertextLength: 1568, oid: '2.16.840.1.101.3.4.4.3' },
} as const;

/** @param random draws the seeds of private keys, always; OpenSSL draws for itself what secrets are made of */
export function nodeMlKem(set: keyof typeof sets, random: CryptoProvider['random']): Kem {
  const { name, keyLength, ciphertextLength } = sets[set];
  return {
    offer() {
      const key = importSeed(set, random(64));
      const spki = createPublicKey(key).export({ format: 'der', type: 'spki' });
      return new NodeOffer({
        share: plain(spki).slice(-keyLength),
        agree(ciphertext) {
          if (ciphertext.length !== ciphertextLength) {
            throw new CryptoError('invalid-share', `not a ciphertext of ${name}, of ${ciphertext.length} bytes`);
          }
          return plain(decapsulate(key, ciphertext));
        },
      });
    },
    respond(peerShare) {
      try {
        // OpenSSL checks length and modulus (FIPS 203 §7.2).
        const pub = base64url(peerShare);
        const key = quietly(() => createPublicKey({ key: { kty: 'AKP', alg: name, pub }, format: 'jwk' }));
        const { sharedKey, ciphertext } = encapsulate(key);
        return { share: plain(ciphertext), sharedSecret: plain(sharedKey) };
      } catch (cause) {
        throw new CryptoError('invalid-share', `not an encapsulation key of ${name}`, { cause });
      }
    },
  };
}

/** PKCS#8 with the key as its seed (RFC 9935 §6), which is wiped. */
function importSeed(set: keyof typeof sets, seed: Uint8Array): KeyObject {
  const secret = [Tag.octetString, [contextTag(0, false), seed]] as const;
  const pkcs8 = der(Tag.sequence, Uint8Array.of(Tag.integer, 1, 0), [Tag.sequence, derOid(sets[set].oid)], secret);
  try {
    return quietly(() => createPrivateKey({ key: Buffer.from(pkcs8.buffer), format: 'der', type: 'pkcs8' }));
  } finally {
    wipe(seed, pkcs8);
  }
}
