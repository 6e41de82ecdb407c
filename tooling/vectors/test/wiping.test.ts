/** What is left in memory: of all providers, and of a witness that is shown something. */
import { withExtras } from '@tlskit/tls-crypto';
import { createNobleProvider } from '@tlskit/tls-crypto-noble';
import { allExtras } from '@tlskit/tls-crypto-noble/all';
import { legacyExtras } from '@tlskit/tls-crypto-noble/legacy';
import { createNodeProvider } from '@tlskit/tls-crypto-node';
import { createWebProvider } from '@tlskit/tls-crypto-web';
import { describe, expect, it } from 'vitest';
import { type Maker, wipingChecks } from '../src/compliance-wiping.ts';
import { remains, witness } from '../src/memory-witness.ts';
import { withSodium } from '../src/sodium.ts';

const extras = [...allExtras, ...legacyExtras];
const web = await createWebProvider({ extras });
const sodium = withSodium(await createWebProvider());

const subjects: readonly (readonly [name: string, make: Maker, draws: boolean])[] = [
  ['noble', random => withExtras(createNobleProvider(random === undefined ? {} : { random }), ...extras), true],
  ['node', random => createNodeProvider(random === undefined ? {} : { random }), true],
  // Its private keys are WebCrypto's.
  ['web', () => web, false],
  ['web, with an AEAD of the caller’s', () => ({ ...sodium, hashes: {}, groups: {}, keys: {} }), false],
];

describe.each(subjects)('the provider %s', (_, make, draws) => {
  it.each(wipingChecks(make, draws))('$name', async ({ run }) => {
    await expect((async () => run())()).resolves.toBeUndefined();
  });
});

describe('the witness', () => {
  it('sees whatever was made, by whom, and what is left in it', async () => {
    const secret = new Uint8Array(20).map((_, i) => i + 1);
    const { result, made } = await witness(
      () => [new Uint8Array(secret), Uint8Array.from(secret), secret.slice(), new Uint8Array(4)],
      path => path.includes('wiping.test'),
    );
    expect(made).toHaveLength(4);
    expect(remains(made, secret)).toHaveLength(3);
    expect(remains(made, secret, result.slice(0, 1))).toHaveLength(2);
    for (const bytes of result) bytes.fill(0);
    expect(remains(made, secret)).toEqual([]);
    expect(new Uint8Array(1)).toBeInstanceOf(Uint8Array);
  });
});
