/**
 * Private keys: PKCS#8 (RFC 5958) around ECPrivateKey (RFC 5915), CurvePrivateKey (RFC 8410 §7), RSAPrivateKey (RFC 8017 §A.1.2)
 * and ML-DSA-PrivateKey (RFC 9881 §6).
 */
import { CryptoError, type CurveName, type MlDsaSet } from '@tlskit/tls-crypto';
import { contextTag, type DerPart, der, derOid, readDer, Tag, unsignedPart } from '@tlskit/tls-wire/der';
import { type KeyKind, type RsaPssRestriction, readAlgorithmIdentifier } from './algorithm-identifier.ts';
import { type MlDsaSecret, mlDsaSecretPart } from './ml-dsa.ts';
import { curveOids, mlDsaOids, nameOf, oid } from './oids.ts';
import { readOneAsymmetricKey, requireOwnPublicKey } from './one-asymmetric-key.ts';
import type { PlainKind } from './plain.ts';
import { coordinateLengths, requireUncompressedPoint } from './point.ts';
import { type RsaPrivateNumbers, requireConsistentRsa, requirePublicRsa } from './rsa-numbers.ts';
import { orMalformed } from './spki.ts';

/** A private key taken apart. The bytes are views of the input: copy what you keep. */
export type PrivateKeyParts =
  /** `scalar` has the length of a coordinate. `point`, when the key carries it, has the uncompressed form and is otherwise unchecked. */
  | { readonly type: 'ec'; readonly curve: CurveName; readonly scalar: Uint8Array; readonly point?: Uint8Array }
  | { readonly type: 'ed25519'; readonly seed: Uint8Array; readonly point?: Uint8Array }
  | { readonly type: 'ed448'; readonly seed: Uint8Array; readonly point?: Uint8Array }
  | ({ readonly type: 'ml-dsa'; readonly set: MlDsaSet; readonly publicKey?: Uint8Array } & MlDsaSecret)
  | ({
      readonly type: 'rsa';
      readonly pssOnly?: RsaPssRestriction;
      /** The DER AlgorithmIdentifier: what the key's SubjectPublicKeyInfo must say as well. */
      readonly identifier: Uint8Array;
    } & RsaPrivateNumbers);

/**
 * OneAsymmetricKey (RFC 5958 §2), unencrypted. RSA numbers fit one another; whether another public key fits its private
 * one, and an expanded ML-DSA key its seed, is the implementation's to check.
 * @param plain the kinds of plain keys to read beside EC and RSA
 * @throws CryptoError `malformed-key`, or `unsupported`
 */
export function parsePkcs8(pkcs8: Uint8Array, plain: readonly PlainKind[]): PrivateKeyParts {
  const { algorithm, key, publicKey } = readOneAsymmetricKey(pkcs8, reader => readAlgorithmIdentifier(reader, plain));
  return orMalformed('PKCS#8', () => readPrivateKey(algorithm.kind, algorithm.identifier, key, publicKey));
}

function readPrivateKey(
  kind: KeyKind,
  identifier: Uint8Array,
  key: Uint8Array,
  publicKey: Uint8Array | undefined,
): PrivateKeyParts {
  switch (kind.type) {
    case 'ec':
      return readEcPrivateKey(kind.curve, key, publicKey);
    case 'plain':
      return kind.plain.readPrivateKey(key, publicKey);
    case 'rsa': {
      const numbers = readRsaPrivateKey(key);
      requireOwnPublicKey(der(Tag.sequence, unsignedPart(numbers.modulus), unsignedPart(numbers.exponent)), publicKey);
      return { ...kind, identifier, ...numbers };
    }
  }
}

/** ECPrivateKey (RFC 5915 §3). Its public key, or the one of PKCS#8, whichever is there; the same if both are. */
function readEcPrivateKey(curve: CurveName, key: Uint8Array, outerPoint: Uint8Array | undefined): PrivateKeyParts {
  const reader = readDer(key, 'ECPrivateKey', outer => outer.enter());
  if (reader.smallUnsigned() !== 1) throw new CryptoError('malformed-key', 'ECPrivateKey version is not 1');
  const scalar = reader.octetString();
  // RFC 5915 §3: exactly ceil(log2(n) / 8) octets.
  if (scalar.length !== coordinateLengths[curve]) {
    throw new CryptoError('malformed-key', `a private key of ${curve} has ${coordinateLengths[curve]} bytes`);
  }
  if (reader.peek() === contextTag(0, true)) {
    const parameters = reader.enter(contextTag(0, true));
    if (nameOf(curveOids, parameters.oid()) !== curve) {
      throw new CryptoError('malformed-key', 'ECPrivateKey names another curve than PKCS#8');
    }
    parameters.finish('ECParameters');
  }
  let point = outerPoint;
  if (reader.peek() === contextTag(1, true)) {
    const inner = reader.enter(contextTag(1, true));
    point = inner.bitStringBytes();
    requireOwnPublicKey(point, outerPoint);
    inner.finish('ECPrivateKey publicKey');
  }
  reader.finish('ECPrivateKey');
  if (point === undefined) return { type: 'ec', curve, scalar };
  requireUncompressedPoint(curve, point, 'malformed-key');
  return { type: 'ec', curve, scalar, point };
}

/** RSAPrivateKey (RFC 8017 §A.1.2) of two primes. */
function readRsaPrivateKey(key: Uint8Array): RsaPrivateNumbers {
  return readDer(key, 'RSAPrivateKey', outer => {
    const reader = outer.enter();
    const version = reader.smallUnsigned();
    if (version === 1) throw new CryptoError('unsupported', 'RSA key of more than two primes');
    if (version !== 0) throw new CryptoError('malformed-key', `RSAPrivateKey version ${version}`);
    const numbers = {
      modulus: reader.unsigned(),
      exponent: reader.unsigned(),
      privateExponent: reader.unsigned(),
      prime1: reader.unsigned(),
      prime2: reader.unsigned(),
      exponent1: reader.unsigned(),
      exponent2: reader.unsigned(),
      coefficient: reader.unsigned(),
    };
    reader.finish('RSAPrivateKey');
    requirePublicRsa(numbers);
    requireConsistentRsa(numbers);
    return numbers;
  });
}

/** The shortest PKCS#8 of a key: version 0, no public key, an `id-RSASSA-PSS` key as `rsaEncryption`. Holds the secret: wipe it. */
export function encodePkcs8(key: PrivateKeyParts): Uint8Array<ArrayBuffer> {
  return der(Tag.sequence, zero, [Tag.sequence, ...algorithmOf(key)], [Tag.octetString, secretOf(key)]);
}

const zero = Uint8Array.of(Tag.integer, 1, 0);
const one = Uint8Array.of(Tag.integer, 1, 1);

/** What stands in the AlgorithmIdentifier. */
function algorithmOf(key: PrivateKeyParts): readonly Uint8Array[] {
  switch (key.type) {
    case 'ec':
      return [derOid(oid.ecPublicKey), derOid(curveOids[key.curve])];
    case 'ml-dsa':
      return [derOid(mlDsaOids[key.set])];
    case 'rsa':
      return [derOid(oid.rsaEncryption), der(Tag.null)];
    default:
      return [derOid(oid[key.type])];
  }
}

/** What stands in `privateKey`, of which the bytes are the key's own. */
function secretOf(key: PrivateKeyParts): DerPart {
  switch (key.type) {
    case 'ec':
      return [Tag.sequence, one, [Tag.octetString, key.scalar]];
    case 'ml-dsa':
      return mlDsaSecretPart(key);
    case 'rsa': {
      const { modulus, exponent, privateExponent, prime1, prime2, exponent1, exponent2, coefficient } = key;
      const numbers = [modulus, exponent, privateExponent, prime1, prime2, exponent1, exponent2, coefficient];
      return [Tag.sequence, zero, ...numbers.map(unsignedPart)];
    }
    default:
      return [Tag.octetString, key.seed];
  }
}
