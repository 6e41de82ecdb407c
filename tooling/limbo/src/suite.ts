/** A suite run with one provider or several: what agrees, what does not, and what it took. */
import type { CryptoProvider } from '@tlskit/tls-crypto';
import type { Work } from '@tlskit/tls-x509';
import { type Case, readCase } from './cases.ts';
import { judge } from './verdict.ts';

/** The most of something, and the case that it was. */
export interface Most {
  readonly amount: number;
  readonly id: string;
}

/** What was counted of each case. */
export const counted = ['signatures', 'candidates', 'nameComparisons'] as const satisfies readonly (keyof Work)[];

/** With one provider. */
export interface Tally {
  readonly provider: string;
  agreeing: number;
  /** Milliseconds of the slowest case. */
  slowest: Most;
  /** Cases of more than 100 ms. */
  slow: number;
  readonly most: Record<(typeof counted)[number], Most>;
}

export interface Outcome {
  readonly tallies: readonly Tally[];
  cases: number;
  /** Cases on which we agree with every provider. */
  agreeing: number;
  /** One line for each case and provider that differs. */
  readonly differences: string[];
}

/** What came of one case with one provider. */
export interface CaseResult {
  readonly id: string;
  readonly provider: string;
  /** Milliseconds. */
  readonly time: number;
  /** Undefined where we agree. */
  readonly difference: string | undefined;
  /** Undefined where there was no verdict. */
  readonly work: Work | undefined;
}

/** Runs every case with every provider. One at a time is held. */
export async function runSuite(
  cases: AsyncIterable<unknown> | Iterable<unknown>,
  providers: readonly CryptoProvider[],
  tell: (result: CaseResult) => void = () => {},
): Promise<Outcome> {
  const none: Most = { amount: 0, id: '' };
  const tallies = providers.map(
    ({ name }): Tally => ({
      provider: name,
      agreeing: 0,
      slowest: none,
      slow: 0,
      most: { signatures: none, candidates: none, nameComparisons: none },
    }),
  );
  const outcome: Outcome = { tallies, cases: 0, agreeing: 0, differences: [] };
  // One clock for all: cases without a time of their own are judged as of now.
  const now = Date.now();
  for await (const value of cases) {
    outcome.cases++;
    let agrees = true;
    for (const [i, provider] of providers.entries()) {
      const result = await runCase(value, provider, now);
      tell(result);
      add(tallies[i] as Tally, result);
      if (result.difference === undefined) continue;
      agrees = false;
      outcome.differences.push(`${provider.name}: ${result.id}: ${result.difference}`);
    }
    if (agrees) outcome.agreeing++;
  }
  return outcome;
}

async function runCase(value: unknown, provider: CryptoProvider, now: number): Promise<CaseResult> {
  const result = { id: idOf(value), provider: provider.name };
  const begin = performance.now();
  try {
    const testcase: Case = readCase(value);
    const verdict = await judge(testcase, provider, now);
    const time = performance.now() - begin;
    const expected = testcase.expected_result;
    const said = verdict.error === undefined ? 'accepted' : `${verdict.error.code}, ${verdict.error.message}`;
    const difference = verdict.result === expected ? undefined : `expected ${expected}: ${said}`;
    return { ...result, time, difference, work: verdict.work };
  } catch (error) {
    const time = performance.now() - begin;
    return {
      ...result,
      time,
      difference: `no verdict: ${error instanceof Error ? error.message : error}`,
      work: undefined,
    };
  }
}

function add(tally: Tally, { id, time, difference, work }: CaseResult): void {
  if (difference === undefined) tally.agreeing++;
  if (time > 100) tally.slow++;
  if (time > tally.slowest.amount) tally.slowest = { amount: time, id };
  for (const what of counted) {
    const amount = work?.[what] ?? 0;
    if (amount > tally.most[what].amount) tally.most[what] = { amount, id };
  }
}

function idOf(value: unknown): string {
  const id = typeof value === 'object' && value !== null ? (value as { readonly id?: unknown }).id : undefined;
  return typeof id === 'string' ? id : 'a case without id';
}

/** For people; the verdict on the whole last. */
export function report({ tallies, cases, agreeing, differences }: Outcome): string[] {
  const lines = differences.map(difference => `difference: ${difference}`);
  for (const { provider, agreeing, slowest, slow, most } of tallies) {
    lines.push(
      `${provider}: agree ${agreeing} of ${cases}`,
      `  slowest ${slowest.amount.toFixed(1)} ms: ${slowest.id}; ${slow} of more than 100 ms`,
      ...counted.map(what => `  most ${words[what]} ${most[what].amount}: ${most[what].id || 'none at all'}`),
    );
  }
  return [...lines, `agree ${agreeing} of ${cases}`];
}

const words: Readonly<Record<(typeof counted)[number], string>> = {
  signatures: 'signature checks',
  candidates: 'candidates',
  nameComparisons: 'name comparisons',
};
