/** WebSocket frames (RFC 6455 §5), as far as a server needs them that passes bytes on: messages are of no interest, only what is in them. */

/** What came. Bytes are a view of the input, unmasked in place. */
export type FrameEvent =
  | { readonly type: 'data'; readonly bytes: Uint8Array }
  | { readonly type: 'ping'; readonly bytes: Uint8Array }
  | { readonly type: 'close' };

/** What the peer must not do, with the code to close by (RFC 6455 §7.4.1). */
export class FrameError extends Error {
  override readonly name = 'FrameError';
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

const CONTINUATION = 0;
const TEXT = 1;
const BINARY = 2;
const CLOSE = 8;
const PING = 9;
const PONG = 10;

/** The most bytes of a control frame (RFC 6455 §5.5). */
const MAX_CONTROL = 125;

/** The frame whose payload is coming. */
interface Current {
  readonly opcode: number;
  readonly mask: Uint8Array;
  /** Bytes that are still to come; a bigint's worth of them is no matter, as none is kept. */
  left: number;
  /** Bytes that have come, for the place in the mask. */
  at: number;
  /** Of a control frame, which is kept until it is whole. */
  readonly kept: number[];
}

/** Reads what a client sends, however it is cut; holds no more than a header and a control frame. */
export class FrameReader {
  #header: number[] = [];
  #current: Current | undefined;
  #inMessage = false;

  /** @throws FrameError */
  *push(bytes: Uint8Array): Iterable<FrameEvent> {
    let at = 0;
    while (at < bytes.length || this.#current?.left === 0) {
      if (this.#current === undefined) {
        this.#header.push(bytes[at++] as number);
        this.#current = this.#begin();
        continue;
      }
      const current = this.#current;
      const part = bytes.subarray(at, at + current.left);
      at += part.length;
      for (let i = 0; i < part.length; i++) part[i] = (part[i] as number) ^ (current.mask[current.at++ & 3] as number);
      current.left -= part.length;
      yield* this.#payload(current, part);
      if (current.left === 0) this.#current = undefined;
    }
  }

  /** The frame, once its header is whole. */
  #begin(): Current | undefined {
    const [first = 0, second] = this.#header;
    if (second === undefined) return undefined;
    const short = second & 0x7f;
    const extended = short === 126 ? 2 : short === 127 ? 8 : 0;
    if (this.#header.length < 2 + extended + 4) return undefined;
    const header = this.#header;
    this.#header = [];
    const opcode = first & 0x0f;
    // RFC 6455 §5.2, §5.1: no extension was agreed on, and what a client sends is masked.
    if ((first & 0x70) !== 0) throw new FrameError(1002, 'a reserved bit');
    if ((second & 0x80) === 0) throw new FrameError(1002, 'a frame that is not masked');
    const length = header.slice(2, 2 + extended).reduce((sum, byte) => sum * 256 + byte, extended === 0 ? short : 0);
    this.#check(opcode, (first & 0x80) !== 0, length);
    return { opcode, mask: Uint8Array.from(header.slice(2 + extended)), left: length, at: 0, kept: [] };
  }

  #check(opcode: number, final: boolean, length: number): void {
    if (opcode === TEXT) throw new FrameError(1003, 'text, where bytes are wanted');
    if (opcode === CLOSE || opcode === PING || opcode === PONG) {
      if (!final || length > MAX_CONTROL) throw new FrameError(1002, 'a control frame that is cut or too long');
      return;
    }
    if (opcode !== BINARY && opcode !== CONTINUATION) throw new FrameError(1002, `the unknown opcode ${opcode}`);
    if ((opcode === CONTINUATION) !== this.#inMessage) throw new FrameError(1002, 'fragments of no message');
    this.#inMessage = !final;
    if (length > Number.MAX_SAFE_INTEGER) throw new FrameError(1009, 'a frame without end');
  }

  *#payload({ opcode, left, kept }: Current, part: Uint8Array): Iterable<FrameEvent> {
    if (opcode === BINARY || opcode === CONTINUATION) {
      if (part.length > 0) yield { type: 'data', bytes: part };
      return;
    }
    kept.push(...part);
    if (left > 0 || opcode === PONG) return;
    if (opcode === CLOSE) yield { type: 'close' };
    else yield { type: 'ping', bytes: Uint8Array.from(kept) };
  }
}

/** A whole message of bytes. */
export function binaryFrame(bytes: Uint8Array): Uint8Array[] {
  return frame(BINARY, bytes);
}

/** @param bytes of the ping that it answers */
export function pongFrame(bytes: Uint8Array): Uint8Array[] {
  return frame(PONG, bytes);
}

/** @param code RFC 6455 §7.4 @param reason of ASCII, 123 characters at most */
export function closeFrame(code: number, reason = ''): Uint8Array[] {
  return frame(CLOSE, Buffer.concat([Buffer.of(code >> 8, code & 0xff), Buffer.from(reason)]));
}

/** What a server sends is not masked (RFC 6455 §5.1). */
function frame(opcode: number, bytes: Uint8Array): Uint8Array[] {
  const { length } = bytes;
  const header = Buffer.alloc(length <= 125 ? 2 : length <= 0xffff ? 4 : 10);
  header[0] = 0x80 | opcode;
  if (length <= 125) header[1] = length;
  else if (length <= 0xffff) {
    header[1] = 126;
    header.writeUInt16BE(length, 2);
  } else {
    header[1] = 127;
    header.writeBigUInt64BE(BigInt(length), 2);
  }
  return [header, bytes];
}
