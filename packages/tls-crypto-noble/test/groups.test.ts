import { type CryptoError, type GroupName, isAllZero, type KeyExchange, type KeyOffer } from '@tlskit/tls-crypto';
import { concat, fromHex, toHex } from '@tlskit/tls-wire';
import { describe, expect, it } from 'vitest';
import { createNobleProvider } from '../src/index.ts';

type Answer = { share: Uint8Array; sharedSecret: Uint8Array };

/** A group that draws these private keys, in turn. */
function groupWith(name: GroupName, ...draws: readonly string[]): KeyExchange {
  let at = 0;
  return createNobleProvider({ random: () => fromHex(draws[at++] as string) }).groups[name]!;
}

const codeOf = (run: () => unknown) => {
  try {
    run();
  } catch (error) {
    return (error as CryptoError).code;
  }
  return undefined;
};

const vectors = [
  {
    // RFC 7748 §6.1, as Bob
    name: 'x25519',
    privateKey: '5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb',
    share: 'de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f',
    peer: '8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a',
    secret: '4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742',
  },
  {
    // RFC 5903 §8.1, as initiator
    name: 'secp256r1',
    privateKey: 'c88f01f510d9ac3f70a292daa2316de544e9aab8afe84049c62a9c57862d1433',
    share:
      '04dad0b65394221cf9b051e1feca5787d098dfe637fc90b9ef945d0c37725811805271a0461cdb8252d61f1c456fa3e59ab1f45b33accf5f58389e0577b8990bb3',
    peer: '04d12dfb5289c8d4f81208b70270398c342296970a0bccb74c736fc7554494bf6356fbf3ca366cc23e8157854c13c58d6aac23f046ada30f8353e74f33039872ab',
    secret: 'd6840f6b42f6edafd13116e0e12565202fef8e9ece7dce03812464d04b9442de',
  },
] as const;

describe('groups', () => {
  it.each(vectors)('$name: known answer, offering and responding', ({ name, privateKey, share, peer, secret }) => {
    const offer = groupWith(name, privateKey).offer() as KeyOffer;
    expect(toHex(offer.share)).toBe(share);
    expect(toHex(offer.complete(fromHex(peer)) as Uint8Array)).toBe(secret);
    const answer = groupWith(name, privateKey).respond(fromHex(peer)) as Answer;
    expect(toHex(answer.share)).toBe(share);
    expect(toHex(answer.sharedSecret)).toBe(secret);
  });

  it.each(['x25519', 'secp256r1', 'secp384r1', 'secp521r1'] as const)('%s: both sides agree, at once', name => {
    const group = createNobleProvider().groups[name]!;
    const offer = group.offer() as KeyOffer;
    const answer = group.respond(offer.share) as Answer;
    expect(offer.complete(answer.share)).toEqual(answer.sharedSecret);
    expect(isAllZero(answer.sharedSecret)).toBe(false);
  });

  it('an offer ends with its completion, its failure or its wiping', () => {
    const group = createNobleProvider().groups.x25519!;
    const peer = (group.offer() as KeyOffer).share;
    const [completed, failed, wiped] = [group.offer(), group.offer(), group.offer()] as [KeyOffer, KeyOffer, KeyOffer];
    completed.complete(peer);
    expect(codeOf(() => failed.complete(new Uint8Array(32)))).toBe('invalid-share');
    wiped.wipe();
    for (const offer of [completed, failed, wiped]) expect(codeOf(() => offer.complete(peer))).toBe('misuse');
  });

  it('NIST curves take the uncompressed form alone', () => {
    const [, { share, peer, privateKey }] = vectors;
    const point = fromHex(peer);
    const group = groupWith('secp256r1', ...Array(10).fill(privateKey));
    const refused = {
      compressed: concat(Uint8Array.of(3), point.subarray(1, 33)),
      hybrid: concat(Uint8Array.of(7), point.subarray(1)),
      'off the curve': concat(point.subarray(0, 64), Uint8Array.of(0xac)),
      infinity: Uint8Array.of(0),
      long: concat(point, Uint8Array.of(0)),
    };
    for (const [what, bytes] of Object.entries(refused)) {
      expect(
        codeOf(() => group.respond(bytes)),
        what,
      ).toBe('invalid-share');
    }
    expect(toHex((group.respond(point) as Answer).share)).toBe(share);
  });

  it('draws again when a private key is out of range', () => {
    const [, { privateKey, share }] = vectors;
    const offer = groupWith('secp256r1', '00'.repeat(32), 'ff'.repeat(32), privateKey).offer() as KeyOffer;
    expect(toHex(offer.share)).toBe(share);
  });

  it('gives up on a source that never gives a valid key', () => {
    const { groups } = createNobleProvider({ random: length => new Uint8Array(length) });
    expect(codeOf(() => groups.secp384r1!.offer())).toBe('no-entropy');
  });

  it('uses one bit of the first octet on P-521', () => {
    const share = (first: string) => (groupWith('secp521r1', first + '5a'.repeat(65)).offer() as KeyOffer).share;
    expect(toHex(share('fe'))).toBe(toHex(share('00')));
    expect(toHex(share('01'))).not.toBe(toHex(share('00')));
  });
});
