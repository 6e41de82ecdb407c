/** `--trace`: every record and message with what its bytes are, behind the report or in a file. */
import { createInspector, formatEntry, formatTrace, type RecordEntry } from '@tlskit/tls-inspect';
import type { Inspector } from 'tlskit/node';

export class Trace {
  readonly #write: (text: string) => void;
  readonly #color: boolean;
  /** Entries that wait for the report; undefined once they need not wait. */
  #waiting: RecordEntry[] | undefined = [];

  /** @param write takes text as it becomes known. @param color whether with ANSI's sequences */
  constructor(write: (text: string) => void, color: boolean) {
    this.#write = write;
    this.#color = color;
  }

  /** What sees the records of another connection. Nothing is kept there: a long connection would be kept whole. */
  inspector(): Pick<Inspector, 'record'> {
    const { record } = createInspector({
      role: 'client',
      maxEntries: 0,
      onEntry: entry => this.#add(entry),
    }).handlers;
    return { record };
  }

  /** The report is out: what waits is written, and what follows as it comes. */
  release(): void {
    const entries = this.#waiting ?? [];
    this.#waiting = undefined;
    if (entries.length > 0) this.#write(`\n${formatTrace(entries, { color: this.#color })}`);
  }

  #add(entry: RecordEntry): void {
    if (this.#waiting !== undefined) this.#waiting.push(entry);
    else this.#write(formatEntry(entry, { color: this.#color }));
  }
}
