/** Every byte of a connection as another one: what is tried, and what it says when it is sorted. */
import type { RecordEntry, Sender } from '@tlskit/tls-inspect';
import type { Outcome } from '../lab/outcome.ts';
import type { Version } from '../lab/settings.ts';
import type { Tampering } from '../lab/tampering.ts';
import { forgivenAt } from './forgiven.ts';

/** The lowest bit of every byte; every byte as 0x00 and as 0xff; every bit of one record. */
export const modes = ['flip', 'edges', 'bits'] as const;

export type Mode = (typeof modes)[number];

export type Trial = Extract<Tampering, { action: 'change' }>;

/** A byte on the wire. */
export interface Position {
  readonly record: number;
  readonly offset: number;
  /** Indices among the trials. */
  readonly trials: readonly number[];
}

export interface Plan {
  /** Numbers of the records, in order. */
  readonly records: readonly number[];
  readonly positions: readonly Position[];
  readonly trials: readonly Trial[];
}

/** @param chosen the record of which every bit is tried */
export function planOf(records: readonly RecordEntry[], mode: Mode, chosen: number): Plan {
  const tried = mode === 'bits' ? records.filter(({ number }) => number === chosen) : records;
  const trials: Trial[] = [];
  const positions: Position[] = [];
  for (const { number: record, record: section } of tried) {
    for (const [offset, byte] of section.bytes.entries()) {
      const first = trials.length;
      for (const value of valuesOf(byte, mode)) trials.push({ action: 'change', record, offset, value });
      positions.push({ record, offset, trials: trials.slice(first).map((_, index) => first + index) });
    }
  }
  return { records: tried.map(({ number }) => number), positions, trials };
}

/** The byte itself is no trial. */
function valuesOf(byte: number, mode: Mode): readonly number[] {
  if (mode === 'flip') return [byte ^ 1];
  if (mode === 'edges') return [0x00, 0xff].filter(value => value !== byte);
  return Array.from({ length: 8 }, (_, bit) => byte ^ (1 << bit));
}

/** Who noticed; that nobody did, and all wait; that it is to be ignored; or that it should not have been. */
export type Kind = Sender | 'waiting' | 'forgiven' | 'fault';

/** What matters most, first: a position shows the first of its trials' kinds. */
const kinds: readonly Kind[] = ['fault', 'forgiven', 'waiting', 'client', 'server'];

export function kindOf(outcome: Outcome, entry: RecordEntry, { offset }: Trial, version: Version): Kind {
  switch (outcome.type) {
    case 'noticed':
      return outcome.by;
    case 'waiting':
      return 'waiting';
    case 'forged':
      return 'fault';
    case 'accepted':
      return forgivenAt(entry, offset, version) === undefined ? 'fault' : 'forgiven';
  }
}

export function foremost(found: readonly Kind[]): Kind | undefined {
  return kinds.find(kind => found.includes(kind));
}

/** Trials that ended alike. */
export interface Group {
  readonly kind: Kind;
  readonly alert: string | undefined;
  readonly code: string | undefined;
  readonly count: number;
}

/** What it is called among the groups. */
export function groupKey(kind: Kind, outcome: Outcome): string {
  return outcome.type === 'noticed' ? [kind, outcome.alert ?? '', outcome.code].join(' ') : kind;
}

export function groupsOf(results: Iterable<{ readonly kind: Kind; readonly outcome: Outcome }>): Map<string, Group> {
  const groups = new Map<string, Group>();
  for (const { kind, outcome } of results) {
    const key = groupKey(kind, outcome);
    const noticed = outcome.type === 'noticed' ? outcome : undefined;
    const count = (groups.get(key)?.count ?? 0) + 1;
    groups.set(key, { kind, alert: noticed?.alert, code: noticed?.code, count });
  }
  return new Map([...groups].sort(([, a], [, b]) => b.count - a.count));
}
