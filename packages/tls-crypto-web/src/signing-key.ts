/** Private keys by WebCrypto. The portable provider has read them, strictly, and does what WebCrypto does not. */
import { CryptoError, type KeyAlgorithm, type SignatureAlgorithm, type SigningKey } from '@tlskit/tls-crypto';
import {
  ed448Kind,
  ed25519Kind,
  encodePkcs8,
  fits,
  mlDsaKinds,
  type PrivateKeyParts,
  parsePkcs8,
} from '@tlskit/tls-crypto-noble/keys';
import { contextTag, DerReader, der, derBitString, Tag } from '@tlskit/tls-wire/der';
import type { Has } from './feature.ts';
import { bareKey } from './public-key.ts';
import { fromWeb, type Scheme, schemeOf } from './scheme.ts';
import type { Subtle } from './subtle.ts';

const plainKinds = [ed25519Kind, ed448Kind, ...mlDsaKinds];

/** @param portable the same key in JavaScript */
export function webSigningKey(subtle: Subtle, has: Has, pkcs8: Uint8Array, portable: SigningKey): SigningKey {
  const parts = parsePkcs8(pkcs8, plainKinds);
  // Of a key of ML-DSA that is known expanded alone, WebCrypto makes nothing.
  if (parts.type === 'ml-dsa' && parts.seed === undefined) return portable;
  return new WebSigningKey(subtle, has, parts, portable);
}

class WebSigningKey implements SigningKey {
  readonly algorithm: KeyAlgorithm;
  readonly spki: Uint8Array;
  readonly decryptPkcs1?: NonNullable<SigningKey['decryptPkcs1']>;
  readonly agree?: NonNullable<SigningKey['agree']>;
  readonly #subtle: Subtle;
  readonly #has: Has;
  readonly #portable: SigningKey;
  /** As it is imported; it lives as long as this object, as the portable key does. */
  readonly #secret: Uint8Array;
  readonly #keys = new Map<string, Promise<CryptoKey>>();

  constructor(subtle: Subtle, has: Has, parts: PrivateKeyParts, portable: SigningKey) {
    this.algorithm = portable.algorithm;
    this.spki = portable.spki;
    this.#subtle = subtle;
    this.#has = has;
    this.#portable = portable;
    this.#secret = secretOf(parts, portable.spki);
    if (portable.decryptPkcs1) this.decryptPkcs1 = portable.decryptPkcs1.bind(portable);
    if (portable.agree) this.agree = portable.agree.bind(portable);
  }

  sign(algorithm: SignatureAlgorithm, data: Uint8Array) {
    if (!fits(this.algorithm, algorithm)) {
      throw new CryptoError('unsupported', `this ${this.algorithm.type} key does not do ${algorithm.type}`);
    }
    const scheme = schemeOf(this.#has, this.algorithm, algorithm);
    if (scheme === undefined) return this.#portable.sign(algorithm, data);
    const own = Uint8Array.from(data);
    return this.#sign(scheme, own, () => this.#portable.sign(algorithm, own));
  }

  async #sign(scheme: Scheme, data: Uint8Array, portably: () => ReturnType<SigningKey['sign']>): Promise<Uint8Array> {
    let signature: ArrayBuffer;
    try {
      signature = await this.#subtle.sign(scheme.use, await this.#imported(scheme), data);
    } catch {
      // Runtimes have limits of their own on what they import, and how they sign with it.
      return portably();
    }
    return fromWeb(this.algorithm, signature);
  }

  #imported({ key: algorithm }: Scheme): Promise<CryptoKey> {
    const id = `${algorithm.name} ${algorithm.hash}`;
    let key = this.#keys.get(id);
    if (key === undefined) {
      key = importSecret(this.#subtle, this.algorithm, this.#secret, algorithm);
      this.#keys.set(id, key);
    }
    return key;
  }
}

/** @param secret the seed of ML-DSA, PKCS#8 of all others */
export function importSecret(
  subtle: Subtle,
  { type }: KeyAlgorithm,
  secret: Uint8Array,
  algorithm: object,
): Promise<CryptoKey> {
  return subtle.importKey(type === 'ml-dsa' ? 'raw-seed' : 'pkcs8', secret, algorithm, false, ['sign']);
}

/** The key, cleanly encoded anew: what runtimes would make of odd forms does not matter then. */
function secretOf(parts: PrivateKeyParts, spki: Uint8Array): Uint8Array {
  switch (parts.type) {
    case 'ec':
      return ecPkcs8(parts.scalar, spki);
    case 'ml-dsa':
      return Uint8Array.from(parts.seed ?? []);
    default:
      return encodePkcs8(parts);
  }
}

/** PKCS#8 of an EC key with its public key in ECPrivateKey (RFC 5915 §3), without which some runtimes do not take it. */
export function ecPkcs8(scalar: Uint8Array, spki: Uint8Array): Uint8Array {
  const { bytes: algorithm } = new DerReader(spki).enter().next(Tag.sequence);
  const point = [contextTag(1, true), derBitString(bareKey(spki))] as const;
  const key = [Tag.sequence, Uint8Array.of(Tag.integer, 1, 1), [Tag.octetString, scalar], point] as const;
  return der(Tag.sequence, Uint8Array.of(Tag.integer, 1, 0), algorithm, [Tag.octetString, key]);
}
