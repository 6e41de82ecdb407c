/** What a stream gave: whoever waits for it waits no longer than a peer may take. Our sockets and Node's alike. */
import type { Duplex } from 'node:stream';
import { bounded } from './child.ts';

export class Inbox {
  readonly #parts: Buffer[] = [];
  #length = 0;
  #ended = false;
  #closed = false;
  #error: Error | undefined;
  #listeners = new Set<() => void>();

  constructor(stream: Duplex) {
    stream.on('data', (chunk: Buffer) => {
      this.#parts.push(chunk);
      this.#length += chunk.length;
      this.#changed();
    });
    stream.on('end', () => {
      this.#ended = true;
      this.#changed();
    });
    stream.on('error', error => {
      this.#error = error;
      this.#changed();
    });
    stream.on('close', () => {
      this.#closed = true;
      this.#changed();
    });
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#parts);
  }

  get text(): string {
    return this.bytes.toString('latin1');
  }

  /** All that came, when it is at least so many bytes. @throws the stream's error, or Error when it ends before */
  async atLeast(length: number): Promise<Buffer> {
    await this.#until(`${length} bytes`, () => {
      if (this.#length >= length) return true;
      if (this.#error !== undefined) throw this.#error;
      if (this.#ended || this.#closed) throw new Error(`${this.#length} of ${length} bytes came`);
      return false;
    });
    return this.bytes;
  }

  /** All that came, when this text is in it. @throws the stream's error, or Error when it ends before */
  async including(text: string): Promise<string> {
    await this.#until(JSON.stringify(text), () => {
      if (this.text.includes(text)) return true;
      if (this.#error !== undefined) throw this.#error;
      if (this.#ended || this.#closed) throw new Error(`ended before ${JSON.stringify(text)}`);
      return false;
    });
    return this.text;
  }

  /** All that came, when the peer has said that it is all. @throws the stream's error, or Error when it closes without */
  async toEnd(): Promise<Buffer> {
    await this.#until('the end', () => {
      if (this.#ended) return true;
      if (this.#error !== undefined) throw this.#error;
      if (this.#closed) throw new Error('closed without an end');
      return false;
    });
    return this.bytes;
  }

  /** The error that the stream closed with, if any, when it has closed. */
  async closed(): Promise<Error | undefined> {
    await this.#until('the close', () => this.#closed);
    return this.#error;
  }

  async #until(what: string, done: () => boolean): Promise<void> {
    let look = () => {};
    try {
      await bounded(
        what,
        new Promise<void>((resolve, reject) => {
          look = () => {
            try {
              if (done()) resolve();
            } catch (error) {
              reject(error);
            }
          };
          this.#listeners.add(look);
          look();
        }),
      );
    } finally {
      this.#listeners.delete(look);
    }
  }

  #changed(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}
