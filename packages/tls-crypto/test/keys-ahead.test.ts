import { describe, expect, it } from 'vitest';
import { type CryptoProvider, type KeyExchange, type KeyOffer, withKeysAhead } from '../src/index.ts';

/** An exchange whose keys are numbers: the secret is the sum of the two. */
function counting(name: 'x25519' | 'X25519MLKEM768', delay = false) {
  const made: number[] = [];
  const make = (): KeyOffer => {
    const key = made.length + 1;
    made.push(key);
    let used = false;
    return {
      share: Uint8Array.of(key),
      complete(peer) {
        if (used) throw new Error('used twice');
        used = true;
        return Uint8Array.of(key + (peer[0] as number));
      },
      wipe: () => {
        used = true;
      },
    };
  };
  const exchange: KeyExchange = {
    name,
    offer: () => (delay ? Promise.resolve().then(make) : make()),
    respond: peer => ({ share: Uint8Array.of(200), sharedSecret: Uint8Array.of(200, peer[0] as number) }),
  };
  return { made, provider: { name: 'test', groups: { [name]: exchange } } as unknown as CryptoProvider };
}

/** Tasks that wait until they are run. */
function queue() {
  const tasks: (() => void)[] = [];
  const run = (count = Number.POSITIVE_INFINITY) => {
    for (let i = 0; i < count && tasks.length > 0; i++) tasks.shift()?.();
  };
  return { later: (task: () => void) => void tasks.push(task), run, tasks };
}

describe('keys ahead', () => {
  it('are made when there is time, one by one, and no more than are wanted', () => {
    const { made, provider } = counting('x25519');
    const { later, run, tasks } = queue();
    const { x25519 } = withKeysAhead(provider, { groups: ['x25519'], count: 3, later }).groups;
    expect(made).toEqual([]);
    run(1);
    expect(made).toEqual([1]);
    run();
    expect(made).toEqual([1, 2, 3]);
    expect(tasks).toEqual([]);
    expect(((x25519 as KeyExchange).offer() as KeyOffer).share).toEqual(Uint8Array.of(1));
    expect(made).toHaveLength(3);
    run();
    expect(made).toHaveLength(4);
  });

  it('are used once each, by those who offer and those who answer', () => {
    const { provider } = counting('x25519');
    const { later, run } = queue();
    const x25519 = withKeysAhead(provider, { groups: ['x25519'], count: 2, later }).groups.x25519 as KeyExchange;
    run();
    const offer = x25519.offer() as KeyOffer;
    const answer = x25519.respond(offer.share);
    expect(answer).toEqual({ share: Uint8Array.of(2), sharedSecret: Uint8Array.of(3) });
    expect(offer.complete(Uint8Array.of(2))).toEqual(Uint8Array.of(3));
    // None lies ready: one is made.
    expect((x25519.offer() as KeyOffer).share).toEqual(Uint8Array.of(3));
    expect(x25519.respond(Uint8Array.of(9))).toEqual({
      share: Uint8Array.of(200),
      sharedSecret: Uint8Array.of(200, 9),
    });
  });

  it('go by promises where the provider does', async () => {
    const { provider } = counting('x25519', true);
    const x25519 = withKeysAhead(provider, { groups: ['x25519'], count: 1 }).groups.x25519 as KeyExchange;
    await new Promise(resolve => setTimeout(resolve, 10));
    expect(x25519.offer()).not.toBeInstanceOf(Promise);
    expect(x25519.offer()).toBeInstanceOf(Promise);
  });

  it('answer no share of ML-KEM', () => {
    const { provider } = counting('X25519MLKEM768');
    const { later, run } = queue();
    const hybrid = withKeysAhead(provider, { groups: ['X25519MLKEM768'], later }).groups.X25519MLKEM768 as KeyExchange;
    run();
    expect(hybrid.respond(Uint8Array.of(1))).toMatchObject({ share: Uint8Array.of(200) });
    expect((hybrid.offer() as KeyOffer).share).toEqual(Uint8Array.of(1));
  });

  it('that cannot be made are made where they are needed, which says why', () => {
    const { provider } = counting('x25519');
    const offer = () => {
      throw new Error('no entropy');
    };
    const broken = { ...provider, groups: { x25519: { ...(provider.groups.x25519 as KeyExchange), offer } } };
    const { later, run } = queue();
    const x25519 = withKeysAhead(broken, { groups: ['x25519', 'x448'], later }).groups.x25519 as KeyExchange;
    run();
    expect(() => x25519.offer()).toThrow('no entropy');
  });

  it('are some, and not too many', () => {
    const { provider } = counting('x25519');
    expect(() => withKeysAhead(provider, { groups: ['x25519'], count: 0 })).toThrow(RangeError);
    expect(() => withKeysAhead(provider, { groups: ['x25519'], count: 1001 })).toThrow(RangeError);
  });
});
