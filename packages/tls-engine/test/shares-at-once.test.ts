/** Shares of several groups, from providers that make them by promises: all at once, and none is left behind. */
import type { CryptoProvider, KeyOffer } from '@tlskit/tls-crypto';
import { describe, expect, it } from 'vitest';
import { pair, provider, pump } from './support.ts';

const turn = () => new Promise(resolve => setImmediate(resolve));
const groups = [0x001d, 0x0017] as const;

/** A provider whose offers come when they are let, and that tells what became of them. */
function gated() {
  const begun: string[] = [];
  const wiped: string[] = [];
  const gates = new Map<string, { open(): void; fail(error: Error): void }>();
  const own = (name: 'x25519' | 'secp256r1') => ({
    ...provider.groups[name]!,
    offer(): Promise<KeyOffer> {
      begun.push(name);
      return new Promise((resolve, reject) => {
        const offer = provider.groups[name]!.offer() as KeyOffer;
        const wipe = () => {
          wiped.push(name);
          offer.wipe();
        };
        gates.set(name, {
          open: () => resolve({ share: offer.share, complete: share => offer.complete(share), wipe }),
          fail: reject,
        });
      });
    },
  });
  const slow: CryptoProvider = { ...provider, groups: { x25519: own('x25519'), secp256r1: own('secp256r1') } };
  return { begun, wiped, gates, config: { provider: slow, keyShares: [...groups] } };
}

describe('shares by promises', () => {
  it('are begun together, and stand in their order', async () => {
    const { begun, gates, config } = gated();
    const ends = pair(config);
    expect(begun).toEqual(['x25519', 'secp256r1']);
    gates.get('secp256r1')!.open();
    await turn();
    expect(ends.client.engine.takeOutput()).toEqual([]);
    gates.get('x25519')!.open();
    await turn();
    pump(ends);
    expect(ends.client.connected?.group).toBe(groups[0]);
  });

  it('fail in their order, one is not left behind for another, and no rejection is', async () => {
    const unhandled: unknown[] = [];
    const note = (error: unknown) => unhandled.push(error);
    process.on('unhandledRejection', note);
    const { wiped, gates, config } = gated();
    const ends = pair(config);
    gates.get('secp256r1')!.fail(new Error('no luck'));
    await turn();
    expect(ends.client.closed).toBe(false);
    gates.get('x25519')!.open();
    await turn();
    expect(ends.client.error?.message).toMatch(/no luck/);
    await turn();
    process.off('unhandledRejection', note);
    expect(wiped).toEqual(['x25519']);
    expect(unhandled).toEqual([]);
  });

  it('that come after an abort are wiped', async () => {
    const { wiped, gates, config } = gated();
    const ends = pair(config);
    ends.client.engine.abort();
    for (const { open } of gates.values()) open();
    await turn();
    expect(new Set(wiped)).toEqual(new Set(['x25519', 'secp256r1']));
  });
});
