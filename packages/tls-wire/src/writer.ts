import { EncodeError } from './error.ts';

/** Bytes: more than most of what is encoded has. A writer that grew beyond it is not kept. */
const SPARE_CAPACITY = 2048;

/** A writer that nobody uses: memory for each small thing anew would cost more than to encode it. */
let spare: Writer | undefined;

/** What `write` writes, in memory of its own. @throws EncodeError */
export function written(write: (writer: Writer) => void): Uint8Array<ArrayBuffer> {
  const writer = spare ?? new Writer(SPARE_CAPACITY);
  // Who encodes within `write` takes another; and one that an error left half full is not used again.
  spare = undefined;
  try {
    write(writer);
  } catch (error) {
    writer.wipe();
    throw error;
  }
  const fits = writer.length <= SPARE_CAPACITY;
  const bytes = writer.takeBytes();
  if (fits) spare = writer;
  return bytes;
}

/** The first number that is too large for so many bytes. */
const ceilings = [1, 2 ** 8, 2 ** 16, 2 ** 24, 2 ** 32] as const;

/** A growing buffer of bytes, big-endian as the RFCs write them. */
export class Writer {
  #bytes: Uint8Array;
  #length = 0;

  /** @param capacity bytes to reserve at first; the buffer grows as needed. */
  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(capacity);
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
    this.#set(at, 4, Number(value >> 32n));
    this.#set(at + 4, 4, Number(value & 0xffff_ffffn));
  }

  /** An unsigned integer of `width` bytes, 1 to 4. @throws EncodeError when it does not fit. */
  uint(width: 1 | 2 | 3 | 4, value: number): void {
    if (!Number.isInteger(value) || value < 0 || value >= ceilings[width]) {
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
    if (length >= ceilings[width]) throw new EncodeError(`${length} bytes do not fit a length of ${width} bytes`);
    this.#set(at, width, length);
    return length;
  }

  /** What was written, as a view: do not write on after this. */
  bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length) as Uint8Array<ArrayBuffer>;
  }

  /** What was written, as a copy, with nothing of it left here: the writer begins anew. */
  takeBytes(): Uint8Array<ArrayBuffer> {
    const bytes = this.#bytes.slice(0, this.#length);
    this.wipe();
    return bytes as Uint8Array<ArrayBuffer>;
  }

  /** Overwrites what was written: the writer begins anew. */
  wipe(): void {
    this.#bytes.fill(0, 0, this.#length);
    this.#length = 0;
  }

  #set(at: number, width: 1 | 2 | 3 | 4, value: number): void {
    // Shifts take the lowest 32 bits, which are all that there are.
    for (let i = 0, shift = 8 * (width - 1); i < width; i++, shift -= 8) this.#bytes[at + i] = value >>> shift;
  }

  #grow(length: number): number {
    const at = this.#length;
    const needed = at + length;
    if (needed > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
      larger.set(this.#bytes.subarray(0, at));
      // There may be a secret in what is left behind.
      this.#bytes.fill(0, 0, at);
      this.#bytes = larger;
    }
    this.#length = needed;
    return at;
  }
}
