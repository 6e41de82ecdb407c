/** The ledger as a page: every requirement in the RFC's order, with links to its text, its code and its tests. */
import { dirname, relative } from 'node:path';
import { type Entry, entries, entriesOf, type Ledger, type Rfc } from './ledger.ts';
import type { Test } from './row.ts';
import type { Sources } from './sources.ts';

/** The whole page. */
export function documentOf(sources: Sources, ledger: Ledger): string {
  const several = ledger.rfcs.length > 1;
  const parts = ledger.rfcs.flatMap(rfc => [
    ...(several ? [`## RFC ${rfc.number}: ${rfc.about}`] : []),
    ...[...bySection(entriesOf(sources, ledger, rfc))].map(([section, rows]) =>
      sectionOf(ledger, rfc, section, rows, several ? '###' : '##'),
    ),
  ]);
  return `${[head(ledger, entries(sources, ledger)), ...parts].join('\n\n')}\n`;
}

/** How many rows there are of each kind. */
export function count(all: readonly Entry[]) {
  const of = (test: (entry: Entry) => boolean) => all.filter(test).length;
  return {
    all: all.length,
    held: of(({ row }) => 'parts' in row || 'like' in row),
    mutated: of(({ mutations }) => mutations.length > 0),
    notApplicable: of(({ row }) => 'notApplicable' in row),
    open: of(({ row }) => 'open' in row),
  };
}

function head(ledger: Ledger, all: readonly Entry[]): string {
  const { held, mutated, notApplicable, open } = count(all);
  const chosen = ledger.rfcs.filter(rfc => rfc.chosen === true);
  const listed = ledger.rfcs.filter(rfc => rfc.chosen !== true);
  const total = listed.reduce((sum, { rows }) => sum + Object.keys(rows).length, 0);
  const more = chosen.map(
    rfc => ` So have the ${Object.keys(rfc.rows).length} things that ${rfcLink(rfc)} lists as ${rfc.about}.`,
  );
  return `# The requirements of ${ledger.name}

<!-- Made by \`pnpm ledger\` from ${ledger.folder}. Do not edit. -->

Each of the ${total} sentences of ${rfcsOf(listed)} with a MUST, SHALL or REQUIRED in it has a row here. The number behind
the section counts them within it. What it asks is told in few words of our own; the RFC's are behind the link.${more.join('')}

| rows | |
|---:|---|
| ${held} | kept: by the code that the row names, shown by tests that fail where it is not |
| ${mutated} | of them guard against what a peer does, or keep us from doing it, so that \`pnpm ledger:mutate\` can take the check away and see those tests fail |
| ${notApplicable} | ask nothing of an implementation like this one, for the reason given |
| ${open} | open: not kept yet, or not shown |`;
}

/** `RFC 1 (this), RFC 2 (that) and RFC 3 (some more)`, each with a link. */
function rfcsOf(rfcs: readonly Rfc[]): string {
  const names = rfcs.map(rfc => `${rfcLink(rfc)} (${rfc.about})`);
  return names.length === 1 ? `${names}` : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

function bySection(all: readonly Entry[]): Map<string, Entry[]> {
  const found = new Map<string, Entry[]>();
  for (const entry of all) {
    const section = within(entry.id).replace(/:\d+$/, '');
    found.set(section, [...(found.get(section) ?? []), entry]);
  }
  return found;
}

function sectionOf(ledger: Ledger, rfc: Rfc, section: string, rows: readonly Entry[], level: string): string {
  const title = `${level} [${section}](${urlOf(rfc)}${anchor(section)}) ${rfc.sections[section] ?? ''}`.trimEnd();
  const lines = rows.map(
    entry => `| ${[number(entry), text(entry.row.says), where(ledger, entry), shown(ledger, entry)].join(' | ')} |`,
  );
  return `${title}\n\n| | asks | where | test |\n|---|---|---|---|\n${lines.join('\n')}`;
}

const rfcLink = (rfc: Rfc) => `[RFC ${rfc.number}](${urlOf(rfc)})`;
const urlOf = (rfc: Rfc) => `https://www.rfc-editor.org/rfc/rfc${rfc.number}.html`;
const anchor = (section: string) => `#${/^\d/.test(section) ? 'section' : 'appendix'}-${section}`;

const within = (id: string) => id.slice(id.indexOf(':') + 1);
const number = ({ id, mutations }: Entry) => `${within(id)}${mutations.length > 0 ? ' ⚔' : ''}`;

function where(ledger: Ledger, { row, code }: Entry): string {
  if ('notApplicable' in row) return `*not applicable:* ${text(row.notApplicable)}`;
  if ('open' in row) return `**open:** ${text(row.open)}`;
  const places = code.map(({ file, text: name }) => `${link(ledger, file)} ${literal(name)}`).join('<br>');
  return 'like' in row ? `as ${row.like}: ${places}` : places;
}

function shown(ledger: Ledger, { tests }: Entry): string {
  const files = new Map<string, Test[]>();
  for (const test of tests) files.set(test.file, [...(files.get(test.file) ?? []), test]);
  return [...files].map(([file, own]) => `${link(ledger, file)} ${titles(own).join(', ')}`).join('<br>');
}

const titles = (tests: readonly Test[]) => [...new Set(tests.map(({ title, says }) => `“${text(says ?? title)}”`))];

function link({ page }: Ledger, file: string): string {
  return `[${file.replace(/^packages\//, '').replace(/\/(src|test)\//, '/')}](${relative(dirname(page), file)})`;
}

/** Code in a cell of a table, of which only the beginning is shown when it is long. */
function literal(code: string): string {
  const [first = ''] = code.trim().split('\n');
  const short = first.length > 60 ? `${first.slice(0, 57)}…` : first;
  return `\`${short.replaceAll('|', '\\|')}\``;
}

function text(plain: string): string {
  return plain.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('*', '\\*');
}
