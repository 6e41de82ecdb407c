/** The ledgers as wholes: the rows of every section of their RFCs, with the tests that name a requirement by its id. */
import type { Code, Mutation, Row, Rows, Test } from './row.ts';
import type { Sources } from './sources.ts';

/** What a ledger has of one RFC. */
export interface Rfc {
  readonly number: number;
  /** What it is about, in few words. */
  readonly about: string;
  readonly rows: Rows;
  /** The titles of sections, by their numbers. */
  readonly sections: Readonly<Record<string, string>>;
  /** Whether the rows are some that we chose ourselves, and not one for each requirement of the RFC. */
  readonly chosen?: boolean;
}

/** One page of requirements. */
export interface Ledger {
  /** The version of the protocol, `TLS 1.3`. */
  readonly name: string;
  /** The page that is made of it, and the folder of its rows, from the root of the repository. */
  readonly page: string;
  readonly folder: string;
  readonly rfcs: readonly Rfc[];
}

/** A row with all that speaks for it. */
export interface Entry {
  /** With the RFC's number: `9846:4.2.2:7`. */
  readonly id: string;
  readonly row: Row;
  readonly code: readonly Code[];
  /** Those that the row names, and those that name the row: `[9846:4.2.2:7]` in their titles. */
  readonly tests: readonly Test[];
  readonly mutations: readonly Mutation[];
}

/** Every row of one RFC, in its order. */
export function entriesOf(sources: Sources, ledger: Ledger, rfc: Rfc): Entry[] {
  const naming = testsThatName(sources);
  return Object.entries(rfc.rows).map(([within, row]) => {
    const id = `${rfc.number}:${within}`;
    const target = 'like' in row ? rowOf(ledger, likeId(rfc, row.like)) : row;
    const parts = target !== undefined && 'parts' in target ? target.parts : [];
    return {
      id,
      row,
      code: parts.filter(part => part.kind === 'code'),
      tests: [
        ...parts.filter(part => part.kind === 'test'),
        ...('like' in row ? (naming.get(likeId(rfc, row.like)) ?? []) : []),
        ...(naming.get(id) ?? []),
      ],
      mutations: parts.filter(part => part.kind === 'mutation'),
    };
  });
}

/** Every row of a ledger, in the order of its RFCs. */
export function entries(sources: Sources, ledger: Ledger): Entry[] {
  return ledger.rfcs.flatMap(rfc => entriesOf(sources, ledger, rfc));
}

/** A row of a ledger by its whole id. */
export function rowOf(ledger: Ledger, id: string): Row | undefined {
  const [number, ...within] = id.split(':');
  return ledger.rfcs.find(rfc => `${rfc.number}` === number)?.rows[within.join(':')];
}

/** The whole id of a row that another is like, which may leave out the RFC where it is its own. */
export function likeId(rfc: Rfc, id: string): string {
  return id.split(':').length === 3 ? id : `${rfc.number}:${id}`;
}

const named = new WeakMap<Sources, ReadonlyMap<string, readonly Test[]>>();

/** The tests whose titles bear ids, by id. */
export function testsThatName(sources: Sources): ReadonlyMap<string, readonly Test[]> {
  const known = named.get(sources);
  if (known !== undefined) return known;
  const found = new Map<string, Test[]>();
  for (const file of sources.testFiles()) {
    for (const [, , title] of (sources.text(file) ?? '').matchAll(/(['"`])((?:\\.|(?!\1)[^\\\n])*)\1/g)) {
      for (const [id] of (title as string).matchAll(/\b\d{4}:(?:\d+|[A-F])(?:\.\d+)*:\d+\b/g)) {
        const says = (title as string).replace(/\s*\[[^\]]*\d+:[^\]]*\]/g, '').trim();
        found.set(id, [...(found.get(id) ?? []), { kind: 'test', file, title: id, says }]);
      }
    }
  }
  named.set(sources, found);
  return found;
}
