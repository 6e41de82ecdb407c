/**
 * The steps of `.ci/run`, as one small JSON file each in `.reports/ci`, and their sum.
 *
 *     node tooling/ci/steps.mjs record NAME CODE    NAME ended with CODE; counts it as one unless the step counted itself
 *     node tooling/ci/steps.mjs summary             prints the one line that everything comes to
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readReport, sentence, sum } from './reports.mjs';
import { packages, root } from './workspace.mjs';

/** @typedef {import('./reports.mjs').Counts} Counts */

const folder = join(root, '.reports', 'ci');

/** Called by a step that knows its own counts; `.ci/run` names the file. @param {Counts} counts */
export function writeStep(counts) {
  const file = process.env.TLSKIT_STEP;
  if (file) save(file, counts);
}

/**
 * The counts of a step: what it counted itself, never better than its exit code.
 * @param {string | undefined} counted the JSON it wrote, if any @param {number} code @returns {Counts}
 */
export function countStep(counted, code) {
  const counts = counted === undefined ? undefined : parse(counted);
  if (!counts) return code === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 };
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

/** @param {string} text @returns {Counts | undefined} */
function parse(text) {
  try {
    const { passed, failed, skipped = 0 } = JSON.parse(text);
    return [passed, failed, skipped].every(Number.isInteger) ? { passed, failed, skipped } : undefined;
  } catch {
    return undefined;
  }
}

/** @param {string} file @param {Counts} counts */
function save(file, counts) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(counts)}\n`);
}

/** @param {string} name @param {number} code */
function record(name, code) {
  const file = join(folder, `${name}.json`);
  let counted;
  try {
    counted = readFileSync(file, 'utf8');
  } catch {
    // The step did not count.
  }
  save(file, countStep(counted, code));
}

/** The sum of all steps. @returns {Counts} */
function summary() {
  return sum(readdirSync(folder).map(name => countStep(readFileSync(join(folder, name), 'utf8'), 0)));
}

/** Counts the reports of packages' tests: all, or those of the named folders. @param {string[]} folders */
function vitest(folders) {
  const chosen = packages().filter(pkg =>
    folders.length === 0 ? pkg.manifest.scripts?.test : folders.includes(pkg.folder),
  );
  return sum(chosen.map(pkg => readReport(pkg.dir)));
}

/** Peers must have been there: a test skipped where everything is installed tests nothing. @param {string[]} folders */
function complete(folders) {
  const counts = vitest(folders);
  if (counts.passed === 0 || counts.skipped > 0) counts.failed++;
  console.log(`${folders.join(', ')}: ${sentence(counts)}`);
  return counts.failed === 0 ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [command, ...args] = process.argv.slice(2);
  if (command === 'record') {
    record(String(args[0]), Number(args[1]));
  } else if (command === 'vitest') {
    writeStep(vitest(args));
  } else if (command === 'complete') {
    process.exitCode = complete(args);
  } else if (command === 'summary') {
    const counts = summary();
    console.log(sentence(counts));
    process.exitCode = counts.failed === 0 && counts.passed > 0 ? 0 : 1;
  } else {
    throw new Error(`no command ${command}`);
  }
}
