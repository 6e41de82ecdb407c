/** What every byte is, of good input and of bad. */
import { describe, expect, it } from 'vitest';
import {
  type Annotation,
  annotate,
  DecodeError,
  fromHex,
  mapped,
  opaqueVector,
  select,
  struct,
  uint8,
  uint16,
  vector,
} from '../src/index.ts';

const point = struct('Point', { x: uint8, y: uint8 });
const shape = struct('Shape', { id: uint16, points: vector(point, 2, 2 ** 16 - 1), name: opaqueVector(0, 255) });

/** One line an annotation: `start..end label: type`, indented. */
function lines(annotations: readonly Annotation[], indent = ''): string[] {
  return annotations.flatMap(({ label, type, start, end, children }) => [
    `${indent}${start}..${end} ${label}: ${type}`,
    ...lines(children, `${indent}  `),
  ]);
}

describe('annotate', () => {
  it('names every byte', () => {
    const bytes = fromHex('0007000401020304 02aabb'.replace(' ', ''));
    const { value, error, annotations } = annotate(shape, bytes);
    expect(error).toBeUndefined();
    expect(value).toEqual({
      id: 7,
      points: [
        { x: 1, y: 2 },
        { x: 3, y: 4 },
      ],
      name: fromHex('aabb'),
    });
    expect(lines(annotations)).toEqual([
      '0..11 Shape: Shape',
      '  0..2 id: uint16',
      '  2..8 points: Point<2..2^16-1>',
      '    2..4 length: uint16',
      '    4..6 0: Point',
      '      4..5 x: uint8',
      '      5..6 y: uint8',
      '    6..8 1: Point',
      '      6..7 x: uint8',
      '      7..8 y: uint8',
      '  8..11 name: opaque<0..2^8-1>',
      '    8..9 length: uint8',
    ]);
  });

  it('gives the values too', () => {
    const [root] = annotate(shape, fromHex('000700020102 00'.replace(' ', ''))).annotations;
    expect(root?.value).toEqual({ id: 7, points: [{ x: 1, y: 2 }], name: new Uint8Array(0) });
    expect(root?.children.map(child => child.value)).toEqual([7, [{ x: 1, y: 2 }], new Uint8Array(0)]);
  });

  it('takes a label, and goes through select and mapped', () => {
    const codec = mapped(
      select('Pair', { first: uint8 }, () => uint16, 'second'),
      'PairAsList',
      ({ first, second }) => [first, second] as const,
      ([first, second]) => ({ first, second }),
    );
    const { value, annotations } = annotate(codec, fromHex('010002'), 'it');
    expect(value).toEqual([1, 2]);
    expect(lines(annotations)).toEqual(['0..3 it: PairAsList', '  0..1 first: uint8', '  1..3 second: uint16']);
  });

  it('keeps what was read before the fault', () => {
    const { value, error, annotations } = annotate(shape, fromHex('000700040102 03'.replace(' ', '')));
    expect(value).toBeUndefined();
    expect(error).toBeInstanceOf(DecodeError);
    expect(error?.offset).toBe(4);
    expect(lines(annotations)).toEqual([
      '0..4 Shape: Shape',
      '  0..2 id: uint16',
      '  2..4 points: Point<2..2^16-1>',
      '    2..4 length: uint16',
    ]);
  });

  it('keeps the elements before the one that is cut', () => {
    const { error, annotations } = annotate(shape, fromHex('0007000301020300'));
    expect(error?.offset).toBe(7);
    expect(lines(annotations)).toEqual([
      '0..7 Shape: Shape',
      '  0..2 id: uint16',
      '  2..7 points: Point<2..2^16-1>',
      '    2..4 length: uint16',
      '    4..6 0: Point',
      '      4..5 x: uint8',
      '      5..6 y: uint8',
      '    6..7 1: Point',
      '      6..7 x: uint8',
      '      7..7 y: uint8',
    ]);
  });

  it('tells of bytes left over, and has the rest', () => {
    const { value, error, annotations } = annotate(point, fromHex('010203'));
    expect(value).toBeUndefined();
    expect(error).toMatchObject({ message: 'Point: 1 bytes too many', offset: 2 });
    expect(lines(annotations)).toHaveLength(3);
  });

  it('lets other errors through', () => {
    const broken = mapped(
      uint8,
      'broken',
      () => {
        throw new TypeError('not of the bytes');
      },
      (value: number) => value,
    );
    expect(() => annotate(broken, fromHex('01'))).toThrow(TypeError);
  });
});
