import { type KeyAlgorithm, withExtras } from '@tlskit/tls-crypto';
import { allExtras } from '@tlskit/tls-crypto-noble/all';
import { encodePkcs8, type PrivateKeyParts } from '@tlskit/tls-crypto-noble/keys';
import { describe, expect, it } from 'vitest';
import { describeKey } from '../src/index.ts';
import { codeOf, createCA, judge, noble } from './support.ts';

const complete = withExtras(noble, ...allExtras);

const keys: readonly (readonly [name: string, algorithm: KeyAlgorithm, seedLength: number])[] = [
  ['Ed448', { type: 'ed448' }, 57],
  ['ML-DSA-44', { type: 'ml-dsa', set: 44 }, 32],
  ['ML-DSA-65', { type: 'ml-dsa', set: 65 }, 32],
  ['ML-DSA-87', { type: 'ml-dsa', set: 87 }, 32],
];

describe.each(keys)('%s', (name, algorithm, seedLength) => {
  const key = (octet: number) =>
    encodePkcs8({ ...algorithm, seed: new Uint8Array(seedLength).fill(octet) } as PrivateKeyParts);

  it('signs chains, which are good for a provider that has it and for no other', async () => {
    const root = await createCA({ provider: complete, key: key(1) });
    const leaf = await root.issue({ names: ['localhost'], key: key(2) });
    expect(describeKey(leaf.spki)).toBe(name);
    const verdict = (provider: typeof noble, chain = leaf.chain) =>
      codeOf(judge({ provider, trust: { roots: [root.certificate] } }, { chain }));
    expect(verdict(complete)).toBe('accepted');
    expect(verdict(noble)).toBe('ERR_TLS_CERT_KEY');

    const spoilt = Uint8Array.from(leaf.certificate);
    spoilt[spoilt.length - 9]! ^= 1;
    expect(verdict(complete, [spoilt])).toBe('CERT_SIGNATURE_FAILURE');
  });
});
