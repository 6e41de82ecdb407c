/** `--timeout` for whatever goes to the network together, and the user's own wish for an end. */
import { losePatience } from './patience.ts';

export class Deadline {
  /** Milliseconds, or undefined for no limit. */
  readonly timeout: number | undefined;
  readonly #stop = new AbortController();
  readonly #user: AbortSignal;
  readonly #stopWaiting: (() => void) | undefined;
  #passed = false;

  /**
   * Counts from now on.
   * @param timeout milliseconds, or undefined for no limit
   * @param user aborted when the user wants an end
   */
  constructor(timeout: number | undefined, user: AbortSignal) {
    this.timeout = timeout;
    this.#user = user;
    if (timeout !== undefined) {
      this.#stopWaiting = losePatience(timeout, () => {
        this.#passed = true;
        this.#stop.abort();
      });
    }
    user.addEventListener('abort', this.#onUser);
    if (user.aborted) this.#stop.abort();
  }

  /** Aborted when the time is over, or the user wants an end; never once it is cleared. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** Whether it was the time that was over. */
  get passed(): boolean {
    return this.#passed;
  }

  /** What there was to wait for is there, or has failed. */
  clear(): void {
    this.#stopWaiting?.();
    this.#user.removeEventListener('abort', this.#onUser);
  }

  readonly #onUser = (): void => this.#stop.abort();
}
