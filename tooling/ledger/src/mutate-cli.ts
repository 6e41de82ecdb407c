/**
 * `pnpm ledger:mutate [--quiet] [--part K/N] [ID…]`: takes away the checks behind the rows that have mutations, or those of some rows (`5246`,
 * `5246:7.4.1`, `9846:4.2.2:7`), and says of each whether its tests failed; quietly, only of those where none did. With `--part` it is
 * the Kth of N parts of them. Exit code 1 when any did not, 2 when there is nothing to do.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { entries } from './ledger.ts';
import { ledgers } from './ledgers.ts';
import { jobsOf, mutate, part } from './mutate.ts';
import { repository } from './sources.ts';

const { values, positionals: wanted } = parseArgs({
  allowPositionals: true,
  options: { quiet: { type: 'boolean', default: false }, part: { type: 'string', default: '1/1' } },
});
const [number = 0, of = 0] = (/^([1-9]\d?)\/([1-9]\d?)$/.exec(values.part) ?? []).slice(1).map(Number);
if (number < 1 || number > of) throw new Error(`--part ${values.part} is not K/N`);

const sources = repository();
const chosen = ledgers
  .flatMap(ledger => entries(sources, ledger))
  .filter(({ id }) => wanted.length === 0 || wanted.some(name => id === name || id.startsWith(`${name}:`)));
const all = jobsOf(chosen);
const jobs = part(all, number, of);
if (jobs.length === 0) {
  console.error('no such row has a mutation');
  process.exitCode = 2;
} else {
  const started = performance.now();
  const workers = Math.min(4, availableParallelism());
  const verdicts = await mutate(jobs, sources, workers, ({ id, outcome, detail, mutation }) => {
    if (outcome === 'killed' && values.quiet) return;
    const what = outcome === 'killed' ? detail : `${mutation.file}: ${mutation.find} (${detail})`;
    console.log(`${outcome.padEnd(8)} ${id.padEnd(12)} ${what}`);
  });
  const bad = verdicts.filter(({ outcome }) => outcome !== 'killed');
  const rows = new Set(verdicts.map(({ id }) => id));
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  console.log(
    `${jobs.length} of ${all.length} mutations, ${rows.size} rows: ${verdicts.length - bad.length} killed, ${bad.length} not, in ${seconds} s`,
  );
  process.exitCode = bad.length === 0 ? 0 : 1;
}
