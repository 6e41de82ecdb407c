/** A suite run with one provider or several: what agrees, what does not, and what it took. */
import type { CryptoProvider } from '@tlskit/tls-crypto';
import type { Work } from '@tlskit/tls-x509';
import { type Case, readCase } from './cases.ts';
import { type Judge, judge, NoHandshake } from './verdict.ts';

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
  /** Cases of which no handshake can be made, by the reason. */
  readonly left: Map<string, string[]>;
}

/** What came of one case with one provider. */
export interface CaseResult {
  readonly id: string;
  readonly provider: string;
  /** Milliseconds. */
  readonly time: number;
  /** Undefined where we agree. */
  readonly difference?: string;
  /** Why no handshake can be made of it. */
  readonly left?: string;
  /** Undefined where there was no verdict. */
  readonly work?: Work;
}

/** Runs every case with every provider. One at a time is held. */
export async function runSuite(
  cases: AsyncIterable<unknown> | Iterable<unknown>,
  providers: readonly CryptoProvider[],
  tell: (result: CaseResult) => void = () => {},
  how: Judge = judge,
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
  const outcome: Outcome = { tallies, cases: 0, agreeing: 0, differences: [], left: new Map() };
  // One clock for all: cases without a time of their own are judged as of now.
  const now = Date.now();
  for await (const value of cases) {
    // Once for nobody: tables of curves are made and code is compiled at the first signature, whichever it is.
    if (outcome.cases === 0) for (const provider of providers) await runCase(value, provider, now, how);
    const results: CaseResult[] = [];
    for (const provider of providers) results.push(await settled(() => runCase(value, provider, now, how)));
    const left = results.find(result => result.left !== undefined);
    if (left?.left !== undefined) {
      outcome.left.set(left.left, [...(outcome.left.get(left.left) ?? []), left.id]);
      continue;
    }
    outcome.cases++;
    for (const [i, result] of results.entries()) {
      tell(result);
      add(tallies[i] as Tally, result);
      if (result.difference !== undefined) {
        outcome.differences.push(`${result.provider}: ${result.id}: ${result.difference}`);
      }
    }
    if (results.every(({ difference }) => difference === undefined)) outcome.agreeing++;
  }
  return outcome;
}

/** Milliseconds of a case that is to be told of as slow. */
const slow = 100;

/** What took long is done again, twice at most: the time counts that it takes when nobody else has the processor. */
async function settled(run: () => Promise<CaseResult>): Promise<CaseResult> {
  let best = await run();
  for (let again = 0; again < 2 && best.time > slow; again++) {
    const result = await run();
    if (result.time < best.time) best = result;
  }
  return best;
}

async function runCase(value: unknown, provider: CryptoProvider, now: number, how: Judge): Promise<CaseResult> {
  const result = { id: idOf(value), provider: provider.name };
  const begin = performance.now();
  try {
    const testcase: Case = readCase(value);
    const verdict = await how(testcase, provider, now);
    const time = performance.now() - begin;
    const expected = testcase.expected_result;
    const said = verdict.error === undefined ? 'accepted' : `${verdict.error.code}, ${verdict.error.message}`;
    const differs = verdict.result !== expected;
    return { ...result, time, work: verdict.work, ...(differs ? { difference: `expected ${expected}: ${said}` } : {}) };
  } catch (error) {
    const time = performance.now() - begin;
    if (error instanceof NoHandshake) return { ...result, time, left: error.message };
    return { ...result, time, difference: `no verdict: ${error instanceof Error ? error.message : error}` };
  }
}

function add(tally: Tally, { id, time, difference, work }: CaseResult): void {
  if (difference === undefined) tally.agreeing++;
  if (time > slow) tally.slow++;
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
export function report({ tallies, cases, agreeing, differences, left }: Outcome): string[] {
  const lines = differences.map(difference => `difference: ${difference}`);
  for (const [reason, ids] of left) lines.push(`${ids.length} without a handshake: ${reason}: ${shortened(ids)}`);
  for (const { provider, agreeing, slowest, slow, most } of tallies) {
    const work = counted.filter(what => most[what].amount > 0);
    lines.push(
      `${provider}: agree ${agreeing} of ${cases}`,
      `  slowest ${slowest.amount.toFixed(1)} ms: ${slowest.id}; ${slow} of more than 100 ms`,
      ...work.map(what => `  most ${words[what]} ${most[what].amount}: ${most[what].id}`),
    );
  }
  return [...lines, `agree ${agreeing} of ${cases}`];
}

function shortened(ids: readonly string[]): string {
  return ids.length > 10 ? `${ids.slice(0, 5).join(', ')} and others` : ids.join(', ');
}

const words: Readonly<Record<(typeof counted)[number], string>> = {
  signatures: 'signature checks',
  candidates: 'candidates',
  nameComparisons: 'name comparisons',
};
