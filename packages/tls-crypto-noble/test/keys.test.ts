import { generateKeyPairSync, type KeyPairKeyObjectResult } from 'node:crypto';
import type { KeyAlgorithm } from '@tlskit/tls-crypto';
import { concat, fromHex, toHex } from '@tlskit/tls-wire';
import { contextTag, der, derBitString, derOid, derUnsigned, Tag } from '@tlskit/tls-wire/der';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ed448Kind,
  ed25519Kind,
  encodeEcdsaSignature,
  encodePkcs8,
  encodeSpki,
  fits,
  keyAlgorithm,
  parseEcdsaSignature,
  parsePkcs8,
  parseSpki,
} from '../src/keys/index.ts';

/** Both halves as DER. (Exporting a JWK after generateKeyPairSync deadlocks now and then on Node 20.) */
function exported({ publicKey, privateKey }: KeyPairKeyObjectResult) {
  return {
    publicKey: new Uint8Array(publicKey.export({ format: 'der', type: 'spki' })),
    privateKey: new Uint8Array(privateKey.export({ format: 'der', type: 'pkcs8' })),
  };
}

const kinds = [ed25519Kind, ed448Kind];

describe('keys of OpenSSL', () => {
  it.each([
    ['secp256r1', exported(generateKeyPairSync('ec', { namedCurve: 'P-256' }))],
    ['secp384r1', exported(generateKeyPairSync('ec', { namedCurve: 'P-384' }))],
    ['secp521r1', exported(generateKeyPairSync('ec', { namedCurve: 'P-521' }))],
    ['ed25519', exported(generateKeyPairSync('ed25519'))],
    ['ed448', exported(generateKeyPairSync('ed448'))],
    ['rsa', exported(generateKeyPairSync('rsa', { modulusLength: 2048 }))],
  ] as const)('%s: taken apart and put together again', (name, { publicKey, privateKey }) => {
    const parts = parseSpki(publicKey, kinds);
    expect(toHex(encodeSpki(parts))).toBe(toHex(publicKey));
    expect(keyAlgorithm(parts)).toEqual(
      name === 'rsa'
        ? { type: 'rsa', bits: 2048 }
        : name.startsWith('ed')
          ? { type: name }
          : { type: 'ec', curve: name },
    );
    const secret = parsePkcs8(privateKey, kinds);
    const again = parsePkcs8(encodePkcs8(secret), kinds);
    const { point: _, ...withoutPoint } = { point: undefined, ...secret };
    expect(again).toEqual(withoutPoint);
  });

  it.each([
    ['2.5.8.1.1', 'unsupported'],
    ['1.3.101.111', 'unsupported'],
    ['1.3.101.113', 'unsupported'],
  ])('%s is %s', (oid, code) => {
    const spki = der(Tag.sequence, der(Tag.sequence, derOid(oid)), derBitString(new Uint8Array(57)));
    expect(() => parseSpki(spki, [ed25519Kind])).toThrow(expect.objectContaining({ name: 'CryptoError', code }));
  });
});

describe('PKCS#8', () => {
  const ed25519 = der(Tag.sequence, derOid('1.3.101.112'));
  const seed = new Uint8Array(32).fill(7);
  const key = der(Tag.octetString, der(Tag.octetString, seed));

  it('may carry attributes, and in version 1 the public key (RFC 5958 §2, RFC 8410 §10.3)', () => {
    const attributes = der(contextTag(0, true), der(Tag.sequence, derOid('1.2.840.113549.1.9.9.20')));
    const point = new Uint8Array(32).fill(9);
    const publicKey = der(contextTag(1, false), Uint8Array.of(0), point);
    const version = (number: number) => der(Tag.integer, Uint8Array.of(number));
    expect(parsePkcs8(der(Tag.sequence, version(0), ed25519, key, attributes), kinds)).toEqual({
      type: 'ed25519',
      seed,
    });
    expect(parsePkcs8(der(Tag.sequence, version(1), ed25519, key, attributes, publicKey), kinds)).toEqual({
      type: 'ed25519',
      seed,
      point,
    });
  });
});

describe('id-RSASSA-PSS', () => {
  const rsaKey = der(Tag.sequence, derUnsigned(new Uint8Array(128).fill(0xff)), derUnsigned(Uint8Array.of(3)));
  const parse = (...parameters: Uint8Array[]) =>
    parseSpki(
      der(Tag.sequence, der(Tag.sequence, derOid('1.2.840.113549.1.1.10'), ...parameters), derBitString(rsaKey)),
      kinds,
    );
  const hash = (oid: string, ...nulls: Uint8Array[]) => der(Tag.sequence, derOid(oid), ...nulls);
  const field = (number: number, content: Uint8Array) => der(contextTag(number, true), content);
  const mgf1 = (inner: Uint8Array) => der(Tag.sequence, derOid('1.2.840.113549.1.1.8'), inner);
  const [sha1, sha256, sha384] = ['1.3.14.3.2.26', '2.16.840.1.101.3.4.2.1', '2.16.840.1.101.3.4.2.2'] as const;
  const asNull = der(Tag.null);

  it('without parameters has no restriction', () => {
    expect(parse()).toMatchObject({ type: 'rsa', pssOnly: {} });
  });

  it('with empty parameters has the defaults, also when they are written out (RFC 4055 §3.1)', () => {
    const defaults = { hash: 'sha1', mgfHash: 'sha1', minSaltLength: 20 };
    expect(parse(der(Tag.sequence))).toMatchObject({ pssOnly: defaults });
    const written = [
      field(0, hash(sha1, asNull)),
      field(1, mgf1(hash(sha1, asNull))),
      field(2, derUnsigned(Uint8Array.of(20))),
      field(3, derUnsigned(Uint8Array.of(1))),
    ];
    expect(parse(der(Tag.sequence, ...written))).toMatchObject({ pssOnly: defaults });
  });

  it('bears the restriction that it says, with NULL or without', () => {
    const parameters = der(
      Tag.sequence,
      field(0, hash(sha384)),
      field(1, mgf1(hash(sha256, asNull))),
      field(2, derUnsigned(Uint8Array.of(48))),
    );
    expect(parse(parameters)).toMatchObject({ pssOnly: { hash: 'sha384', mgfHash: 'sha256', minSaltLength: 48 } });
  });
});

describe('fits', () => {
  const pss = (hash: 'sha256' | 'sha384', saltLength: number) =>
    ({ type: 'rsa-pss', hash, mgfHash: hash, saltLength }) as const;
  const rsa = (bits: number, pssOnly?: object) => ({ type: 'rsa', bits, ...(pssOnly && { pssOnly }) }) as KeyAlgorithm;

  it.each([
    [{ type: 'ec', curve: 'secp256r1' }, { type: 'ecdsa', hash: 'sha384' }, true],
    [{ type: 'ec', curve: 'secp256r1' }, { type: 'ed25519' }, false],
    [{ type: 'ed25519' }, { type: 'ed25519' }, true],
    [{ type: 'ed25519' }, { type: 'ed448' }, false],
    [{ type: 'ed448' }, { type: 'ed448' }, true],
    [{ type: 'ml-dsa', set: 65 }, { type: 'ml-dsa', set: 65 }, true],
    [{ type: 'ml-dsa', set: 65 }, { type: 'ml-dsa', set: 44 }, false],
    [{ type: 'ml-dsa', set: 65 }, { type: 'ed448' }, false],
    [{ type: 'ed448' }, { type: 'ml-dsa', set: 87 }, false],
    [rsa(2048), { type: 'rsa-pkcs1', hash: 'sha1' }, true],
    [rsa(2048), pss('sha256', 32), true],
    [rsa(2048), { type: 'ecdsa', hash: 'sha256' }, false],
    [rsa(2048, {}), { type: 'rsa-pkcs1', hash: 'sha256' }, false],
    [rsa(2048, {}), pss('sha384', 48), true],
    [rsa(2048, { hash: 'sha256' }), pss('sha384', 48), false],
    [rsa(2048, { mgfHash: 'sha384' }), pss('sha256', 32), false],
    [rsa(2048, { minSaltLength: 33 }), pss('sha256', 32), false],
    [rsa(2048, { minSaltLength: 32 }), pss('sha256', 32), true],
    [rsa(2048), pss('sha256', 222), true],
    [rsa(2048), pss('sha256', 223), false],
    [rsa(2049), pss('sha256', 222), true],
    [rsa(2049), pss('sha256', 223), false],
    [rsa(2050), pss('sha256', 223), true],
  ] as const)('%o does %o: %s', (key, algorithm, expected) => {
    expect(fits(key, algorithm)).toBe(expected);
  });
});

describe('ECDSA signatures', () => {
  it('survive the way to DER and back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 64, maxLength: 64 }), pair => {
        expect(parseEcdsaSignature('secp256r1', encodeEcdsaSignature(pair))).toEqual(pair);
      }),
    );
  });

  it('are padded to the length of the curve', () => {
    expect(toHex(parseEcdsaSignature('secp384r1', fromHex('3006020101020102'))!)).toBe(
      `${'00'.repeat(47)}01${'00'.repeat(47)}02`,
    );
  });

  it('have one encoding', () => {
    for (const hex of ['3007020101020102', '300702020001020102', '30060201810201020000', '3080020101020102', '']) {
      expect(parseEcdsaSignature('secp256r1', fromHex(hex)), hex).toBeUndefined();
    }
    expect(parseEcdsaSignature('secp256r1', concat(fromHex('3006020101020102'), Uint8Array.of(0)))).toBeUndefined();
    expect(parseEcdsaSignature('secp256r1', encodeEcdsaSignature(new Uint8Array(96).fill(1)))).toBeUndefined();
  });

  it('that are random bytes never throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 90 }), bytes => {
        const pair = parseEcdsaSignature('secp256r1', bytes);
        expect(pair === undefined || toHex(encodeEcdsaSignature(pair)) === toHex(bytes)).toBe(true);
      }),
    );
  });
});
