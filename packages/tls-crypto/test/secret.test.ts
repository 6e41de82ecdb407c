import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { constantTimeEqual, isAllZero, wipe } from '../src/index.ts';

describe('constantTimeEqual', () => {
  it('says what a plain comparison says', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.uint8Array({ maxLength: 40 }), (a, b) => {
        expect(constantTimeEqual(a, b)).toBe(a.length === b.length && a.every((octet, i) => octet === b[i]));
        expect(constantTimeEqual(a, a.slice())).toBe(true);
      }),
    );
  });

  it('sees a difference in any single bit', () => {
    const secret = Uint8Array.from({ length: 32 }, (_, i) => 7 * i);
    for (let bit = 0; bit < 256; bit++) {
      const other = secret.slice();
      other[bit >> 3]! ^= 1 << (bit & 7);
      expect(constantTimeEqual(secret, other)).toBe(false);
    }
  });

  it('reads every octet of both, once, in the same order, wherever they differ first', () => {
    const reads = (change: (bytes: Uint8Array) => void) => {
      const read: string[] = [];
      const watched = (name: string, bytes: Uint8Array) =>
        new Proxy(bytes, {
          get(target, key) {
            if (typeof key === 'string' && /^\d+$/.test(key)) read.push(`${name}${key}`);
            return Reflect.get(target, key);
          },
        });
      const [a, b] = [new Uint8Array(24).fill(5), new Uint8Array(24).fill(5)];
      change(b);
      constantTimeEqual(watched('a', a), watched('b', b));
      return read;
    };
    const equal = reads(() => {});
    expect(new Set(equal).size).toBe(48);
    expect(equal).toHaveLength(48);
    for (const at of [0, 11, 23]) expect(reads(bytes => bytes.fill(6, at, at + 1))).toEqual(equal);
    expect(reads(bytes => bytes.fill(0))).toEqual(equal);
  });

  it('takes different lengths for different', () => {
    expect(constantTimeEqual(new Uint8Array(3), new Uint8Array(4))).toBe(false);
    expect(constantTimeEqual(new Uint8Array(0), new Uint8Array(0))).toBe(true);
  });
});

describe('wipe', () => {
  it('overwrites every secret it is given, views included, and skips what is not there', () => {
    const whole = new Uint8Array(8).fill(9);
    const other = new Uint8Array(2).fill(9);
    wipe(whole.subarray(2, 4), undefined, other);
    expect([...whole]).toEqual([9, 9, 0, 0, 9, 9, 9, 9]);
    expect([...other]).toEqual([0, 0]);
  });
});

describe('isAllZero', () => {
  it('finds a single bit that is set', () => {
    expect(isAllZero(new Uint8Array(32))).toBe(true);
    for (let bit = 0; bit < 256; bit++) {
      const bytes = new Uint8Array(32);
      bytes[bit >> 3] = 1 << (bit & 7);
      expect(isAllZero(bytes)).toBe(false);
    }
  });
});
