/** Sessions by ID: what a server of TLS 1.2 keeps itself, where its clients keep no tickets (RFC 5246 §7.4.1.2, §F.1.4). */
import { type MaybePromise, wipe } from '@tlskit/tls-crypto';
import { toHex } from '@tlskit/tls-wire';
import { isAlive, type ServerSession } from './server-session.ts';

/**
 * Where a server of TLS 1.2 keeps its sessions: in memory, or in a database that many servers share. A session may be used as
 * often as it lives. What fails here costs the client a full handshake, and nothing else.
 */
export interface ServerSessionCache {
  /**
   * Keeps a session under an ID, which replaces one that is there. The session's key stays the caller's, who wipes it when the
   * answer is there: whoever keeps it takes a copy before this returns.
   * @param id 1 to 32 bytes
   */
  put(id: Uint8Array, session: ServerSession): MaybePromise<void>;
  /** The session of an ID, whose key is the caller's to wipe, or undefined for one that is unknown or has expired. Never throws for any bytes. */
  get(id: Uint8Array): MaybePromise<ServerSession | undefined>;
  /** Forgets a session: the connection ended in a fatal alert (RFC 5246 §7.2.2). */
  remove(id: Uint8Array): MaybePromise<void>;
}

export interface MemorySessionCacheOptions {
  /** Milliseconds since 1970; the clock of the platform by default. */
  readonly now?: () => number;
  /** The most sessions to keep; the oldest goes first. 10,000 by default. */
  readonly max?: number;
  /** The most seconds that a session is kept, however long it says that it lives; a day by default, as RFC 5246 §F.1.4 suggests. */
  readonly lifetime?: number;
}

/** `opaque SessionID<0..32>` (RFC 5246 §7.4.1.2) */
const MAX_ID = 32;
const DAY = 86_400;

/** Sessions by ID in memory, bounded: the oldest goes first. Copies go in and out; keys are wiped when they are dropped. */
export class MemorySessionCache implements ServerSessionCache {
  /** Oldest first. */
  readonly #sessions = new Map<string, ServerSession>();
  readonly #now: () => number;
  readonly #max: number;
  readonly #lifetime: number;

  /** @throws RangeError unless `max` is a positive whole number, and `lifetime` positive */
  constructor({ now = Date.now, max = 10_000, lifetime = DAY }: MemorySessionCacheOptions = {}) {
    if (!Number.isInteger(max) || max < 1) throw new RangeError(`${max} is no limit of a session cache`);
    if (!(lifetime > 0)) throw new RangeError('lifetime is a number of seconds');
    this.#now = now;
    this.#max = max;
    this.#lifetime = lifetime;
  }

  get size(): number {
    return this.#sessions.size;
  }

  /** @throws RangeError for an ID that is empty or longer than 32 bytes */
  put(id: Uint8Array, session: ServerSession): void {
    if (!isId(id)) throw new RangeError(`${id.length} bytes are no session ID`);
    this.remove(id);
    const lifetime = Math.min(session.lifetime, this.#lifetime);
    this.#sessions.set(toHex(id), { ...copyOf(session), lifetime });
    for (const [oldest, { psk }] of this.#sessions) {
      if (this.#sessions.size <= this.#max) break;
      wipe(psk);
      this.#sessions.delete(oldest);
    }
  }

  get(id: Uint8Array): ServerSession | undefined {
    if (!isId(id)) return undefined;
    const session = this.#sessions.get(toHex(id));
    if (session === undefined || isAlive(session, this.#now())) return session && copyOf(session);
    this.remove(id);
    return undefined;
  }

  remove(id: Uint8Array): void {
    if (!isId(id)) return;
    const name = toHex(id);
    wipe(this.#sessions.get(name)?.psk);
    this.#sessions.delete(name);
  }

  /** Forgets everything. */
  clear(): void {
    for (const { psk } of this.#sessions.values()) wipe(psk);
    this.#sessions.clear();
  }
}

/** Nothing longer is looked up: the time for that would be the peer's to choose. */
function isId({ length }: Uint8Array): boolean {
  return length > 0 && length <= MAX_ID;
}

/** With a key of its own, by constructor: `slice` of a Buffer is a view. */
function copyOf(session: ServerSession): ServerSession {
  return { ...session, psk: new Uint8Array(session.psk) };
}
