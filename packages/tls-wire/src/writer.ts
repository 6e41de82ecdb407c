import { EncodeError } from './error.ts';

/** A growing buffer of bytes, big-endian as the RFCs write them. */
export class Writer {
  #bytes: Uint8Array;
  #view: DataView;
  #length = 0;

  /** @param capacity bytes to reserve at first; the buffer grows as needed. */
  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** Bytes written so far. */
  get length(): number {
    return this.#length;
  }

  uint8(value: number): void {
    this.uint(1, value);
  }

  uint16(value: number): void {
    this.uint(2, value);
  }

  uint24(value: number): void {
    this.uint(3, value);
  }

  uint32(value: number): void {
    this.uint(4, value);
  }

  uint64(value: bigint): void {
    if (value < 0n || value >= 1n << 64n) throw new EncodeError(`${value} is not a uint64`);
    const at = this.#grow(8);
    this.#view.setBigUint64(at, value);
  }

  /** An unsigned integer of `width` bytes, 1 to 4. @throws EncodeError when it does not fit. */
  uint(width: 1 | 2 | 3 | 4, value: number): void {
    if (!Number.isInteger(value) || value < 0 || value >= 2 ** (8 * width)) {
      throw new EncodeError(`${value} is not a uint${8 * width}`);
    }
    this.#set(this.#grow(width), width, value);
  }

  put(bytes: Uint8Array): void {
    // First make room: growing replaces the buffer.
    const at = this.#grow(bytes.length);
    this.#bytes.set(bytes, at);
  }

  /** Writes a length of `width` bytes, then what `write` writes, then fills in the length. Returns the number of bytes that `write` wrote. */
  prefixed(width: 1 | 2 | 3, write: (writer: Writer) => void): number {
    const at = this.#grow(width);
    write(this);
    const length = this.#length - at - width;
    if (length >= 2 ** (8 * width)) throw new EncodeError(`${length} bytes do not fit a length of ${width} bytes`);
    this.#set(at, width, length);
    return length;
  }

  /** What was written, as a view: do not write on after this. */
  bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length) as Uint8Array<ArrayBuffer>;
  }

  #set(at: number, width: 1 | 2 | 3 | 4, value: number): void {
    for (let i = width - 1, rest = value; i >= 0; i--, rest = Math.floor(rest / 256)) {
      this.#view.setUint8(at + i, rest % 256);
    }
  }

  #grow(length: number): number {
    const at = this.#length;
    const needed = at + length;
    if (needed > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
      larger.set(this.#bytes.subarray(0, at));
      this.#bytes = larger;
      this.#view = new DataView(larger.buffer);
    }
    this.#length = needed;
    return at;
  }
}
