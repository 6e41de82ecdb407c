/** The connections that a scan may make: how many, how many at once, how quickly after one another, and for how long. */
import type { Duplex } from 'node:stream';
import { losePatience } from '../patience.ts';

/** Makes a transport to the server: TCP, what proxies and STARTTLS need included. It ends when the signal says so. */
export type Open = (signal: AbortSignal) => Promise<Duplex>;

/** Why a scan ended before it was through; what it found until then stands. */
export type StopReason = 'connections' | 'timeout' | 'aborted' | 'unreachable' | 'unresponsive';

export class ScanOver extends Error {
  override readonly name = 'ScanOver';
  readonly reason: StopReason;

  constructor(reason: StopReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

/** The time of one connection is over. */
export class Late extends Error {
  override readonly name = 'Late';
}

export interface ConnectionLimits {
  /** Connections in all. */
  readonly max: number;
  /** Connections at once. */
  readonly parallel: number;
  /** Milliseconds from the beginning of one connection to that of the next, at least. */
  readonly delay: number;
  /** Milliseconds for each connection, its transport included. */
  readonly each: number;
  /** Milliseconds for all of them; undefined for no limit. */
  readonly total: number | undefined;
  readonly signal: AbortSignal;
}

/** Connections in a row that came to nothing, before a server counts as one that is not there any more. */
const MAX_FAILURES = 6;

export class Connections {
  readonly #open: Open;
  readonly #limits: ConnectionLimits;
  readonly #onCount: (count: number) => void;
  readonly #stop = new AbortController();
  readonly #waiting: (() => void)[] = [];
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #onSignal = () => this.#end('aborted', 'it was interrupted');
  #running = 0;
  #count = 0;
  /** When the next connection may begin, by `performance.now()`. */
  #next = 0;
  #failures = 0;
  /** Whether there ever was a transport. */
  #reached = false;
  #over: ScanOver | undefined;

  /** @param onCount told of each connection that begins */
  constructor(open: Open, limits: ConnectionLimits, onCount: (count: number) => void = () => {}) {
    this.#open = open;
    this.#limits = limits;
    this.#onCount = onCount;
    const { total, signal } = limits;
    if (total !== undefined) this.#timer = setTimeout(() => this.#end('timeout', 'its time was up'), total);
    signal.addEventListener('abort', this.#onSignal);
    if (signal.aborted) this.#onSignal();
  }

  /** How many there were. */
  get count(): number {
    return this.#count;
  }

  /** Milliseconds for an answer that a server need not give: a fifth of a connection's time, more of a short one's, and no more than 5 s. */
  get patience(): number {
    const { each } = this.#limits;
    return Math.min(5000, Math.max(each / 5, Math.min(1000, 0.4 * each)));
  }

  /**
   * Opens a connection, lets `work` use it, and destroys it. The signal is aborted when the connection's time is over.
   * @throws ScanOver where there is to be no further one; Late; what `work` throws
   */
  async use<T>(work: (transport: Duplex, signal: AbortSignal) => Promise<T>): Promise<T> {
    await this.#enter();
    try {
      await this.#turn();
      return await this.#run(work);
    } catch (error) {
      throw this.#over ?? error;
    } finally {
      this.#running--;
      this.#waiting.shift()?.();
    }
  }

  /** Whether the server had something to say: too many in a row without an answer end the scan. */
  heard(answered: boolean): void {
    this.#failures = answered ? 0 : this.#failures + 1;
    if (this.#failures >= MAX_FAILURES) this.#end('unresponsive', 'the server does not answer any more');
  }

  /** Nothing is under way any more, and nothing begins. */
  close(): void {
    clearTimeout(this.#timer);
    this.#limits.signal.removeEventListener('abort', this.#onSignal);
  }

  async #run<T>(work: (transport: Duplex, signal: AbortSignal) => Promise<T>): Promise<T> {
    const stop = new AbortController();
    const stopWaiting = losePatience(this.#limits.each, () => stop.abort(new Late('the server took too long')));
    const onStop = () => stop.abort(this.#stop.signal.reason);
    this.#stop.signal.addEventListener('abort', onStop);
    try {
      const transport = await this.#reach(stop.signal);
      try {
        return await work(transport, stop.signal);
      } finally {
        // Errors of what is being thrown away have nobody to go to.
        transport.on('error', () => {}).destroy();
      }
    } finally {
      stopWaiting();
      this.#stop.signal.removeEventListener('abort', onStop);
    }
  }

  async #reach(signal: AbortSignal): Promise<Duplex> {
    try {
      const transport = await this.#open(signal);
      this.#reached = true;
      return transport;
    } catch (error) {
      if (this.#over !== undefined) throw this.#over;
      // Before anything came of it nobody is there; later on, the server had enough.
      const message = error instanceof Error ? error.message : String(error);
      if (!this.#reached) this.#end('unreachable', message, { cause: error });
      throw new Late(message, { cause: error });
    }
  }

  /** Waits for a place among those that run at once. */
  async #enter(): Promise<void> {
    while (this.#running >= this.#limits.parallel && this.#over === undefined) {
      await new Promise<void>(resolve => this.#waiting.push(resolve));
    }
    this.#check();
    this.#running++;
  }

  /** Waits for the time at which another connection may begin. */
  async #turn(): Promise<void> {
    const now = performance.now();
    const wait = this.#next - now;
    this.#next = Math.max(now, this.#next) + this.#limits.delay;
    if (wait > 0) await this.#pause(wait);
    this.#check();
    const { max } = this.#limits;
    if (this.#count >= max) this.#end('connections', `it used the ${max} connections that it had`);
    this.#check();
    this.#count++;
    this.#onCount(this.#count);
  }

  #pause(milliseconds: number): Promise<void> {
    const { signal } = this.#stop;
    return new Promise(resolve => {
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      signal.addEventListener('abort', done);
    });
  }

  #check(): void {
    if (this.#over !== undefined) throw this.#over;
  }

  #end(reason: StopReason, message: string, options?: ErrorOptions): void {
    if (this.#over !== undefined) return;
    this.#over = new ScanOver(reason, message, options);
    this.#stop.abort(this.#over);
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
