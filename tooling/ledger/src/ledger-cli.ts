/**
 * `pnpm ledger [--check]`: writes docs/requirements/tls13.md, or says whether it is current; and what is wrong with the rows.
 * Exit code 1 when something is.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { differences, problems } from './check.ts';
import { count, documentOf } from './document.ts';
import { entries, RFC } from './ledger.ts';
import { documentFile, repository, requirementsOf, root } from './sources.ts';

const sources = repository();
const requirements = requirementsOf(RFC);
const wrong = [...(requirements === undefined ? [] : differences(requirements)), ...problems(sources)];
const text = documentOf(sources);
const current = sources.text(documentFile) === text;
if (process.argv.includes('--check')) {
  if (!current) wrong.push(`${documentFile} is not current: run pnpm ledger`);
} else if (!current) {
  mkdirSync(dirname(root + documentFile), { recursive: true });
  writeFileSync(root + documentFile, text);
}

const all = entries(sources);
for (const problem of wrong) console.error(problem);
for (const { id, row, tests } of all) {
  if ('open' in row && tests.length > 0) console.log(`${id} is open, though ${tests.length} tests name it`);
}
const { all: total, held, mutated, notApplicable, open } = count(all);
console.log(
  `${total} requirements: ${held} kept (${mutated} of them with mutations), ${notApplicable} not applicable, ${open} open`,
);
if (requirements === undefined)
  console.log('There is no ../shared: whether every requirement has its row was not looked at.');
process.exitCode = wrong.length === 0 ? 0 : 1;
