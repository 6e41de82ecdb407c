/** The ledger as a page: every requirement in the RFC's order, with links to its text, its code and its tests. */
import { dirname, relative } from 'node:path';
import { type Entry, entries, RFC } from './ledger.ts';
import type { Test } from './row.ts';
import { documentFile, type Sources } from './sources.ts';
import { sections } from './tls13/sections.ts';

/** The whole page. */
export function documentOf(sources: Sources): string {
  const all = entries(sources);
  return `${[head(all), ...[...bySection(all)].map(([section, rows]) => sectionOf(section, rows))].join('\n\n')}\n`;
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

function head(all: readonly Entry[]): string {
  const { all: total, held, mutated, notApplicable, open } = count(all);
  return `# The requirements of RFC ${RFC}

<!-- Made by \`pnpm ledger\` from tooling/ledger/src/tls13. Do not edit. -->

Each of the ${total} sentences of [RFC ${RFC}](${rfcUrl}) (TLS 1.3) with a MUST, SHALL or REQUIRED in it has a row here. The number behind
the section counts them within it. What it asks is told in few words of our own; the RFC's are behind the link.

| rows | |
|---:|---|
| ${held} | kept: by the code that the row names, shown by tests that fail where it is not |
| ${mutated} | of them guard against what a peer does, or keep us from doing it, so that \`pnpm ledger:mutate\` can take the check away and see those tests fail |
| ${notApplicable} | ask nothing of an implementation like this one, for the reason given |
| ${open} | open: not kept yet, or not shown |`;
}

function bySection(all: readonly Entry[]): Map<string, Entry[]> {
  const found = new Map<string, Entry[]>();
  for (const entry of all) {
    const section = entry.id.replace(/:\d+$/, '');
    found.set(section, [...(found.get(section) ?? []), entry]);
  }
  return found;
}

function sectionOf(section: string, rows: readonly Entry[]): string {
  const title = `## [${section}](${rfcUrl}${anchor(section)}) ${sections[section] ?? ''}`.trimEnd();
  const lines = rows.map(
    entry => `| ${[number(entry), text(entry.row.says), where(entry), shown(entry)].join(' | ')} |`,
  );
  return `${title}\n\n| | asks | where | test |\n|---|---|---|---|\n${lines.join('\n')}`;
}

const rfcUrl = `https://www.rfc-editor.org/rfc/rfc${RFC}.html`;
const anchor = (section: string) => `#${/^\d/.test(section) ? 'section' : 'appendix'}-${section}`;

const number = ({ id, mutations }: Entry) => `${id}${mutations.length > 0 ? ' ⚔' : ''}`;

function where({ row, code }: Entry): string {
  if ('notApplicable' in row) return `*not applicable:* ${text(row.notApplicable)}`;
  if ('open' in row) return `**open:** ${text(row.open)}`;
  const places = code.map(({ file, text: name }) => `${link(file)} ${literal(name)}`).join('<br>');
  return 'like' in row ? `as ${row.like}: ${places}` : places;
}

function shown({ tests }: Entry): string {
  const files = new Map<string, Test[]>();
  for (const test of tests) files.set(test.file, [...(files.get(test.file) ?? []), test]);
  return [...files].map(([file, own]) => `${link(file)} ${titles(own).join(', ')}`).join('<br>');
}

const titles = (tests: readonly Test[]) => [...new Set(tests.map(({ title, says }) => `“${text(says ?? title)}”`))];

function link(file: string): string {
  return `[${file.replace(/^packages\//, '').replace(/\/(src|test)\//, '/')}](${relative(dirname(documentFile), file)})`;
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
