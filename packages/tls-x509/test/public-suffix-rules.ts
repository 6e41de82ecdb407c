/** What `src/public-suffix/rules.ts` is made of: the list as tldts carries it, which is renewed when the list is. */
import { createRequire } from 'node:module';
import type * as Trie from 'tldts/dist/types/src/data/trie.js';

const trie = createRequire(import.meta.url)('tldts/dist/cjs/src/data/trie.js') as typeof Trie;

/** A node is the end of a rule of this section. */
const ICANN = 1;

/** The rules of the section ICANN DOMAINS, in A-labels alone: `co.uk`, `*.ck`, `!www.ck`. */
export function icannRules(): readonly string[] {
  const { nodeFlags, edgeStart, edgeLength, edgeChild, labelText, rulesRoot, exceptionsRoot } = trie;
  const offsets: number[] = [];
  edgeLength.reduce((offset, length, edge) => {
    offsets[edge] = offset;
    return offset + length;
  }, 0);
  const below = (node: number, suffix: string, mark: string): string[] => {
    const found = (nodeFlags[node] as number) & ICANN ? [mark + suffix] : [];
    for (let edge = edgeStart[node] as number; edge < (edgeStart[node + 1] as number); edge++) {
      const offset = offsets[edge] as number;
      const label = labelText.slice(offset, offset + (edgeLength[edge] as number));
      found.push(...below(edgeChild[edge] as number, suffix === '' ? label : `${label}.${suffix}`, mark));
    }
    return found;
  };
  const all = [...below(rulesRoot, '', ''), ...below(exceptionsRoot, '', '!')];
  return all.filter(rule => /^[\x21-\x7e]+$/.test(rule));
}

/** The source text: those of several labels, by what follows the first. Single labels are suffixes all. */
export function rulesSource(): string {
  const labels = new Map<string, string[]>();
  for (const rule of icannRules()) {
    const dot = rule.indexOf('.');
    if (dot === -1) continue;
    const parent = rule.slice(dot + 1);
    labels.set(parent, [...(labels.get(parent) ?? []), rule.slice(0, dot)]);
  }
  const lines = [...labels].map(([parent, each]) => `${parent} ${each.sort().join(' ')}`).sort();
  return `/**
 * The Public Suffix List (https://publicsuffix.org/list/), section ICANN DOMAINS, under the Mozilla Public License 2.0. On each line a
 * domain, and the labels that are public suffixes below it; \`*\` is any, \`!\` an exception.
 *
 * Made by test/public-suffix.test.ts: see there.
 */
export const rules = \`${lines.join('\n')}\`;
`;
}
