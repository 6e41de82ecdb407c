/** A transport that does to our records what faults say, and lets what comes in be. */
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type { Cut, RecordFault } from './fault.ts';
import { recordsIn } from './records.ts';

type Callback = (error?: Error | null) => void;

export class FaultyTransport extends Duplex {
  readonly #socket: Socket;
  #faults: readonly RecordFault[];
  /** What is no whole record yet. */
  #rest: Buffer = Buffer.alloc(0);
  /** Records that wait for the end of this turn: one of them may turn out to be the last. */
  #held: Buffer[] = [];
  /** Nothing goes out any more. */
  #over = false;

  constructor(socket: Socket, faults: readonly RecordFault[]) {
    super({ allowHalfOpen: true });
    this.#socket = socket;
    this.#faults = faults;
    socket.on('data', chunk => {
      if (!this.push(chunk)) socket.pause();
    });
    socket.on('end', () => this.push(null));
    socket.on('error', error => this.destroy(error));
    socket.on('close', () => this.destroy());
  }

  /** From the next record on. */
  add(faults: readonly RecordFault[]): void {
    this.#faults = [...this.#faults, ...faults];
  }

  get remoteAddress(): string | undefined {
    return this.#socket.remoteAddress;
  }

  get remotePort(): number | undefined {
    return this.#socket.remotePort;
  }

  get remoteFamily(): string | undefined {
    return this.#socket.remoteFamily;
  }

  setTimeout(milliseconds: number): this {
    this.#socket.setTimeout(milliseconds, () => this.emit('timeout'));
    return this;
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: Callback): void {
    const { records, rest } = recordsIn(Buffer.concat([this.#rest, chunk]));
    this.#rest = rest;
    for (const record of records) this.#pass(record);
    if (!this.#over && this.#socket.writableNeedDrain) this.#socket.once('drain', () => callback());
    else callback();
  }

  override _final(callback: Callback): void {
    const [ending] = this.#faults.flatMap(({ end }) => end ?? []);
    if (ending === 'without-last') this.#held.pop();
    this.#release();
    if (ending === 'reset') reset(this.#socket);
    else if (!this.#over) this.#socket.end();
    this.#over = true;
    callback();
  }

  override _destroy(error: Error | null, callback: Callback): void {
    // What was written still goes out, as when a socket is closed.
    if (error === null && !this.#over) this.#socket.destroySoon();
    else if (!this.#socket.destroyed) this.#socket.destroy();
    callback(error);
  }

  #pass(record: Buffer): void {
    let records: readonly Buffer[] = [record];
    for (const fault of this.#faults) {
      const changed: Buffer[] = [];
      for (const each of records) {
        const result = fault.record?.(each) ?? [each];
        if ('last' in result) {
          for (const before of [...changed, result.last]) this.#send(before);
          return this.#cut(result.end);
        }
        changed.push(...result);
      }
      records = changed;
    }
    for (const each of records) this.#send(each);
  }

  #send(record: Buffer): void {
    if (this.#over) return;
    if (!this.#faults.some(({ end, gather }) => end === 'without-last' || gather)) {
      this.#socket.write(record);
      return;
    }
    // The end, if there is one, comes before the next turn.
    if (this.#held.length === 0) setImmediate(() => this.#release());
    this.#held.push(record);
  }

  #release(): void {
    if (this.#held.length > 0 && !this.#over) this.#socket.write(Buffer.concat(this.#held));
    this.#held = [];
  }

  #cut(how: Cut['end']): void {
    if (this.#over) return;
    this.#release();
    this.#over = true;
    if (how === 'reset') reset(this.#socket);
    else this.#socket.end();
  }
}

/** RST, and no FIN before it: `resetAndDestroy` sends one where something was written. Where Node has no such mark it is a FIN after all. */
function reset(socket: Socket): void {
  Object.assign(socket, { resetAndClosing: true });
  socket.destroy();
}
