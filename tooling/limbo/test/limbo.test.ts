/** The path-validation cases of x509-limbo and BetterTLS, where they were put beside the project. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createNobleProvider } from '@tlskit/tls-crypto-noble';
import { createNodeProvider } from '@tlskit/tls-crypto-node';
import { isPublicSuffix } from '@tlskit/tls-x509/public-suffix';
import { describe, expect, it } from 'vitest';
import { readSuite } from '../src/cases.ts';
import { type CaseResult, report, runSuite } from '../src/suite.ts';
import { judge } from '../src/verdict.ts';

const file = fileURLToPath(new URL('../../../../shared/x509/limbo-dev.json.gz', import.meta.url));
const absent = !existsSync(file);

// Skipped only where the cases are absent: they are no part of this repository.
describe.skipIf(absent)(`x509-limbo${absent ? ` (absent: ${file})` : ''}`, () => {
  it.each([createNodeProvider(), createNobleProvider()])(
    'agrees on every case, with bounded work: $name',
    async provider => {
      const results: CaseResult[] = [];
      const outcome = await runSuite(readSuite(file), [provider], result => results.push(result));
      console.log(report(outcome).join('\n'));
      expect(outcome.differences).toEqual([]);
      expect(outcome.cases).toBeGreaterThan(0);
      for (const { id, work } of results) {
        expect(work?.signatures, id).toBeLessThanOrEqual(10);
        expect(work?.candidates, id).toBeLessThanOrEqual(20);
        expect(work?.nameComparisons, id).toBeLessThanOrEqual(100_000);
      }
    },
  );

  it('agrees on every case also by the Public Suffix List', async () => {
    const outcome = await runSuite(readSuite(file), [createNodeProvider()], undefined, (testcase, provider, now) =>
      judge(testcase, provider, now, { isPublicSuffix }),
    );
    expect(outcome.differences).toEqual([]);
    expect(outcome.cases).toBeGreaterThan(0);
  });
});
