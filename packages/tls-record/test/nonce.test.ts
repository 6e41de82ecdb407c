import { toHex } from '@tlskit/tls-wire';
import { describe, expect, it } from 'vitest';
import { NonceSequence } from '../src/nonce.ts';
import { errorOf } from './errors.ts';

describe('NonceSequence', () => {
  it.each([
    [0, '0000000000000000'],
    [255, '00000000000000ff'],
    [2 ** 32 - 1, '00000000ffffffff'],
    [2 ** 32, '0000000100000000'],
    [2 ** 40 + 5, '0000010000000005'],
    [Number.MAX_SAFE_INTEGER - 1, '001ffffffffffffe'],
  ])('writes %d with 64 bits', (sequence, hex) => {
    const nonces = new NonceSequence(new Uint8Array(12), Number.MAX_SAFE_INTEGER);
    nonces.sequence = sequence;
    expect(toHex(nonces.current())).toBe(`00000000${hex}`);
  });

  it('pads to the left, also for nonces that are not 12 bytes long', () => {
    const nonces = new NonceSequence(new Uint8Array(8).fill(0xff), 10);
    nonces.sequence = 1;
    expect(toHex(nonces.current())).toBe('fffffffffffffffe');
    const long = new NonceSequence(new Uint8Array(24).fill(0xff), 10);
    expect(toHex(long.current())).toBe('ff'.repeat(24));
    expect(() => new NonceSequence(new Uint8Array(7), 10)).toThrow(RangeError);
  });

  it('copies the IV, also one that is a Buffer', () => {
    const iv = Buffer.alloc(12, 0xff);
    const nonces = new NonceSequence(iv, 10);
    iv.fill(0);
    for (const last of ['ff', 'fe']) {
      expect(toHex(nonces.current())).toBe(`${'ff'.repeat(11)}${last}`);
      nonces.sequence++;
    }
  });

  it('never wraps', () => {
    const nonces = new NonceSequence(new Uint8Array(12), Number.POSITIVE_INFINITY);
    nonces.sequence = Number.MAX_SAFE_INTEGER;
    expect(errorOf(() => nonces.current())).toBe('ERR_TLS_KEY_LIMIT internal_error');
  });

  it('uses one buffer for sealing and another for showing', () => {
    const nonces = new NonceSequence(new Uint8Array(12), 10);
    const current = nonces.current();
    nonces.sequence++;
    expect(nonces.current()).toBe(current);
    expect(nonces.last()?.nonce).not.toBe(current);
    expect(nonces.last()).toEqual({ sequence: 0, nonce: new Uint8Array(12) });
  });
});
