import { createNobleProvider } from '@tlskit/tls-crypto-noble';
import { allExtras } from '@tlskit/tls-crypto-noble/all';
import { createWebProvider } from '@tlskit/tls-crypto-web';
import { describe, expect, it } from 'vitest';
import { runWycheproof } from '../src/wycheproof.ts';
import { hasWycheproof, loadWycheproof, wycheproofAbsent } from '../src/wycheproof-data.ts';
import { webFiles, webProviders } from '../src/wycheproof-web.ts';

/** What of those that draw keys the WebCrypto of this Node does not do. */
const described = (await createWebProvider({ extras: allExtras })).describe();
const lacks = Object.keys(described).filter(name => described[name] === 'noble');

it('hashes and AEADs of the web provider are those of the portable one, through which Wycheproof goes as well', async () => {
  const [web, noble] = [await createWebProvider(), createNobleProvider()];
  for (const table of ['hashes', 'aeads'] as const) {
    expect(Object.keys(web[table])).toEqual(Object.keys(noble[table]));
    for (const [name, primitive] of Object.entries(web[table])) expect(primitive).toBe(Object(noble[table])[name]);
  }
});

describe('Wycheproof through the web provider', () => {
  if (wycheproofAbsent !== undefined) {
    it.skip(wycheproofAbsent, () => {});
    return;
  }
  for (const [name, { outOfScope: allowed, optional }] of webFiles(lacks)) {
    if (optional && !hasWycheproof(name)) continue;
    it(name, async () => {
      const file = loadWycheproof(name);
      const { asserted, outOfScope, leftOut, failures } = await runWycheproof(file, webProviders(crypto.subtle));
      expect(failures).toEqual([]);
      expect(asserted).toBeGreaterThan(0);
      let total = asserted + leftOut;
      for (const [reason, count] of outOfScope) {
        expect(reason).toMatch(allowed ?? /^nothing is out of scope in this file$/);
        total += count;
      }
      expect(total).toBe(file.numberOfTests);
    });
  }
});
