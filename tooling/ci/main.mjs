/**
 * The commands of `tooling/run.mjs`:
 *
 *     start              the test server, and the client talking to it
 *     test [package…]    the tests of every package, or of those named by folder or name
 *     tool folder file … builds a package of the workspace and runs a file of it, where the caller is
 *     exec program …     any program, with pnpm and the workspace's binaries on the PATH
 */
import { join } from 'node:path';
import { againWithPnpm, hasPnpm, install, run, turbo } from './bootstrap.mjs';
import { testEnvironment } from './environment.mjs';
import { forgetReport, hasReport, readReport, sentence, sum } from './reports.mjs';
import { packages, root } from './workspace.mjs';

/** @typedef {import('./workspace.mjs').Package} Package */

/** @param {string[]} argv @returns {Promise<number>} exit code */
export async function main(argv) {
  const [command, ...args] = argv;
  const action = commands.get(command ?? '');
  if (!action) {
    console.error(`usage: node tooling/run.mjs ${[...commands.keys()].join(' | ')}`);
    return 2;
  }
  if (!hasPnpm()) {
    if (process.env.TLSKIT_BOOTSTRAPPED) throw new Error('npm did not bring the pnpm that package.json pins');
    return againWithPnpm(argv);
  }
  const installed = await install();
  if (installed !== 0) return installed;
  return action(args);
}

/** @type {Map<string, (args: string[]) => Promise<number>>} */
const commands = new Map([
  ['start', start],
  ['test', test],
  ['tool', tool],
  ['exec', exec],
]);

async function start() {
  const built = await build(['apps/test-server', 'apps/client-cli']);
  return built !== 0 ? built : run(process.execPath, [join(root, 'tooling', 'start.mjs')]);
}

/** @param {string[]} args */
async function tool([folder, file, ...args]) {
  if (folder === undefined || file === undefined) throw new Error('tool: which folder, and which file of it?');
  const built = await build([folder]);
  // Scripts run at the root; file names are meant from where the command was typed.
  return built !== 0
    ? built
    : run(process.execPath, [join(root, folder, file), ...args], { cwd: process.env.INIT_CWD ?? root });
}

/** @param {string[]} args */
async function exec([program, ...args]) {
  if (program === undefined) throw new Error('exec: which program?');
  return run(program, args, { shell: process.platform === 'win32' });
}

/** Builds some packages and what they stand on; says nothing unless it fails. @param {string[]} folders */
function build(folders) {
  const filters = folders.map(folder => `--filter=./${folder}`);
  return turbo(['run', 'build', '--output-logs=errors-only', ...filters], { onlyOnFailure: true });
}

/** @param {string[]} names */
async function test(names) {
  const chosen = choose(names);
  // A report left by an earlier run must not speak for this one; turbo restores those that still hold.
  for (const pkg of chosen) forgetReport(pkg.dir);
  const filters = names.length === 0 ? [] : chosen.map(pkg => `--filter=./${pkg.folder}`);
  const environment = testEnvironment();
  const stop = announce(chosen);
  const code = await turbo(['run', 'test', '--continue=dependencies-successful', ...filters], { env: environment });
  stop();

  const reports = chosen.map(pkg => ({ pkg, report: readReport(pkg.dir) }));
  const total = sum(reports.map(({ report }) => report));
  console.log('');
  for (const { pkg, report } of reports.filter(({ report }) => report.failed > 0)) {
    tell(pkg, report);
  }
  if (code !== 0 && total.failed === 0) {
    console.log(`FAILED: turbo ended with code ${code}, though no report tells of a failure`);
    total.failed++;
  }
  if (total.skipped > 0 && environment.TLSKIT_SHARED === 'absent') {
    console.log('There is no ../shared: tests that need its data were skipped (see CONTRIBUTING.md).');
  }
  console.log(`${sentence(total)} in ${reports.length} packages`);
  return total.failed === 0 ? 0 : 1;
}

/** The packages that have tests, or those of them that are named. @param {string[]} names */
function choose(names) {
  const testable = packages().filter(pkg => pkg.manifest.scripts?.test);
  if (names.length === 0) return testable;
  return names.map(name => {
    const found = testable.find(pkg => pkg.name === name || pkg.folder === name || pkg.folder.endsWith(`/${name}`));
    if (!found)
      throw new Error(`no package ${name} with tests; there are ${testable.map(pkg => pkg.folder).join(', ')}`);
    return found;
  });
}

/** What failed is named: the log of a long run is cut where somebody else keeps it. @param {Package} pkg @param {import('./reports.mjs').Report} report */
function tell(pkg, report) {
  const verdict = report.failed === 0 ? 'ok    ' : 'FAILED';
  console.log(`${verdict} ${pkg.name}: ${sentence(report)}${report.problem ? ` (${report.problem})` : ''}`);
  for (const failure of report.failures ?? []) console.log(`         ${failure}`);
}

/** Tells of each package as its report appears, because turbo is silent about those that pass. @param {Package[]} chosen */
function announce(chosen) {
  const waiting = new Set(chosen);
  const look = () => {
    for (const pkg of waiting) {
      if (!hasReport(pkg.dir)) continue;
      const report = readReport(pkg.dir);
      if (report.problem?.includes('unreadable')) continue; // it is still being written
      waiting.delete(pkg);
      tell(pkg, report);
    }
  };
  const timer = setInterval(look, 500);
  return () => {
    clearInterval(timer);
    look();
  };
}
