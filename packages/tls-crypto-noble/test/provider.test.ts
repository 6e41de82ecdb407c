import { platformRandom, withExtras } from '@tlskit/tls-crypto';
import { toHex } from '@tlskit/tls-wire';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { allExtras } from '../src/all/index.ts';
import { createNobleProvider } from '../src/index.ts';
import { encodePkcs8 } from '../src/keys/index.ts';

describe('createNobleProvider', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('takes randomness from the platform', () => {
    expect(createNobleProvider().random).toBe(platformRandom);
  });

  it('is not made where there is no CSPRNG', () => {
    vi.stubGlobal('crypto', undefined);
    expect(() => createNobleProvider()).toThrow(expect.objectContaining({ code: 'no-entropy' }));
  });

  it('repeats itself under an injected source: random, shares and signatures', () => {
    const run = () => {
      let counter = 0;
      const provider = createNobleProvider({ random: length => new Uint8Array(length).fill(++counter) });
      const key = provider.importPrivateKey(
        encodePkcs8({ type: 'ec', curve: 'secp256r1', scalar: new Uint8Array(32).fill(5) }),
      );
      const offer = provider.groups.secp256r1!.offer() as { share: Uint8Array };
      const signature = key.sign({ type: 'ecdsa', hash: 'sha256' }, new Uint8Array(3)) as Uint8Array;
      return [provider.random(4), offer.share, signature].map(toHex);
    };
    expect(run()).toEqual(run());
  });

  it('hedges ECDSA: two signatures of one message differ', () => {
    const key = createNobleProvider().importPrivateKey(
      encodePkcs8({ type: 'ec', curve: 'secp256r1', scalar: new Uint8Array(32).fill(5) }),
    );
    const sign = () => toHex(key.sign({ type: 'ecdsa', hash: 'sha256' }, new Uint8Array(3)) as Uint8Array);
    expect(sign()).not.toBe(sign());
  });

  it('does not touch the buffers of an injected source', () => {
    const buffer = new Uint8Array(32).fill(3);
    const { groups } = createNobleProvider({ random: () => buffer });
    const offer = groups.x25519!.offer() as { wipe(): void };
    offer.wipe();
    expect(buffer.every(octet => octet === 3)).toBe(true);
  });

  it('refuses a source that gives another length', () => {
    const { random, groups } = createNobleProvider({ random: () => new Uint8Array(31) });
    expect(() => random(32)).toThrow(expect.objectContaining({ code: 'no-entropy' }));
    expect(() => groups.x25519!.offer()).toThrow(expect.objectContaining({ code: 'no-entropy' }));
  });

  it('says that everything is its own, what was added included', () => {
    const described = createNobleProvider().describe();
    expect(described).toMatchObject({ sha256: 'noble', x25519: 'noble', 'rsa-pss': 'noble' });
    expect(described).not.toHaveProperty('ml-kem-768');
    const whole = withExtras(createNobleProvider(), ...allExtras).describe();
    expect(whole).toMatchObject({ ...described, 'ml-kem-768': 'noble', ffdhe: 'noble', 'ml-dsa-44': 'noble' });
    expect(new Set(Object.values(whole))).toEqual(new Set(['noble']));
  });

  it('is a plain object: a spread replaces one part and keeps the others', () => {
    const base = createNobleProvider();
    const provider = { ...base, hashes: { sha256: base.hashes.sha256! } };
    expect(Object.keys(provider.hashes)).toEqual(['sha256']);
    expect(provider.groups).toBe(base.groups);
  });
});
