/** An inspector of a live connection: it fits the handlers of an engine, and keeps what went by. */
import type { RecordObservation } from '@tlskit/tls-record';
import { peerOf, type RecordEntry, type Sender } from './entry.ts';
import { keyLogLines } from './keylog.ts';
import { EntryBuilder } from './records.ts';

export interface InspectorOptions {
  /** Whose records are the outgoing ones. Default: the client if the first record goes out, for it is the client that begins. */
  readonly role?: Sender;
  /** Called with each entry as it is made. */
  readonly onEntry?: (entry: RecordEntry) => void;
  /** Called with each line of the key log, without line end. */
  readonly onKeyLogLine?: (line: string) => void;
  /** The most entries to keep, 10,000 unless given; later ones go to `onEntry` alone. An entry keeps its bytes. */
  readonly maxEntries?: number;
}

/** An event as an engine tells it; those that bear no secret are of no interest here. */
export interface InspectedEvent {
  readonly type: string;
}

/** Sees every record of one side of a connection. */
export interface Inspector {
  /** Handlers for an engine: `createClientEngine(config, { ...inspector.handlers, connected })`. */
  readonly handlers: {
    record(record: RecordObservation): void;
    event(event: InspectedEvent): void;
  };
  /** In the order in which this side sent and read them. */
  readonly entries: readonly RecordEntry[];
  /** Number of entries that were not kept. */
  readonly dropped: number;
  /** Lines of RFC 9850's format, in order. There are some only if the engine was told to emit secrets. */
  readonly keyLog: readonly string[];
}

/**
 * Messages are put together from the records that carried them: what is shown is what was on the wire. Nothing that
 * is observed makes it throw.
 */
export function createInspector(options: InspectorOptions = {}): Inspector {
  const { maxEntries = 10_000, onEntry, onKeyLogLine } = options;
  const builder = new EntryBuilder();
  const entries: RecordEntry[] = [];
  const keyLog: string[] = [];
  let role = options.role;
  let dropped = 0;
  return {
    handlers: {
      record({ direction, ...record }) {
        role ??= direction === 'out' ? 'client' : 'server';
        const entry = builder.add({ ...record, sender: direction === 'out' ? role : peerOf(role) });
        if (entries.length < maxEntries) entries.push(entry);
        else dropped++;
        onEntry?.(entry);
      },
      event(event) {
        for (const line of keyLogLines(event)) {
          keyLog.push(line);
          onKeyLogLine?.(line);
        }
      },
    },
    entries,
    get dropped() {
      return dropped;
    },
    keyLog,
  };
}
