/**
 * Everything of a connection as JSON. Of a connection that was made in the page it is the same text wherever its link is opened: times, which
 * are those of the machine, are told of real connections alone.
 */
import { type JsonEntry, type Sender, toJSON } from '@tlskit/tls-inspect';
import { toHex } from '@tlskit/tls-wire';
import { messageName } from '../lab/messages.ts';
import type { Connection, Step } from '../lab/run.ts';
import type { Settings } from '../lab/settings.ts';
import type { Tampering } from '../lab/tampering.ts';
import { toLink } from '../state/link.ts';

/** The file. Byte strings are lower-case hexadecimal. */
export interface ConnectionFile {
  readonly format: 'tlskit-connection';
  /** Another one where something means something else, or is gone. What is new may come without. */
  readonly version: 1;
  readonly source: Source;
  /** In the order in which they were made: one that was resumed stands before the one that resumed it. */
  readonly connections: readonly JsonConnection[];
}

export type Source =
  | {
      /** Both ends ran in the page. */
      readonly type: 'lab';
      /** The fragment of a link, without the `#`, by which this page makes the connection again. */
      readonly link: string;
      readonly settings: Settings;
      /** What somebody in between did to the last connection; null for nothing. */
      readonly tampering: Tampering | null;
    }
  | {
      /** The server was a real one. */
      readonly type: 'live';
      /** RFC 3339. */
      readonly openedAt: string;
    };

export interface JsonConnection {
  /** What the ends agreed on, as the client has it; null where the handshake was not completed. */
  readonly negotiated: unknown;
  /** Lines of RFC 9850. */
  readonly keyLog: readonly string[];
  readonly records: readonly JsonRecord[];
  /** In the order in which they happened. */
  readonly steps: readonly JsonStep[];
}

/** A record as the inspector has it: `record.bytes` are those that were sent. */
export type JsonRecord = JsonEntry & {
  /** What arrived in its place, where that was something else. */
  readonly arrived?: readonly string[];
};

export type JsonStep = {
  /** Milliseconds from the beginning, of a real connection. */
  readonly time?: number;
} & (
  | { readonly type: 'record' /** Of `records`. */; readonly number: number }
  | { readonly type: 'state'; readonly at: Sender; readonly state: string; readonly waitingFor: readonly string[] }
  | {
      readonly type: 'derived';
      readonly at: Sender /** An HMAC: key, input or label and context, value. */;
      readonly derivation: unknown;
    }
  | {
      readonly type: 'message';
      readonly at: Sender;
      readonly direction: 'in' | 'out';
      readonly name: string;
      readonly bytes: string;
    }
  | { readonly type: 'data'; readonly at: Sender; readonly bytes: string; readonly early: boolean }
  | { readonly type: 'alert'; readonly at: Sender; readonly name: string }
  | { readonly type: 'connected'; readonly at: Sender }
  | { readonly type: 'closed'; readonly at: Sender /** Null for an orderly end. */; readonly error: unknown }
);

/** What was chosen, for a connection that was made in the page. */
export interface Chosen {
  readonly settings: Settings;
  readonly tampering: Tampering | undefined;
}

/** @param chosen undefined for a real connection @param connections in the order in which they were made */
export function connectionFile(chosen: Chosen | undefined, connections: readonly Connection[]): ConnectionFile {
  const isLive = chosen === undefined;
  return {
    format: 'tlskit-connection',
    version: 1,
    source: isLive
      ? { type: 'live', openedAt: new Date(connections[0]?.openedAt ?? 0).toISOString() }
      : {
          type: 'lab',
          link: toLink({ ...chosen, view: 'handshake', stop: undefined, before: false, tour: undefined }),
          settings: chosen.settings,
          tampering: chosen.tampering ?? null,
        },
    connections: connections.map(connection => jsonConnection(connection, isLive)),
  };
}

function jsonConnection({ info, keyLog, steps }: Connection, isTimed: boolean): JsonConnection {
  return {
    negotiated: plain(info ?? null),
    keyLog,
    records: steps.flatMap(step => (step.type === 'record' ? [jsonRecord(step)] : [])),
    steps: steps.map(step => ({ ...(isTimed && { time: step.time }), ...jsonStep(step) })),
  };
}

function jsonRecord({ entry, arrived }: Extract<Step, { type: 'record' }>): JsonRecord {
  const sent = toHex(entry.record.bytes);
  const got = arrived.map(bytes => toHex(bytes));
  return { ...toJSON(entry), ...((got.length !== 1 || got[0] !== sent) && { arrived: got }) };
}

function jsonStep({ time: _, ...step }: Step): JsonStep {
  switch (step.type) {
    case 'record':
      return { type: step.type, number: step.entry.number };
    case 'message':
      return { ...step, name: messageName(step.bytes), bytes: toHex(step.bytes) };
    case 'data':
      return { ...step, bytes: toHex(step.bytes) };
    case 'derived':
      return { ...step, derivation: plain(step.derivation) };
    case 'closed':
      return { ...step, error: plain(step.error ?? null) };
    default:
      return step;
  }
}

/** What `JSON.stringify` has no good word for, in words: bytes, dates, numbers of 64 bits. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return toHex(value);
  if (typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  if ('toJSON' in value && typeof value.toJSON === 'function') return plain(value.toJSON());
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plain(each)]));
}
