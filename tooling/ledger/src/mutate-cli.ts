/**
 * `pnpm ledger:mutate [--quiet] [ID…]`: takes away the checks behind the rows that have mutations, or those of some rows (`5246`, `5246:7.4.1`,
 * `9846:4.2.2:7`), and says of each whether its tests failed; quietly, only of those
 * where none did. Exit code 1 when any did not, 2 when there is nothing to do.
 */
import { availableParallelism } from 'node:os';
import { entries } from './ledger.ts';
import { ledgers } from './ledgers.ts';
import { mutate } from './mutate.ts';
import { repository } from './sources.ts';

const sources = repository();
const quiet = process.argv.includes('--quiet');
const wanted = process.argv.slice(2).filter(argument => argument !== '--quiet');
const chosen = ledgers
  .flatMap(ledger => entries(sources, ledger))
  .filter(
    ({ id, mutations }) =>
      mutations.length > 0 && (wanted.length === 0 || wanted.some(name => id === name || id.startsWith(`${name}:`))),
  );
if (chosen.length === 0) {
  console.error('no such row has a mutation');
  process.exitCode = 2;
} else {
  const started = performance.now();
  const verdicts = await mutate(
    chosen,
    sources,
    Math.min(4, availableParallelism()),
    ({ id, outcome, detail, mutation }) => {
      if (outcome === 'killed' && quiet) return;
      const what = outcome === 'killed' ? detail : `${mutation.file}: ${mutation.find} (${detail})`;
      console.log(`${outcome.padEnd(8)} ${id.padEnd(12)} ${what}`);
    },
  );
  const bad = verdicts.filter(({ outcome }) => outcome !== 'killed');
  const mutations = new Set(verdicts.map(({ mutation }) => `${mutation.file}\0${mutation.find}\0${mutation.replace}`));
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  console.log(
    `${mutations.size} mutations, ${chosen.length} rows: ${verdicts.length - bad.length} killed, ${bad.length} not, in ${seconds} s`,
  );
  process.exitCode = bad.length === 0 ? 0 : 1;
}
