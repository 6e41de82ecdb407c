import { describe, expect, it } from 'vitest';
import {
  type Aead,
  CryptoError,
  type CryptoProvider,
  type KeyExchange,
  type ProviderPart,
  type PublicKey,
  withExtras,
} from '../src/index.ts';

const group = (name: string) => ({ name }) as KeyExchange;
const aead = (name: string) => ({ name }) as Aead;

const base: CryptoProvider & { readonly more: string } = {
  name: 'base',
  random: length => new Uint8Array(length).fill(7),
  hashes: {},
  aeads: { 'aes-128-gcm': aead('gcm') },
  groups: { x25519: group('x25519') },
  keys: { rsa: true },
  importPublicKey: () => {
    throw new CryptoError('unsupported', 'base');
  },
  importPrivateKey: () => {
    throw new CryptoError('unsupported', 'base');
  },
  more: 'than the interface asks for',
};

describe('withExtras', () => {
  it('adds to the tables, keeps the rest, and leaves the provider as it was', () => {
    const provider = withExtras(base, () => ({
      aeads: { 'aes-128-ccm': aead('ccm') },
      keys: { ed448: true },
      groups: { x448: group('x448') },
    }));
    expect(Object.keys(provider.aeads)).toEqual(['aes-128-gcm', 'aes-128-ccm']);
    expect(Object.keys(provider.groups)).toEqual(['x25519', 'x448']);
    expect(provider.keys).toEqual({ rsa: true, ed448: true });
    expect(provider.groups.x25519).toBe(base.groups.x25519);
    expect(provider).toMatchObject({ name: 'base', random: base.random, more: base.more });
    expect(provider.importPublicKey).toBe(base.importPublicKey);
    expect([Object.keys(base.aeads), Object.keys(base.groups)]).toEqual([['aes-128-gcm'], ['x25519']]);
  });

  it('applies parts in turn: a later one sees the earlier, and wins', () => {
    const seen: string[][] = [];
    const part =
      (name: 'x448' | 'secp256r1', label: string): ProviderPart =>
      below => {
        seen.push(Object.keys(below.groups));
        return { groups: { [name]: group(label) } };
      };
    const provider = withExtras(base, part('x448', 'first'), part('secp256r1', 'second'), part('x448', 'third'));
    expect(seen).toEqual([['x25519'], ['x25519', 'x448'], ['x25519', 'x448', 'secp256r1']]);
    expect(provider.groups.x448?.name).toBe('third');
  });

  it('hands a part the randomness of the provider, and the keys that it does not know to the one below', () => {
    const key = {} as PublicKey;
    const part: ProviderPart = below => ({
      importPublicKey: spki => (spki[0] === below.random(1)[0] ? key : below.importPublicKey(spki)),
    });
    const provider = withExtras(base, part, () => ({}));
    expect(provider.importPublicKey(Uint8Array.of(7))).toBe(key);
    expect(() => provider.importPublicKey(Uint8Array.of(8))).toThrow(expect.objectContaining({ code: 'unsupported' }));
  });

  it('without parts gives the provider itself', () => {
    expect(withExtras(base)).toBe(base);
  });
});
