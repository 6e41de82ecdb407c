/** Counts, from the JSON reports that the test runners write. Nothing is counted that no report says. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';

/**
 * @typedef {{ passed: number, failed: number, skipped: number }} Counts
 * @typedef {Counts & { problem?: string, failures?: string[] }} Report `problem`: why the report itself counts as one failure;
 *   `failures`: what failed, and how, a line each
 */

/** Where a package's tests write, in the package's folder. */
export const reportFile = '.reports/vitest.json';

/** @param {string} dir the package's folder */
export function forgetReport(dir) {
  rmSync(join(dir, '.reports'), { recursive: true, force: true });
}

/** @param {string} dir the package's folder */
export const hasReport = dir => existsSync(join(dir, reportFile));

/** What a package's report says. One that is missing, unreadable or empty is a failure. @param {string} dir @returns {Report} */
export function readReport(dir) {
  let text;
  try {
    text = readFileSync(join(dir, reportFile), 'utf8');
  } catch {
    return broken(`no ${reportFile}: the tests did not run to their end`);
  }
  try {
    return countVitest(JSON.parse(text));
  } catch (error) {
    return broken(`${reportFile} is unreadable: ${error instanceof Error ? error.message : error}`);
  }
}

/** @param {any} report what reporter.mjs wrote @returns {Report} */
export function countVitest(report) {
  if (!Array.isArray(report?.testResults)) throw new Error('no testResults');
  if (!Array.isArray(report.unhandledErrors)) throw new Error('no unhandledErrors');
  /** @type {Report} */
  const counts = { passed: 0, failed: 0, skipped: 0 };
  /** @type {string[]} */
  const failures = [];
  /** @type {{ file: string, suite: string, message: string }[]} */
  const hooks = report.hookErrors ?? [];
  for (const { file, suite, message } of hooks) {
    failures.push(failure({ name: file }, suite, message));
  }
  for (const file of report.testResults) {
    let failedHere = 0;
    for (const test of file.assertionResults) {
      if (test.status === 'passed') counts.passed++;
      else if (test.status === 'failed') {
        failedHere++;
        failures.push(failure(file, test.fullName, test.failureMessages?.[0]));
      } else counts.skipped++;
    }
    const isNamed = failedHere > 0 || hooks.some(hook => hook.file === file.name);
    if (file.status === 'failed' && (file.message || !isNamed))
      failures.push(failure(file, 'the file itself', file.message));
    // A file that could not be loaded, or whose hooks threw, has failed though none of its tests has.
    counts.failed += file.status === 'failed' ? Math.max(failedHere, 1) : failedHere;
  }
  if (counts.passed + counts.failed === 0) return { ...counts, failed: 1, problem: 'no test ran' };
  if (counts.failed === 0 && report.success !== true) return { ...counts, failed: 1, problem: 'the run itself failed' };
  if (failures.length > 0) counts.failures = failures;
  const errors = report.unhandledErrors.length;
  if (errors === 0) return counts;
  return {
    ...counts,
    failed: counts.failed + errors,
    problem: `thrown outside the tests: ${report.unhandledErrors[0]}`,
  };
}

/** @param {{ name: string }} file @param {string} name @param {string} [message] */
function failure(file, name, message = '') {
  const [line = ''] = message.split('\n');
  return `${basename(file.name)}: ${name}${line === '' ? '' : `: ${line.slice(0, 300)}`}`;
}

/** @param {Counts[]} all @returns {Counts} */
export function sum(all) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const one of all) {
    total.passed += one.passed;
    total.failed += one.failed;
    total.skipped += one.skipped;
  }
  return total;
}

/** `12 passed, 0 failed, 3 skipped` @param {Counts} counts */
export function sentence(counts) {
  const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
  return `${counts.passed} passed, ${counts.failed} failed${skipped}`;
}

/** @param {string} problem @returns {Report} */
function broken(problem) {
  return { passed: 0, failed: 1, skipped: 0, problem };
}
