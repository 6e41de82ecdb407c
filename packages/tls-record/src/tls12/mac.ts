/** The MAC of a record: HMAC (RFC 2104) under one key, also of input whose length is secret (RFC 5246 §6.2.3.1, §6.2.3.2). */
import { type Hash, type HashContext, wipe } from '@tlskit/tls-crypto';

/** Bytes of a MAC under truncated_hmac (RFC 6066 §7). */
const TRUNCATED_LENGTH = 10;

export class RecordMac {
  /** Bytes of a MAC. */
  readonly length: number;
  readonly #hash: Hash;
  /** Contexts that have absorbed the key; they are copied, never used up. */
  #inner: HashContext | undefined;
  #outer: HashContext | undefined;

  /** @param key stays the caller's */
  constructor(hash: Hash, key: Uint8Array, truncated: boolean) {
    this.#hash = hash;
    this.length = truncated ? TRUNCATED_LENGTH : hash.outputLength;
    this.#inner = keyed(hash, key, 0x36);
    this.#outer = keyed(hash, key, 0x5c);
  }

  /** Of bytes whose length everybody may know. */
  sign(...parts: readonly Uint8Array[]): Uint8Array {
    const context = this.#live(this.#inner).clone();
    for (const part of parts) context.update(part);
    return this.#finish(context.digest());
  }

  /**
   * Of `header` and the first `length` bytes of `data`, where `length` is secret, `max` at most and `max - 255` at least.
   * "The receiver should compute the MAC … such that the amount of processing is the same" (Lucky Thirteen, CVE-2013-0169): the
   * hash is made to compress as many blocks, in as many calls, whatever the length: those that the message has less
   * than the longest one go into a digest that nobody looks at.
   */
  signSecret(header: Uint8Array, data: Uint8Array, length: number, max: number): Uint8Array {
    const { blockLength } = this.#hash;
    const head = header.length;
    // What comes before any end that is possible, in whole blocks, is no secret.
    const least = head + Math.max(0, max - 255);
    const known = least - (least % blockLength);
    const context = this.#live(this.#inner).clone();
    const tail = new Uint8Array(head + max - known + blockLength);
    if (known >= head) {
      context.update(header);
      context.update(data.subarray(0, known - head));
      tail.set(data.subarray(known - head, max));
    } else {
      tail.set(header);
      tail.set(data.subarray(0, max), head);
    }
    const rest = head + length - known;
    const spare = this.#blocks(head + max - known) - this.#blocks(rest);
    const digest = context.clone().update(tail.subarray(0, rest)).digest();
    context.update(tail.subarray(0, spare * blockLength)).digest();
    wipe(tail);
    return this.#finish(digest);
  }

  wipe(): void {
    // Contexts cannot be wiped, only dropped.
    this.#inner = undefined;
    this.#outer = undefined;
  }

  #finish(innerDigest: Uint8Array): Uint8Array {
    return this.#live(this.#outer).clone().update(innerDigest).digest().subarray(0, this.length);
  }

  /** Blocks that are compressed for a message of `length` bytes behind whole blocks (FIPS 180-4 §5.1): no division, no branch. */
  #blocks(length: number): number {
    const { blockLength } = this.#hash;
    // Behind the message stand one bit and its length, of 64 or 128 bits.
    const shift = blockLength === 128 ? 7 : 6;
    return ((length + blockLength / 8) >> shift) + 1;
  }

  #live(context: HashContext | undefined): HashContext {
    if (context === undefined) throw new Error('this MAC key was wiped');
    return context;
  }
}

/** A context that has absorbed the key, which is never longer than a block here, with `octet` added to each byte. */
function keyed(hash: Hash, key: Uint8Array, octet: number): HashContext {
  const block = new Uint8Array(hash.blockLength).fill(octet);
  for (const [i, byte] of key.entries()) block[i] = byte ^ octet;
  const context = hash.create().update(block);
  wipe(block);
  return context;
}
