/** DER as X.690 §10 has it, and nothing else. */
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  contextTag,
  DerReader,
  decodeBitString,
  decodeOid,
  der,
  derBitString,
  derOid,
  derUnsigned,
  readDer,
  Tag,
  unsignedPart,
} from '../src/der.ts';
import { DecodeError, equalBytes, fromHex, toHex } from '../src/index.ts';

const read = <T>(hex: string, one: (reader: DerReader) => T): T => readDer(fromHex(hex), 'it', one);

describe('lengths', () => {
  it.each([0, 1, 127, 128, 255, 256, 65535, 65536])('of %i bytes go there and back', length => {
    const bytes = der(Tag.octetString, new Uint8Array(length));
    expect(readDer(bytes, 'it', r => r.octetString())).toHaveLength(length);
  });

  it.each([
    ['indefinite', '04800000'],
    ['not minimal: 127 in two octets', `04817f${'00'.repeat(127)}`],
    ['not minimal: none in two octets', '048100'],
    ['not minimal: 255 in three octets', `048200ff${'00'.repeat(255)}`],
    ['not minimal: a leading zero octet', `0483000100${'00'.repeat(256)}`],
    ['of five octets', '04850000000001aa'],
    ['of 127 octets, which is reserved', '04ff'],
    ['longer than what is there', '0402aa'],
    ['of 2^32-1', '0484ffffffff'],
    ['cut short', '0482ff'],
    ['not there', '04'],
  ])('%s: refused', (_what, hex) => {
    expect(() => read(hex, r => r.next())).toThrow(DecodeError);
  });
});

describe('tags', () => {
  it('gives the contents of a value of a tag, and goes past it', () => {
    const reader = new DerReader(fromHex('0403010203' + '0500'));
    expect(() => reader.contents(Tag.null)).toThrow(DecodeError);
    expect(reader.contents(Tag.octetString)).toEqual(Uint8Array.of(1, 2, 3));
    expect(reader.contents(Tag.null)).toEqual(new Uint8Array(0));
    expect(reader.done).toBe(true);
    expect(() => reader.contents(Tag.null)).toThrow(DecodeError);
  });

  it('are checked where one is expected', () => {
    expect(() => read('0400', r => r.next(Tag.sequence))).toThrow('expected tag 0x30, got 0x04');
    const reader = new DerReader(fromHex('04000500'));
    expect(reader.optional(Tag.null)).toBeUndefined();
    expect(reader.peek()).toBe(Tag.octetString);
    expect(reader.next().tag).toBe(Tag.octetString);
    expect(reader.optional(Tag.null)?.value).toHaveLength(0);
    expect([reader.done, reader.peek()]).toEqual([true, undefined]);
    expect(() => reader.next()).toThrow(DecodeError);
  });

  it('of more than one octet are refused', () => {
    expect(() => read('1f8100', r => r.next())).toThrow(DecodeError);
    expect(() => read('bf1f00', r => r.next())).toThrow(DecodeError);
  });

  it('of a context are made', () => {
    expect([contextTag(0, true), contextTag(2, false), contextTag(30, true)]).toEqual([0xa0, 0x82, 0xbe]);
    expect(() => contextTag(31, true)).toThrow(RangeError);
    expect(() => contextTag(-1, false)).toThrow(RangeError);
  });
});

describe('a reader', () => {
  it('gives contents and whole, as views', () => {
    const bytes = fromHex('300302010505');
    const found = new DerReader(bytes).next(Tag.sequence);
    expect([toHex(found.value), toHex(found.bytes)]).toEqual(['020105', '3003020105']);
    expect(found.value.buffer).toBe(bytes.buffer);
  });

  it('enters, and is told of what is left', () => {
    const inner = new DerReader(fromHex('3006020105020106')).enter();
    expect(inner.smallUnsigned()).toBe(5);
    expect(() => inner.finish('pair')).toThrow('pair: trailing bytes');
    expect(inner.smallUnsigned()).toBe(6);
    inner.finish('pair');
    expect(new DerReader(fromHex('a0020500')).enter(contextTag(0, true)).peek()).toBe(Tag.null);
  });

  it('reads one value, behind which is nothing', () => {
    expect(() => read('05000500', r => r.null())).toThrow('it: trailing bytes');
  });
});

describe('BOOLEAN', () => {
  it('is 00 or FF (X.690 §11.1)', () => {
    expect([read('010100', r => r.boolean()), read('0101ff', r => r.boolean())]).toEqual([false, true]);
    for (const hex of ['010101', '0100', '0102ffff']) expect(() => read(hex, r => r.boolean())).toThrow(DecodeError);
  });
});

describe('NULL', () => {
  it('has no contents', () => {
    expect(read('0500', r => r.null())).toBeUndefined();
    expect(() => read('050100', r => r.null())).toThrow(DecodeError);
  });
});

describe('INTEGER', () => {
  it.each([
    ['no contents', '0200'],
    ['a zero octet too many', '0202007f'],
    ['an FF octet too many', '0202ff80'],
  ])('with %s is refused', (_what, hex) => {
    expect(() => read(hex, r => r.integer())).toThrow(DecodeError);
  });

  it('may be negative, but not as a magnitude', () => {
    expect(toHex(read('0201ff', r => r.integer()))).toBe('ff');
    expect(toHex(read('0202ff7f', r => r.integer()))).toBe('ff7f');
    for (const hex of ['0201ff', '020180', '02028000']) expect(() => read(hex, r => r.unsigned())).toThrow(DecodeError);
  });

  it('as a magnitude has no zero octet before it', () => {
    expect(toHex(read('02020080', r => r.unsigned()))).toBe('80');
    expect(toHex(read('020100', r => r.unsigned()))).toBe('00');
    expect(toHex(read('02017f', r => r.unsigned()))).toBe('7f');
  });

  it('is small up to six octets', () => {
    expect(read('020700ffffffffffff', r => r.smallUnsigned())).toBe(2 ** 48 - 1);
    expect(() => read('020701000000000000', r => r.smallUnsigned())).toThrow('INTEGER is too large');
  });

  it('goes there and back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), magnitude => {
        const bytes = derUnsigned(magnitude);
        const back = readDer(bytes, 'it', r => r.unsigned());
        const stripped = toHex(magnitude).replace(/^(00)+/, '');
        expect(toHex(back)).toBe(stripped === '' ? '00' : stripped);
        expect(toHex(derUnsigned(back))).toBe(toHex(bytes));
      }),
    );
  });
});

describe('OBJECT IDENTIFIER', () => {
  it.each([
    ['1.2.840.10045.3.1.7', '06082a8648ce3d030107'],
    ['1.2.840.113549.1.1.10', '06092a864886f70d01010a'],
    ['2.5.29.17', '0603551d11'],
    ['0.0', '060100'],
    ['0.39', '060127'],
    ['1.0', '060128'],
    ['1.39', '06014f'],
    ['2.0', '060150'],
    ['2.47', '06017f'],
    ['2.48', '06028100'],
    ['2.999.1', '0603883701'],
  ])('%s', (dotted, hex) => {
    expect(read(hex, r => r.oid())).toBe(dotted);
    expect(toHex(derOid(dotted))).toBe(hex);
  });

  it.each([
    ['no contents', '0600'],
    ['a first arc that is cut', '060186'],
    ['a last arc that is cut', '06022a86'],
    ['an arc that is not minimal', '06032a8001'],
    ['a first arc that is not minimal', '06028001'],
    ['an arc too large to be a number', '060a2affffffffffffffff7f'],
  ])('with %s is refused', (_what, hex) => {
    expect(() => read(hex, r => r.oid())).toThrow(DecodeError);
  });

  it.each([
    '',
    '1',
    '3.1',
    '1.40',
    '0.40',
    '1.-2',
    '1.2.',
    '.1.2',
    '1.02',
    'a.b',
    '1.2.9007199254740993',
    '1 .2',
    '1.1e3',
  ])('%j is none', dotted => {
    expect(() => derOid(dotted)).toThrow(RangeError);
  });

  it('goes there and back', () => {
    const arc = fc.nat(2 ** 31 - 1);
    const dotted = fc.oneof(
      fc.tuple(fc.constantFrom(0, 1), fc.nat(39), fc.array(arc, { maxLength: 6 })),
      fc.tuple(fc.constant(2), arc, fc.array(arc, { maxLength: 6 })),
    );
    fc.assert(
      fc.property(dotted, ([first, second, others]) => {
        const name = [first, second, ...others].join('.');
        expect(readDer(derOid(name), 'it', r => r.oid())).toBe(name);
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 8 }), contents => {
        let name: string;
        try {
          name = decodeOid(contents);
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError);
          return;
        }
        expect(toHex(derOid(name))).toBe(toHex(der(Tag.oid, contents)));
      }),
      { numRuns: 1000 },
    );
  });
});

describe('BIT STRING', () => {
  it('says how many bits are unused', () => {
    expect(read('030205a0', r => r.bitString())).toEqual({ unusedBits: 5, bytes: Uint8Array.of(0xa0) });
    expect(read('030100', r => r.bitString())).toEqual({ unusedBits: 0, bytes: new Uint8Array(0) });
    expect(decodeBitString(fromHex('0780'))).toEqual({ unusedBits: 7, bytes: Uint8Array.of(0x80) });
  });

  it.each([
    ['no contents', '0300'],
    ['eight unused bits', '03020800'],
    ['unused bits of nothing', '030101'],
    ['unused bits that are set (X.690 §11.2.1)', '030201a1'],
  ])('with %s is refused', (_what, hex) => {
    expect(() => read(hex, r => r.bitString())).toThrow(DecodeError);
  });

  it('as bytes has whole ones', () => {
    expect(toHex(read('030300aabb', r => r.bitStringBytes()))).toBe('aabb');
    expect(() => read('030205a0', r => r.bitStringBytes())).toThrow(DecodeError);
    expect(toHex(derBitString(fromHex('aabb')))).toBe('030300aabb');
  });
});

describe('a value', () => {
  const inner = Uint8Array.of(1, 2, 3);

  it('is made with others within', () => {
    expect(toHex(der(Tag.sequence, inner.subarray(1), [Tag.octetString, [Tag.null], inner]))).toBe(
      '3009020304050500010203',
    );
    expect(toHex(der(Tag.null))).toBe('0500');
  });

  it('of any length is read again', () => {
    for (const length of [
      0, 121, 122, 123, 124, 125, 126, 127, 128, 250, 251, 252, 253, 254, 255, 256, 65_530, 65_536,
    ]) {
      const octets = new Uint8Array(length).fill(0x87, 0, 1);
      const value = der(Tag.set, [Tag.sequence, [Tag.octetString, octets], unsignedPart(octets)]);
      const sequence = readDer(value, 'it', r => r.enter(Tag.set)).enter();
      expect(equalBytes(sequence.octetString(), octets)).toBe(true);
      expect(equalBytes(sequence.unsigned(), length === 0 ? Uint8Array.of(0) : octets)).toBe(true);
      expect(sequence.done).toBe(true);
    }
  });

  it('takes bytes of another realm', () => {
    const foreign = runInNewContext('Uint8Array.of(1, 2)') as Uint8Array;
    expect(toHex(der(Tag.octetString, foreign))).toBe('04020102');
  });
});

describe('every method', () => {
  const methods: ((reader: DerReader) => unknown)[] = [
    r => r.next(),
    r => r.enter().next(),
    r => r.boolean(),
    r => r.integer(),
    r => r.unsigned(),
    r => r.smallUnsigned(),
    r => r.oid(),
    r => r.bitString(),
    r => r.bitStringBytes(),
    r => r.octetString(),
    r => r.null(),
  ];
  const tags = fc.constantFrom(...Object.values(Tag));

  it('throws DecodeError alone, of any bytes', () => {
    const anything = fc.oneof(
      fc.uint8Array({ maxLength: 20 }),
      fc.tuple(tags, fc.uint8Array({ maxLength: 12 })).map(([tag, value]) => der(tag, value)),
    );
    fc.assert(
      fc.property(anything, fc.constantFrom(...methods), (bytes, method) => {
        try {
          expect(readDer(bytes, 'it', method)).not.toBe(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('fails at every proper prefix', () => {
    fc.assert(
      fc.property(tags, fc.uint8Array({ maxLength: 300 }), (tag, value) => {
        const bytes = der(tag, value);
        for (let length = 0; length < bytes.length; length += 1 + (length >> 4)) {
          expect(() => new DerReader(bytes.subarray(0, length)).next()).toThrow(DecodeError);
        }
        expect(readDer(bytes, 'it', r => r.next(tag)).value).toEqual(value);
      }),
      { numRuns: 50 },
    );
  });
});
