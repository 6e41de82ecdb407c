import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DecodeError, EncodeError, fromHex, Reader, toHex, Writer, written } from '../src/index.ts';

const widths = [1, 2, 3, 4] as const;

describe('Reader', () => {
  it('reads numbers, the most significant byte first', () => {
    const reader = new Reader(fromHex('01020304050607080910ffffffff0123456789abcdef'));
    expect([reader.uint8(), reader.uint16(), reader.uint24(), reader.uint32()]).toEqual([
      0x01, 0x0203, 0x040506, 0x07080910,
    ]);
    expect(reader.uint32()).toBe(0xffffffff);
    expect(reader.uint64()).toBe(0x0123456789abcdefn);
    expect(reader.remaining).toBe(0);
    reader.finish('it all');
  });

  it('stands on views, wherever they begin', () => {
    const bytes = fromHex('aabb0102cc').subarray(2, 4);
    expect(new Reader(bytes).uint16()).toBe(0x0102);
    expect(new Reader(fromHex('aa0102bb'), 1, 3).uint16()).toBe(0x0102);
  });

  it.each(widths)('never passes the end: a number of %i bytes', width => {
    const reader = new Reader(new Uint8Array(8), 0, width - 1);
    expect(() => reader.uint(width)).toThrow(DecodeError);
    expect(reader.offset).toBe(0);
    expect(() => new Reader(new Uint8Array(8), 1).uint64()).toThrow('expected 8 bytes, 7 left');
  });

  it('takes views, not copies', () => {
    const bytes = fromHex('010203');
    const reader = new Reader(bytes);
    const taken = reader.take(2);
    bytes[0] = 9;
    expect(toHex(taken)).toBe('0902');
    expect(() => reader.take(2)).toThrow(DecodeError);
    expect(toHex(reader.take(1))).toBe('03');
    expect(reader.take(0)).toHaveLength(0);
  });

  it('gives a part away, whose end is its own', () => {
    const reader = new Reader(fromHex('010203'));
    const part = reader.sub(2);
    expect(reader.offset).toBe(2);
    expect(part.uint16()).toBe(0x0102);
    expect(() => part.uint8()).toThrow(DecodeError);
    expect(reader.uint8()).toBe(3);
    expect(() => reader.sub(1)).toThrow(DecodeError);
  });

  it('says where bytes are left over', () => {
    const reader = new Reader(fromHex('010203'));
    reader.uint8();
    expect(() => reader.finish('thing')).toThrow('thing: 2 bytes too many');
    expect(errorOf(() => reader.finish('thing'))).toMatchObject({ name: 'DecodeError', offset: 1 });
  });
});

describe('Writer', () => {
  it('writes what a reader reads', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...widths).chain(width => fc.tuple(fc.constant(width), fc.nat(2 ** (8 * width) - 1)))),
        fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
        (numbers, long) => {
          const writer = new Writer(1);
          for (const [width, value] of numbers) writer.uint(width, value);
          writer.uint64(long);
          expect(writer.length).toBe(numbers.reduce((sum, [width]) => sum + width, 8));
          const reader = new Reader(writer.bytes());
          expect(numbers.map(([width]) => reader.uint(width))).toEqual(numbers.map(([, value]) => value));
          expect(reader.uint64()).toBe(long);
          reader.finish('numbers');
        },
      ),
    );
  });

  it('has a method for each width', () => {
    const writer = new Writer(0);
    writer.uint8(1);
    writer.uint16(2);
    writer.uint24(3);
    writer.put(fromHex('ffee'));
    expect(toHex(writer.bytes())).toBe('010002000003ffee');
  });

  it.each(widths)('refuses what is no number of %i bytes', width => {
    const writer = new Writer();
    for (const value of [-1, 2 ** (8 * width), 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => writer.uint(width, value)).toThrow(EncodeError);
    }
    expect(writer.length).toBe(0);
    writer.uint(width, 2 ** (8 * width) - 1);
    expect(toHex(writer.bytes())).toBe('ff'.repeat(width));
  });

  it('refuses what is no uint64', () => {
    const writer = new Writer();
    expect(() => writer.uint64(-1n)).toThrow(EncodeError);
    expect(() => writer.uint64(1n << 64n)).toThrow(EncodeError);
  });

  it('puts the length before what it wrote', () => {
    const writer = new Writer();
    const length = writer.prefixed(2, w => {
      expect(w.prefixed(1, inner => inner.put(fromHex('aabb')))).toBe(2);
    });
    expect(length).toBe(3);
    expect(toHex(writer.bytes())).toBe('000302aabb');
  });

  it('refuses a length that does not fit', () => {
    expect(() => new Writer().prefixed(1, w => w.put(new Uint8Array(256)))).toThrow(EncodeError);
    expect(new Writer().prefixed(1, w => w.put(new Uint8Array(255)))).toBe(255);
    expect(() => new Writer().prefixed(2, w => w.put(new Uint8Array(2 ** 16)))).toThrow(EncodeError);
  });

  it('grows, and keeps what it has', () => {
    const writer = new Writer(2);
    for (let i = 0; i < 1000; i++) writer.uint8(i & 0xff);
    expect(writer.bytes()).toEqual(Uint8Array.from({ length: 1000 }, (_, i) => i & 0xff));
  });

  it('grows under bytes that are larger than all of it', () => {
    const writer = new Writer(2);
    writer.uint8(1);
    writer.put(fromHex('0203040506'));
    writer.uint64(7n);
    expect(toHex(writer.bytes())).toBe('0102030405060000000000000007');
  });

  it('leaves nothing behind where it grows', () => {
    const writer = new Writer(4);
    writer.put(fromHex('01020304'));
    const before = writer.bytes();
    writer.uint8(5);
    expect(toHex(before)).toBe('00000000');
    expect(toHex(writer.takeBytes())).toBe('0102030405');
  });

  it('leaves nothing behind in what it gave away, and begins anew', () => {
    const writer = new Writer();
    writer.uint16(0x0102);
    const view = writer.bytes();
    expect(toHex(writer.takeBytes())).toBe('0102');
    expect([toHex(view), writer.length]).toEqual(['0000', 0]);
    writer.uint8(3);
    expect(toHex(writer.bytes())).toBe('03');
  });
});

describe('written', () => {
  it('leaves nothing of what an error cut short', () => {
    let view = new Uint8Array();
    const half = (writer: Writer) => {
      writer.put(fromHex('0102030405'));
      view = writer.bytes();
      writer.uint8(256);
    };
    expect(() => written(half)).toThrow(EncodeError);
    expect(toHex(view)).toBe('0000000000');
    expect(toHex(written(writer => writer.uint8(1)))).toBe('01');
  });
});

function errorOf(run: () => void): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}
