import { afterEach, describe, expect, it, vi } from 'vitest';
import { platformRandom } from '../src/index.ts';

describe('platformRandom', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('gives as many bytes as asked for, beyond what one call of the platform gives', () => {
    for (const length of [0, 1, 32, 65_536, 65_537, 200_000]) expect(platformRandom(length)).toHaveLength(length);
    const tail = platformRandom(65_536 + 64).subarray(65_536);
    expect(tail.some(octet => octet !== 0)).toBe(true);
  });

  it('never gives the same twice', () => {
    const draws = new Set(Array.from({ length: 1000 }, () => platformRandom(16).toString()));
    expect(draws.size).toBe(1000);
  });

  it.each([undefined, {}])('throws where there is no CSPRNG, and has no fallback: crypto is %o', crypto => {
    vi.stubGlobal('crypto', crypto);
    expect(() => platformRandom(0)).toThrow(expect.objectContaining({ name: 'CryptoError', code: 'no-entropy' }));
  });
});
