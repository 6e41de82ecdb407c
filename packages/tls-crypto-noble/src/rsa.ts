/**
 * RSASSA-PKCS1-v1_5 and RSASSA-PSS (RFC 8017 §8). Arithmetic is that of noble's fields, which the curves bring along; signing adds
 * blinding and a check of the result to it.
 */
import { invert, pow } from '@noble/curves/abstract/modular.js';
import { numberToBytesBE as I2OSP, bytesToNumberBE as OS2IP } from '@noble/curves/utils.js';
import {
  CryptoError,
  type CryptoProvider,
  type KeyAlgorithm,
  type PublicKey,
  type SignatureAlgorithm,
  type SigningKey,
} from '@tlskit/tls-crypto';
import { emsaPkcs1, emsaPss, isEmsaPkcs1, isEmsaPss } from './emsa.ts';
import { nobleHashes } from './hashes.ts';
import { fits } from './keys/fits.ts';
import type { PrivateKeyParts } from './keys/pkcs8.ts';
import { encodeSpki, keyAlgorithm, type PublicKeyParts } from './keys/spki.ts';

type RsaSignature = Extract<SignatureAlgorithm, { type: 'rsa-pkcs1' | 'rsa-pss' }>;
type RsaKeyAlgorithm = Extract<KeyAlgorithm, { type: 'rsa' }>;

/** @param hashes by which it verifies */
export function rsaPublicKey(
  parts: Extract<PublicKeyParts, { type: 'rsa' }>,
  spki: Uint8Array,
  hashes: CryptoProvider['hashes'],
): PublicKey {
  const algorithm = keyAlgorithm(parts) as RsaKeyAlgorithm;
  const n = OS2IP(parts.modulus);
  const e = OS2IP(parts.exponent);
  const { length } = parts.modulus;
  return {
    algorithm,
    spki,
    verify(requested: SignatureAlgorithm, data: Uint8Array, signature: Uint8Array): boolean {
      if (!fits(algorithm, requested) || !isRsa(requested) || signature.length !== length) return false;
      const hash = hashes[requested.hash];
      const mgfHash = requested.type === 'rsa-pss' ? hashes[requested.mgfHash] : hash;
      if (hash === undefined || mgfHash === undefined) return false;
      const representative = OS2IP(signature);
      // RSAVP1 (RFC 8017 §5.2.2)
      if (representative >= n) return false;
      const encoded = I2OSP(pow(representative, e, n), length);
      return requested.type === 'rsa-pkcs1'
        ? isEmsaPkcs1(encoded, hash, data)
        : isEmsaPss(encoded, { hash, mgfHash }, requested.saltLength, data, algorithm.bits - 1);
    },
  };
}

export function rsaSigningKey(
  parts: Extract<PrivateKeyParts, { type: 'rsa' }>,
  random: CryptoProvider['random'],
): SigningKey {
  return new RsaSigningKey(parts, random);
}

class RsaSigningKey implements SigningKey {
  readonly algorithm: RsaKeyAlgorithm;
  readonly spki: Uint8Array;
  readonly #random: CryptoProvider['random'];
  readonly #length: number;
  // BigInts cannot be wiped; they live as long as the key object.
  readonly #n: bigint;
  readonly #e: bigint;
  readonly #d: bigint;

  constructor(parts: Extract<PrivateKeyParts, { type: 'rsa' }>, random: CryptoProvider['random']) {
    this.algorithm = keyAlgorithm(parts) as RsaKeyAlgorithm;
    this.spki = encodeSpki(parts, parts.identifier);
    this.#random = random;
    this.#length = parts.modulus.length;
    this.#n = OS2IP(parts.modulus);
    this.#e = OS2IP(parts.exponent);
    this.#d = OS2IP(parts.privateExponent);
  }

  sign(algorithm: SignatureAlgorithm, data: Uint8Array): Uint8Array {
    if (!isRsa(algorithm) || !fits(this.algorithm, algorithm)) {
      throw new CryptoError('unsupported', `this RSA key does not do ${algorithm.type} with these parameters`);
    }
    const hash = nobleHashes[algorithm.hash];
    const encoded =
      algorithm.type === 'rsa-pkcs1'
        ? emsaPkcs1(hash, data, this.#length)
        : emsaPss(
            { hash, mgfHash: nobleHashes[algorithm.mgfHash] },
            data,
            this.#random(algorithm.saltLength),
            this.algorithm.bits - 1,
          );
    return I2OSP(this.#decrypt(OS2IP(encoded)), this.#length);
  }

  /** RSASP1 (RFC 8017 §5.2.1) of a blinded message, so that the time it takes tells nothing about message and key together. */
  #decrypt(message: bigint): bigint {
    const n = this.#n;
    const blind = (OS2IP(this.#random(this.#length)) % (n - 2n)) + 2n;
    const blinded = (message * pow(blind, this.#e, n)) % n;
    const signature = (pow(blinded, this.#d, n) * invert(blind, n)) % n;
    // A faulty result could give the key away (Boneh, DeMillo, Lipton): it never leaves.
    if (pow(signature, this.#e, n) !== message) throw new CryptoError('malformed-key', 'RSA key signs wrongly');
    return signature;
  }
}

function isRsa(algorithm: SignatureAlgorithm): algorithm is RsaSignature {
  return algorithm.type === 'rsa-pkcs1' || algorithm.type === 'rsa-pss';
}
