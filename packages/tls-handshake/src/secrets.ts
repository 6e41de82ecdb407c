/** Secrets that live as long as a function: owned here, wiped by its `finally`. */

interface Wipeable {
  wipe(): void;
}

export class Secrets {
  readonly #owned = new Set<Wipeable>();

  /** Takes over the duty to wipe. */
  own<T extends Wipeable>(secret: T): T {
    this.#owned.add(secret);
    return secret;
  }

  /** Gives the duty to wipe to somebody else. */
  release<T extends Wipeable>(secret: T): T {
    this.#owned.delete(secret);
    return secret;
  }

  wipe(): void {
    for (const secret of this.#owned) secret.wipe();
    this.#owned.clear();
  }
}
