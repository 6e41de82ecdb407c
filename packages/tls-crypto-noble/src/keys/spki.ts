/** SubjectPublicKeyInfo (RFC 5280 §4.1.2.7; RFC 5480, RFC 8410, RFC 8017 §A.1.1, RFC 9881 §4), strictly. */
import { CryptoError, type CurveName, type KeyAlgorithm, type MlDsaSet } from '@tlskit/tls-crypto';
import { DecodeError } from '@tlskit/tls-wire';
import { type DerReader, der, derBitString, derOid, derUnsigned, readDer, Tag } from '@tlskit/tls-wire/der';
import { type RsaPssRestriction, readAlgorithmIdentifier } from './algorithm-identifier.ts';
import { curveOids, mlDsaOids, oid } from './oids.ts';
import type { PlainKind } from './plain.ts';
import { requireUncompressedPoint } from './point.ts';
import { modulusBits, requirePublicRsa } from './rsa-numbers.ts';

/** A public key taken apart. The bytes are views of the input. */
export type PublicKeyParts =
  /** `point` is `04 || X || Y`, of the right length; nobody has looked yet whether it is on the curve. */
  | { readonly type: 'ec'; readonly curve: CurveName; readonly point: Uint8Array }
  | { readonly type: 'ed25519'; readonly point: Uint8Array }
  | { readonly type: 'ed448'; readonly point: Uint8Array }
  | { readonly type: 'ml-dsa'; readonly set: MlDsaSet; readonly key: Uint8Array }
  | {
      readonly type: 'rsa';
      /** Big-endian, without leading zero octets. */
      readonly modulus: Uint8Array;
      readonly exponent: Uint8Array;
      readonly pssOnly?: RsaPssRestriction;
    };

/**
 * @param plain the kinds of plain keys to read beside EC and RSA
 * @throws CryptoError `malformed-key`, or `unsupported`
 */
export function parseSpki(spki: Uint8Array, plain: readonly PlainKind[]): PublicKeyParts {
  return orMalformed('SubjectPublicKeyInfo', () =>
    readDer(spki, 'SubjectPublicKeyInfo', outer => {
      const reader = outer.enter();
      const { kind } = readAlgorithmIdentifier(reader, plain);
      const key = reader.bitStringBytes();
      reader.finish('SubjectPublicKeyInfo');
      switch (kind.type) {
        case 'ec':
          requireUncompressedPoint(kind.curve, key, 'malformed-key');
          return { ...kind, point: key };
        case 'plain':
          return kind.plain.readPublicKey(key);
        case 'rsa': {
          const numbers = readDer(key, 'RSAPublicKey', readRsaPublicKey);
          requirePublicRsa(numbers);
          return { ...kind, ...numbers };
        }
      }
    }),
  );
}

/** RSAPublicKey (RFC 8017 §A.1.1). */
function readRsaPublicKey(outer: DerReader): { modulus: Uint8Array; exponent: Uint8Array } {
  const reader = outer.enter();
  const modulus = reader.unsigned();
  const exponent = reader.unsigned();
  reader.finish('RSAPublicKey');
  return { modulus, exponent };
}

/**
 * The DER SubjectPublicKeyInfo of a key.
 * @param identifier the AlgorithmIdentifier to put into it, where the key alone does not tell: that of an `id-RSASSA-PSS` key
 */
export function encodeSpki(key: PublicKeyParts, identifier?: Uint8Array): Uint8Array<ArrayBuffer> {
  switch (key.type) {
    case 'ec':
      return spkiOf(der(Tag.sequence, derOid(oid.ecPublicKey), derOid(curveOids[key.curve])), key.point);
    case 'ed25519':
    case 'ed448':
      return spkiOf(der(Tag.sequence, derOid(oid[key.type])), key.point);
    case 'ml-dsa':
      return spkiOf(der(Tag.sequence, derOid(mlDsaOids[key.set])), key.key);
    case 'rsa':
      return spkiOf(
        identifier ?? der(Tag.sequence, derOid(oid.rsaEncryption), der(Tag.null)),
        der(Tag.sequence, derUnsigned(key.modulus), derUnsigned(key.exponent)),
      );
  }
}

/** What a key that was taken apart is, in the words of the provider interface. */
export function keyAlgorithm(key: PublicKeyParts): KeyAlgorithm {
  switch (key.type) {
    case 'ec':
      return { type: 'ec', curve: key.curve };
    case 'ed25519':
    case 'ed448':
      return { type: key.type };
    case 'ml-dsa':
      return { type: 'ml-dsa', set: key.set };
    case 'rsa': {
      const bits = modulusBits(key.modulus);
      return key.pssOnly === undefined ? { type: 'rsa', bits } : { type: 'rsa', bits, pssOnly: key.pssOnly };
    }
  }
}

/** Turns a `DecodeError` into CryptoError `malformed-key`. */
export function orMalformed<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof DecodeError)) throw cause;
    throw new CryptoError('malformed-key', `${what}: ${cause.message}`, { cause });
  }
}

function spkiOf(algorithm: Uint8Array, key: Uint8Array): Uint8Array<ArrayBuffer> {
  return der(Tag.sequence, algorithm, derBitString(key));
}
