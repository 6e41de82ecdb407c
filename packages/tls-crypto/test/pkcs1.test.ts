import { describe, expect, it } from 'vitest';
import { unpadPkcs1 } from '../src/index.ts';

const message = Uint8Array.from({ length: 48 }, (_, i) => i + 1);
const fallback = new Uint8Array(48).fill(0xaa);

/** `00 02 PS 00 M` of 128 bytes. */
function encoded(change: (bytes: Uint8Array) => void = () => {}): Uint8Array {
  const bytes = new Uint8Array(128).fill(0x11);
  bytes[0] = 0;
  bytes[1] = 2;
  bytes[79] = 0;
  bytes.set(message, 80);
  change(bytes);
  return bytes;
}

describe('unpadPkcs1', () => {
  it('gives the message, whatever stands in it and in the padding', () => {
    expect(unpadPkcs1(encoded(), fallback)).toEqual(message);
    expect(
      unpadPkcs1(
        encoded(bytes => bytes.fill(0xff, 2, 79)),
        fallback,
      ),
    ).toEqual(message);
    expect(
      unpadPkcs1(
        encoded(bytes => bytes.fill(0, 80)),
        fallback,
      ),
    ).toEqual(new Uint8Array(48));
  });

  it('gives the fallback, as a copy, for every byte of the form that is wrong [5246:7.4.7.1:3] [5246:7.4.7.1:4]', () => {
    for (const at of [0, 1, 79]) {
      for (let bit = 0; bit < 8; bit++) {
        const wrong = encoded(bytes => {
          bytes[at] = (bytes[at] as number) ^ (1 << bit);
        });
        expect(unpadPkcs1(wrong, fallback), `byte ${at}, bit ${bit}`).toEqual(fallback);
      }
    }
    for (let at = 2; at < 79; at++) {
      const zero = encoded(bytes => {
        bytes[at] = 0;
      });
      expect(unpadPkcs1(zero, fallback), `zero at ${at}`).toEqual(fallback);
    }
    const answer = unpadPkcs1(new Uint8Array(128), fallback);
    expect(answer).toEqual(fallback);
    expect(answer).not.toBe(fallback);
  });

  it('takes a message of another length for none', () => {
    const shorter = encoded(bytes => {
      bytes[79] = 7;
      bytes[80] = 0;
    });
    const longer = encoded(bytes => {
      bytes[78] = 0;
      bytes[79] = 5;
    });
    expect([unpadPkcs1(shorter, fallback), unpadPkcs1(longer, fallback)]).toEqual([fallback, fallback]);
  });

  it('wants eight bytes of padding', () => {
    expect(() => unpadPkcs1(new Uint8Array(58), fallback)).toThrow(RangeError);
    expect(unpadPkcs1(new Uint8Array(59), fallback)).toEqual(fallback);
  });
});
