/**
 * Public keys by `node:crypto`. They are taken apart by the strict readers of the portable provider, and only their numbers
 * reach OpenSSL, so that both providers accept the same keys and signatures.
 */
import {
  constants,
  createPublicKey,
  type KeyObject,
  publicDecrypt,
  publicEncrypt,
  type VerifyKeyObjectInput,
  verify,
} from 'node:crypto';
import {
  CryptoError,
  type HashName,
  type KeyAlgorithm,
  type PublicKey,
  type SignatureAlgorithm,
} from '@tlskit/tls-crypto';
import {
  encodeSpki,
  fits,
  isEmsaPkcs1,
  keyAlgorithm,
  mlDsaLengths,
  type PublicKeyParts,
  parseEcdsaSignature,
} from '@tlskit/tls-crypto-noble/keys';
import { der, derUnsigned, Tag } from '@tlskit/tls-wire/der';
import { base64url, plain } from './bytes.ts';
import { nativeCurves } from './curves.ts';
import { nodeHash } from './hash.ts';
import { quietly } from './quietly.ts';

/**
 * @param fallback makes the portable key, for what OpenSSL can do but Node offers no option for
 * @throws CryptoError `malformed-key`
 */
export function nodePublicKey(parts: PublicKeyParts, spki: Uint8Array, fallback: () => PublicKey): PublicKey {
  return new NodePublicKey(parts, spki, fallback);
}

class NodePublicKey implements PublicKey {
  readonly algorithm: KeyAlgorithm;
  readonly spki: Uint8Array;
  readonly encryptPkcs1?: (message: Uint8Array) => Uint8Array;
  readonly #key: KeyObject;
  readonly #signatureLength: number | undefined;
  readonly #makeFallback: () => PublicKey;
  #fallback: PublicKey | undefined;

  constructor(parts: PublicKeyParts, spki: Uint8Array, fallback: () => PublicKey) {
    this.algorithm = keyAlgorithm(parts);
    this.spki = spki;
    this.#key = importParts(parts);
    this.#signatureLength = signatureLength(parts);
    this.#makeFallback = fallback;
    if (parts.type === 'rsa' && parts.pssOnly === undefined) {
      const { length } = parts.modulus;
      this.encryptPkcs1 = message => encryptPkcs1(this.#key, message, length);
    }
  }

  verify(algorithm: SignatureAlgorithm, data: Uint8Array, signature: Uint8Array) {
    if (!fits(this.algorithm, algorithm)) return false;
    if (this.#signatureLength !== undefined && signature.length !== this.#signatureLength) return false;
    if (this.algorithm.type === 'ec' && parseEcdsaSignature(this.algorithm.curve, signature) === undefined)
      return false;
    if (algorithm.type === 'rsa-pss' && algorithm.mgfHash !== algorithm.hash) {
      this.#fallback ??= this.#makeFallback();
      return this.#fallback.verify(algorithm, data, signature);
    }
    try {
      if (quietly(() => verify(digestOf(algorithm), data, withPadding(this.#key, algorithm), signature))) return true;
      return algorithm.type === 'rsa-pkcs1' && verifiesWithoutNull(this.#key, algorithm.hash, data, signature);
    } catch {
      return false;
    }
  }
}

/** OpenSSL knows DigestInfo with NULL alone; that without is to be taken as well (RFC 5246 §4.7 MUST). */
function verifiesWithoutNull(key: KeyObject, hash: HashName, data: Uint8Array, signature: Uint8Array): boolean {
  return isEmsaPkcs1(plain(publicDecrypt({ key, padding: constants.RSA_NO_PADDING }, signature)), nodeHash(hash), data);
}

function encryptPkcs1(key: KeyObject, message: Uint8Array, length: number): Uint8Array {
  if (message.length > length - 11) {
    throw new CryptoError('misuse', `a message of ${message.length} bytes under a modulus of ${length}`);
  }
  return plain(publicEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, message));
}

/** Bytes of a signature, where there is but one length. */
function signatureLength(parts: PublicKeyParts): number | undefined {
  switch (parts.type) {
    case 'ec':
      return undefined;
    case 'ed25519':
      return 64;
    case 'ed448':
      return 114;
    case 'ml-dsa':
      return mlDsaLengths[parts.set].signature;
    case 'rsa':
      return parts.modulus.length;
  }
}

/** What `sign` and `verify` of node:crypto take as the digest. */
export function digestOf(algorithm: SignatureAlgorithm): string | null {
  return 'hash' in algorithm ? algorithm.hash : null;
}

/**
 * The key with the padding and exact salt length of the algorithm; MGF1 uses the hash of the message. ECDSA's signatures are DER where
 * nothing else is said.
 */
export function withPadding(key: KeyObject, algorithm: SignatureAlgorithm): KeyObject | VerifyKeyObjectInput {
  switch (algorithm.type) {
    case 'rsa-pkcs1':
      return { key, padding: constants.RSA_PKCS1_PADDING };
    case 'rsa-pss':
      return { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: algorithm.saltLength };
    default:
      return key;
  }
}

/**
 * JWK and PKCS#1 are imported many times quicker than SubjectPublicKeyInfo on Node 20; but for points of P-384 and P-521, which OpenSSL then
 * multiplies by the order of the curve. All is known without, once a point is on the curve: these curves have no cofactor.
 */
export function importParts(parts: PublicKeyParts): KeyObject {
  try {
    return quietly(() => createPublicKey(inputOf(parts)));
  } catch (cause) {
    throw new CryptoError('malformed-key', `not a key of type ${parts.type}`, { cause });
  }
}

function inputOf(parts: PublicKeyParts): Parameters<typeof createPublicKey>[0] {
  switch (parts.type) {
    case 'ec': {
      if (parts.curve !== 'secp256r1') {
        return { key: Buffer.from(encodeSpki(parts).buffer), format: 'der', type: 'spki' };
      }
      const { jwk } = nativeCurves[parts.curve];
      const half = (parts.point.length + 1) / 2;
      const [x, y] = [base64url(parts.point.subarray(1, half)), base64url(parts.point.subarray(half))];
      return { key: { kty: 'EC', crv: jwk, x, y }, format: 'jwk' };
    }
    case 'ed25519':
      return { key: { kty: 'OKP', crv: 'Ed25519', x: base64url(parts.point) }, format: 'jwk' };
    case 'ed448':
      return { key: { kty: 'OKP', crv: 'Ed448', x: base64url(parts.point) }, format: 'jwk' };
    case 'ml-dsa': {
      const key = { kty: 'AKP', alg: `ML-DSA-${parts.set}`, pub: base64url(parts.key) };
      return { key, format: 'jwk' };
    }
    case 'rsa': {
      const pkcs1 = der(Tag.sequence, derUnsigned(parts.modulus), derUnsigned(parts.exponent));
      return { key: Buffer.from(pkcs1.buffer), format: 'der', type: 'pkcs1' };
    }
  }
}
