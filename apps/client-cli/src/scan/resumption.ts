/** Resumption: by tickets, by session IDs, with and without a key exchange, and whether early data is offered (RFC 9846 §2.2, RFC 5077). */
import {
  decodeMessage,
  earlyDataRow,
  findExtension,
  HandshakeType,
  newSessionTicket,
  newSessionTicket12,
} from '@tlskit/tls-messages';
import { TLS12, TLS13, versionName } from './code-points.ts';
import type { Connections } from './connections.ts';
import { type Shaken, shake } from './handshake.ts';
import type { ResumptionResult } from './result.ts';

/** What a server's tickets say. */
interface Tickets {
  readonly count: number;
  /** Seconds. */
  readonly lifetime: number | null;
  readonly earlyData: number;
}

/** @param first a handshake of TLS 1.3 that was completed @throws ScanOver */
export async function findResumption13(
  connections: Connections,
  serverName: string | undefined,
  first: Shaken,
): Promise<ResumptionResult> {
  const { count, lifetime, earlyData } = ticketsOf(first, TLS13);
  const session = first.sessions[0];
  const resumes = async (options: Partial<Parameters<typeof shake>[2]> = {}): Promise<Shaken['info']> => {
    const { info } = await shake(connections, serverName, { version: '1.3', session, ...options });
    return info?.resumed === true ? info : undefined;
  };
  const once = session === undefined ? undefined : await resumes();
  const isReusable = once === undefined ? null : (await resumes()) !== undefined;
  const bare = isReusable === true ? await resumes({ pskModes: ['psk_ke'] }) : undefined;
  return {
    version: { name: versionName(TLS13), code: TLS13 },
    tickets: count,
    ticketLifetime: lifetime,
    resumesByTicket: session === undefined ? null : once !== undefined,
    ticketIsReusable: isReusable,
    resumesById: null,
    earlyData,
    resumesWithoutKeyExchange: isReusable === true ? bare !== undefined && bare.group === undefined : null,
  };
}

/** @param first a handshake of TLS 1.2 that was completed @throws ScanOver */
export async function findResumption12(
  connections: Connections,
  serverName: string | undefined,
  first: Shaken,
): Promise<ResumptionResult> {
  const { count, lifetime } = ticketsOf(first, TLS12);
  const resumes = async (
    from: Shaken,
    options: { readonly sessionTickets?: boolean } = {},
  ): Promise<boolean | null> => {
    const session = from.sessions[0];
    if (session === undefined) return false;
    return (await shake(connections, serverName, { version: '1.2', session, tls12: options })).info?.resumed ?? null;
  };
  const byTicket = count > 0 ? await resumes(first) : null;
  const reused = byTicket === true ? await resumes(first) : null;
  const ids = await shake(connections, serverName, { version: '1.2', tls12: { sessionTickets: false } });
  return {
    version: { name: versionName(TLS12), code: TLS12 },
    tickets: count,
    ticketLifetime: lifetime,
    resumesByTicket: byTicket,
    ticketIsReusable: reused,
    resumesById: ids.info === undefined ? null : await resumes(ids, { sessionTickets: false }),
    earlyData: null,
    resumesWithoutKeyExchange: null,
  };
}

function ticketsOf({ messages }: Shaken, version: number): Tickets {
  const raw = messages.filter(([type]) => type === HandshakeType.values.new_session_ticket);
  const [first] = raw;
  if (first === undefined) return { count: 0, lifetime: null, earlyData: 0 };
  if (version < TLS13) {
    const { ticket, ticket_lifetime_hint } = decodeMessage(newSessionTicket12, first);
    // RFC 5077 §3.3: an empty one says that the server has changed its mind.
    if (ticket.length === 0) return { count: 0, lifetime: null, earlyData: 0 };
    return { count: raw.length, lifetime: ticket_lifetime_hint, earlyData: 0 };
  }
  const { ticket_lifetime, extensions } = decodeMessage(newSessionTicket, first);
  const earlyData = findExtension(extensions, earlyDataRow, 'NST')?.max_early_data_size ?? 0;
  return { count: raw.length, lifetime: ticket_lifetime, earlyData };
}
