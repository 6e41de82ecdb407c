/** How many tickets a client wants, and how many it may expect (RFC 9149). */
import { type Extension, findExtension, makeExtension, ticketRequestRow } from '@tlskit/tls-messages';
import type { ClientConfig, ServerConfig } from './config.ts';
import type { AnswerMessage } from './parameters.ts';

/** What a client asks for: 0 to 255 each (RFC 9149 §3). */
export interface TicketRequest {
  /** Where the connection is a new session. */
  readonly newSession: number;
  /** Where it resumes one. */
  readonly resumption: number;
}

/** What the number of tickets depends on beside the request. */
export interface TicketOccasion {
  /** Whether the connection resumes a session. */
  readonly resumed: boolean;
  /** Whether the client could use tickets, by its modes (RFC 9846 §4.3.9). */
  readonly usable: boolean;
}

/** The most tickets for clients that ask for a number, where the configuration does not say. */
const DEFAULT_TICKETS = 2;

/**
 * Tickets for a client that says nothing of their number. A session that is resumed took one from the client's store, and one goes back
 * into it: tickets are for one use (RFC 9846 §C.4).
 */
export function ticketsUnasked({ ticketCount }: Pick<ServerConfig, 'ticketCount'>, resumed: boolean): number {
  return ticketCount ?? (resumed ? 1 : DEFAULT_TICKETS);
}

/** The client's part of a ClientHello. */
export function offerTicketRequest({ ticketRequest }: ClientConfig): Extension[] {
  if (ticketRequest === undefined) return [];
  const { newSession: new_session_count, resumption: resumption_count } = ticketRequest;
  return [makeExtension(ticketRequestRow, 'CH', { new_session_count, resumption_count })];
}

/** The number of tickets that the server is about to send, a hint; undefined where it does not say. */
export function agreedTickets(message: AnswerMessage, extensions: readonly Extension[]): number | undefined {
  return message === 'EE' ? findExtension(extensions, ticketRequestRow, 'EE')?.expected_count : undefined;
}

/** What a server goes by: no more than was asked for, and no more than it gives to anybody (RFC 9149 §3). */
export function chooseTickets(
  { tickets, ticketCount = DEFAULT_TICKETS }: ServerConfig,
  message: AnswerMessage,
  extensions: readonly Extension[],
  { resumed, usable }: TicketOccasion,
): number | undefined {
  const request = message === 'EE' ? findExtension(extensions, ticketRequestRow, 'CH') : undefined;
  if (request === undefined || tickets === undefined) return undefined;
  const wanted = resumed ? request.resumption_count : request.new_session_count;
  return usable ? Math.min(wanted, ticketCount) : 0;
}

/** The server's answer. */
export function answerTickets(message: AnswerMessage, expected_count: number | undefined): Extension[] {
  if (message !== 'EE' || expected_count === undefined) return [];
  return [makeExtension(ticketRequestRow, 'EE', { expected_count })];
}
