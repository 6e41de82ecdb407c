/**
 * `pnpm ledger [--check]`: writes the pages of docs/requirements, or says whether they are current; and what is wrong with the rows.
 * Exit code 1 when something is.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { differences, problems, strays } from './check.ts';
import { count, documentOf } from './document.ts';
import { entries } from './ledger.ts';
import { ledgers } from './ledgers.ts';
import { repository, requirementsOf, root } from './sources.ts';

const sources = repository();
const wrong = strays(sources, ledgers);
let unseen = false;
for (const ledger of ledgers) {
  for (const rfc of ledger.rfcs.filter(({ chosen }) => chosen !== true)) {
    const requirements = requirementsOf(rfc.number);
    unseen ||= requirements === undefined;
    wrong.push(...(requirements === undefined ? [] : differences(requirements, rfc)));
  }
  wrong.push(...problems(sources, ledger));
  const text = documentOf(sources, ledger);
  const current = sources.text(ledger.page) === text;
  if (process.argv.includes('--check')) {
    if (!current) wrong.push(`${ledger.page} is not current: run pnpm ledger`);
  } else if (!current) {
    mkdirSync(dirname(root + ledger.page), { recursive: true });
    writeFileSync(root + ledger.page, text);
  }

  const all = entries(sources, ledger);
  for (const { id, row, tests } of all) {
    if ('open' in row && tests.length > 0) console.log(`${id} is open, though ${tests.length} tests name it`);
  }
  const { all: total, held, mutated, notApplicable, open } = count(all);
  console.log(
    `${ledger.name}: ${total} requirements: ${held} kept (${mutated} of them with mutations), ${notApplicable} not applicable, ${open} open`,
  );
}
for (const problem of wrong) console.error(problem);
if (unseen) console.log('There is no ../shared: whether every requirement has its row was not looked at.');
process.exitCode = wrong.length === 0 ? 0 : 1;
