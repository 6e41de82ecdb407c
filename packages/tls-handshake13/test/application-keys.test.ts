/** The number of key updates (RFC 9846 §4.7.3), of which nobody makes as many as it takes. */
import type { Effect } from '@tlskit/tls-handshake';
import { describe, expect, it } from 'vitest';
import { ApplicationKeys } from '../src/application-keys.ts';

const MAX_EPOCH = 2 ** 48 - 1;

/** What keys do, of which all but their number does not matter here. */
function effectsOf(generation: number, act: (keys: ApplicationKeys) => Generator<Effect, void, unknown>): string[] {
  const secret = { next: () => secret, key: () => new Uint8Array(16), iv: () => new Uint8Array(12), wipe() {} };
  const quiet = { *secret() {} };
  const c = { suite: { info: { aead: 'aes-128-gcm' }, keyLength: 16 }, log: quiet, read: secret, write: secret };
  return [...act(new ApplicationKeys(c as never, 'client', generation))].map(effect =>
    effect.op === 'keys' ? `${effect.direction} keys` : effect.op,
  );
}

describe('the last epoch', () => {
  it('is not passed by a sender, nor for the sake of an answer [9846:4.7.3:9] [9846:4.7.3:11]', () => {
    expect(effectsOf(MAX_EPOCH - 1, keys => keys.update(false))).toEqual(['send', 'write keys', 'emit']);
    expect(effectsOf(MAX_EPOCH, keys => keys.update(false))).toEqual([]);
    expect(effectsOf(MAX_EPOCH, keys => keys.update(true))).toEqual([]);
  });

  it('is not what a receiver holds its peer to [9846:4.7.3:10]', () => {
    for (const generation of [MAX_EPOCH, MAX_EPOCH + 1]) {
      expect(effectsOf(generation, keys => keys.updated(0))).toEqual(['read keys', 'emit']);
    }
  });
});
