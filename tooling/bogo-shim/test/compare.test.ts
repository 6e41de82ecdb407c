import { describe, expect, it } from 'vitest';
import { compare, type Outcome, readExpected, readResults, writeExpected } from '../src/compare.ts';

const outcomes = (record: Record<string, Outcome>) => new Map(Object.entries(record));

describe('compare', () => {
  it('counts, and has nothing to say where nothing changed', () => {
    const same = outcomes({ A: 'PASS', B: 'SKIP', C: 'FAIL', D: 'PASS' });
    expect(compare(same, same, true)).toEqual({
      counts: { PASS: 2, FAIL: 1, SKIP: 1 },
      regressions: [],
      progress: [],
    });
  });

  it.each([
    ['PASS', 'FAIL'],
    ['PASS', 'SKIP'],
    ['SKIP', 'FAIL'],
  ] as const)('from %s to %s is worse, the other way is better', (better, worse) => {
    const down = compare(outcomes({ A: better }), outcomes({ A: worse }), true);
    expect(down.regressions).toEqual([`A: ${worse}, was ${better}`]);
    expect(down.progress).toEqual([]);
    const up = compare(outcomes({ A: worse }), outcomes({ A: better }), true);
    expect(up.regressions).toEqual([]);
    expect(up.progress).toEqual([`A: ${better}, was ${worse}`]);
  });

  it('takes a new test that fails for a regression, and one that passes or is left out not', () => {
    const { regressions, progress } = compare(new Map(), outcomes({ A: 'FAIL', B: 'PASS', C: 'SKIP' }), true);
    expect(regressions).toEqual(['A: FAIL, a new test']);
    expect(progress).toEqual(['B: PASS, a new test', 'C: SKIP, a new test']);
  });

  it('misses a test that is gone, when all were to be run', () => {
    const expected = outcomes({ A: 'PASS', B: 'PASS' });
    expect(compare(expected, outcomes({ A: 'PASS' }), true).regressions).toEqual(['B: not run, was PASS']);
    expect(compare(expected, outcomes({ A: 'PASS' }), false).regressions).toEqual([]);
  });
});

describe('files', () => {
  it('of expectations come back as they were, sorted', () => {
    const text = writeExpected(outcomes({ b: 'SKIP', a: 'PASS' }));
    expect(text).toBe('{\n  "a": "PASS",\n  "b": "SKIP"\n}\n');
    expect(readExpected(text)).toEqual(outcomes({ a: 'PASS', b: 'SKIP' }));
  });

  it("of results are the runner's", () => {
    const results = { version: 3, tests: { A: { actual: 'PASS', expected: 'PASS' }, B: { actual: 'SKIP' } } };
    expect(readResults(JSON.stringify(results))).toEqual(outcomes({ A: 'PASS', B: 'SKIP' }));
  });

  it('of another form are refused', () => {
    expect(() => readResults('{}')).toThrow('no results');
    expect(() => readResults('{"tests":{"A":{"actual":"CRASH"}}}')).toThrow('CRASH');
    expect(() => readExpected('{"A":"MAYBE"}')).toThrow('MAYBE');
  });
});
