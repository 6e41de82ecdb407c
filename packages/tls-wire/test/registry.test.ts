import { describe, expect, expectTypeOf, it } from 'vitest';
import { DecodeError, decode, EncodeError, encode, registry, toHex } from '../src/index.ts';

const Colour = registry('Colour', 2, { red: 1, green: 0x0203 });

describe('a registry', () => {
  it('has names for numbers and numbers for names', () => {
    expect([Colour.nameOf(1), Colour.nameOf(2)]).toEqual(['red', undefined]);
    expect([Colour.valueOf('green'), Colour.valueOf('Green'), Colour.valueOf('toString')]).toEqual([
      0x0203,
      undefined,
      undefined,
    ]);
    expect([Colour.label(1), Colour.label(0x0a0a), Colour.label(2)]).toEqual(['red', '0x0a0a', '0x0002']);
    expect(registry('Small', 1, {}).label(7)).toBe('0x07');
    expectTypeOf(Colour.nameOf(1)).toEqualTypeOf<'red' | 'green' | undefined>();
    expectTypeOf(Colour.values).toEqualTypeOf<{ readonly red: number; readonly green: number }>();
  });

  it('is a codec in which every number survives', () => {
    expect(Colour.type).toBe('Colour');
    for (let value = 0; value < 2 ** 16; value += 257) expect(decode(Colour, encode(Colour, value))).toBe(value);
    expect(toHex(encode(Colour, 1))).toBe('0001');
    expect(() => encode(Colour, 2 ** 16)).toThrow(EncodeError);
    expect(() => decode(Colour, Uint8Array.of(1))).toThrow(DecodeError);
  });

  it('has one name a number', () => {
    expect(() => registry('Twice', 1, { a: 1, b: 1 })).toThrow('Twice: 1 has two names');
  });
});
