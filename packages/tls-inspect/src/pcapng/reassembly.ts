/** One direction of a TCP connection out of its segments, however they were ordered, repeated or cut (RFC 9293 §3.10.7.4). */

/** Bytes that were not in the capture. */
export interface Gap {
  /** Where in the stream, in bytes. */
  readonly at: number;
  /** How many bytes are missing. */
  readonly missing: number;
}

/** A segment that waits for those before it. */
interface Waiting {
  /** Of its first byte, in the stream. */
  readonly at: number;
  readonly payload: Uint8Array;
  readonly time: number;
}

/** The most segments that wait for one that is missing: a window of them. What is missing then is missing. */
const MAX_WAITING = 4096;

/** Of what comes twice, the first counts. Payloads are kept as views. */
export class Reassembler {
  readonly #emit: (bytes: Uint8Array, time: number) => void;
  /** The sequence number of the stream's first byte; undefined until it is known. */
  #first: number | undefined;
  /** Bytes that were handed on. */
  #length = 0;
  /** In order, by where they are. */
  #waiting: Waiting[] = [];
  #gap: Gap | undefined;

  /** @param emit takes the bytes in order, until there is a gap */
  constructor(emit: (bytes: Uint8Array, time: number) => void) {
    this.#emit = emit;
  }

  /** Where the stream breaks off; nothing behind it is handed on. */
  get gap(): Gap | undefined {
    return this.#gap;
  }

  /** The sequence number that a SYN has, or the first one seen. */
  begin(sequence: number): void {
    this.#first ??= sequence;
  }

  push(sequence: number, payload: Uint8Array, time: number): void {
    if (payload.length === 0 || this.#gap !== undefined) return;
    this.begin(sequence);
    const at = this.#length + distance(((this.#first as number) + this.#length) >>> 0, sequence);
    if (at > this.#length) this.#wait({ at, payload, time });
    else this.#take({ at, payload, time });
  }

  /** No more will come: what still waits is behind a gap. */
  finish(): void {
    const [next] = this.#waiting;
    if (next !== undefined && this.#gap === undefined)
      this.#gap = { at: this.#length, missing: next.at - this.#length };
    this.#waiting = [];
  }

  /** What of it is new, and what was waiting for that. */
  #take(segment: Waiting): void {
    let next: Waiting | undefined = segment;
    while (next !== undefined) {
      const fresh = next.payload.subarray(Math.min(this.#length - next.at, next.payload.length));
      this.#length += fresh.length;
      if (fresh.length > 0) this.#emit(fresh, next.time);
      const [first] = this.#waiting;
      next = first !== undefined && first.at <= this.#length ? this.#waiting.shift() : undefined;
    }
  }

  #wait(segment: Waiting): void {
    // Mostly it goes behind all that waits.
    let index = this.#waiting.length;
    while (index > 0 && (this.#waiting[index - 1] as Waiting).at > segment.at) index--;
    this.#waiting.splice(index, 0, segment);
    if (this.#waiting.length > MAX_WAITING) this.finish();
  }
}

/** How far the second sequence number is ahead of the first, modulo 2^32; negative for one that is behind. */
function distance(from: number, to: number): number {
  return (to - from) | 0;
}
