/** What is wrong with the ledger, in words: references that lead nowhere, rows that claim and show nothing. */
import { type Entry, entries, RFC, rows, testsThatName } from './ledger.ts';
import type { Rows } from './row.ts';
import type { Requirement, Sources } from './sources.ts';

/** Everything that is wrong but for the list of requirements, which may not be there. */
export function problems(sources: Sources, from: Rows = rows): string[] {
  const named = [...testsThatName(sources)]
    .filter(([id]) => from[id] === undefined)
    .flatMap(([id, tests]) => tests.map(({ file }) => `${file} names ${RFC}:${id}, which has no row`));
  return [...entries(sources, from).flatMap(entry => problemsOf(entry, sources, from)), ...named];
}

/** Requirements without a row, and rows without a requirement. */
export function differences(requirements: readonly Requirement[], from: Rows = rows): string[] {
  const wanted = requirements.map(({ id }) => id.slice(`${RFC}:`.length));
  const present = Object.keys(from);
  return [
    ...wanted.filter(id => from[id] === undefined).map(id => `${id} has no row`),
    ...present.filter(id => !wanted.includes(id)).map(id => `${id} is no requirement`),
    ...(new Set(wanted).size === wanted.length ? [] : ['the list has an id twice']),
  ];
}

function problemsOf({ id, row, code, tests, mutations }: Entry, sources: Sources, from: Rows): string[] {
  const found: string[] = [];
  const wrong = (what: string) => found.push(`${id}: ${what}`);
  if (row.says.trim() === '') wrong('says nothing');
  if ('like' in row) {
    const target = from[row.like];
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
