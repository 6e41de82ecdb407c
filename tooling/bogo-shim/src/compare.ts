/** What the runner said, held against what it said before. */

/** The runner's words: passed, failed, or left out by the shim (exit code 89). */
export type Outcome = 'PASS' | 'FAIL' | 'SKIP';

/** By name of the test. */
export type Outcomes = ReadonlyMap<string, Outcome>;

export interface Comparison {
  readonly counts: Readonly<Record<Outcome, number>>;
  /** In words, one a test. */
  readonly regressions: readonly string[];
  /** Tests that are better than they were, and new ones that pass. */
  readonly progress: readonly string[];
}

/**
 * @param whole whether every test was run, so that one that is missing is gone
 */
export function compare(expected: Outcomes, got: Outcomes, whole: boolean): Comparison {
  const counts = { PASS: 0, FAIL: 0, SKIP: 0 };
  const regressions: string[] = [];
  const progress: string[] = [];
  for (const [name, outcome] of got) {
    counts[outcome]++;
    const before = expected.get(name);
    if (before === outcome) continue;
    const change = `${name}: ${outcome}, ${before === undefined ? 'a new test' : `was ${before}`}`;
    if (rank[outcome] < rank[before ?? 'SKIP']) regressions.push(change);
    else progress.push(change);
  }
  if (whole) {
    for (const [name, before] of expected) {
      if (!got.has(name)) regressions.push(`${name}: not run, was ${before}`);
    }
  }
  return { counts, regressions, progress };
}

const rank: Readonly<Record<Outcome, number>> = { FAIL: 0, SKIP: 1, PASS: 2 };

/** The results in the runner's JSON. @throws Error for another form */
export function readResults(json: string): Outcomes {
  const { tests } = JSON.parse(json) as { readonly tests?: Readonly<Record<string, { readonly actual?: unknown }>> };
  if (tests === undefined) throw new Error('no results of a runner');
  return new Map(Object.entries(tests).map(([name, { actual }]) => [name, outcomeOf(actual)]));
}

/** `expected.json`: an outcome by name. @throws Error for another form */
export function readExpected(json: string): Outcomes {
  const file = JSON.parse(json) as Readonly<Record<string, unknown>>;
  return new Map(Object.entries(file).map(([name, outcome]) => [name, outcomeOf(outcome)]));
}

/** Sorted by name, so that a change shows as the line that it is. */
export function writeExpected(outcomes: Outcomes): string {
  const sorted = [...outcomes].sort(([a], [b]) => (a < b ? -1 : 1));
  return `${JSON.stringify(Object.fromEntries(sorted), undefined, 2)}\n`;
}

function outcomeOf(word: unknown): Outcome {
  if (word === 'PASS' || word === 'FAIL' || word === 'SKIP') return word;
  throw new Error(`no outcome: ${word}`);
}
