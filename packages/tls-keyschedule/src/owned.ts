/** A secret with one owner, who gives it up once. */
import { wipe } from '@tlskit/tls-crypto';

export class OwnedSecret {
  readonly #what: string;
  #bytes: Uint8Array | undefined;

  /** @param what name of the secret, for the error of whoever comes too late */
  constructor(what: string, bytes: Uint8Array) {
    this.#what = what;
    this.#bytes = bytes;
  }

  /** The bytes themselves, not a copy. @throws Error once the secret is wiped */
  get bytes(): Uint8Array {
    if (this.#bytes === undefined) throw new Error(`${this.#what} was consumed or wiped`);
    return this.#bytes;
  }

  /** Overwrites the bytes. Doing it again does nothing. */
  wipe(): void {
    wipe(this.#bytes);
    this.#bytes = undefined;
  }
}
