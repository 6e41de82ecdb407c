/** Data that was written and not sealed yet, in portions of a size that is good to seal and to hold. */
import { concat } from '@tlskit/tls-wire';

/** Bytes that are sealed at once: what waits in the engine and the transport is about as much. */
const PORTION = 1 << 16;

export class Outbox {
  #chunks: Uint8Array[] = [];
  #length = 0;

  get empty(): boolean {
    return this.#chunks.length === 0;
  }

  /** Bytes. */
  get length(): number {
    return this.#length;
  }

  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    this.#chunks.push(chunk);
    this.#length += chunk.length;
  }

  /** The next portion: small chunks are joined, so that they share records, and large ones are cut. */
  next(): Uint8Array | undefined {
    const first = this.#chunks[0];
    if (first === undefined) return undefined;
    if (this.#chunks.length === 1 && first.length <= PORTION) {
      this.clear();
      return first;
    }
    let count = 0;
    let size = 0;
    for (const chunk of this.#chunks) {
      if (size + chunk.length > PORTION) break;
      size += chunk.length;
      count++;
    }
    if (count === 0) {
      this.#chunks[0] = first.subarray(PORTION);
      this.#length -= PORTION;
      return first.subarray(0, PORTION);
    }
    this.#length -= size;
    const chunks = this.#chunks.splice(0, count);
    return count === 1 ? first : concat(...chunks);
  }

  clear(): void {
    this.#chunks.length = 0;
    this.#length = 0;
  }
}
