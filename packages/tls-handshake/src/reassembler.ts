/** Handshake messages out of the fragments that records carry (RFC 9846 §5.1). */
import { TlsError } from '@tlskit/tls-alerts';

/** Bytes of `msg_type` and `length` (RFC 9846 §4). */
const HEADER = 4;

/** What it keeps between messages. */
const none = new Uint8Array(0);

export class MessageReassembler {
  readonly #maxLength: number;
  #buffer: Uint8Array = none;
  #start = 0;
  #end = 0;

  /** @param maxLength the longest body to accept, in bytes: told by the header alone, before the body is waited for */
  constructor(maxLength: number) {
    this.#maxLength = maxLength;
  }

  /** Whether no part of a message is here: what a change of keys demands. */
  get empty(): boolean {
    return this.#start === this.#end;
  }

  /** Takes a copy of the fragment: records are views of memory that somebody else will use again. */
  push(fragment: Uint8Array): void {
    if (this.#end + fragment.length > this.#buffer.length) this.#makeRoom(fragment.length);
    this.#buffer.set(fragment, this.#end);
    this.#end += fragment.length;
    this.#checkLength();
  }

  /** The next whole message, header included, in memory of its own; or undefined. */
  next(): Uint8Array | undefined {
    const length = this.#length();
    if (length === undefined || this.#end - this.#start < HEADER + length) return undefined;
    const message = this.#buffer.slice(this.#start, this.#start + HEADER + length);
    this.#start += message.length;
    if (this.empty) {
      this.#start = this.#end = 0;
      this.#buffer = none;
    }
    this.#checkLength();
    return message;
  }

  /** Doubles what is needed, so that fragments of one byte cost no more than their number. */
  #makeRoom(length: number): void {
    const kept = this.#buffer.subarray(this.#start, this.#end);
    const needed = kept.length + length;
    const buffer = needed * 2 <= this.#buffer.length ? this.#buffer : new Uint8Array(needed * 2);
    buffer.set(kept);
    this.#buffer = buffer;
    this.#start = 0;
    this.#end = kept.length;
  }

  /** The body's length by the header of the first message, once the header is here. */
  #length(): number | undefined {
    if (this.#end - this.#start < HEADER) return undefined;
    const [, high, middle, low] = this.#buffer.subarray(this.#start, this.#start + HEADER) as unknown as number[];
    return ((high as number) << 16) | ((middle as number) << 8) | (low as number);
  }

  #checkLength(): void {
    const length = this.#length();
    if (length !== undefined && length > this.#maxLength) {
      throw new TlsError(
        'ERR_TLS_MESSAGE_TOO_LARGE',
        `a handshake message of ${length} bytes is over the limit of ${this.#maxLength}`,
      );
    }
  }
}
