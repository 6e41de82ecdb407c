/** Guards against replayed 0-RTT (RFC 9846 §8): each ClientHello with early data is let through once within a window of time. */
import type { MaybePromise } from '@tlskit/tls-crypto';
import { toHex } from '@tlskit/tls-wire';

/** Remembers ClientHellos (RFC 9846 §8.2); several servers that share tickets must share one. */
export interface ReplayGuard {
  /** The window in milliseconds, to both sides of the expected arrival, in which a hello is fresh (RFC 9846 §8.3). */
  readonly window: number;
  /**
   * Whether this is the first time that the identifier comes, which is remembered for at least twice the window.
   * When it cannot tell (it is full, the database is away) it answers false, or fails: early data is refused, the handshake goes on.
   * @param identifier something unique to the ClientHello: its first PSK binder
   */
  firstTime(identifier: Uint8Array, now: number): MaybePromise<boolean>;
}

/**
 * A replay guard in memory, for one server process. Two generations of identifiers, each as long as twice the window:
 * whatever came within the last one or two is known.
 */
export class MemoryReplayGuard implements ReplayGuard {
  readonly window: number;
  readonly #max: number;
  #current = new Set<string>();
  #previous = new Set<string>();
  readonly #trustedFrom: number;
  #began: number | undefined;

  /**
   * @param options.window milliseconds; 10,000 by default
   * @param options.max the most identifiers of a generation; 100,000 by default; beyond it early data is refused
   * @param options.startedAt when this process began, in milliseconds since 1970, where tickets outlive it: what came just before
   *   then is not known here, so that nothing is let through for twice the window, in which it might be fresh still (RFC 9846 §8.2)
   * @throws RangeError unless both limits are positive
   */
  constructor(options: { readonly window?: number; readonly max?: number; readonly startedAt?: number } = {}) {
    const { window = 10_000, max = 100_000, startedAt } = options;
    if (!(window > 0) || !(max > 0)) throw new RangeError('window and max are positive numbers');
    this.window = window;
    this.#max = max;
    this.#trustedFrom = startedAt === undefined ? Number.NEGATIVE_INFINITY : startedAt + window * 2;
  }

  firstTime(identifier: Uint8Array, now: number): boolean {
    if (now < this.#trustedFrom) return false;
    this.#rotate(now);
    const name = toHex(identifier);
    if (this.#current.has(name) || this.#previous.has(name) || this.#current.size >= this.#max) return false;
    this.#current.add(name);
    return true;
  }

  #rotate(now: number): void {
    const generation = this.window * 2;
    this.#began ??= now;
    const age = now - this.#began;
    // While a clock that was put back catches up, nothing is forgotten.
    if (age < generation) return;
    this.#previous = age < generation * 2 ? this.#current : new Set();
    this.#current = new Set();
    this.#began = now;
  }
}
