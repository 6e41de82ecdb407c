/**
 * Records that grow with the connection (RFC 9846 §5.1 leaves their length to the sender). A receiver can use nothing of a record before all
 * of it is there: while few packets are on their way at a time, a record is to fit one of them; later long ones cost less.
 */

export interface RecordSizing {
  /** Bytes of content in a small record. */
  readonly small: number;
  /** Bytes of content that go in small records before long ones follow. */
  readonly growAfter: number;
  /** Milliseconds without data after which records are small again: congestion control begins anew then. */
  readonly idle: number;
}

/**
 * With what protection adds, 1,360 bytes fit a TCP segment over IPv6 on Ethernet, options included. The first 64 KiB are what
 * a connection sends in about three round trips. A second is more than most round trips take.
 */
export const defaultRecordSizing: RecordSizing = { small: 1360, growAfter: 1 << 16, idle: 1000 };

/** One connection's state of {@link RecordSizing}. */
export class RecordSizer {
  readonly #sizing: RecordSizing;
  readonly #now: () => number;
  #sent = 0;
  #last = Number.NEGATIVE_INFINITY;

  /** @param now milliseconds */
  constructor(sizing: RecordSizing, now: () => number) {
    this.#sizing = sizing;
    this.#now = now;
  }

  /** Bytes of content in the next record, at most. */
  get size(): number {
    return this.#sent < this.#sizing.growAfter ? this.#sizing.small : Number.POSITIVE_INFINITY;
  }

  /** The least that {@link size} ever is. */
  get least(): number {
    return this.#sizing.small;
  }

  /** Data is about to be sent. */
  begin(): void {
    const now = this.#now();
    if (now - this.#last >= this.#sizing.idle) this.#sent = 0;
    this.#last = now;
  }

  /** @param bytes of content that went into a record */
  sent(bytes: number): void {
    this.#sent += bytes;
  }
}
