/** What a peer may send without end and without use: counted, and bounded (RFC 9846 §6.1 for `user_canceled`). */
import { TlsError } from '@tlskit/tls-alerts';
import type { EngineLimits } from './config.ts';

/** The counters of one connection. All of them throw `ERR_TLS_FLOOD` beyond their bound. */
export class Floods {
  readonly #limits: EngineLimits;
  #idleRecords = 0;
  #keyUpdates = 0;
  #cancels = 0;
  #warnings = 0;

  constructor(limits: EngineLimits) {
    this.#limits = limits;
  }

  /** Whether any `user_canceled` came. */
  get canceled(): boolean {
    return this.#cancels > 0;
  }

  /** A record that carries nothing of use. @param what records of its kind, in words */
  idle(what: string): void {
    this.#idleRecords++;
    check(this.#idleRecords, this.#limits.maxIdleRecords, `${what} in a row`);
  }

  /** The peer's, that nobody asked for. */
  keyUpdate(): void {
    this.#keyUpdates++;
    check(this.#keyUpdates, this.#limits.maxIdleRecords, 'key updates without data');
  }

  userCanceled(): void {
    this.#cancels++;
    check(this.#cancels, this.#limits.maxUserCanceled, 'user_canceled alerts');
  }

  /** A warning of TLS 1.2 that is ignored (RFC 5246 §7.2). */
  warning(): void {
    this.#warnings++;
    check(this.#warnings, this.#limits.maxWarnings ?? 4, 'warnings in a row');
  }

  /** Something of use came: what was idle before it is forgotten. */
  progress(): void {
    this.#idleRecords = 0;
    this.#keyUpdates = 0;
    this.#warnings = 0;
  }
}

function check(count: number, bound: number, what: string): void {
  if (count > bound) throw new TlsError('ERR_TLS_FLOOD', `more than ${bound} ${what}`);
}
