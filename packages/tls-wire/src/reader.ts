import type { Codec } from './codec.ts';
import { DecodeError } from './error.ts';

/**
 * A cursor over bytes. Reads never pass the end: a short input is a {@link DecodeError}.
 * Slices are views of the input, not copies.
 */
export class Reader {
  readonly bytes: Uint8Array;
  offset: number;
  readonly end: number;

  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    this.bytes = bytes;
    this.offset = start;
    this.end = end;
  }

  /** Bytes left before the end. */
  get remaining(): number {
    return this.end - this.offset;
  }

  uint8(): number {
    return this.uint(1);
  }

  uint16(): number {
    return this.uint(2);
  }

  uint24(): number {
    return this.uint(3);
  }

  uint32(): number {
    return this.uint(4);
  }

  uint64(): bigint {
    // All or nothing: a short input leaves the reader where it is.
    const at = this.#take(8);
    this.offset = at;
    return (BigInt(this.uint(4)) << 32n) | BigInt(this.uint(4));
  }

  /** An unsigned integer of `width` bytes, 1 to 4. */
  uint(width: 1 | 2 | 3 | 4): number {
    let at = this.#take(width);
    // No DataView: to make one costs more than all that is read by it.
    let value = this.bytes[at++] as number;
    for (; at < this.offset; at++) value = value * 256 + (this.bytes[at] as number);
    return value;
  }

  /** The next `length` bytes, as a view. */
  take(length: number): Uint8Array {
    const at = this.#take(length);
    return this.bytes.subarray(at, at + length);
  }

  /** A reader of the next `length` bytes, which are consumed here. */
  sub(length: number): Reader {
    const at = this.#take(length);
    return new Reader(this.bytes, at, at + length);
  }

  /** Decodes a field of a structure, or an element of a vector. @param _label for those who write down what every byte is */
  field<T>(_label: string | number, codec: Codec<T>): T {
    return codec.decode(this);
  }

  /** Throws unless everything was read. */
  finish(what: string): void {
    if (this.remaining > 0) {
      throw new DecodeError(`${what}: ${this.remaining} bytes too many`, this.offset);
    }
  }

  #take(length: number): number {
    const at = this.offset;
    if (length > this.end - at) {
      throw new DecodeError(`expected ${length} bytes, ${this.end - at} left`, at);
    }
    this.offset = at + length;
    return at;
  }
}
