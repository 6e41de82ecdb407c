/** Compliance of key import: encodings that must be refused, and with which code. */
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { CryptoError, type CryptoErrorCode, type CryptoProvider } from '@tlskit/tls-crypto';
import { concat, fromHex, toHex } from '@tlskit/tls-wire';
import { contextTag, DerReader, der, derBitString, derOid, derUnsigned, Tag } from '@tlskit/tls-wire/der';
import type { ComplianceCheck } from './compliance.ts';
import { testKeys } from './compliance-keys.ts';
import { flipped } from './compliance-symmetric.ts';

type Refusal = readonly [what: string, key: Uint8Array, code: CryptoErrorCode];

export function keyImportChecks(subject: CryptoProvider, reference: CryptoProvider): ComplianceCheck[] {
  return [
    {
      name: 'public keys that must be refused',
      run: () => assertRefused(publicKeys(), subject.importPublicKey),
    },
    {
      name: 'private keys that must be refused',
      run: () => assertRefused(privateKeys(), subject.importPrivateKey),
    },
    {
      name: 'keys cut short or made longer are malformed',
      run() {
        for (const { name, spki, pkcs8 } of testKeys()) {
          for (const [bytes, load] of [
            [spki, subject.importPublicKey],
            [pkcs8, subject.importPrivateKey],
          ] as const) {
            for (let length = 0; length < bytes.length; length += length < 64 ? 1 : 37) {
              assert.equal(verdict(load, bytes.subarray(0, length)), 'malformed-key', `${name}: first ${length} bytes`);
            }
            assert.equal(verdict(load, concat(bytes, Uint8Array.of(0))), 'malformed-key', `${name}: one byte more`);
          }
        }
      },
    },
    {
      name: 'of damaged keys, subject and reference say the same',
      run() {
        for (const { name, spki, pkcs8 } of testKeys()) {
          // Keys of ML-DSA take long to expand.
          for (let round = 0; round < (name.startsWith('ML-DSA') ? 10 : 40); round++) {
            const [publicKey, privateKey] = [spki, pkcs8].map(key => flipped(key, randomInt(8 * key.length))) as [
              Uint8Array,
              Uint8Array,
            ];
            assert.equal(
              verdict(subject.importPublicKey, publicKey),
              verdict(reference.importPublicKey, publicKey),
              `${name}: ${toHex(publicKey)}`,
            );
            assert.equal(
              verdict(subject.importPrivateKey, privateKey),
              verdict(reference.importPrivateKey, privateKey),
              `${name}: ${toHex(privateKey)}`,
            );
          }
        }
      },
    },
  ];
}

/** What came of an import: nothing but CryptoError may be thrown. */
function verdict(load: (key: Uint8Array) => unknown, key: Uint8Array): CryptoErrorCode | 'imported' {
  try {
    load(key);
    return 'imported';
  } catch (error) {
    if (error instanceof CryptoError) return error.code;
    throw error;
  }
}

function assertRefused(refusals: readonly Refusal[], load: (key: Uint8Array) => unknown): void {
  for (const [what, key, code] of refusals) assert.equal(verdict(load, key), code, what);
}

const oids = {
  ec: derOid('1.2.840.10045.2.1'),
  p256: derOid('1.2.840.10045.3.1.7'),
  p384: derOid('1.3.132.0.34'),
  p521: derOid('1.3.132.0.35'),
  secp256k1: derOid('1.3.132.0.10'),
  rsa: derOid('1.2.840.113549.1.1.1'),
  pss: derOid('1.2.840.113549.1.1.10'),
  mgf1: derOid('1.2.840.113549.1.1.8'),
  sha224: derOid('2.16.840.1.101.3.4.2.4'),
  sha256: derOid('2.16.840.1.101.3.4.2.1'),
  ed25519: derOid('1.3.101.112'),
  ed448: derOid('1.3.101.113'),
  mlDsa44: derOid('2.16.840.1.101.3.4.3.17'),
  mlDsa65: derOid('2.16.840.1.101.3.4.3.18'),
  hashMlDsa44: derOid('2.16.840.1.101.3.4.3.32'),
  mlKem768: derOid('2.16.840.1.101.3.4.4.2'),
  x25519: derOid('1.3.101.110'),
  dsa: derOid('1.2.840.10040.4.1'),
};
const asNull = der(Tag.null);
const seq = (...parts: readonly Uint8Array[]) => der(Tag.sequence, ...parts);
const int = (...octets: readonly number[]) => der(Tag.integer, Uint8Array.from(octets));
const octets = (...parts: readonly Uint8Array[]) => der(Tag.octetString, ...parts);
const explicit = (number: number, ...parts: readonly Uint8Array[]) => der(contextTag(number, true), ...parts);
const filled = (length: number, octet: number) => new Uint8Array(length).fill(octet);

/** The generator of P-256 (SEC 2 §2.4.2), whose private key is one. */
const generator = fromHex(
  '046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c2964fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5',
);
const orderOfP256 = fromHex('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551');

function publicKeys(): Refusal[] {
  const spki = (algorithm: Uint8Array, key: Uint8Array) => seq(algorithm, derBitString(key));
  const p256 = seq(oids.ec, oids.p256);
  const rsa = seq(oids.rsa, asNull);
  const modulus = filled(256, 0xff);
  const e = Uint8Array.of(1, 0, 1);
  const rsaKey = (n: Uint8Array, exponent: Uint8Array) => seq(derUnsigned(n), derUnsigned(exponent));
  const ed25519 = seq(oids.ed25519);
  const ed448 = seq(oids.ed448);
  const zero = Uint8Array.of(0);
  const pss = (...fields: Uint8Array[]) => spki(seq(oids.pss, seq(...fields)), rsaKey(modulus, e));
  const mgf1 = (hash: Uint8Array) => explicit(1, seq(oids.mgf1, seq(hash, asNull)));

  return [
    ['EC: compressed point', spki(p256, concat(Uint8Array.of(3), generator.subarray(1, 33))), 'malformed-key'],
    ['EC: hybrid point', spki(p256, concat(Uint8Array.of(7), generator.subarray(1))), 'malformed-key'],
    ['EC: infinity', spki(p256, Uint8Array.of(0)), 'malformed-key'],
    ['EC: no point', spki(p256, new Uint8Array(0)), 'malformed-key'],
    ['EC: off the curve', spki(p256, flipped(generator, 520 - 8)), 'malformed-key'],
    ['EC: off P-384', spki(seq(oids.ec, oids.p384), concat(Uint8Array.of(4), filled(96, 1))), 'malformed-key'],
    ['EC: off P-521', spki(seq(oids.ec, oids.p521), concat(Uint8Array.of(4), filled(132, 0))), 'malformed-key'],
    ['EC: beyond P-384', spki(seq(oids.ec, oids.p384), concat(Uint8Array.of(4), filled(96, 0xff))), 'malformed-key'],
    ['EC: beyond P-521', spki(seq(oids.ec, oids.p521), concat(Uint8Array.of(4), filled(132, 0xff))), 'malformed-key'],
    ['EC: point of another curve', spki(seq(oids.ec, oids.p384), generator), 'malformed-key'],
    ['EC: unused bits', seq(p256, der(Tag.bitString, Uint8Array.of(1), flipped(generator, 512))), 'malformed-key'],
    ['EC: no parameters', spki(seq(oids.ec), generator), 'unsupported'],
    ['EC: NULL parameters', spki(seq(oids.ec, asNull), generator), 'unsupported'],
    ['EC: specified curve', spki(seq(oids.ec, seq(int(1))), generator), 'unsupported'],
    ['EC: a curve of no use in TLS', spki(seq(oids.ec, oids.secp256k1), generator), 'unsupported'],
    ['EC: two curves', spki(seq(oids.ec, oids.p256, oids.p256), generator), 'malformed-key'],
    ['Ed25519: 31 bytes', spki(ed25519, filled(31, 0x66)), 'malformed-key'],
    ['Ed25519: 33 bytes', spki(ed25519, filled(33, 0x66)), 'malformed-key'],
    ['Ed25519: NULL parameters', spki(seq(oids.ed25519, asNull), filled(32, 0x66)), 'malformed-key'],
    ['Ed25519: order 1', spki(ed25519, concat(Uint8Array.of(1), filled(31, 0))), 'malformed-key'],
    ['Ed25519: order 4', spki(ed25519, filled(32, 0)), 'malformed-key'],
    ['Ed25519: order 4, other sign', spki(ed25519, concat(filled(31, 0), Uint8Array.of(0x80))), 'malformed-key'],
    [
      'Ed25519: y of p + 1',
      spki(ed25519, concat(Uint8Array.of(0xee), filled(30, 0xff), Uint8Array.of(0x7f))),
      'malformed-key',
    ],
    ['Ed448: 56 bytes', spki(ed448, filled(56, 0x66)), 'malformed-key'],
    ['Ed448: 58 bytes', spki(ed448, filled(58, 0)), 'malformed-key'],
    ['Ed448: NULL parameters', spki(seq(oids.ed448, asNull), concat(filled(56, 0x66), zero)), 'malformed-key'],
    ['Ed448: bits beside the sign', spki(ed448, filled(57, 0x66)), 'malformed-key'],
    ['Ed448: order 1', spki(ed448, concat(Uint8Array.of(1), filled(56, 0))), 'malformed-key'],
    ['Ed448: order 2', spki(ed448, concat(fromHex(`fe${'ff'.repeat(27)}fe${'ff'.repeat(27)}`), zero)), 'malformed-key'],
    ['Ed448: order 4', spki(ed448, filled(57, 0)), 'malformed-key'],
    ['Ed448: order 4, other sign', spki(ed448, concat(filled(56, 0), Uint8Array.of(0x80))), 'malformed-key'],
    ['Ed448: y of p + 1', spki(ed448, concat(filled(28, 0), filled(28, 0xff), zero)), 'malformed-key'],
    ['Ed448: y of all ones', spki(ed448, concat(filled(56, 0xff), zero)), 'malformed-key'],
    ['ML-DSA-44: a byte short', spki(seq(oids.mlDsa44), filled(1311, 1)), 'malformed-key'],
    ['ML-DSA-44: a byte long', spki(seq(oids.mlDsa44), filled(1313, 1)), 'malformed-key'],
    ['ML-DSA-44: a key of ML-DSA-65', spki(seq(oids.mlDsa44), filled(1952, 1)), 'malformed-key'],
    ['ML-DSA-44: NULL parameters', spki(seq(oids.mlDsa44, asNull), filled(1312, 1)), 'malformed-key'],
    ['HashML-DSA-44', spki(seq(oids.hashMlDsa44), filled(1312, 1)), 'unsupported'],
    ['ML-KEM-768', spki(seq(oids.mlKem768), filled(1184, 1)), 'unsupported'],
    ['RSA: no parameters', spki(seq(oids.rsa), rsaKey(modulus, e)), 'malformed-key'],
    ['RSA: even modulus', spki(rsa, rsaKey(concat(filled(255, 0xff), Uint8Array.of(0xfe)), e)), 'malformed-key'],
    ['RSA: 1023 bits', spki(rsa, rsaKey(concat(Uint8Array.of(0x7f), filled(127, 0xff)), e)), 'malformed-key'],
    ['RSA: 16,385 bits', spki(rsa, rsaKey(concat(Uint8Array.of(1), filled(2048, 0xff)), e)), 'malformed-key'],
    ['RSA: modulus zero', spki(rsa, rsaKey(filled(1, 0), e)), 'malformed-key'],
    ['RSA: negative modulus', spki(rsa, seq(der(Tag.integer, filled(256, 0x81)), derUnsigned(e))), 'malformed-key'],
    ['RSA: exponent 0', spki(rsa, rsaKey(modulus, filled(1, 0))), 'malformed-key'],
    ['RSA: exponent 1', spki(rsa, rsaKey(modulus, filled(1, 1))), 'malformed-key'],
    ['RSA: even exponent', spki(rsa, rsaKey(modulus, Uint8Array.of(1, 0, 2))), 'malformed-key'],
    ['RSA: exponent of 34 bits', spki(rsa, rsaKey(modulus, Uint8Array.of(2, 0, 0, 0, 1))), 'malformed-key'],
    ['RSA: bytes after the key', spki(rsa, concat(rsaKey(modulus, e), asNull)), 'malformed-key'],
    ['RSA: padded exponent', spki(rsa, seq(derUnsigned(modulus), int(0, 1, 0, 1))), 'malformed-key'],
    ['PSS: hash of no use in TLS', pss(explicit(0, seq(oids.sha224, asNull))), 'unsupported'],
    ['PSS: mask generator that is a hash', pss(explicit(1, seq(oids.sha256, asNull))), 'unsupported'],
    ['PSS: MGF1 with a hash of no use in TLS', pss(mgf1(oids.sha224)), 'unsupported'],
    ['PSS: trailer 2', pss(explicit(3, int(2))), 'malformed-key'],
    ['PSS: negative salt', pss(explicit(2, int(0xff))), 'malformed-key'],
    ['PSS: fields out of order', pss(explicit(2, int(20)), explicit(0, seq(oids.sha256, asNull))), 'malformed-key'],
    ['PSS: NULL parameters', spki(seq(oids.pss, asNull), rsaKey(modulus, e)), 'malformed-key'],
    ['X25519', spki(seq(oids.x25519), filled(32, 9)), 'unsupported'],
    ['DSA', spki(seq(oids.dsa), int(5)), 'unsupported'],
    ['something after the key', seq(p256, derBitString(generator), asNull), 'malformed-key'],
    ['not DER at all', filled(100, 0x41), 'malformed-key'],
    ['nothing', new Uint8Array(0), 'malformed-key'],
  ];
}

function privateKeys(): Refusal[] {
  const pkcs8 = (version: number, algorithm: Uint8Array, key: Uint8Array, ...more: Uint8Array[]) =>
    seq(int(version), algorithm, octets(key), ...more);
  const p256 = seq(oids.ec, oids.p256);
  const one = concat(filled(31, 0), Uint8Array.of(1));
  const ec = (scalar: Uint8Array, ...more: Uint8Array[]) => seq(int(1), octets(scalar), ...more);
  const ed25519 = seq(oids.ed25519);
  const seed = octets(filled(32, 7));
  const publicKey = (key: Uint8Array) => der(contextTag(1, false), Uint8Array.of(0), key);
  const negated = concat(
    generator.subarray(0, 33),
    fromHex('b01cbd1c01e58065711814b583f061e9d431cca994cea1313449bf97c840ae0a'),
  );

  return [
    ['PKCS#8: version 2', pkcs8(2, p256, ec(one)), 'malformed-key'],
    ['PKCS#8: version 1 without a public key', pkcs8(1, p256, ec(one)), 'malformed-key'],
    ['PKCS#8: version 0 with a public key', pkcs8(0, p256, ec(one), publicKey(generator)), 'malformed-key'],
    ['PKCS#8: encrypted', seq(seq(oids.rsa, asNull), octets(filled(40, 1))), 'malformed-key'],
    ['PKCS#8: something behind', pkcs8(0, p256, ec(one), asNull), 'malformed-key'],
    ['EC: a bare ECPrivateKey', ec(one, explicit(0, oids.p256)), 'malformed-key'],
    ['EC: version 0', pkcs8(0, p256, seq(int(0), octets(one))), 'malformed-key'],
    ['EC: zero', pkcs8(0, p256, ec(filled(32, 0))), 'malformed-key'],
    ['EC: the order', pkcs8(0, p256, ec(orderOfP256)), 'malformed-key'],
    ['EC: above the order', pkcs8(0, p256, ec(filled(32, 0xff))), 'malformed-key'],
    ['EC: 31 bytes', pkcs8(0, p256, ec(one.subarray(1))), 'malformed-key'],
    ['EC: 33 bytes', pkcs8(0, p256, ec(concat(Uint8Array.of(0), one))), 'malformed-key'],
    ['EC: another curve inside', pkcs8(0, p256, ec(one, explicit(0, oids.p384))), 'malformed-key'],
    ['EC: another public key inside', pkcs8(0, p256, ec(one, explicit(1, derBitString(negated)))), 'malformed-key'],
    ['EC: another public key outside', pkcs8(1, p256, ec(one), publicKey(negated)), 'malformed-key'],
    [
      'EC: compressed public key',
      pkcs8(0, p256, ec(one, explicit(1, derBitString(generator.subarray(0, 33))))),
      'malformed-key',
    ],
    ['EC: trailing bytes', pkcs8(0, p256, concat(ec(one), asNull)), 'malformed-key'],
    ['EC: a curve of no use in TLS', pkcs8(0, seq(oids.ec, oids.secp256k1), ec(one)), 'unsupported'],
    ['Ed25519: 31 bytes', pkcs8(0, ed25519, octets(filled(31, 7))), 'malformed-key'],
    ['Ed25519: not wrapped', pkcs8(0, ed25519, filled(32, 7)), 'malformed-key'],
    ['Ed25519: NULL parameters', pkcs8(0, seq(oids.ed25519, asNull), seed), 'malformed-key'],
    ['Ed25519: another public key', pkcs8(1, ed25519, seed, publicKey(filled(32, 0x66))), 'malformed-key'],
    ['Ed448: 56 bytes', pkcs8(0, seq(oids.ed448), octets(filled(56, 7))), 'malformed-key'],
    ['Ed448: 58 bytes', pkcs8(0, seq(oids.ed448), octets(filled(58, 7))), 'malformed-key'],
    ['Ed448: not wrapped', pkcs8(0, seq(oids.ed448), filled(57, 7)), 'malformed-key'],
    ['Ed448: NULL parameters', pkcs8(0, seq(oids.ed448, asNull), octets(filled(57, 7))), 'malformed-key'],
    [
      'Ed448: another public key',
      pkcs8(1, seq(oids.ed448), octets(filled(57, 7)), publicKey(filled(57, 0x66))),
      'malformed-key',
    ],
    ...mlDsaPrivateKeys(),
    ['X25519', pkcs8(0, seq(oids.x25519), seed), 'unsupported'],
    ...rsaPrivateKeys(),
  ];
}

/** RFC 9881 §6: forms that are none, lengths of other sets, halves that do not belong together. */
function mlDsaPrivateKeys(): Refusal[] {
  const pkcs8 = (inner: Uint8Array, ...parameters: Uint8Array[]) =>
    seq(int(0), seq(oids.mlDsa44, ...parameters), octets(inner));
  const seed = (length: number) => der(contextTag(0, false), filled(length, 7));
  const refused: Readonly<Record<string, Uint8Array>> = {
    'a seed of 31 bytes': pkcs8(seed(31)),
    'a seed of 33 bytes': pkcs8(seed(33)),
    'a seed without a tag': pkcs8(filled(32, 7)),
    'a seed in an OCTET STRING': pkcs8(octets(filled(32, 7))),
    'a seed with an explicit tag': pkcs8(explicit(0, octets(filled(32, 7)))),
    'NULL parameters': pkcs8(seed(32), asNull),
    'an expanded key of ML-DSA-65': pkcs8(octets(filled(4032, 7))),
    'an expanded key of zeros': pkcs8(octets(filled(2560, 0))),
    'an expanded key of sevens': pkcs8(octets(filled(2560, 7))),
    'an expanded key of ones': pkcs8(octets(filled(2560, 0xff))),
    'a seed and another expanded key': pkcs8(seq(octets(filled(32, 7)), octets(filled(2560, 0)))),
    'a seed alone in a SEQUENCE': pkcs8(seq(octets(filled(32, 7)))),
    'another public key': seq(
      int(1),
      seq(oids.mlDsa44),
      octets(seed(32)),
      der(contextTag(1, false), Uint8Array.of(0), filled(1312, 7)),
    ),
  };
  return Object.entries(refused).map(([what, key]): Refusal => [`ML-DSA: ${what}`, key, 'malformed-key']);
}

/** A good RSA key with one number changed at a time. */
function rsaPrivateKeys(): Refusal[] {
  const good = testKeys().find(key => key.name === 'RSA-2048');
  if (good === undefined) throw new Error('no RSA key');
  const outer = new DerReader(good.pkcs8).enter();
  outer.next();
  const algorithm = outer.next().bytes;
  const inner = new DerReader(outer.octetString()).enter();
  const numbers: Uint8Array[] = [];
  while (!inner.done) numbers.push(inner.unsigned());
  const build = (values: readonly Uint8Array[], ...more: Uint8Array[]) =>
    seq(int(0), algorithm, octets(seq(...values.map(derUnsigned), ...more)));
  const names = ['version', 'n', 'e', 'd', 'p', 'q', 'd mod p-1', 'd mod q-1', '1/q mod p'];

  return [
    ...names.slice(1).map((name, i): Refusal => {
      const changed = numbers.map((number, at) => (at === i + 1 ? flipped(number, 8 * number.length - 6) : number));
      return [`RSA: ${name} changed`, build(changed), 'malformed-key'];
    }),
    ['RSA: version 2', build([Uint8Array.of(2), ...numbers.slice(1)]), 'malformed-key'],
    ['RSA: more than two primes', build([Uint8Array.of(1), ...numbers.slice(1)], seq()), 'unsupported'],
    ['RSA: no primes', build(numbers.slice(0, 4)), 'malformed-key'],
    ['RSA: something behind', build(numbers, asNull), 'malformed-key'],
    [
      'RSA: n and 1 as primes',
      build(numbers.map((number, i) => (i === 4 ? (numbers[1] as Uint8Array) : i === 5 ? Uint8Array.of(1) : number))),
      'malformed-key',
    ],
  ];
}
