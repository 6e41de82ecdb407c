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
  type Flow,
  isMessage,
  type KeyLog,
  type KnownServer,
  next,
  type Received,
  type ServerConfig,
  type Transcript,
} from '@tlskit/tls-handshake';
import type { ExporterSecret, TrafficSecret } from '@tlskit/tls-keyschedule';
import { certificate, certificateRequest, keyUpdate, type MessageDef, newSessionTicket } from '@tlskit/tls-messages';
import type { SessionPsk } from '@tlskit/tls-session';
import { rest } from '@tlskit/tls-wire';
import { ApplicationKeys } from './application-keys.ts';
import type { Suite } from './context.ts';
import type { ClientKit } from './kit.ts';
import { ServerRequests } from './post-handshake-auth.ts';
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

export interface ClientPostHandshake extends PostHandshake {
  readonly config: ClientConfig;
  readonly kit: ClientKit;
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
  const { psks: keeps } = c.kit;
  let tickets = 0;
  // RFC 9846 §4.4.2, §F.1: a server that authenticated itself by an external key must not ask, nor may we answer: another who
  // has the key could pass our signature on.
  const mayBeAsked = c.config.postHandshakeAuth === true && c.external === undefined;
  const asked = mayBeAsked ? c.kit.postHandshakeAuth?.(c) : undefined;
  if (asked === undefined) c.transcript.forget();
  const ticket = () => (keeps !== undefined && tickets < maxTickets ? newSessionTicket : ignoredTicket);
  const messages = () => (asked === undefined ? [ticket()] : [ticket(), certificateRequest]);
  try {
    return yield* standing({
      ...c,
      role: 'client',
      tasks: asked?.tasks,
      *handle(connection) {
        // RFC 9846 §4.7.2: who did not say that he may be asked is not asked: unexpected_message.
        const message = yield* connection.take('CONNECTED', messages);
        if (asked !== undefined && isMessage(message, certificateRequest)) yield* asked.answer(message, connection);
        if (keeps === undefined || !isMessage(message, newSessionTicket) || tickets >= maxTickets) return;
        checkRequest(c.kit.extensions, 'NST', message.body.extensions);
        tickets++;
        yield* keeps.keepTicket(c, message.body);
      },
    });
  } finally {
    wipe(c.resumption);
  }
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
  const tasks = new Tasks();
  const requests = c.mayAsk ? new ServerRequests(c, tickets, tasks) : undefined;
  if (requests === undefined) c.transcript.forget();
  function* first(): Flow<void> {
    try {
      yield* tickets.send();
    } finally {
      // More are made only for a client that authenticates itself later.
      if (!c.mayAsk) tickets.wipe();
    }
  }
  try {
    return yield* standing({
      ...c,
      role: 'server',
      tasks,
      *handle(connection) {
        const message = yield* connection.take('CONNECTED', () => requests?.messages ?? []);
        if (isMessage(message, certificate)) yield* requests?.receive(message, connection) ?? nothing();
      },
      ask: context => requests?.ask(context) ?? nothing(),
      first: tasks.start(first()),
    });
  } finally {
    tickets.wipe();
  }
}

/** A connection that stands, for those who handle what comes. */
export interface Standing {
  readonly keys: ApplicationKeys;
  /** The next message, which must be one of these; key updates, commands and what was waited for are dealt with meanwhile. */
  take(state: string, messages: () => readonly AnyMessage[]): Flow<Received>;
}

type Ask = Extract<Command, { type: 'request-certificate' }>;

/** How a side of a connection goes on. */
interface Side extends PostHandshake {
  readonly role: 'client' | 'server';
  readonly tasks: Tasks | undefined;
  handle(connection: Standing): Flow<void>;
  ask?(command: Ask): Flow<void>;
  readonly first?: Flow<void>;
}

function* standing(c: Side): Flow<never> {
  const { role, tasks } = c;
  const keys = new ApplicationKeys(c, role);
  function* take(state: string, messages: () => readonly AnyMessage[]): Flow<Received> {
    // RFC 9846 §4.7.2: the messages of an answer come without others between them, key updates among these.
    const always = state === 'CONNECTED' ? [keyUpdate] : [];
    for (;;) {
      const { message, command, settled } = yield* next(state, ...always, ...messages());
      if (settled !== undefined) yield* tasks?.resume(settled) ?? nothing();
      else if (command?.type === 'key-update') yield* keys.update(command.requestPeer);
      else if (command?.type === 'request-certificate') yield* c.ask?.(command) ?? nothing();
      else if (command !== undefined) throw new TlsError('ERR_TLS_INTERNAL', `TLS 1.3 has no ${command.type}`);
      else if (isMessage(message, keyUpdate)) yield* keys.updated(message.body.request_update);
      else return message;
    }
  }
  try {
    if (c.first !== undefined) yield* c.first;
    for (;;) yield* c.handle({ keys, take });
  } finally {
    tasks?.cancel();
    keys.wipe();
    c.exporter.wipe();
    c.earlyExporter?.wipe();
  }
}

function* nothing(): Flow<void> {}
