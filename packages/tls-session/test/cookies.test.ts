import { createNobleProvider } from '@tlskit/tls-crypto-noble';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CookieKeys } from '../src/index.ts';

const provider = createNobleProvider();
const content = Uint8Array.of(1, 2, 3);
const here = new Uint8Array(0);

function keys(options: { lifetime?: number; rotateAfter?: number } = {}) {
  let now = 1_000_000;
  const cookies = new CookieKeys({ provider, now: () => now, ...options });
  const pass = (ms: number) => {
    now += ms;
  };
  return { cookies, pass };
}

describe('CookieKeys', () => {
  it('gives back what was sealed, as often as it comes', () => {
    const { cookies } = keys();
    const cookie = cookies.seal(content, here);
    for (let i = 0; i < 2; i++) expect(cookies.open(cookie, here)).toEqual(content);
    expect(cookies.open(cookies.seal(here, content), content)).toEqual(here);
  });

  it('binds a cookie to its context, its time and its keys', () => {
    const { cookies, pass } = keys({ lifetime: 5 });
    const cookie = cookies.seal(content, here);
    expect(cookies.open(cookie, content)).toBeUndefined();
    expect(keys().cookies.open(cookie, here)).toBeUndefined();
    pass(5000);
    expect(cookies.open(cookie, here)).toEqual(content);
    pass(1);
    expect(cookies.open(cookie, here)).toBeUndefined();
    pass(-6000);
    expect(cookies.open(cookie, here)).toBeUndefined();
  });

  it('rotates its keys, and takes the old ones for as long as a cookie lives', () => {
    const { cookies, pass } = keys({ lifetime: 5, rotateAfter: 10 });
    cookies.seal(content, here);
    pass(9999);
    const cookie = cookies.seal(content, here);
    pass(4000);
    const fresh = cookies.seal(content, here);
    expect(fresh.subarray(0, 8)).not.toEqual(cookie.subarray(0, 8));
    expect([cookies.open(cookie, here), cookies.keyCount]).toEqual([content, 2]);
    pass(2000);
    cookies.seal(content, here);
    expect(cookies.keyCount).toBe(1);
    cookies.wipe();
    expect([cookies.open(fresh, here), cookies.keyCount]).toEqual([undefined, 0]);
  });

  it('takes no cookie that it did not make, and throws for none', () => {
    const { cookies } = keys();
    const cookie = cookies.seal(content, here);
    for (let i = 0; i < cookie.length; i++) {
      expect(cookies.open(cookie.with(i, (cookie[i] ?? 0) ^ 1), here)).toBeUndefined();
      expect(cookies.open(cookie.subarray(0, i), here)).toBeUndefined();
    }
    fc.assert(
      fc.property(fc.uint8Array(), noise => {
        expect(cookies.open(noise, here)).toBeUndefined();
      }),
    );
  });

  it('wants times that are positive, and AES-256-GCM', () => {
    expect(() => keys({ lifetime: 0 })).toThrow(RangeError);
    expect(() => keys({ rotateAfter: Number.NaN })).toThrow(RangeError);
    expect(() => new CookieKeys({ provider: { ...provider, aeads: {} }, now: Date.now })).toThrow(RangeError);
  });
});
