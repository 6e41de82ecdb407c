import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { countVitest, forgetReport, hasReport, readReport, reportFile, sentence, sum } from '../reports.mjs';

const test = (status: string) => ({
  status,
  fullName: `that ${status}`,
  failureMessages: status === 'failed' ? ['expected 1 to be 2\n    at line 3'] : [],
});
const unhandledErrors: string[] = [];
const file = (status: string, ...tests: string[]) => ({
  status,
  name: '/work/test/some.test.ts',
  message: status === 'failed' && tests.length === 0 ? 'no such module' : '',
  assertionResults: tests.map(test),
});

describe('countVitest', () => {
  it('counts tests by their status', () => {
    const report = {
      success: true,
      unhandledErrors,
      testResults: [file('passed', 'passed', 'pending'), file('passed', 'passed', 'todo')],
    };
    expect(countVitest(report)).toEqual({ passed: 2, failed: 0, skipped: 2 });
  });

  it('counts a file that failed to load as one failure, and says what failed', () => {
    const report = {
      success: false,
      unhandledErrors,
      testResults: [file('failed'), file('failed', 'passed', 'failed', 'failed')],
    };
    expect(countVitest(report)).toEqual({
      passed: 1,
      failed: 3,
      skipped: 0,
      failures: [
        'some.test.ts: the file itself: no such module',
        'some.test.ts: that failed: expected 1 to be 2',
        'some.test.ts: that failed: expected 1 to be 2',
      ],
    });
  });

  it('takes neither an empty run nor an unexplained failure for success', () => {
    expect(countVitest({ success: true, unhandledErrors, testResults: [] })).toMatchObject({
      failed: 1,
      problem: 'no test ran',
    });
    expect(countVitest({ success: true, unhandledErrors, testResults: [file('passed', 'skipped')] })).toMatchObject({
      failed: 1,
    });
    expect(countVitest({ success: false, unhandledErrors, testResults: [file('passed', 'passed')] })).toMatchObject({
      failed: 1,
    });
  });

  it('counts what was thrown outside the tests', () => {
    const report = { success: true, unhandledErrors: ['late', 'later'], testResults: [file('passed', 'passed')] };
    expect(countVitest(report)).toEqual({
      passed: 1,
      failed: 2,
      skipped: 0,
      problem: 'thrown outside the tests: late',
    });
  });

  it('refuses what is no report', () => {
    expect(() => countVitest({})).toThrow();
    expect(() => countVitest({ success: true, testResults: [file('passed', 'passed')] })).toThrow('unhandledErrors');
    expect(() => countVitest(null)).toThrow();
  });
});

describe('readReport', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'tlskit-reports-'));
    mkdirSync(join(dir, '.reports'));
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  it('reads, and forgets', () => {
    writeFileSync(
      join(dir, reportFile),
      JSON.stringify({ success: true, unhandledErrors, testResults: [file('passed', 'passed')] }),
    );
    expect(readReport(dir)).toEqual({ passed: 1, failed: 0, skipped: 0 });
    forgetReport(dir);
    expect(hasReport(dir)).toBe(false);
  });

  it('counts a missing or torn report as a failure', () => {
    expect(readReport(dir)).toMatchObject({ passed: 0, failed: 1 });
    writeFileSync(join(dir, reportFile), '{"success": tr');
    expect(readReport(dir)).toMatchObject({ passed: 0, failed: 1, problem: expect.stringContaining('unreadable') });
  });
});

it('sums and says', () => {
  const total = sum([
    { passed: 1, failed: 0, skipped: 0 },
    { passed: 2, failed: 1, skipped: 3 },
  ]);
  expect(sentence(total)).toBe('3 passed, 1 failed, 3 skipped');
  expect(sentence({ ...total, skipped: 0 })).toBe('3 passed, 1 failed');
});
