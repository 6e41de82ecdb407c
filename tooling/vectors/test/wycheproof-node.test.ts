import { createNodeProvider } from '@tlskit/tls-crypto-node';
import { describe, expect, it } from 'vitest';
import { runWycheproof } from '../src/wycheproof.ts';
import { hasWycheproof, loadWycheproof, wycheproofAbsent } from '../src/wycheproof-data.ts';
import { wycheproofFiles } from '../src/wycheproof-files.ts';

describe('Wycheproof through the node provider', () => {
  if (wycheproofAbsent !== undefined) {
    it.skip(wycheproofAbsent, () => {});
    return;
  }
  for (const [name, { outOfScope: allowed, optional }] of Object.entries(wycheproofFiles)) {
    if (optional && !hasWycheproof(name)) continue;
    it(name, async () => {
      const file = loadWycheproof(name);
      const { asserted, outOfScope, leftOut, failures } = await runWycheproof(file, createNodeProvider);
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
