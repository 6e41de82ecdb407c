/** ECDSA (FIPS 186-5 §6) on the NIST curves, with DER signatures (RFC 9846 §4.3.3). */
import type { ECDSA } from '@noble/curves/abstract/weierstrass.js';
import {
  CryptoError,
  type CryptoProvider,
  type KeyAlgorithm,
  type PublicKey,
  type SignatureAlgorithm,
  type SigningKey,
} from '@tlskit/tls-crypto';
import { equalBytes } from '@tlskit/tls-wire';
import { ecdhAgreement } from './ecdh.ts';
import { tableOf, type Uses, verifyByTable } from './ecdsa-tables.ts';
import { encodeEcdsaSignature, parseEcdsaSignature } from './keys/ecdsa-signature.ts';
import { fits } from './keys/fits.ts';
import type { PrivateKeyParts } from './keys/pkcs8.ts';
import { coordinateLengths } from './keys/point.ts';
import { encodeSpki, type PublicKeyParts } from './keys/spki.ts';

type EcPublicParts = Extract<PublicKeyParts, { type: 'ec' }>;
type EcPrivateParts = Extract<PrivateKeyParts, { type: 'ec' }>;

/** What a signing key takes of its provider. */
type Means = Pick<CryptoProvider, 'hashes' | 'random'>;

/** @throws CryptoError `malformed-key` for a point off the curve */
export function ecdsaPublicKey(
  parts: EcPublicParts,
  spki: Uint8Array,
  curve: ECDSA,
  hashes: CryptoProvider['hashes'],
): PublicKey {
  return new EcdsaPublicKey(parts, spki, curve, hashes);
}

/** @throws CryptoError `malformed-key` for a scalar out of range, or a public key that is not its own */
export function ecdsaSigningKey(parts: EcPrivateParts, curve: ECDSA, means: Means): SigningKey {
  return new EcdsaSigningKey(parts, curve, means);
}

class EcdsaPublicKey implements PublicKey {
  readonly algorithm: KeyAlgorithm & { type: 'ec' };
  readonly spki: Uint8Array;
  readonly #point: Uint8Array;
  readonly #curve: ECDSA;
  readonly #hashes: CryptoProvider['hashes'];
  readonly #uses: Uses = { count: 0 };

  constructor({ curve, point }: EcPublicParts, spki: Uint8Array, arithmetic: ECDSA, hashes: CryptoProvider['hashes']) {
    this.#curve = arithmetic;
    this.#hashes = hashes;
    this.algorithm = { type: 'ec', curve };
    this.spki = spki;
    this.#point = Uint8Array.from(point);
    // RFC 5480 does not say it, SEC 1 §3.2.2.1 does: a point off the curve is no key.
    if (!arithmetic.utils.isValidPublicKey(this.#point, false)) {
      throw new CryptoError('malformed-key', `not a point of ${curve}`);
    }
  }

  verify(algorithm: SignatureAlgorithm, data: Uint8Array, signature: Uint8Array): boolean {
    if (algorithm.type !== 'ecdsa' || !fits(this.algorithm, algorithm)) return false;
    const hash = this.#hashes[algorithm.hash];
    const pair = parseEcdsaSignature(this.algorithm.curve, signature);
    if (pair === undefined || hash === undefined) return false;
    const digest = hash.digest(data);
    const table = tableOf(this.#uses, this.#curve, this.#point);
    if (table !== undefined) return verifyByTable(this.#curve, table, digest, pair);
    // noble refuses r and s outside 1 … n-1. Both halves of s are good in TLS: lowS is Bitcoin's rule.
    return this.#curve.verify(pair, digest, this.#point, {
      prehash: false,
      lowS: false,
      format: 'compact',
    });
  }
}

class EcdsaSigningKey implements SigningKey {
  readonly algorithm: KeyAlgorithm & { type: 'ec' };
  readonly spki: Uint8Array;
  readonly #scalar: Uint8Array;
  readonly #curve: ECDSA;
  readonly #means: Means;

  constructor({ curve, scalar, point }: EcPrivateParts, arithmetic: ECDSA, means: Means) {
    if (!arithmetic.utils.isValidSecretKey(scalar)) {
      throw new CryptoError('malformed-key', `private key out of the range of ${curve}`);
    }
    const own = arithmetic.getPublicKey(scalar, false);
    if (point !== undefined && !equalBytes(point, own)) {
      throw new CryptoError('malformed-key', 'the public key does not belong to the private key');
    }
    this.algorithm = { type: 'ec', curve };
    this.spki = encodeSpki({ type: 'ec', curve, point: own });
    this.#scalar = Uint8Array.from(scalar);
    this.#curve = arithmetic;
    this.#means = means;
  }

  sign(algorithm: SignatureAlgorithm, data: Uint8Array): Uint8Array {
    if (algorithm.type !== 'ecdsa' || !fits(this.algorithm, algorithm)) {
      throw new CryptoError('unsupported', `an EC key does not do ${algorithm.type}`);
    }
    const { hashes, random } = this.#means;
    const hash = hashes[algorithm.hash];
    if (hash === undefined) throw new CryptoError('unsupported', `${algorithm.hash} is not there to sign with`);
    // RFC 6979 §3.6: the nonce is derived from key and message, and hedged with randomness against fault attacks.
    const pair = this.#curve.sign(hash.digest(data), this.#scalar, {
      prehash: false,
      lowS: false,
      format: 'compact',
      extraEntropy: random(coordinateLengths[this.algorithm.curve]),
    });
    return encodeEcdsaSignature(pair);
  }

  agree(peerShare: Uint8Array): Uint8Array {
    const { curve } = this.algorithm;
    // The scalar is no draw of ours, but the arithmetic is that of a fresh key.
    return ecdhAgreement(curve, this.#curve, this.#means.random).agree(this.#scalar, peerShare);
  }
}
