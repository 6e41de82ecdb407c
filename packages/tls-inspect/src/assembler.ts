/** Handshake messages out of the contents of records: some share a record, some span several (RFC 9846 §5.1). */
import { HANDSHAKE_HEADER_LENGTH, HandshakeType } from '@tlskit/tls-messages';
import { concat } from '@tlskit/tls-wire';
import type { MessagePart } from './entry.ts';

/** Some bytes of a record's content, and what they are of. */
export interface Piece {
  readonly start: number;
  readonly end: number;
  /** The message that ends with this piece. */
  readonly message?: RawMessage;
  /** Which part of its message it is, for a piece that is not the whole of one. */
  readonly text?: string;
}

/** A message as it is put together, whole or not. */
export interface RawMessage {
  readonly bytes: Uint8Array;
  readonly parts: readonly MessagePart[];
}

/** Puts together the handshake messages of one direction. */
export class Assembler {
  #held: Uint8Array[] = [];
  #parts: MessagePart[] = [];
  #have = 0;

  /** Cuts the content of a handshake record into pieces that cover it. */
  push(record: number, content: Uint8Array): Piece[] {
    const pieces: Piece[] = [];
    for (let at = 0; at < content.length; ) {
      const before = this.#have;
      const end = at + this.#take(record, content, at);
      const whole = this.#length();
      const message = this.#have === whole ? this.cut() : undefined;
      const isPart = before > 0 || message === undefined;
      pieces.push({
        start: at,
        end,
        ...(message !== undefined && { message }),
        ...(isPart && { text: this.#text(before, before + end - at, message) }),
      });
      at = end;
    }
    return pieces;
  }

  /** What there is of a message that was begun, which is over with this; undefined at the border of messages. */
  cut(): RawMessage | undefined {
    if (this.#have === 0) return undefined;
    const message = { bytes: concat(...this.#held), parts: this.#parts };
    this.#held = [];
    this.#parts = [];
    this.#have = 0;
    return message;
  }

  /** Takes the bytes of the message at hand from `content`; the number of them. */
  #take(record: number, content: Uint8Array, start: number): number {
    let at = start;
    while (at < content.length) {
      const missing = (this.#length() ?? HANDSHAKE_HEADER_LENGTH) - this.#have;
      if (missing === 0) break;
      const part = content.subarray(at, at + missing);
      this.#held.push(part);
      this.#have += part.length;
      at += part.length;
    }
    this.#parts.push({ record, start, end: at });
    return at - start;
  }

  /** Bytes of the whole message at hand, once its header is there. */
  #length(): number | undefined {
    if (this.#have < HANDSHAKE_HEADER_LENGTH) return undefined;
    const [, high, middle, low] = this.#header(this.#held);
    return HANDSHAKE_HEADER_LENGTH + (((high as number) << 16) | ((middle as number) << 8) | (low as number));
  }

  #header(held: readonly Uint8Array[]): Uint8Array {
    const [first] = held;
    if (first !== undefined && first.length >= HANDSHAKE_HEADER_LENGTH) return first;
    return concat(...held.slice(0, HANDSHAKE_HEADER_LENGTH));
  }

  #text(from: number, to: number, message: RawMessage | undefined): string {
    const held = message === undefined ? this.#held : [message.bytes];
    const type = this.#header(held)[0] as number;
    const whole = message?.bytes.length ?? this.#length();
    return `bytes ${from} to ${to - 1}${whole === undefined ? '' : ` of ${whole}`} of ${HandshakeType.label(type)}`;
  }
}
