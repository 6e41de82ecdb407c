/**
 * What a finished handshake leaves to resume from: how the server names the session (RFC 5246 §7.4.1.3, RFC 5077 §3.3), what
 * either side keeps of it, and how it is forgotten (RFC 5246 §7.2.2).
 */
import { wipe } from '@tlskit/tls-crypto';
import {
  type ClientConfig,
  type ClientIdentity,
  emit,
  type Flow,
  forgettable,
  type KnownServer,
  type ReceivedHello,
  type ServerConfig,
  sessionPeer,
  unlessItFails,
} from '@tlskit/tls-handshake';
import { findExtension, type NewSessionTicket12, sessionTicketRow } from '@tlskit/tls-messages';
import { type ClientSession, remainingLifetime, type ServerSession, type SessionPsk } from '@tlskit/tls-session';
import { TLS12 } from './context.ts';
import type { FoundSession } from './session-choice.ts';
import type { OfferedSession } from './session-offer.ts';
import { MAX_KEPT_TICKET, mayResume } from './session-rules.ts';

/** What a session is of, on either side. */
interface SessionFacts {
  /** The code point of the cipher suite. */
  readonly cipherSuite: number;
  /** 48 bytes, which stay the caller's: what is kept is a copy. */
  readonly masterSecret: Uint8Array;
  readonly extendedMasterSecret: boolean;
  readonly alpn: string | undefined;
  /** What holds for the whole session (RFC 6066 §4, §7). */
  readonly maxFragmentLength: number | undefined;
  readonly truncatedHmac: boolean;
}

// The server.

/** How the session of a connection is named: settled with the ServerHello. */
export interface SessionPlan {
  /** The `session_id` of the ServerHello: empty where there is no session to come back to by it. */
  readonly sessionId: Uint8Array;
  /** Whether a NewSessionTicket is promised, which then must come (RFC 5077 §3.3). */
  readonly ticket: boolean;
  /** Whether the cache has the session under that ID already, or is to get it; undefined for neither. */
  readonly cached: 'found' | 'new' | undefined;
}

/**
 * How the session will be named: by a ticket where the client takes one, and the ServerHello's ID is empty then (RFC 5077 §3.4);
 * otherwise by an ID, where there is a cache. A session that resumes keeps the ID that the client sent, whatever it means.
 * @param extendedMasterSecret of this connection
 */
export function planSession(
  { tickets, tls12, random }: ServerConfig,
  { hello }: Pick<ReceivedHello, 'hello'>,
  extendedMasterSecret: boolean,
  found: FoundSession | undefined,
): SessionPlan {
  const asks = findExtension(hello.extensions, sessionTicketRow, 'CH') !== undefined;
  const keeps = mayResume(tls12, extendedMasterSecret);
  const ticket = keeps && asks && tickets !== undefined;
  if (found !== undefined) {
    return { sessionId: hello.legacy_session_id, ticket, cached: found.by === 'id' ? 'found' : undefined };
  }
  const cached = keeps && !ticket && tls12?.sessions !== undefined;
  // RFC 5246 §7.4.1.2: random, for everybody can read it.
  return { sessionId: cached ? random(32) : new Uint8Array(0), ticket, cached: cached ? 'new' : undefined };
}

export interface ServerSessionFacts extends SessionFacts {
  readonly serverName: string | undefined;
  /** Who the client is by its certificate. */
  readonly client: ClientIdentity;
  /** The key that both have, agreed on elsewhere, by what it is known. */
  readonly pskIdentity?: Uint8Array | undefined;
  /** The same key, so that who has another under its name does not resume. */
  readonly pskOffer?: SessionPsk | undefined;
  /** The CertificateType of what we showed, in this connection or in the one that it goes back to. */
  readonly certificateType?: number | undefined;
}

/**
 * The session of a handshake, or undefined where there is none to come back to. Its key is the handshake's own, not a copy: issuers
 * and caches take theirs. A session that resumes ends when it would have ended: its master secret is no younger.
 */
export function serverSession(
  config: ServerConfig,
  facts: ServerSessionFacts,
  resumed: Pick<FoundSession, 'session'> | undefined,
): ServerSession | undefined {
  const now = config.now();
  const { issuedAt = now, authenticatedAt = now } = resumed?.session ?? {};
  const wanted = resumed?.session.lifetime ?? config.ticketLifetime ?? DEFAULT_LIFETIME;
  const { client } = facts;
  const good = Math.floor(((client.expires ?? Number.MAX_SAFE_INTEGER) - issuedAt) / 1000);
  const lifetime = Math.min(wanted, remainingLifetime(authenticatedAt, issuedAt), good);
  const session: ServerSession = {
    version: TLS12,
    cipherSuite: facts.cipherSuite,
    psk: facts.masterSecret,
    extendedMasterSecret: facts.extendedMasterSecret,
    maxFragmentLength: facts.maxFragmentLength,
    truncatedHmac: facts.truncatedHmac,
    issuedAt,
    authenticatedAt,
    lifetime,
    ticketAgeAdd: 0,
    maxEarlyData: 0,
    serverName: facts.serverName,
    alpn: facts.alpn,
    pskIdentity: facts.pskIdentity,
    pskOffer: facts.pskOffer,
    trust: client.trust,
    clientCertificates: client.certificates,
    clientCertificateType: client.certificateType,
    clientExpires: client.expires,
    serverCertificateType: facts.certificateType,
  };
  return remainingSeconds(session, now) > 0 ? session : undefined;
}

/**
 * The NewSessionTicket that was promised (RFC 5077 §3.3). In a full handshake the client's Finished is verified before. Without a
 * session, and where the application's issuer fails or has none to give, the ticket is empty: "the server … sends a zero-length ticket".
 */
export function* makeTicket(config: ServerConfig, session: ServerSession | undefined): Flow<NewSessionTicket12> {
  const { tickets } = config;
  const none = { ticket_lifetime_hint: 0, ticket: new Uint8Array(0) };
  if (tickets === undefined || session === undefined) return none;
  // A ticket names a session and is no secret: one that comes too late is just not sent.
  const ticket = yield* unlessItFails(
    'tickets',
    () => tickets.issue(session),
    () => {},
  );
  return ticket === undefined ? none : { ticket_lifetime_hint: remainingSeconds(session, config.now()), ticket };
}

/** Puts a new session into the cache, if that was the plan. To be called when the client's Finished is verified, and not before. */
export function* cacheSession(
  { tls12 }: ServerConfig,
  { sessionId, cached }: SessionPlan,
  session: ServerSession | undefined,
): Flow<void> {
  const sessions = tls12?.sessions;
  if (cached !== 'new' || sessions === undefined || session === undefined) return;
  yield* forgettable(() => quietly(() => sessions.remove(sessionId)));
  yield* unlessItFails(
    'sessions',
    () => sessions.put(sessionId, session),
    () => {},
  );
}

/**
 * Lets nobody resume the session any more, as far as it is ours to say: for connections that end by a fatal alert
 * (RFC 5246 §7.2.2). A cache drops it, and an issuer that keeps sessions takes its ticket back. A stateless ticket is good for as
 * long as it says: nobody can take it back but by new keys for all (RFC 5077 §5.1).
 * @param ticket the one that this connection gave
 */
export function forgetServerSession(
  { tickets, tls12 }: ServerConfig,
  { sessionId, cached }: SessionPlan,
  ticket: Uint8Array | undefined,
): void {
  if (cached !== undefined) quietly(() => tls12?.sessions?.remove(sessionId));
  if (ticket !== undefined && ticket.length > 0) quietly(() => tickets?.revoke?.(ticket));
}

// The client.

export interface ClientSessionFacts extends SessionFacts {
  /** The `session_id` of the ServerHello. */
  readonly sessionId: Uint8Array;
  /** The NewSessionTicket, if one came. */
  readonly ticket: NewSessionTicket12 | undefined;
  /** Who the server is by its certificate. */
  readonly auth: KnownServer | undefined;
  /** The key that both have, agreed on elsewhere, and when the server showed to have it, in milliseconds since 1970. */
  readonly external?: { readonly psk: SessionPsk; readonly authenticatedAt: number } | undefined;
}

/**
 * Gives the session to the application, which takes it over, key and all; to be called when the server's Finished is verified, and
 * not before (RFC 5077 §3.3). One that resumed without a new ticket is given again: its names are good for more than one use.
 * @returns what forgets it, for connections that end by a fatal alert (RFC 5246 §7.2.2): who looks at it then finds it of no use
 */
export function* keepSession(
  config: ClientConfig,
  facts: ClientSessionFacts,
  resumed: OfferedSession | undefined,
): Flow<() => void> {
  const session = clientSession(config, facts, resumed);
  if (session === undefined) return () => {};
  yield* emit({ type: 'session', session });
  return () => wipe(session.psk);
}

/** The session of a handshake, with a key of its own; undefined where there is none to come back to. */
export function clientSession(
  config: ClientConfig,
  facts: ClientSessionFacts,
  resumed: Pick<OfferedSession, 'session'> | undefined,
): ClientSession | undefined {
  const { extendedMasterSecret } = facts;
  const peer = sessionPeer(config, facts);
  const name = nameOf(facts, resumed);
  if (peer === undefined || name === undefined) return undefined;
  if (!mayResume(config.tls12, extendedMasterSecret)) return undefined;
  const time = timeOf(config.now(), facts, peer.authenticatedAt, resumed);
  if (time.lifetime <= 0) return undefined;
  return {
    version: TLS12,
    cipherSuite: facts.cipherSuite,
    psk: new Uint8Array(facts.masterSecret),
    extendedMasterSecret,
    maxFragmentLength: facts.maxFragmentLength,
    truncatedHmac: facts.truncatedHmac,
    ...name,
    ticketAgeAdd: 0,
    ...time,
    maxEarlyData: 0,
    alpn: facts.alpn,
    ...peer,
  };
}

/**
 * What a session is known by. RFC 5077 §3.4: "If the client receives a session ticket from the server, then it discards any
 * Session ID"; the ID that came back for a ticket of before was never one.
 */
function nameOf(
  { ticket, sessionId }: ClientSessionFacts,
  resumed: Pick<OfferedSession, 'session'> | undefined,
): Pick<ClientSession, 'ticket' | 'sessionId'> | undefined {
  const none = new Uint8Array(0);
  if (ticket !== undefined && ticket.ticket.length > 0) {
    return ticket.ticket.length > MAX_KEPT_TICKET ? undefined : { ticket: ticket.ticket.slice(), sessionId: none };
  }
  if (resumed !== undefined) return { ticket: resumed.session.ticket, sessionId: resumed.session.sessionId };
  return sessionId.length === 0 ? undefined : { ticket: none, sessionId: sessionId.slice() };
}

/** From when the session counts, and the seconds that it lives. What resumed without a new ticket ends when it would have ended. */
function timeOf(
  now: number,
  { ticket }: ClientSessionFacts,
  authenticatedAt: number,
  resumed: Pick<OfferedSession, 'session'> | undefined,
): Pick<ClientSession, 'receivedAt' | 'lifetime'> {
  const isNew = ticket !== undefined && ticket.ticket.length > 0;
  if (resumed !== undefined && !isNew) {
    const { receivedAt, lifetime } = resumed.session;
    return { receivedAt, lifetime };
  }
  // "A value of zero is reserved to indicate that the lifetime of the ticket is unspecified." (RFC 5077 §3.3)
  const hint = isNew ? ticket.ticket_lifetime_hint : 0;
  return { receivedAt: now, lifetime: Math.min(hint > 0 ? hint : DAY, remainingLifetime(authenticatedAt, now)) };
}

/** Seconds; that of tickets of TLS 1.3. */
const DEFAULT_LIFETIME = 7200;

/** "An upper limit of 24 hours is suggested for session ID lifetimes" (RFC 5246 §F.1.4), in seconds. */
const DAY = 86_400;

function remainingSeconds({ issuedAt, lifetime }: ServerSession, now: number): number {
  return Math.floor((issuedAt - now) / 1000) + lifetime;
}

/** The connection is at its end: there is nobody left to tell of a failure. */
function quietly(act: () => unknown): void {
  try {
    Promise.resolve(act()).catch(() => {});
  } catch {}
}
