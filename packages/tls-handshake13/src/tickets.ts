/** The server's tickets (RFC 9846 §4.7.1): given when the handshake is complete, as many as the configuration says. */
import { wipe } from '@tlskit/tls-crypto';
import {
  type ClientIdentity,
  type Flow,
  greaseExtension,
  type ServerConfig,
  send,
  unlessItFails,
} from '@tlskit/tls-handshake';
import { resumptionPsk } from '@tlskit/tls-keyschedule';
import {
  type Extension,
  earlyDataRow,
  flagsOf,
  makeExtension,
  newSessionTicket,
  RESUMPTION_ACROSS_NAMES,
  tlsFlagsRow,
} from '@tlskit/tls-messages';
import { remainingLifetime, type ServerSession, type SessionPsk } from '@tlskit/tls-session';
import { type Suite, TLS13 } from './context.ts';

/** What tickets are made of. */
export interface TicketPlan {
  readonly config: ServerConfig;
  readonly suite: Suite;
  /** The resumption secret (RFC 9846 §7.1), which is wiped with them; undefined for no tickets. */
  readonly resumption: Uint8Array | undefined;
  /** How many. */
  readonly count: number;
  readonly serverName: string | undefined;
  readonly alpn: string | undefined;
  /** The key that the connection goes back to, where that was agreed on elsewhere. */
  readonly pskIdentity: Uint8Array | undefined;
  readonly pskOffer: SessionPsk | undefined;
  /** The CertificateType of what we showed, in this connection or in the one that it goes back to. */
  readonly certificateType: number | undefined;
  /** When the peers authenticated themselves by more than a ticket, in milliseconds since 1970. */
  readonly authenticatedAt: number;
  /** Who the client is by its certificate. */
  readonly client: ClientIdentity;
}

const DEFAULT_LIFETIME = 7200;

/** Gives one connection its tickets. */
export class Tickets {
  readonly #plan: TicketPlan;
  #client: ClientIdentity;
  #given = 0;

  constructor(plan: TicketPlan) {
    this.#plan = plan;
    this.#client = plan.client;
  }

  /** The client has authenticated itself: tickets from here on say so. */
  identify(client: ClientIdentity): void {
    this.#client = client;
  }

  /** [NewSessionTicket] -->, each with a nonce and an age_add of its own */
  *send(): Flow<void> {
    const { suite, resumption, count } = this.#plan;
    const plan = { ...this.#plan, client: this.#client };
    if (resumption === undefined) return;
    for (let i = 0; i < count; i++) {
      const ticket_nonce = nonce(this.#given++);
      yield* sendTicket(plan, ticket_nonce, resumptionPsk(suite.hash, resumption, ticket_nonce));
    }
  }

  wipe(): void {
    wipe(this.#plan.resumption);
  }
}

/** "A per-ticket value that is unique across all tickets issued on this connection." (RFC 9846 §4.7.1) */
function nonce(number: number): Uint8Array {
  return number < 256 ? Uint8Array.of(number) : Uint8Array.of(number >>> 24, number >>> 16, number >>> 8, number);
}

function* sendTicket(plan: TicketPlan, ticket_nonce: Uint8Array, psk: Uint8Array): Flow<void> {
  const { config, suite, serverName, alpn, pskIdentity, pskOffer, certificateType, authenticatedAt, client } = plan;
  try {
    const { tickets } = config;
    const issuedAt = config.now();
    const wanted = config.ticketLifetime ?? DEFAULT_LIFETIME;
    const good = Math.floor(((client.expires ?? Number.MAX_SAFE_INTEGER) - issuedAt) / 1000);
    const lifetime = Math.min(wanted, remainingLifetime(authenticatedAt, issuedAt), good);
    if (tickets === undefined || lifetime <= 0) return;
    const session: ServerSession = {
      version: TLS13,
      cipherSuite: suite.info.code,
      psk,
      issuedAt,
      authenticatedAt,
      lifetime,
      ticketAgeAdd: uint32(config.random(4)),
      maxEarlyData: config.earlyData?.maxSize ?? 0,
      serverName,
      alpn,
      pskIdentity,
      pskOffer,
      trust: client.trust,
      clientCertificates: client.certificates,
      clientCertificateType: client.certificateType,
      clientExpires: client.expires,
      serverCertificateType: certificateType,
    };
    // A ticket names a session and is no secret: one that comes too late is just not sent.
    const ticket = yield* unlessItFails(
      'tickets',
      () => tickets.issue(session),
      () => {},
    );
    if (ticket === undefined) return;
    yield* send('application', newSessionTicket, {
      ticket_lifetime: lifetime,
      ticket_age_add: session.ticketAgeAdd,
      ticket_nonce,
      ticket,
      extensions: [...ticketExtensions(config, session), ...(config.grease ? [greaseExtension(config.random)] : [])],
    });
  } finally {
    wipe(psk);
  }
}

/** RFC 9846 §4.7.1: that early data may be sent with it, and how much; and where the session may be of use beside (by a flag). */
function ticketExtensions({ resumptionAcrossNames }: ServerConfig, { maxEarlyData }: ServerSession): Extension[] {
  return [
    ...(maxEarlyData === 0 ? [] : [makeExtension(earlyDataRow, 'NST', { max_early_data_size: maxEarlyData })]),
    ...(resumptionAcrossNames ? [makeExtension(tlsFlagsRow, 'NST', flagsOf(RESUMPTION_ACROSS_NAMES))] : []),
  ];
}

function uint32([a = 0, b = 0, c = 0, d = 0]: Uint8Array): number {
  return ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
}
