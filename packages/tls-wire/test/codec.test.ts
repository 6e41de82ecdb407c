/** Every kind of codec: form, bounds, and what does not fit. */
import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  type Codec,
  DecodeError,
  decode,
  EncodeError,
  encode,
  fromHex,
  mapped,
  opaque,
  opaqueVector,
  prefixed,
  registry,
  rest,
  select,
  sequence,
  struct,
  toHex,
  uint8,
  uint16,
  uint24,
  uint32,
  uint64,
  type Value,
  vector,
} from '../src/index.ts';

/** A codec, a value of it, and the bytes that RFC 9846 §3 makes of it. */
function sample<T>(codec: Codec<T>, value: T, hex: string, type: string): [string, Codec<unknown>, unknown, string] {
  return [type, codec as Codec<unknown>, value, hex];
}

const Kind = registry('Kind', 1, { number: 1, text: 2 });
const record = struct('Record', { kind: Kind, data: opaqueVector(0, 2 ** 16 - 1) });
const variant = select(
  'Variant',
  { kind: Kind },
  ({ kind }): Codec<number | Uint8Array> => (kind === Kind.values.number ? uint16 : rest),
);
const named = select('Named', { kind: Kind }, () => uint8, 'payload');
const text = mapped(
  opaqueVector(0, 255),
  'text',
  bytes => new TextDecoder().decode(bytes),
  (value: string) => new TextEncoder().encode(value),
);

const samples = [
  sample(uint8, 0xfe, 'fe', 'uint8'),
  sample(uint16, 0x0102, '0102', 'uint16'),
  sample(uint24, 0x010203, '010203', 'uint24'),
  sample(uint32, 0xfffefdfc, 'fffefdfc', 'uint32'),
  sample(uint64, 2n ** 64n - 1n, 'ffffffffffffffff', 'uint64'),
  sample(opaque(3), fromHex('010203'), '010203', 'opaque[3]'),
  sample(opaqueVector(0, 32), fromHex('aa'), '01aa', 'opaque<0..32>'),
  sample(opaqueVector(0, 255), new Uint8Array(0), '00', 'opaque<0..2^8-1>'),
  sample(opaqueVector(1, 2 ** 16 - 1), fromHex('aa'), '0001aa', 'opaque<1..2^16-1>'),
  sample(opaqueVector(0, 2 ** 24 - 1), fromHex('aa'), '000001aa', 'opaque<0..2^24-1>'),
  sample(vector(uint16, 2, 2 ** 16 - 2), [1, 2], '000400010002', 'uint16<2..2^16-2>'),
  sample(
    vector(opaqueVector(1, 255), 0, 255),
    [fromHex('aa'), fromHex('bbcc')],
    '0501aa02bbcc',
    'opaque<1..2^8-1><0..2^8-1>',
  ),
  sample(prefixed(record, 3, 300), { kind: 2, data: fromHex('aa') }, '0004020001aa', 'Record<3..300>'),
  sample(record, { kind: 7, data: fromHex('aabb') }, '070002aabb', 'Record'),
  sample(variant, { kind: 1, body: 0x0102 }, '010102', 'Variant'),
  sample(named, { kind: 1, payload: 5 }, '0105', 'Named'),
  sample(text, 'hé', '0368c3a9', 'text'),
  sample(struct('Empty', {}), {}, '', 'Empty'),
] as const;

describe.each(samples)('%s', (type, codec, value, hex) => {
  it('writes and reads the form of the presentation language', () => {
    expect(codec.type).toBe(type);
    expect(toHex(encode(codec, value))).toBe(hex);
    expect(decode(codec, fromHex(hex))).toEqual(value);
  });

  it('fails at every proper prefix, and with a byte too many', () => {
    const bytes = fromHex(hex);
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decode(codec, bytes.subarray(0, length))).toThrow(DecodeError);
    }
    expect(() => decode(codec, fromHex(`${hex}00`))).toThrow(DecodeError);
  });

  it('of random bytes is a DecodeError, or re-encodes to them', () => {
    // Text that is not UTF-8 is replaced: that codec alone is not exact, by what it is mapped with.
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }), bytes => {
        let found: unknown;
        try {
          found = decode(codec, bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError);
          return;
        }
        if (type !== 'text') expect(toHex(encode(codec, found))).toBe(toHex(bytes));
        else expect(found).toBeTypeOf('string');
      }),
      { numRuns: 300 },
    );
  });
});

describe('codecs of what is left', () => {
  it('rest takes all, also nothing', () => {
    expect(toHex(decode(rest, fromHex('0102')))).toBe('0102');
    expect(decode(rest, new Uint8Array(0))).toHaveLength(0);
    expect(toHex(encode(struct('S', { a: uint8, b: rest }), { a: 1, b: fromHex('0203') }))).toBe('010203');
  });

  it('sequence takes elements to the end, and no half one', () => {
    const numbers = sequence(uint16);
    expect(numbers.type).toBe('uint16[rest]');
    expect(decode(numbers, fromHex('00010002'))).toEqual([1, 2]);
    expect(decode(numbers, new Uint8Array(0))).toEqual([]);
    expect(toHex(encode(numbers, [1, 2]))).toBe('00010002');
    expect(() => decode(numbers, fromHex('000100'))).toThrow(DecodeError);
  });

  it('an element of no bytes is an error, not a loop', () => {
    const empty = struct('Empty', {});
    expect(() => decode(vector(empty, 0, 255), fromHex('0100'))).toThrow(DecodeError);
    expect(decode(vector(empty, 0, 255), fromHex('00'))).toEqual([]);
  });
});

describe('bounds', () => {
  const bounded = fc
    .tuple(fc.constantFrom(255, 256, 300, 2 ** 16 - 1, 2 ** 16), fc.nat(8))
    .chain(([max, min]) => fc.tuple(fc.constant(min), fc.constant(max), fc.nat(max === 255 ? 300 : 700)));

  it('the width of a length is that of the largest (RFC 9846 §3.4)', () => {
    for (const [max, width] of [
      [1, 1],
      [255, 1],
      [256, 2],
      [65535, 2],
      [65536, 3],
      [2 ** 24 - 1, 3],
    ] as const) {
      expect(encode(opaqueVector(0, max), Uint8Array.of(1))).toHaveLength(width + 1);
      expect(encode(vector(uint8, 0, max), [1])).toHaveLength(width + 1);
      expect(encode(prefixed(uint8, 0, max), 1)).toHaveLength(width + 1);
    }
  });

  it('hold when written and when read', () => {
    fc.assert(
      fc.property(bounded, ([min, max, length]) => {
        const value = new Uint8Array(length);
        const width = max < 256 ? 1 : max < 65536 ? 2 : 3;
        // What a careless writer would send: any length that its bytes can say.
        fc.pre(length < 2 ** (8 * width));
        const sent = encode(
          struct('Sent', { length: width === 1 ? uint8 : width === 2 ? uint16 : uint24, value: rest }),
          {
            length,
            value,
          },
        );
        const codecs: [Codec<unknown>, unknown][] = [
          [opaqueVector(min, max) as Codec<unknown>, value],
          [vector(uint8, min, max) as Codec<unknown>, [...value]],
          [prefixed(rest, min, max) as Codec<unknown>, value],
        ];
        for (const [codec, written] of codecs) {
          if (length >= min && length <= max) {
            expect(toHex(encode(codec, written))).toBe(toHex(sent));
            expect(decode(codec, sent)).toEqual(written);
          } else {
            expect(() => encode(codec, written)).toThrow(EncodeError);
            expect(() => decode(codec, sent)).toThrow(/is out of bounds/);
          }
        }
      }),
    );
  });

  it.each([
    [0, 2 ** 24],
    [-1, 5],
    [6, 5],
  ])('<%i..%i> are none', (min, max) => {
    expect(() => opaqueVector(min, max)).toThrow(RangeError);
    expect(() => vector(uint8, min, max)).toThrow(RangeError);
    expect(() => prefixed(uint8, min, max)).toThrow(RangeError);
  });

  it('a length may not cut an element, nor leave any of it over', () => {
    expect(() => decode(vector(uint16, 0, 255), fromHex('03000100'))).toThrow(DecodeError);
    expect(() => decode(prefixed(uint16, 0, 255), fromHex('03000100'))).toThrow('uint16<0..2^8-1>: 1 bytes too many');
    // An inner length may not reach past the outer end, though bytes are there.
    expect(() =>
      decode(struct('S', { v: vector(opaqueVector(0, 255), 0, 255), r: rest }), fromHex('0202aabb')),
    ).toThrow('expected 2 bytes, 1 left');
  });

  it('an opaque of fixed length has that length', () => {
    expect(() => encode(opaque(2), fromHex('aa'))).toThrow(EncodeError);
    expect(() => encode(opaque(2), fromHex('aabbcc'))).toThrow(EncodeError);
  });
});

describe('struct and select', () => {
  it('name the fields in order', () => {
    const value = decode(struct('S', { b: uint8, a: uint8 }), fromHex('0102'));
    expect(Object.entries(value)).toEqual([
      ['b', 1],
      ['a', 2],
    ]);
  });

  it('read the rest by what came before', () => {
    expect(decode(variant, fromHex('090102'))).toEqual({ kind: 9, body: fromHex('0102') });
    expect(() => decode(variant, fromHex('0101'))).toThrow(DecodeError);
  });

  it('have types', () => {
    expectTypeOf<Value<typeof record>>().toEqualTypeOf<{ readonly kind: number; readonly data: Uint8Array }>();
    expectTypeOf(decode(variant, fromHex('010102')).body).toEqualTypeOf<number | Uint8Array>();
    expectTypeOf(decode(named, fromHex('0101')).payload).toEqualTypeOf<number>();
    expect(() => {
      // @ts-expect-error a field is missing
      encode(record, { kind: 1 });
    }).toThrow();
  });
});
