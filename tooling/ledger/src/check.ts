/** What is wrong with a ledger, in words: references that lead nowhere, rows that claim and show nothing. */
import { type Entry, entriesOf, type Ledger, likeId, type Rfc, rowOf, testsThatName } from './ledger.ts';
import type { Requirement, Sources } from './sources.ts';

/** Everything that is wrong but for the list of requirements, which may not be there. */
export function problems(sources: Sources, ledger: Ledger): string[] {
  return ledger.rfcs.flatMap(rfc =>
    entriesOf(sources, ledger, rfc).flatMap(entry => problemsOf(entry, sources, ledger, rfc)),
  );
}

/** Tests that name requirements of which no ledger has a row; those of RFCs without any ledger are not looked at. */
export function strays(sources: Sources, ledgers: readonly Ledger[]): string[] {
  const known = ledgers.flatMap(({ rfcs }) => rfcs.map(({ number }) => `${number}`));
  return [...testsThatName(sources)]
    .filter(([id]) => known.includes(id.split(':')[0] as string))
    .filter(([id]) => ledgers.every(ledger => rowOf(ledger, id) === undefined))
    .flatMap(([id, tests]) => tests.map(({ file }) => `${file} names ${id}, which has no row`));
}

/** Requirements without a row, and rows without a requirement. */
export function differences(requirements: readonly Requirement[], rfc: Rfc): string[] {
  const wanted = requirements.map(({ id }) => id);
  const present = Object.keys(rfc.rows).map(within => `${rfc.number}:${within}`);
  return [
    ...wanted.filter(id => !present.includes(id)).map(id => `${id} has no row`),
    ...present.filter(id => !wanted.includes(id)).map(id => `${id} is no requirement`),
    ...(new Set(wanted).size === wanted.length ? [] : ['the list has an id twice']),
  ];
}

function problemsOf({ id, row, code, tests, mutations }: Entry, sources: Sources, ledger: Ledger, rfc: Rfc): string[] {
  const found: string[] = [];
  const wrong = (what: string) => found.push(`${id}: ${what}`);
  if (row.says.trim() === '') wrong('says nothing');
  if ('like' in row) {
    const target = rowOf(ledger, likeId(rfc, row.like));
    if (target === undefined || !('parts' in target)) wrong(`is like ${row.like}, which is not held by itself`);
    return found;
  }
  if ('notApplicable' in row && row.notApplicable.trim() === '') wrong('does not say why it asks nothing');
  if ('open' in row && row.open.trim() === '') wrong('does not say why it is open');
  if (!('parts' in row)) return found;
  if (code.length === 0) wrong('names no code');
  if (tests.length === 0) wrong('names no test, and no test names it');
  for (const { file, text } of code) {
    if (!sources.text(file)?.includes(text)) wrong(`${file} has no "${text}"`);
  }
  for (const { file, title } of tests) {
    if (!sources.text(file)?.includes(title)) wrong(`${file} has no test "${title}"`);
  }
  for (const { file, find, replace } of mutations) {
    const times = (sources.text(file) ?? '').split(find).length - 1;
    if (times !== 1) wrong(`"${find}" stands ${times} times in ${file}, not once`);
    if (find === replace) wrong(`"${find}" is replaced by itself`);
  }
  return found;
}
