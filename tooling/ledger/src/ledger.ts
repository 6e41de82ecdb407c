/** The ledger as a whole: the rows of every section, with the tests that name a requirement by its id. */
import type { Code, Mutation, Row, Rows, Test } from './row.ts';
import type { Sources } from './sources.ts';
import { tls13 } from './tls13/index.ts';

/** The RFC whose requirements these are. */
export const RFC = 9846;

export const rows: Rows = tls13;

/** A row with all that speaks for it. */
export interface Entry {
  /** `4.2.2:7` */
  readonly id: string;
  readonly row: Row;
  readonly code: readonly Code[];
  /** Those that the row names, and those that name the row: `[9846:4.2.2:7]` in their titles. */
  readonly tests: readonly Test[];
  readonly mutations: readonly Mutation[];
}

/** Every row, in the order of the RFC. */
export function entries(sources: Sources, from: Rows = rows): Entry[] {
  const naming = testsThatName(sources);
  return Object.entries(from).map(([id, row]) => {
    const target = 'like' in row ? from[row.like] : row;
    const parts = target !== undefined && 'parts' in target ? target.parts : [];
    return {
      id,
      row,
      code: parts.filter(part => part.kind === 'code'),
      tests: [
        ...parts.filter(part => part.kind === 'test'),
        ...('like' in row ? (naming.get(row.like) ?? []) : []),
        ...(naming.get(id) ?? []),
      ],
      mutations: parts.filter(part => part.kind === 'mutation'),
    };
  });
}

/** The tests whose titles bear ids, by id. */
export function testsThatName(sources: Sources): ReadonlyMap<string, readonly Test[]> {
  const found = new Map<string, Test[]>();
  const id = new RegExp(`\\b${RFC}:([0-9A-F](?:\\.\\d+)*:\\d+)\\b`, 'g');
  for (const file of sources.testFiles()) {
    for (const [, , title] of (sources.text(file) ?? '').matchAll(/(['"`])((?:\\.|(?!\1)[^\\\n])*)\1/g)) {
      for (const [, name] of (title as string).matchAll(id)) {
        const tests = found.get(name as string) ?? [];
        const says = (title as string).replace(/\s*\[[^\]]*\d+:[^\]]*\]/g, '').trim();
        found.set(name as string, [...tests, { kind: 'test', file, title: `${RFC}:${name}`, says }]);
      }
    }
  }
  return found;
}
