/** Keys that verify again and again do so by tables: in another way, and with the same answers. */
import { generateKeyPairSync, sign } from 'node:crypto';
import type { PublicKey } from '@tlskit/tls-crypto';
import { der, derUnsigned, Tag } from '@tlskit/tls-wire/der';
import { describe, expect, it } from 'vitest';
import { createNobleProvider } from '../src/index.ts';

const provider = createNobleProvider();
const message = Uint8Array.of(1, 2, 3);

function keyOn(namedCurve: string) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve });
  const key = provider.importPublicKey(publicKey.export({ format: 'der', type: 'spki' }));
  return { key, sign: (hash: string, data = message) => new Uint8Array(sign(hash, data, privateKey)) };
}

const verify = (key: PublicKey, signature: Uint8Array, hash: 'sha256' | 'sha384' | 'sha512', data = message) =>
  key.verify({ type: 'ecdsa', hash }, data, signature);

describe.each(['P-256', 'P-384', 'P-521'])('a key on %s that has verified often', curve => {
  const pair = keyOn(curve);
  const good = pair.sign('sha256');
  for (let i = 0; i < 4; i++) verify(pair.key, good, 'sha256');

  it.each(['sha256', 'sha384', 'sha512'] as const)('verifies by %s, cut where it is longer than the order', hash => {
    const signature = pair.sign(hash);
    expect(verify(pair.key, signature, hash)).toBe(true);
    expect(verify(pair.key, signature, hash, Uint8Array.of(1, 2, 4))).toBe(false);
    expect(verify(pair.key, pair.sign(hash, Uint8Array.of(9)), hash)).toBe(false);
  });

  it('refuses numbers that are zero, or the order and more', () => {
    const large = new Uint8Array({ 'P-256': 32, 'P-384': 48, 'P-521': 66 }[curve] as number).fill(0xff);
    for (const [r, s] of [
      [0, 1],
      [1, 0],
      [0, 0],
      [1, 1],
    ] as const) {
      const signature = der(Tag.sequence, derUnsigned(Uint8Array.of(r)), derUnsigned(Uint8Array.of(s)));
      expect(verify(pair.key, signature, 'sha256')).toBe(false);
    }
    for (const [r, s] of [
      [large, Uint8Array.of(1)],
      [Uint8Array.of(1), large],
      [large, large],
    ] as const) {
      expect(verify(pair.key, der(Tag.sequence, derUnsigned(r), derUnsigned(s)), 'sha256')).toBe(false);
    }
    expect(verify(pair.key, good, 'sha256')).toBe(true);
  });
});

it('more keys than there are tables take turns', () => {
  const pairs = Array.from({ length: 20 }, () => keyOn('P-256'));
  const signatures = pairs.map(pair => pair.sign('sha256'));
  for (let turn = 0; turn < 7; turn++) {
    pairs.forEach(({ key }, i) => {
      expect(verify(key, signatures[i] as Uint8Array, 'sha256')).toBe(true);
      expect(verify(key, signatures[(i + 1) % pairs.length] as Uint8Array, 'sha256')).toBe(false);
    });
  }
});
