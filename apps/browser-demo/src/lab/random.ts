/**
 * Random bytes that are the same for the same seed: a link replays byte for byte by them. They are for this page alone, and come to the
 * engines by the ways that exist for tests; nothing that is to stay secret may ever be made of them.
 */
import type { CryptoProvider, Hash } from '@tlskit/tls-crypto';

/** SHA-256 of seed, name and counter, one block after another. */
export class SeededSource {
  readonly #sha256: Hash;
  readonly #name: string;
  #prefix = new Uint8Array(0);
  #counter = 0;

  /** @param name whose bytes they are: each end has its own, so that what one draws changes nothing of the other's */
  constructor({ hashes }: Pick<CryptoProvider, 'hashes'>, name: string) {
    if (hashes.sha256 === undefined) throw new Error('SHA-256 is needed');
    this.#sha256 = hashes.sha256;
    this.#name = name;
  }

  /** From the first byte of a seed. */
  begin(seed: string): void {
    this.#prefix = new TextEncoder().encode(`${seed} ${this.#name} `);
    this.#counter = 0;
  }

  readonly draw = (length: number): Uint8Array => {
    const bytes = new Uint8Array(length);
    for (let at = 0; at < length; ) {
      const counter = this.#counter++;
      const number = Uint8Array.of(counter >>> 24, counter >>> 16, counter >>> 8, counter);
      const part = this.#sha256.digest(this.#prefix, number).subarray(0, length - at);
      bytes.set(part, at);
      at += part.length;
    }
    return bytes;
  };
}
