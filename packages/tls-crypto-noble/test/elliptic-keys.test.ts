/** Keys of elliptic curves in certificates, in the one form that the RFCs leave (RFC 5480 §2, RFC 8410 §3, §4, §5). */
import { generateKeyPairSync } from 'node:crypto';
import { concat, fromHex } from '@tlskit/tls-wire';
import { DerReader, der, derBitString, derOid, Tag } from '@tlskit/tls-wire/der';
import { describe, expect, it } from 'vitest';
import { ed448Kind } from '../src/keys/ed448.ts';
import { ed25519Kind } from '../src/keys/ed25519.ts';
import { parseSpki } from '../src/keys/index.ts';

const spki = { format: 'der', type: 'spki' } as const;

/** The bytes of subjectPublicKey. */
function keyIn(bytes: Uint8Array): Uint8Array {
  const reader = new DerReader(bytes).enter();
  reader.next();
  return reader.bitStringBytes();
}

const point = keyIn(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export(spki));
const edPoint = keyIn(generateKeyPairSync('ed25519').publicKey.export(spki));
const ed448Point = keyIn(generateKeyPairSync('ed448').publicKey.export(spki));

const ecPublicKey = derOid('1.2.840.10045.2.1');
const p256 = derOid('1.2.840.10045.3.1.7');
const ed25519 = derOid('1.3.101.112');
const ed448 = derOid('1.3.101.113');
const nothing = der(Tag.null);

const read = (algorithm: Uint8Array, key: Uint8Array) =>
  parseSpki(der(Tag.sequence, algorithm, derBitString(key)), [ed25519Kind, ed448Kind]);

describe('a key of ECDSA', () => {
  it('names its curve, and has an uncompressed point [8422:5.9:1]', () => {
    expect(read(der(Tag.sequence, ecPublicKey, p256), point)).toMatchObject({ type: 'ec', curve: 'secp256r1' });
  });

  it.each([
    ['without a curve', der(Tag.sequence, ecPublicKey), point, 'unsupported'],
    ['with NULL for a curve', der(Tag.sequence, ecPublicKey, nothing), point, 'unsupported'],
    ['with a curve by its coefficients', der(Tag.sequence, ecPublicKey, der(Tag.sequence)), point, 'unsupported'],
    ['with more behind its curve', der(Tag.sequence, ecPublicKey, p256, nothing), point, 'malformed-key'],
    [
      'with a compressed point',
      der(Tag.sequence, ecPublicKey, p256),
      concat(Uint8Array.of(2 + ((point[64] as number) & 1)), point.subarray(1, 33)),
      'malformed-key',
    ],
    ['with a point of another curve', der(Tag.sequence, ecPublicKey, derOid('1.3.132.0.34')), point, 'malformed-key'],
  ])('%s is none [8422:5.9:1]', (_what, algorithm, key, code) => {
    expect(() => read(algorithm, key)).toThrow(expect.objectContaining({ name: 'CryptoError', code }));
  });
});

describe('a key of EdDSA', () => {
  it('has its bytes alone [8422:5.9:2]', () => {
    expect(read(der(Tag.sequence, ed25519), edPoint)).toMatchObject({ type: 'ed25519' });
    expect(read(der(Tag.sequence, ed448), ed448Point)).toMatchObject({ type: 'ed448' });
  });

  it.each([
    ['Ed25519 with parameters', der(Tag.sequence, ed25519, nothing), edPoint],
    ['Ed448 with parameters', der(Tag.sequence, ed448, nothing), ed448Point],
    ['Ed25519 with a curve', der(Tag.sequence, ed25519, p256), edPoint],
    ['Ed25519 of 31 bytes', der(Tag.sequence, ed25519), edPoint.subarray(1)],
    ['Ed448 of 32 bytes', der(Tag.sequence, ed448), edPoint],
    ['Ed25519 in an OCTET STRING', der(Tag.sequence, ed25519), concat(fromHex('0420'), edPoint)],
  ])('%s is none [8422:5.9:2]', (_what, algorithm, key) => {
    expect(() => read(algorithm, key)).toThrow(expect.objectContaining({ name: 'CryptoError', code: 'malformed-key' }));
  });
});
