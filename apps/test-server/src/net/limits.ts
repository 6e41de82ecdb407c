/** How many clients there may be at a time, and come in a second. Who is too many is closed at once: nobody waits for another. */

export interface GateOptions {
  /** The most connections at a time. */
  readonly connections: number | undefined;
  /** The most connections a second, and at once after a pause. */
  readonly rate: number | undefined;
  /** Milliseconds, of a clock that is never put back. */
  readonly now: () => number;
}

/** Why a client was turned away. */
export type Refusal = 'connections' | 'rate';

export class Gate {
  readonly #options: GateOptions;
  #standing = 0;
  /** Of a bucket that fills again (a token a connection). */
  #tokens: number;
  #filledAt: number;

  constructor(options: GateOptions) {
    this.#options = options;
    this.#tokens = options.rate ?? 0;
    this.#filledAt = options.now();
  }

  get standing(): number {
    return this.#standing;
  }

  /** Lets a client in, until {@link leave}; or says why not. */
  enter(): Refusal | undefined {
    const { connections = Number.POSITIVE_INFINITY, rate } = this.#options;
    if (this.#standing >= connections) return 'connections';
    if (rate !== undefined && !this.#take(rate)) return 'rate';
    this.#standing++;
    return undefined;
  }

  leave(): void {
    this.#standing--;
  }

  #take(rate: number): boolean {
    const now = this.#options.now();
    this.#tokens = Math.min(rate, this.#tokens + ((now - this.#filledAt) / 1000) * rate);
    this.#filledAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }
}
