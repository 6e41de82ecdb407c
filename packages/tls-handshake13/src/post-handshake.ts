/**
 * What goes on after the handshake (RFC 9846 §4.7): tickets and key updates, for as long as the connection stands.
 * An endless flow that takes messages and local commands; it owns the connection's secrets and wipes them when it is ended.
 */
import { TlsError } from '@tlskit/tls-alerts';
import { wipe } from '@tlskit/tls-crypto';
import {
  type AnyMessage,
  type ClientConfig,
  type Command,
  checkRequest,
  emit,
  type Flow,
  isMessage,
  type KeyLog,
  type KnownServer,
  next,
  type Received,
  type ServerConfig,
  type Transcript,
} from '@tlskit/tls-handshake';
import { type ExporterSecret, resumptionPsk, type TrafficSecret } from '@tlskit/tls-keyschedule';
import {
  certificate,
  certificateRequest,
  earlyDataRow,
  findExtension,
  hasFlag,
  keyUpdate,
  type MessageDef,
  type NewSessionTicket,
  newSessionTicket,
  RESUMPTION_ACROSS_NAMES,
  tlsFlagsRow,
} from '@tlskit/tls-messages';
import { remainingLifetime, type SessionPsk } from '@tlskit/tls-session';
import { rest } from '@tlskit/tls-wire';
import { ApplicationKeys } from './application-keys.ts';
import { illegal, type Suite, TLS13 } from './context.ts';
import { extensions13 } from './extensions.ts';
import { ClientRequests, ServerRequests } from './post-handshake-auth.ts';
import { Tasks } from './tasks.ts';
import { type TicketPlan, Tickets } from './tickets.ts';

interface PostHandshake {
  /** Of the handshake. */
  readonly transcript: Transcript;
  /** The CertificateType of the client's certificates, where one was negotiated. */
  readonly certificateType: number | undefined;
  readonly suite: Suite;
  readonly log: KeyLog;
  /** Whose traffic secrets are whose, for the key log. */
  readonly read: TrafficSecret;
  readonly write: TrafficSecret;
  readonly exporter: ExporterSecret;
  /** Where early data was accepted. */
  readonly earlyExporter: ExporterSecret | undefined;
}

interface ClientPostHandshake extends PostHandshake {
  readonly config: ClientConfig;
  /** The resumption secret (RFC 9846 §7.1). */
  readonly resumption: Uint8Array;
  readonly alpn: string | undefined;
  /** Who the server is; undefined where a key that was agreed on elsewhere is all that there is. */
  readonly auth: KnownServer | undefined;
  /** That key, where there is one. */
  readonly external: ExternalAuth | undefined;
}

/** A peer by a key that was agreed on elsewhere, in this connection or in the one that it resumes. */
export interface ExternalAuth {
  readonly psk: SessionPsk;
  /** When it showed to have it, in milliseconds since 1970. */
  readonly authenticatedAt: number;
}

export function* clientPostHandshake(c: ClientPostHandshake): Flow<never> {
  const { maxTickets } = c.config.limits;
  let tickets = 0;
  // RFC 9846 §4.4.2, §F.1: a server that authenticated itself by an external key must not ask, nor may we answer: another who
  // has the key could pass our signature on.
  const mayBeAsked = c.config.postHandshakeAuth === true && c.external === undefined;
  const requests = mayBeAsked ? new ClientRequests(c) : undefined;
  const ticket = () => (tickets < maxTickets ? newSessionTicket : ignoredTicket);
  const messages = () => (requests === undefined ? [ticket()] : [ticket(), certificateRequest]);
  try {
    return yield* standing(c, 'client', function* (connection) {
      // RFC 9846 §4.7.2: who did not say that he may be asked is not asked: unexpected_message.
      const message = yield* connection.take('CONNECTED', messages);
      if (isMessage(message, certificateRequest)) yield* requests?.answer(message, connection) ?? nothing();
      if (!isMessage(message, newSessionTicket) || tickets >= maxTickets) return;
      checkRequest(extensions13, 'NST', message.body.extensions);
      tickets++;
      yield* keepTicket(c, message.body);
    });
  } finally {
    wipe(c.resumption);
  }
}

/** draft-ietf-tls-tlsflags §2: flags end where the last of them is. */
function mayGoAcrossNames({ extensions }: NewSessionTicket): boolean | undefined {
  const up = findExtension(extensions, tlsFlagsRow, 'NST');
  if (up?.flags.at(-1) === 0) throw illegal('tls_flags has zeros at its end', 'draft-ietf-tls-tlsflags §2');
  return up && hasFlag(up, RESUMPTION_ACROSS_NAMES) ? true : undefined;
}

/** One more than are kept: it is not even read. */
const ignoredTicket: MessageDef<Uint8Array> = { ...newSessionTicket, codec: rest };

interface ServerPostHandshake extends PostHandshake {
  readonly config: ServerConfig;
  /** What the tickets are made of. */
  readonly tickets: TicketPlan;
  /** Whether the client may be asked for a certificate. */
  readonly mayAsk: boolean;
}

export function* serverPostHandshake(c: ServerPostHandshake): Flow<never> {
  const tickets = new Tickets(c.tickets);
  const requests = new ServerRequests(c, tickets);
  function* first(): Flow<void> {
    try {
      yield* tickets.send();
    } finally {
      // More are made only for a client that authenticates itself later.
      if (!c.mayAsk) tickets.wipe();
    }
  }
  try {
    return yield* standing(
      c,
      'server',
      function* (connection) {
        const message = yield* connection.take('CONNECTED', () => requests.messages);
        if (isMessage(message, certificate)) yield* requests.receive(message, connection);
      },
      context => requests.ask(context),
      first(),
    );
  } finally {
    tickets.wipe();
  }
}

/** A connection that stands, for those who handle what comes. */
export interface Standing {
  readonly keys: ApplicationKeys;
  readonly tasks: Tasks;
  /** The next message, which must be one of these; key updates, commands and what was waited for are dealt with meanwhile. */
  take(state: string, messages: () => readonly AnyMessage[]): Flow<Received>;
}

type Ask = Extract<Command, { type: 'request-certificate' }>;

function* standing(
  c: PostHandshake,
  role: 'client' | 'server',
  handle: (connection: Standing) => Flow<void>,
  ask?: (command: Ask) => Flow<void>,
  first?: Flow<void>,
): Flow<never> {
  const keys = new ApplicationKeys(c, role);
  const tasks = new Tasks();
  function* take(state: string, messages: () => readonly AnyMessage[]): Flow<Received> {
    // RFC 9846 §4.7.2: the messages of an answer come without others between them, key updates among these.
    const always = state === 'CONNECTED' ? [keyUpdate] : [];
    for (;;) {
      const { message, command, settled } = yield* next(state, ...always, ...messages());
      if (settled !== undefined) yield* tasks.resume(settled);
      else if (command?.type === 'key-update') yield* keys.update(command.requestPeer);
      else if (command?.type === 'request-certificate') yield* ask?.(command) ?? nothing();
      else if (command !== undefined) throw new TlsError('ERR_TLS_INTERNAL', `TLS 1.3 has no ${command.type}`);
      else if (isMessage(message, keyUpdate)) yield* keys.updated(message.body.request_update);
      else return message;
    }
  }
  try {
    if (first !== undefined) yield* tasks.start(first);
    for (;;) yield* handle({ keys, tasks, take });
  } finally {
    tasks.cancel();
    keys.wipe();
    c.exporter.wipe();
    c.earlyExporter?.wipe();
  }
}

function* nothing(): Flow<void> {}

/** A ticket becomes a session for the application to keep (RFC 9846 §4.7.1). */
function* keepTicket(c: ClientPostHandshake, ticket: NewSessionTicket): Flow<void> {
  const { config, suite, auth, external } = c;
  const authenticatedAt = (auth ?? external)?.authenticatedAt;
  if (authenticatedAt === undefined) return;
  const now = config.now();
  const lifetime = Math.min(ticket.ticket_lifetime, remainingLifetime(authenticatedAt, now));
  // "The value of zero indicates that the ticket should be discarded immediately."
  if (lifetime <= 0) return;
  yield* emit({
    type: 'session',
    session: {
      version: TLS13,
      cipherSuite: suite.info.code,
      psk: resumptionPsk(suite.hash, c.resumption, ticket.ticket_nonce),
      ticket: ticket.ticket.slice(),
      ticketAgeAdd: ticket.ticket_age_add,
      receivedAt: now,
      lifetime,
      maxEarlyData: findExtension(ticket.extensions, earlyDataRow, 'NST')?.max_early_data_size ?? 0,
      acrossNames: mayGoAcrossNames(ticket),
      serverName: config.serverName,
      alpn: c.alpn,
      trust: auth?.peer.trust ?? config.verifier.trust,
      peerExpires: auth?.peer.expires ?? Number.MAX_SAFE_INTEGER,
      peerName: config.peerName,
      credentialsId: config.credentialsId,
      authenticatedAt,
      externalPsk: external?.psk,
      peerKey: auth?.peer.publicKey.spki ?? new Uint8Array(0),
      peerVerified: auth?.peer.verified ?? true,
      peerCertificates: auth?.chain ?? [],
      peerCertificateDetails: auth?.details,
    },
  });
}
