/** An AEAD in WebAssembly, plugged in: what is asked of every provider's AEADs is asked of it. */
import { createNobleProvider } from '@tlskit/tls-crypto-noble';
import { createNodeProvider } from '@tlskit/tls-crypto-node';
import { createWebProvider } from '@tlskit/tls-crypto-web';
import { describe, expect, it } from 'vitest';
import { aeadChecks } from '../src/compliance-symmetric.ts';
import { withSodium } from '../src/sodium.ts';
import { runWycheproof } from '../src/wycheproof.ts';
import { loadWycheproof, wycheproofAbsent } from '../src/wycheproof-data.ts';

const provider = withSodium(await createWebProvider());

describe('ChaCha20-Poly1305 of libsodium in the web provider', () => {
  it('is described, and its suite comes first', () => {
    const described = provider.describe();
    expect([described['chacha20-poly1305'], described['aes-128-gcm']]).toEqual(['libsodium', 'noble']);
    expect(provider.aeadOrder[0]).toBe('chacha20-poly1305');
  });

  const checks = aeadChecks(provider, createNodeProvider()).filter(({ name }) => name.startsWith('chacha20'));
  it.each(checks)('$name', ({ run }) => expect((async () => run())()).resolves.toBeUndefined());

  if (wycheproofAbsent !== undefined) it.skip(wycheproofAbsent, () => {});
  else
    it('Wycheproof: chacha20_poly1305', async () => {
      const file = loadWycheproof('chacha20_poly1305');
      const outcome = await runWycheproof(file, options => withSodium(createNobleProvider(options)));
      expect(outcome.failures).toEqual([]);
      expect(outcome.asserted + outcome.leftOut).toBe(file.numberOfTests);
    });
});
