/**
 * Tickets: how a server hands a session to its client and knows it again (RFC 9846 §4.7.1, §8.1; RFC 5077 for TLS 1.2). One
 * issuer serves both versions: a session says its own, and never resumes in another.
 */
import type { Aead, AeadKey, CryptoProvider, MaybePromise } from '@tlskit/tls-crypto';
import { wipe } from '@tlskit/tls-crypto';
import { concat, equalBytes } from '@tlskit/tls-wire';
import { decodeServerSession, encodeServerSession, isAlive, type ServerSession } from './server-session.ts';

/** Makes tickets and takes them back. What it does with them is its own business; both may take their time. */
export interface TicketIssuer {
  /**
   * A ticket for this session, or undefined when none can be had (the session is too large for one). The session's key stays
   * the caller's, who wipes it when the answer is there: whoever keeps it takes a copy before the call returns.
   */
  issue(session: ServerSession): MaybePromise<Uint8Array | undefined>;
  /** The session of a ticket, whose key is the caller's to wipe, or undefined for one that is unknown, expired, forged or used up. Never throws for any bytes. */
  redeem(ticket: Uint8Array): MaybePromise<ServerSession | undefined>;
  /**
   * Lets nobody redeem a ticket any more that this issued: its connection ended in a fatal alert (RFC 5246 §7.2.2). Absent where that
   * cannot be, as with tickets that nobody keeps.
   */
  revoke?(ticket: Uint8Array): MaybePromise<void>;
}

/** `opaque ticket<1..2^16-1>` (RFC 9846 §4.7.1, RFC 5077 §3.3); a PSK identity has the same bound. */
const MAX_TICKET = 2 ** 16 - 1;

export interface TicketKeysOptions {
  readonly provider: CryptoProvider;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Seconds after which a new key seals; a day by default. A key opens for as long again as `keyLifetime`. */
  readonly rotateAfter?: number;
  /** Seconds for which a key that no longer seals still opens; seven days, the longest life of a ticket, by default. */
  readonly keyLifetime?: number;
}

interface TicketKey {
  readonly name: Uint8Array;
  readonly key: AeadKey;
  readonly createdAt: number;
}

const KEY_NAME = 16;

/**
 * Stateless tickets: the session itself, sealed under keys that rotate by themselves and are known to this object alone.
 *
 *     struct { opaque key_name[16]; opaque nonce[12]; opaque sealed_session[…]; }
 *
 * What RFC 5077 §4 recommends in substance: `key_name`, an IV, the encrypted state, and a MAC over all of it, which here are
 * one AEAD with `key_name` as additional data.
 *
 * A ticket may be redeemed as often as it comes, and cannot be taken back: where that matters (early data), add a replay guard or use {@link StatefulTickets}.
 */
export class TicketKeys implements TicketIssuer {
  readonly #provider: CryptoProvider;
  readonly #aead: Aead;
  readonly #now: () => number;
  readonly #rotateAfter: number;
  readonly #keyLifetime: number;
  /** Newest first. */
  #keys: TicketKey[] = [];

  /** @throws RangeError for times that are no positive numbers, or a provider without AES-256-GCM */
  constructor({ provider, now, rotateAfter = 86_400, keyLifetime = 604_800 }: TicketKeysOptions) {
    if (!(rotateAfter > 0) || !(keyLifetime >= 0)) throw new RangeError('rotateAfter and keyLifetime are seconds');
    const aead = provider.aeads['aes-256-gcm'];
    if (aead === undefined) throw new RangeError(`${provider.name} has no AES-256-GCM to seal tickets with`);
    this.#provider = provider;
    this.#aead = aead;
    this.#now = now;
    this.#rotateAfter = rotateAfter * 1000;
    this.#keyLifetime = keyLifetime * 1000;
  }

  /** How many keys are kept: one that seals, and those that still open. */
  get keyCount(): number {
    return this.#keys.length;
  }

  issue(session: ServerSession): Uint8Array | undefined {
    const { name, key } = this.#sealingKey();
    const nonce = this.#provider.random(this.#aead.nonceLength);
    const plaintext = encodeServerSession(session);
    const ticket = concat(name, nonce, ...key.seal(nonce, name, plaintext));
    wipe(plaintext);
    return ticket.length > MAX_TICKET ? undefined : ticket;
  }

  redeem(ticket: Uint8Array): ServerSession | undefined {
    this.#dropOldKeys();
    const name = ticket.subarray(0, KEY_NAME);
    const found = this.#keys.find(candidate => equalBytes(candidate.name, name));
    if (found === undefined) return undefined;
    const sealedAt = KEY_NAME + this.#aead.nonceLength;
    const plaintext = found.key.open(ticket.subarray(KEY_NAME, sealedAt), name, ticket.subarray(sealedAt));
    if (plaintext === undefined) return undefined;
    const session = decodeServerSession(plaintext);
    // What is decoded are views: the session gets bytes of its own before the plaintext goes.
    const own = session && {
      ...session,
      psk: session.psk.slice(),
      clientCertificates: session.clientCertificates.map(certificate => certificate.slice()),
    };
    wipe(plaintext);
    return aliveOrWiped(own, this.#now());
  }

  /** Forgets all keys: no ticket that was given out is known any more. */
  wipe(): void {
    for (const { key } of this.#keys) key.wipe();
    this.#keys = [];
  }

  #sealingKey(): TicketKey {
    this.#dropOldKeys();
    const newest = this.#keys[0];
    const now = this.#now();
    if (newest !== undefined && now - newest.createdAt < this.#rotateAfter) return newest;
    const secret = this.#provider.random(this.#aead.keyLength);
    const fresh = { name: this.#provider.random(KEY_NAME), key: this.#aead.create(secret), createdAt: now };
    wipe(secret);
    this.#keys.unshift(fresh);
    return fresh;
  }

  #dropOldKeys(): void {
    const oldest = this.#now() - this.#rotateAfter - this.#keyLifetime;
    for (const { key } of this.#keys.filter(candidate => candidate.createdAt < oldest)) key.wipe();
    this.#keys = this.#keys.filter(candidate => candidate.createdAt >= oldest);
  }
}

/** Where {@link StatefulTickets} keep sessions: in memory, or in a database that many servers share. */
export interface ServerSessionStore {
  /** @param key 32 random bytes */
  put(key: Uint8Array, session: ServerSession): MaybePromise<void>;
  /** Removes the session and returns it: at most one caller gets it, even if several ask at once. */
  take(key: Uint8Array): MaybePromise<ServerSession | undefined>;
}

/** Stateful tickets: the ticket is a random name, the session stays here, and each is for one use (RFC 9846 §8.1). */
export class StatefulTickets implements TicketIssuer {
  readonly #provider: CryptoProvider;
  readonly #now: () => number;
  readonly #store: ServerSessionStore;

  constructor(options: {
    readonly provider: CryptoProvider;
    readonly now: () => number;
    readonly store: ServerSessionStore;
  }) {
    this.#provider = options.provider;
    this.#now = options.now;
    this.#store = options.store;
  }

  issue(session: ServerSession): MaybePromise<Uint8Array> {
    const ticket = this.#provider.random(STATEFUL_TICKET);
    const stored = this.#store.put(ticket, { ...session, psk: session.psk.slice() });
    return stored instanceof Promise ? stored.then(() => ticket) : ticket;
  }

  redeem(ticket: Uint8Array): MaybePromise<ServerSession | undefined> {
    if (ticket.length !== STATEFUL_TICKET) return undefined;
    const alive = (session: ServerSession | undefined) => aliveOrWiped(session, this.#now());
    const taken = this.#store.take(ticket);
    return taken instanceof Promise ? taken.then(alive) : alive(taken);
  }

  revoke(ticket: Uint8Array): MaybePromise<void> {
    const drop = (session: ServerSession | undefined) => wipe(session?.psk);
    const taken = this.#store.take(ticket);
    return taken instanceof Promise ? taken.then(drop) : drop(taken);
  }
}

const STATEFUL_TICKET = 32;

function aliveOrWiped(session: ServerSession | undefined, now: number): ServerSession | undefined {
  if (session === undefined || isAlive(session, now)) return session;
  wipe(session.psk);
  return undefined;
}
