import { wipe } from '@tlskit/tls-crypto';
import type { ClientSession } from './session.ts';

/**
 * Where a client keeps its sessions. Tickets are for one use (RFC 9846 §C.4), so what is taken is gone. A session of TLS 1.2 may
 * be used again: the connection that resumes it gives it back as a session of its own.
 */
export interface ClientSessionStore {
  /** @param server names the server in the caller's way, such as `example.com:443` */
  put(server: string, session: ClientSession): void;
  /** Removes and returns the newest session that `usable` agrees to. */
  take(server: string, usable: (session: ClientSession) => boolean): ClientSession | undefined;
}

export interface MemoryStoreLimits {
  /** The most servers to remember; the one that was used longest ago goes first. Default 256. */
  readonly maxServers?: number;
  /** The most sessions for each; the oldest goes first. Default 4. */
  readonly maxPerServer?: number;
}

/** Sessions in memory, bounded. Their keys are wiped when they are dropped; whoever takes a session wipes its key. */
export class MemorySessionStore implements ClientSessionStore {
  readonly #sessions = new Map<string, ClientSession[]>();
  readonly #maxServers: number;
  readonly #maxPerServer: number;

  /** @throws RangeError for a limit that is no positive whole number */
  constructor({ maxServers = 256, maxPerServer = 4 }: MemoryStoreLimits = {}) {
    for (const limit of [maxServers, maxPerServer]) {
      if (!Number.isInteger(limit) || limit < 1) throw new RangeError(`${limit} is no limit of a session store`);
    }
    this.#maxServers = maxServers;
    this.#maxPerServer = maxPerServer;
  }

  put(server: string, session: ClientSession): void {
    const sessions = this.#sessions.get(server) ?? [];
    sessions.push(session);
    while (sessions.length > this.#maxPerServer) wipe(sessions.shift()?.psk);
    this.#touch(server, sessions);
    for (const oldest of this.#sessions.keys()) {
      if (this.#sessions.size <= this.#maxServers) break;
      this.#drop(oldest);
    }
  }

  take(server: string, usable: (session: ClientSession) => boolean): ClientSession | undefined {
    const sessions = this.#sessions.get(server);
    const at = sessions?.findLastIndex(usable) ?? -1;
    if (sessions === undefined || at < 0) return undefined;
    const [session] = sessions.splice(at, 1);
    if (sessions.length === 0) this.#sessions.delete(server);
    else this.#touch(server, sessions);
    return session;
  }

  /** Forgets everything. */
  clear(): void {
    for (const server of [...this.#sessions.keys()]) this.#drop(server);
  }

  /** A Map keeps the order of insertion: the end is what was used last. */
  #touch(server: string, sessions: ClientSession[]): void {
    this.#sessions.delete(server);
    this.#sessions.set(server, sessions);
  }

  #drop(server: string): void {
    for (const session of this.#sessions.get(server) ?? []) wipe(session.psk);
    this.#sessions.delete(server);
  }
}
