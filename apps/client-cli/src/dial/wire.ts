/**
 * What is said before TLS, in plain text: read exactly as far as each answer goes, and never more than a bound. Whoever is in
 * between can say anything here, and none of it may be taken for what comes under TLS.
 */
import type { Duplex } from 'node:stream';
import { printable } from '@tlskit/cli-kit';
import { DialError, type Misconduct } from './error.ts';

/** Bytes that the peer may say in all, and in one line or packet. */
const MAX_TOTAL = 65_536;
const MAX_ITEM = 8192;

/** Who hears what is said, as it is said. */
export type Overhear = (direction: 'in' | 'out', bytes: Uint8Array) => void;

/** Who speaks there. */
export interface Counterpart {
  readonly step: 'proxy' | 'starttls';
  /** For messages: `the proxy`, `the server`. */
  readonly name: string;
}

export class Wire {
  readonly #stream: Duplex;
  readonly #peer: Counterpart;
  readonly #overhear: Overhear | undefined;
  #buffer: Buffer = Buffer.alloc(0);
  #received = 0;
  #wake: (() => void) | undefined;

  /** @param stream nobody else reads it until {@link release} */
  constructor(stream: Duplex, peer: Counterpart, overhear?: Overhear) {
    this.#stream = stream;
    this.#peer = peer;
    this.#overhear = overhear;
    for (const event of events) stream.on(event, this.#onEvent);
  }

  /** Says text, in UTF-8, or bytes. That it does not arrive is found out when the answer is read. */
  write(data: string | Uint8Array): void {
    const bytes = Buffer.from(data);
    this.#overhear?.('out', bytes);
    this.#stream.write(bytes);
  }

  /** The next line, without its end (LF, with or without CR); bytes that are no UTF-8 are replaced. */
  async line(): Promise<string> {
    const bytes = await this.take(buffered => buffered.indexOf(LF) + 1);
    return bytes.toString().replace(/\r?\n$/, '');
  }

  /** The next bytes, so many. */
  exactly(length: number): Promise<Buffer> {
    if (length > MAX_ITEM) throw this.#tooLong(`${length} bytes at once`);
    return length === 0
      ? Promise.resolve(Buffer.alloc(0))
      : this.take(buffered => (buffered.length >= length ? length : 0));
  }

  /**
   * The next item.
   * @param lengthOf says of what has come so far how long the first item in it is, or 0 where its end is still to come
   * @throws DialError `TOO_LONG`, `CLOSED`
   */
  async take(lengthOf: (buffered: Buffer) => number): Promise<Buffer> {
    for (;;) {
      const length = this.#buffer.length === 0 ? 0 : lengthOf(this.#buffer);
      if (length > MAX_ITEM || (length === 0 && this.#buffer.length > MAX_ITEM)) {
        throw this.#tooLong(`more than ${MAX_ITEM} bytes at once`);
      }
      if (length > 0) {
        const item = this.#buffer.subarray(0, length);
        this.#buffer = this.#buffer.subarray(length);
        this.#received += length;
        this.#overhear?.('in', item);
        if (this.#received > MAX_TOTAL) throw this.#tooLong(`more than ${MAX_TOTAL} bytes`);
        return item;
      }
      await this.#more();
    }
  }

  /** Gives the stream back. @returns what came beyond what was taken, and is not in the stream any more */
  release(): Buffer {
    for (const event of events) this.#stream.off(event, this.#onEvent);
    this.#drain();
    return this.#buffer;
  }

  /** The peer did wrong. @param why behind the peer's name: `the server` … */
  misconduct(what: Misconduct, why: string): DialError {
    return DialError.misconduct(this.#peer.step, what, `${this.#peer.name} ${why}`);
  }

  /** The peer does not speak the protocol. @param said what it said in place of it */
  malformed(expected: string, said: string): DialError {
    return this.misconduct('MALFORMED', `says ${quoted(said)}, and not ${expected}`);
  }

  /** It said no. @param what was asked for */
  refused(what: string, said: string): DialError {
    return this.misconduct('REFUSED', `refuses ${what}: ${quoted(said)}`);
  }

  #tooLong(what: string): DialError {
    return this.misconduct('TOO_LONG', `says too much: ${what}`);
  }

  /** Waits for more bytes. */
  async #more(): Promise<void> {
    while (!this.#drain()) {
      const { errored, destroyed, readableEnded } = this.#stream;
      if (errored) throw this.misconduct('CLOSED', `is gone: ${errored.message}`);
      if (destroyed || readableEnded) {
        const rest = this.#buffer.length === 0 ? '' : `, after ${quoted(this.#buffer.toString())}`;
        throw this.misconduct('CLOSED', `closed the connection${rest}`);
      }
      await new Promise<void>(resolve => {
        this.#wake = resolve;
      });
    }
  }

  /** Takes what the stream has. @returns whether that was anything */
  #drain(): boolean {
    const chunk = this.#stream.read() as Buffer | null;
    if (chunk === null) return false;
    this.#buffer = this.#buffer.length === 0 ? chunk : Buffer.concat([this.#buffer, chunk]);
    return true;
  }

  readonly #onEvent = (): void => {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  };
}

/** A peer's words in a message: in one line, and not too many of them. */
export function quoted(text: string): string {
  return `"${printable(text.trimEnd(), 200)}"`;
}

const LF = 0x0a;
const events = ['readable', 'end', 'error', 'close'] as const;
