import { withExtras } from '@tlskit/tls-crypto';
import { createNobleProvider, type NobleOptions } from '@tlskit/tls-crypto-noble';
import { allExtras } from '@tlskit/tls-crypto-noble/all';
import { legacyExtras } from '@tlskit/tls-crypto-noble/legacy';
import { describe, expect, it } from 'vitest';
import { runWycheproof } from '../src/wycheproof.ts';
import { hasWycheproof, loadWycheproof, wycheproofAbsent } from '../src/wycheproof-data.ts';
import { wycheproofFiles } from '../src/wycheproof-files.ts';

const createComplete = (options: NobleOptions) =>
  withExtras(createNobleProvider(options), ...allExtras, ...legacyExtras);

describe('Wycheproof through the noble provider', () => {
  if (wycheproofAbsent !== undefined) {
    it.skip(wycheproofAbsent, () => {});
    return;
  }
  for (const [name, { outOfScope: allowed, sampled, optional, native }] of Object.entries(wycheproofFiles)) {
    if (native || (optional && !hasWycheproof(name))) continue;
    const sample =
      sampled === undefined ? '' : ` (one in ${sampled.nth} of ${sampled.flag}; all in the native provider)`;
    it(`${name}${sample}`, async () => {
      const file = loadWycheproof(name);
      const { asserted, outOfScope, leftOut, failures } = await runWycheproof(file, createComplete, sampled);
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
