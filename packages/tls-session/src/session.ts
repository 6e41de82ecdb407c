/** What resuming a TLS 1.3 connection needs (RFC 9846 §4.7.1), as the client keeps it. */

/** "Clients MUST NOT use tickets for longer than 7 days after issuance." (RFC 9846 §4.7.1), in seconds */
export const MAX_TICKET_LIFETIME = 604_800;

export interface ClientSession {
  /** The protocol version, 0x0304. */
  readonly version: number;
  /** The cipher suite; only suites with the same hash may resume it. */
  readonly cipherSuite: number;
  /** The pre-shared key: a secret. */
  readonly psk: Uint8Array;
  /** The opaque ticket, the PSK's identity. */
  readonly ticket: Uint8Array;
  /** Obscures the ticket's age on the wire. */
  readonly ticketAgeAdd: number;
  /** When the ticket came, in milliseconds since 1970. */
  readonly receivedAt: number;
  /** How long the ticket lives, in seconds from `receivedAt`; never above {@link MAX_TICKET_LIFETIME}. */
  readonly lifetime: number;
  /** Bytes of early data that the server would take; 0 for none. */
  readonly maxEarlyData: number;
  readonly serverName: string | undefined;
  readonly alpn: string | undefined;
  /** The policy under which the server was trusted: under another the session is not used. */
  readonly trust: string;
  /** When the server's certificates cease to be good, in milliseconds since 1970: the session ends with them. */
  readonly peerExpires: number;
}

/** Whether a session may still be used at this time (milliseconds since 1970), under this trust policy. */
export function isUsable(session: ClientSession, now: number, trust: string): boolean {
  const ends = Math.min(session.receivedAt + session.lifetime * 1000, session.peerExpires);
  return now >= session.receivedAt && now < ends && session.trust === trust;
}
