import { wipe } from '@tlskit/tls-crypto';
import { toHex } from '@tlskit/tls-wire';
import type { ServerSession } from './server-session.ts';
import type { ServerSessionStore } from './tickets.ts';

/** A server's sessions in memory, bounded: the oldest goes first, and its key is wiped. */
export class MemoryServerStore implements ServerSessionStore {
  readonly #sessions = new Map<string, ServerSession>();
  readonly #max: number;

  /** @param max the most sessions to keep; 10,000 by default. @throws RangeError unless it is a positive whole number */
  constructor(max = 10_000) {
    if (!Number.isInteger(max) || max < 1) throw new RangeError(`${max} is no limit of a session store`);
    this.#max = max;
  }

  get size(): number {
    return this.#sessions.size;
  }

  put(key: Uint8Array, session: ServerSession): void {
    this.#sessions.set(toHex(key), session);
    for (const [oldest, { psk }] of this.#sessions) {
      if (this.#sessions.size <= this.#max) break;
      wipe(psk);
      this.#sessions.delete(oldest);
    }
  }

  take(key: Uint8Array): ServerSession | undefined {
    const name = toHex(key);
    const session = this.#sessions.get(name);
    this.#sessions.delete(name);
    return session;
  }
}
