/**
 * The session that a server resumes, by the client's ticket (RFC 5077 §3.2, §3.4) or by its ID (RFC 5246 §7.4.1.2), and what
 * must be so before it does (RFC 7627 §5.3, RFC 6066 §3).
 */
import { TlsError } from '@tlskit/tls-alerts';
import { type MaybePromise, wipe } from '@tlskit/tls-crypto';
import {
  type Flow,
  type KnownClient,
  type Parameters,
  type ReceivedHello,
  resumedClient,
  type ServerConfig,
  unlessItFails,
} from '@tlskit/tls-handshake';
import { type ClientHello, extendedMasterSecretRow, findExtension, sessionTicketRow } from '@tlskit/tls-messages';
import { type CipherSuiteInfo12, cipherSuiteInfo12 } from '@tlskit/tls-messages/tls12';
import { isAlive, remainingLifetime, type ServerSession } from '@tlskit/tls-session';
import { TLS12 } from './context.ts';
import { bestSuite } from './negotiate.ts';
import { usableSuites } from './offer.ts';
import { lengthInForce } from './session-offer.ts';
import { MASTER_SECRET, mayResume } from './session-rules.ts';

/** A session that the server resumes. */
export interface FoundSession {
  readonly session: Omit<ServerSession, 'psk'>;
  /** 48 bytes: the receiver's to wipe. */
  readonly masterSecret: Uint8Array;
  /** What the client named it by. */
  readonly by: 'ticket' | 'id';
  /** The ticket, where it was one. */
  readonly ticket?: Uint8Array | undefined;
  /** The client of the session, which was judged again. */
  readonly client: KnownClient;
}

/**
 * The session that the client offers, if it is known and fits; otherwise the handshake is a full one, as it is where the
 * application's issuer or cache fails, which the application is told.
 * @throws TlsError `ERR_TLS_EXTENDED_MASTER_SECRET` for a session with extended_master_secret and a client without
 */
export function* findSession(config: ServerConfig, hello: ReceivedHello): Flow<FoundSession | undefined> {
  const known = yield* lookUp(config, hello.hello);
  if (known === undefined) return undefined;
  const { session: whole, by, ticket } = known;
  const { psk: masterSecret, ...session } = whole;
  let found: FoundSession | undefined;
  try {
    if (!isOurs(whole, config.now())) return undefined;
    checkExtendedMasterSecret(whole, hello.hello);
    if (!fits(config, hello, session)) return undefined;
    const client = yield* resumedClient(config, whole, hello);
    found = client && { session, masterSecret, by, client, ticket };
    return found;
  } finally {
    if (found === undefined) wipe(masterSecret);
  }
}

/**
 * The parameters of a connection that resumes: what was agreed on "for the duration of the session" is as it was, and is not
 * spoken of again (RFC 6066 §1.1, §4); all else, the application protocol too, is of this handshake (RFC 7301 §3.1).
 * @param chosen what the ClientHello would lead to in a full handshake
 */
export function sessionParameters(
  { session }: FoundSession,
  chosen: Parameters,
): { readonly inForce: Parameters; readonly answered: Parameters } {
  return {
    inForce: { ...chosen, maxFragmentLength: lengthInForce(session.maxFragmentLength, chosen) },
    answered: { ...chosen, maxFragmentLength: undefined },
  };
}

/** RFC 5077 §3.4: with a ticket, be it unknown, the ID is no name of a session. */
function* lookUp(
  { tickets, tls12 }: ServerConfig,
  { extensions, legacy_session_id: id }: ClientHello,
): Flow<(Pick<FoundSession, 'by' | 'ticket'> & { readonly session: ServerSession }) | undefined> {
  const ticket = findExtension(extensions, sessionTicketRow, 'CH');
  if (ticket !== undefined && ticket.length > 0) {
    const session = tickets && (yield* ask('tickets', () => tickets.redeem(ticket)));
    // A copy: a view would keep the whole hello.
    return session && { session, by: 'ticket', ticket: new Uint8Array(ticket) };
  }
  const sessions = tls12?.sessions;
  const session = sessions && id.length > 0 ? yield* ask('sessions', () => sessions.get(id)) : undefined;
  return session && { session, by: 'id' };
}

function ask(what: 'tickets' | 'sessions', find: () => MaybePromise<ServerSession | undefined>) {
  return unlessItFails(what, find, late => wipe(late?.psk));
}

/** Of this version, and alive: what issuers and caches look at too, if they are careful. */
function isOurs(session: ServerSession, now: number): boolean {
  return (
    session.version === TLS12 &&
    session.psk.length === MASTER_SECRET &&
    isAlive(session, now) &&
    remainingLifetime(session.authenticatedAt, now) > 0
  );
}

/** RFC 7627 §5.3: who had it and says nothing of it any more is somebody else, or somebody stands between. */
function checkExtendedMasterSecret({ extendedMasterSecret }: ServerSession, hello: ClientHello): void {
  if (extendedMasterSecret !== true || hasExtendedMasterSecret(hello)) return;
  throw new TlsError(
    'ERR_TLS_EXTENDED_MASTER_SECRET',
    'a session with extended_master_secret is to resume without it',
    { rfc: 'RFC 7627 §5.3' },
  );
}

function fits(
  config: ServerConfig,
  { hello, serverName }: ReceivedHello,
  session: Omit<ServerSession, 'psk'>,
): boolean {
  const { cipherSuites, tls12 } = config;
  const { cipherSuite, extendedMasterSecret, truncatedHmac } = session;
  return (
    // RFC 5246 §7.4.1.2: the client offers the session's suite; we must still want it.
    hello.cipher_suites.includes(cipherSuite) &&
    cipherSuites.includes(cipherSuite) &&
    isBestOfItsKind(config, cipherSuite, hello.cipher_suites) &&
    // RFC 6066 §3: a server "MUST NOT accept the request to resume the session if the server_name extension contains a different name".
    session.serverName === serverName &&
    // RFC 7627 §5.3: a session without it does not resume for a client that has it.
    hasExtendedMasterSecret(hello) === (extendedMasterSecret === true) &&
    mayResume(tls12, extendedMasterSecret === true) &&
    (truncatedHmac !== true || tls12?.truncatedHmac === true)
  );
}

/**
 * Whether the session does not hold the connection to a worse suite than a full handshake by the same key exchange would come to, and
 * with the same certificate: a server is free to decline (RFC 5246 §7.4.1.3), and in TLS 1.3 the suite is chosen first too.
 */
function isBestOfItsKind(config: ServerConfig, code: number, theirs: readonly number[]): boolean {
  const kind = cipherSuiteInfo12(code);
  const alike = ({ keyExchange, authentication }: CipherSuiteInfo12) =>
    keyExchange === kind?.keyExchange && authentication === kind.authentication;
  const common = usableSuites('server', config).filter(info => theirs.includes(info.code) && alike(info));
  return bestSuite(config, common, theirs)?.code === code;
}

function hasExtendedMasterSecret({ extensions }: ClientHello): boolean {
  return findExtension(extensions, extendedMasterSecretRow, 'CH') !== undefined;
}
