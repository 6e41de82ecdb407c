/**
 * `pnpm bogo --runner PATH [--only GLOB] [--workers N] [--update]`: bundles the shim, runs BoringSSL's runner with it, and holds
 * what comes of it against `expected.json`. The runner is brought by whoever calls: a binary made by `go test -c` in its folder.
 * Exit code 0 when nothing got worse, 1 when something did, 2 when nothing could be run.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bundleShim } from './bundle.ts';
import { compare, type Outcomes, readExpected, readResults, writeExpected } from './compare.ts';

const folder = fileURLToPath(new URL('..', import.meta.url));
const expectedFile = join(folder, 'expected.json');

interface Options {
  readonly runner: string;
  /** Semicolons stand between patterns. */
  readonly only: string | undefined;
  readonly workers: number;
  readonly update: boolean;
}

async function main(): Promise<number> {
  const options = readOptions();
  if (options === undefined) {
    console.error('usage: pnpm bogo --runner PATH [--only GLOB] [--workers N] [--update]');
    return 2;
  }
  const scratch = mkdtempSync(join(tmpdir(), 'tlskit-bogo-'));
  try {
    const shim = join(folder, 'dist', 'shim.mjs');
    bundleShim(shim);
    const results = await run(options, shim, scratch);
    if (results === undefined) return 2;
    return conclude(options, results, readReasons(scratch));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function readOptions(): Options | undefined {
  try {
    const { values } = parseArgs({
      options: {
        runner: { type: 'string' },
        only: { type: 'string' },
        workers: { type: 'string' },
        update: { type: 'boolean', default: false },
      },
    });
    const { runner, only, workers, update } = values;
    if (runner === undefined) return undefined;
    const path = resolve(runner);
    if (!existsSync(path)) throw new Error(`there is no ${path}`);
    const count = workers === undefined ? availableParallelism() : Number(workers);
    if (!Number.isInteger(count) || count < 1) throw new Error(`--workers ${workers} is no number`);
    return { runner: path, only, workers: count, update };
  } catch (error) {
    console.error((error as Error).message);
    return undefined;
  }
}

/** Starts the runner, one worker a core; each worker starts one shim after the other. */
async function run({ runner, only, workers }: Options, shim: string, scratch: string): Promise<Outcomes | undefined> {
  const results = join(scratch, 'results.json');
  const args = [
    ...['-shim-path', shim, '-shim-config', join(folder, 'config.json'), '-json-output', results],
    ...['-num-workers', `${workers}`, '-allow-unimplemented', '-pipe', '-idle-timeout', '60s'],
    ...(only === undefined ? [] : ['-test', only]),
  ];
  const child = spawn(runner, args, {
    cwd: scratch,
    env: { ...process.env, TLSKIT_BOGO_REASONS: join(scratch, 'reasons') },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((done, failed) => child.once('close', () => done()).once('error', failed));
  await printFailures(createInterface({ input: child.stdout }));
  await ended;
  if (existsSync(results)) return readResults(readFileSync(results, 'utf8'));
  console.error('the runner left no results');
  return undefined;
}

/** The runner's lines but for those of tests that went well, of which there are thousands. */
async function printFailures(lines: AsyncIterable<string>): Promise<void> {
  let done = 0;
  for await (const line of lines) {
    if (/^(PASSED|UNIMPLEMENTED) \(/.test(line)) {
      done++;
      if (done % 500 === 0) console.log(`… ${done} tests`);
    } else if (line !== '') console.log(line);
  }
}

/** How often each reason stood behind an exit code 89. */
function readReasons(scratch: string): ReadonlyMap<string, number> {
  const file = join(scratch, 'reasons');
  const counts = new Map<string, number>();
  if (!existsSync(file)) return counts;
  for (const line of readFileSync(file, 'utf8').trim().split('\n')) {
    // Flags of one feature have one reason.
    const reason = line.replace(/^-[a-z0-9-]+: /, '');
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  return counts;
}

function conclude({ only, update }: Options, results: Outcomes, reasons: ReadonlyMap<string, number>): number {
  const expected = existsSync(expectedFile) ? readExpected(readFileSync(expectedFile, 'utf8')) : new Map();
  const { counts, regressions, progress } = compare(expected, results, only === undefined);
  for (const [reason, count] of [...reasons].sort(([, a], [, b]) => b - a)) console.log(`${count} left out: ${reason}`);
  for (const line of progress) console.log(`better: ${line}`);
  for (const line of regressions) console.log(`WORSE: ${line}`);
  const { PASS, FAIL, SKIP } = counts;
  console.log(`${PASS} passed, ${FAIL} failed, ${SKIP} left out, of ${results.size} that were run`);
  if (update) {
    const merged = only === undefined ? results : new Map([...expected, ...results]);
    writeFileSync(expectedFile, writeExpected(merged));
    console.log(`expected.json holds ${merged.size} tests now`);
    return 0;
  }
  if (regressions.length > 0) return 1;
  if (progress.length > 0) console.log('with --update, expected.json holds on to what is better');
  return 0;
}

process.exitCode = await main();
