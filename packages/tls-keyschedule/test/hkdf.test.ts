import { hkdfSync } from 'node:crypto';
import { decode, encode, fromHex, toHex } from '@tlskit/tls-wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deriveSecret, hkdfExpand, hkdfExpandLabel, hkdfExtract, hkdfLabel } from '../src/index.ts';
import { nodeHash } from './hash.ts';

const sha256 = nodeHash('sha256');
const sha384 = nodeHash('sha384');
const bytes = (constraints: fc.IntArrayConstraints) => fc.uint8Array(constraints);
/** ASCII of 1 to `max` characters. */
const label = (max: number) => fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: max });

describe('HKDF', () => {
  it('gives the values of RFC 5869 A.1 and A.3', () => {
    const ikm = new Uint8Array(22).fill(0x0b);
    const prk = hkdfExtract(sha256, fromHex('000102030405060708090a0b0c'), ikm);
    expect(toHex(prk)).toBe('077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5');
    expect(toHex(hkdfExpand(sha256, prk, fromHex('f0f1f2f3f4f5f6f7f8f9'), 42))).toBe(
      '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865',
    );
    const unsalted = hkdfExtract(sha256, undefined, ikm);
    expect(toHex(unsalted)).toBe('19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04');
    expect(toHex(hkdfExpand(sha256, unsalted, new Uint8Array(0), 42))).toBe(
      '8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8',
    );
  });

  it("agrees with Node's on any input and length", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(sha256, sha384),
        bytes({ maxLength: 80 }),
        bytes({ maxLength: 80 }),
        bytes({ maxLength: 80 }),
        fc.nat(400),
        (hash, salt, ikm, info, length) => {
          const ours = hkdfExpand(hash, hkdfExtract(hash, salt, ikm), info, length);
          // Node refuses a length of 0; RFC 5869 does not.
          const theirs = length === 0 ? '' : toHex(new Uint8Array(hkdfSync(hash.name, ikm, salt, info, length)));
          expect(toHex(ours)).toBe(theirs);
        },
      ),
    );
  });

  it('takes absent parts as zeros of the length of the hash', () => {
    const zeros = new Uint8Array(48);
    expect(hkdfExtract(sha384, undefined, undefined)).toEqual(hkdfExtract(sha384, zeros, zeros));
  });

  it('gives at most 255 blocks', () => {
    const prk = new Uint8Array(32);
    expect(hkdfExpand(sha256, prk, new Uint8Array(0), 255 * 32)).toHaveLength(8160);
    for (const length of [255 * 32 + 1, -1, 1.5, Number.NaN]) {
      expect(() => hkdfExpand(sha256, prk, new Uint8Array(0), length)).toThrow(RangeError);
    }
  });

  it('leaves its input alone', () => {
    const info = fromHex('0102');
    const prk = new Uint8Array(32).fill(7);
    hkdfExpand(sha256, prk, info, 100);
    expect([toHex(info), prk.every(byte => byte === 7)]).toEqual(['0102', true]);
  });
});

describe('HKDF-Expand-Label', () => {
  it('expands what the declared HkdfLabel says', () => {
    fc.assert(
      fc.property(label(249), bytes({ maxLength: 255 }), fc.nat(200), (name, context, length) => {
        const secret = new Uint8Array(32).fill(1);
        const info = encode(hkdfLabel, { length, label: new TextEncoder().encode(`tls13 ${name}`), context });
        expect(hkdfExpandLabel(sha256, secret, name, context, length)).toEqual(
          hkdfExpand(sha256, secret, info, length),
        );
      }),
    );
  });

  it('has an info that reads back (RFC 8448 §3)', () => {
    const info = fromHex('000c08746c73313320697600');
    const value = decode(hkdfLabel, info);
    expect({ ...value, label: new TextDecoder().decode(value.label) }).toEqual({
      length: 12,
      label: 'tls13 iv',
      context: new Uint8Array(0),
    });
    for (let end = 0; end < info.length; end++) expect(() => decode(hkdfLabel, info.subarray(0, end))).toThrow();
  });

  it('refuses what HkdfLabel cannot hold', () => {
    const secret = new Uint8Array(32);
    const none = new Uint8Array(0);
    expect(() => hkdfExpandLabel(sha256, secret, '', none, 32)).toThrow(/label/);
    expect(() => hkdfExpandLabel(sha256, secret, 'x'.repeat(250), none, 32)).toThrow(/label/);
    expect(() => hkdfExpandLabel(sha256, secret, 'schlüssel', none, 32)).toThrow(/ASCII/);
    expect(() => hkdfExpandLabel(sha256, secret, 'x', new Uint8Array(256), 32)).toThrow(/context/);
    expect(() => hkdfExpandLabel(sha256, secret, 'x', none, 0x10000)).toThrow(/length/);
    expect(() => hkdfExpandLabel(sha256, secret, 'x', none, 255 * 32 + 1)).toThrow(RangeError);
  });

  it('derives secrets from hashes of its own length alone', () => {
    expect(() => deriveSecret(sha384, new Uint8Array(48), 'derived', sha256.digest())).toThrow(/48 bytes, got 32/);
    expect(toHex(deriveSecret(sha256, hkdfExtract(sha256, undefined, undefined), 'derived', sha256.digest()))).toBe(
      '6f2615a108c702c5678f54fc9dbab69716c076189c48250cebeac3576c3611ba',
    );
  });
});
