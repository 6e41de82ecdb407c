/**
 * Early data (RFC 9846 §2.3, §4.3.10) as flows and their drivers speak of it: the flow says what becomes of it, whoever moves
 * data does the rest.
 */
import { type ClientHello, handshakeExtensions } from '@tlskit/tls-messages';
import type { Flow } from './flow.ts';

/** What holds of early data before the handshake is complete. */
export interface EarlyDataGrant {
  /** Bytes of application data, at most: those that the ticket names (RFC 9846 §4.7.1). */
  readonly maxSize: number;
  /** The protocol that the data is of: that of the session. */
  readonly alpn: string | undefined;
  /** The name of SNI: sent by a client, received by a server. */
  readonly serverName: string | undefined;
  /** Keying material of the early exporter (RFC 9846 §7.5), for as long as the connection stands. @param length bytes */
  exportKeyingMaterial(label: string, context: Uint8Array, length: number): Uint8Array;
}

/** What becomes of early data. */
export type EarlyDataStep =
  /** A client may write some: the keys for it are in force. */
  | { readonly status: 'offered'; readonly grant: EarlyDataGrant }
  /** The server takes it: a client may write on until its second flight, a server reads what comes. */
  | { readonly status: 'accepted'; readonly grant: EarlyDataGrant }
  /** The server does not take it: what was written is lost, and nobody resends it by himself. */
  | { readonly status: 'rejected' };

/** Why a server did not take early data, as far as who says so can know. */
export type EarlyDataRefusal =
  /** The server's configuration has none, or none that is as large as the ticket says. */
  | 'disabled'
  /** A HelloRetryRequest took place. */
  | 'hello-retry'
  /** The first key was not selected. */
  | 'not-resumed'
  /** The ticket allows none. */
  | 'session'
  | 'cipher-suite'
  | 'alpn'
  /** The ticket's age, as the client has it, is too far from the server's: the hello is not fresh (RFC 9846 §8.3). */
  | 'ticket-age'
  /** The hello came before, or nobody can tell (RFC 9846 §8.2). */
  | 'replay'
  /** The server did not say why: all that a client knows. */
  | 'declined';

/** What became of early data that a client offered. */
export type EarlyDataOutcome =
  | { readonly accepted: true; readonly refusal?: never }
  | { readonly accepted: false; readonly refusal: EarlyDataRefusal };

/** Says what becomes of early data. */
export function* earlyData(step: EarlyDataStep): Flow<void> {
  yield { op: 'early-data', step };
}

/** Whether a client that sent this may have sent early data behind it (RFC 9846 §4.3.10). */
export function offersEarlyData({ extensions }: ClientHello): boolean {
  return extensions.some(extension => extension.extension_type === handshakeExtensions.early_data);
}
