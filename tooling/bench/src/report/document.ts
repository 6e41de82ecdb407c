/** docs/performance.md: what is measured stands between markers, prose around them, and stays. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Section } from '../scenarios/scenario.ts';

export const document = fileURLToPath(new URL('../../../../docs/performance.md', import.meta.url));

/** @throws Error where the document lacks a marker */
export function withSection(text: string, { marker, lines }: Section): string {
  const [begin, end] = [`<!-- ${marker} -->`, `<!-- /${marker} -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`docs/performance.md has no ${begin} … ${end}`);
  return `${text.slice(0, from)}${begin}\n${lines.join('\n').trim()}\n${text.slice(to)}`;
}

export function writeSections(sections: readonly Section[]): void {
  writeFileSync(document, sections.reduce(withSection, readFileSync(document, 'utf8')));
}
