/**
 * What goes on after the handshake (RFC 9846 §4.7): tickets and key updates, for as long as the connection stands.
 * An endless flow that takes messages and local commands; it owns the connection's secrets and wipes them when it is ended.
 */
import { wipe } from '@tlskit/tls-crypto';
import {
  type AnyMessage,
  type ClientConfig,
  type Command,
  checkRequest,
  emit,
  type Flow,
  isMessage,
  next,
  type Received,
  type ServerConfig,
  send,
  type VerifiedPeer,
} from '@tlskit/tls-handshake';
import { type ExporterSecret, resumptionPsk, type TrafficSecret } from '@tlskit/tls-keyschedule';
import {
  earlyDataRow,
  findExtension,
  KeyUpdateRequest,
  keyUpdate,
  type MessageDef,
  type NewSessionTicket,
  newSessionTicket,
} from '@tlskit/tls-messages';
import type { CertificateDetails, SessionPsk } from '@tlskit/tls-session';
import { rest } from '@tlskit/tls-wire';
import { illegal, install, type KeyLog, type Suite, TLS13 } from './context.ts';
import { extensions13 } from './extensions.ts';
import { remainingLifetime, sendTickets, type TicketPlan } from './tickets.ts';

interface PostHandshake {
  readonly config: ClientConfig | ServerConfig;
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
  readonly auth: SessionAuth | undefined;
  /** That key, where there is one. */
  readonly external: ExternalAuth | undefined;
}

/** A peer by a key that was agreed on elsewhere, in this connection or in the one that it resumes. */
export interface ExternalAuth {
  readonly psk: SessionPsk;
  /** When it showed to have it, in milliseconds since 1970. */
  readonly authenticatedAt: number;
}

/** A peer by its certificate, in this connection or in the one that it resumes. */
export interface SessionAuth {
  readonly peer: VerifiedPeer;
  readonly chain: readonly Uint8Array[];
  readonly details: CertificateDetails | undefined;
  /** The code point of the signature scheme; undefined where nothing was signed. */
  readonly scheme: number | undefined;
  /** When it signed, in milliseconds since 1970. */
  readonly authenticatedAt: number;
}

export function* clientPostHandshake(c: ClientPostHandshake): Flow<never> {
  const { maxTickets } = c.config.limits;
  let tickets = 0;
  const messages: AnyMessage[] = [maxTickets > 0 ? newSessionTicket : ignoredTicket];
  try {
    return yield* postHandshake(c, 'client', messages, function* (message) {
      if (!isMessage(message, newSessionTicket) || tickets >= maxTickets) return;
      checkRequest(extensions13, 'NST', message.body.extensions);
      tickets++;
      yield* keepTicket(c, message.body);
      if (tickets === maxTickets) messages[0] = ignoredTicket;
    });
  } finally {
    wipe(c.resumption);
  }
}

/** One more than are kept: it is not even read. */
const ignoredTicket: MessageDef<Uint8Array> = { ...newSessionTicket, codec: rest };

interface ServerPostHandshake extends PostHandshake {
  /** The tickets to give first. */
  readonly tickets: TicketPlan;
}

export function* serverPostHandshake(c: ServerPostHandshake): Flow<never> {
  return yield* postHandshake(c, 'server', [], function* () {}, sendTickets(c.tickets));
}

function* postHandshake(
  c: PostHandshake,
  role: 'client' | 'server',
  messages: readonly AnyMessage[],
  handle: (message: Received) => Flow<void>,
  first?: Flow<void>,
): Flow<never> {
  const keys = new ApplicationKeys(c, role);
  try {
    if (first !== undefined) yield* first;
    for (;;) {
      const { message, command } = yield* next('CONNECTED', keyUpdate, ...messages);
      if (command !== undefined) yield* obey(keys, command);
      else if (isMessage(message, keyUpdate)) yield* keys.updated(message.body.request_update);
      else yield* handle(message);
    }
  } finally {
    keys.wipe();
    c.exporter.wipe();
    c.earlyExporter?.wipe();
  }
}

function* obey(keys: ApplicationKeys, command: Command): Flow<void> {
  switch (command.type) {
    case 'key-update':
      yield* keys.update(command.requestPeer);
  }
}

/** The traffic secrets of both directions through their generations (RFC 9846 §4.7.3, §7.2). */
class ApplicationKeys {
  readonly #c: PostHandshake;
  readonly #labels: { readonly read: 'CLIENT' | 'SERVER'; readonly write: 'CLIENT' | 'SERVER' };
  #read: TrafficSecret;
  #write: TrafficSecret;
  #readGeneration = 0;
  #writeGeneration = 0;
  /** Whether we asked for an update that has not come: until then we do not ask again. */
  #requested = false;

  constructor(c: PostHandshake, role: 'client' | 'server') {
    this.#c = c;
    this.#labels = role === 'client' ? { read: 'SERVER', write: 'CLIENT' } : { read: 'CLIENT', write: 'SERVER' };
    this.#read = c.read;
    this.#write = c.write;
  }

  /** <-- [KeyUpdate] */
  *updated(request: number): Flow<void> {
    const { update_not_requested, update_requested } = KeyUpdateRequest.values;
    if (request !== update_not_requested && request !== update_requested) {
      throw illegal(`request_update is ${request}`, 'RFC 9846 §4.7.3');
    }
    this.#requested = false;
    this.#read = this.#read.next();
    this.#readGeneration++;
    yield* this.#c.log.secret(`${this.#labels.read}_TRAFFIC_SECRET_${this.#readGeneration}`, this.#read);
    yield* install(this.#c.suite, 'read', 'application', this.#read);
    // When to answer is for whoever knows what is being sent: he gives the command.
    yield* emit({ type: 'key-update', direction: 'read', requested: request === update_requested });
  }

  /** [KeyUpdate] -->, the last message under the old keys */
  *update(requestPeer: boolean): Flow<void> {
    // "sending implementations MUST NOT allow the epoch to exceed 2^48-1" (RFC 9846 §4.7.3)
    if (this.#writeGeneration >= 2 ** 48 - 1) return;
    const ask = requestPeer && !this.#requested;
    this.#requested ||= ask;
    const { update_not_requested, update_requested } = KeyUpdateRequest.values;
    yield* send('application', keyUpdate, { request_update: ask ? update_requested : update_not_requested });
    this.#write = this.#write.next();
    this.#writeGeneration++;
    yield* this.#c.log.secret(`${this.#labels.write}_TRAFFIC_SECRET_${this.#writeGeneration}`, this.#write);
    yield* install(this.#c.suite, 'write', 'application', this.#write);
    yield* emit({ type: 'key-update', direction: 'write' });
  }

  wipe(): void {
    this.#read.wipe();
    this.#write.wipe();
  }
}

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
      serverName: config.serverName,
      alpn: c.alpn,
      trust: auth?.peer.trust ?? config.verifier.trust,
      peerExpires: auth?.peer.expires ?? Number.MAX_SAFE_INTEGER,
      peerName: config.peerName,
      authenticatedAt,
      externalPsk: external?.psk,
      peerKey: auth?.peer.publicKey.spki ?? new Uint8Array(0),
      peerVerified: auth?.peer.verified ?? true,
      peerCertificates: auth?.chain ?? [],
      peerCertificateDetails: auth?.details,
    },
  });
}
