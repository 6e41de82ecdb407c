import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ascii, concat, equalBytes, fromHex, toHex } from '../src/index.ts';

describe('hexadecimal', () => {
  it('goes there and back', () => {
    fc.assert(
      fc.property(fc.uint8Array(), bytes => {
        const hex = toHex(bytes);
        expect(hex).toMatch(/^[0-9a-f]*$/);
        expect(fromHex(hex)).toEqual(bytes);
        expect(fromHex(hex.toUpperCase())).toEqual(bytes);
      }),
    );
  });

  it.each(['0', 'abc', 'zz', '0x00', ' 00 ', '00 11', '１１'])('%j is none', text => {
    expect(() => fromHex(text)).toThrow(RangeError);
  });
});

describe('concat', () => {
  it('joins in order, and owns the result', () => {
    const part = Uint8Array.of(1);
    const joined = concat(part, new Uint8Array(0), Uint8Array.of(2, 3));
    part[0] = 9;
    expect([...joined]).toEqual([1, 2, 3]);
    expect(concat()).toHaveLength(0);
  });
});

describe('equalBytes', () => {
  it('looks at length and every byte', () => {
    expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2))).toBe(true);
    expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 3))).toBe(false);
    expect(equalBytes(Uint8Array.of(1), Uint8Array.of(1, 0))).toBe(false);
    expect(equalBytes(new Uint8Array(0), new Uint8Array(0))).toBe(true);
  });
});

describe('ascii', () => {
  it('takes ASCII alone', () => {
    expect(ascii('tls13 \u007f')).toEqual(Uint8Array.of(0x74, 0x6c, 0x73, 0x31, 0x33, 0x20, 0x7f));
    expect(() => ascii('\u0080')).toThrow(RangeError);
    expect(() => ascii('tls 1。3')).toThrow(RangeError);
  });
});
