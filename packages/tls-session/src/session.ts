/** What resuming a connection needs, as the client keeps it (RFC 9846 §4.7.1; RFC 5246 §7.3 and RFC 5077 §3 for TLS 1.2). */
import { isAllZero } from '@tlskit/tls-crypto';

/** "Clients MUST NOT use tickets for longer than 7 days after issuance." (RFC 9846 §4.7.1), in seconds; here sessions of TLS 1.2 heed it too */
export const MAX_TICKET_LIFETIME = 604_800;

export interface ClientSession {
  /** The protocol version, 0x0304 or 0x0303: in another the session never resumes. */
  readonly version: number;
  /** The cipher suite; in TLS 1.3 suites with the same hash may resume it, in TLS 1.2 this one alone. */
  readonly cipherSuite: number;
  /** A secret: the pre-shared key, or in TLS 1.2 the master secret, 48 bytes. */
  readonly psk: Uint8Array;
  /** The opaque ticket: the PSK's identity, or in TLS 1.2 what RFC 5077 says, which is empty where the session ID alone names the session. */
  readonly ticket: Uint8Array;
  /** TLS 1.2: the session ID, 1 to 32 bytes, or empty where the ticket alone names the session; absent in TLS 1.3. */
  readonly sessionId?: Uint8Array | undefined;
  /** TLS 1.2: whether the master secret is bound to its handshake (RFC 7627). */
  readonly extendedMasterSecret?: boolean | undefined;
  /** TLS 1.2: how long records may be both ways, in bytes, "including session resumptions" (RFC 6066 §4); absent where nothing was agreed on. */
  readonly maxFragmentLength?: number | undefined;
  /** TLS 1.2: whether MACs are cut short, session resumptions included (RFC 6066 §7); absent for no. */
  readonly truncatedHmac?: boolean | undefined;
  /** Obscures the ticket's age on the wire; 0 in TLS 1.2, which does not say it. */
  readonly ticketAgeAdd: number;
  /** When the ticket came, or in TLS 1.2 the session began, in milliseconds since 1970. */
  readonly receivedAt: number;
  /** How long the ticket lives, in seconds from `receivedAt`; never above {@link MAX_TICKET_LIFETIME}. */
  readonly lifetime: number;
  /** Bytes of early data that the server would take; 0 for none. */
  readonly maxEarlyData: number;
  /**
   * Whether the server would resume it for another name of its certificate (draft-ietf-tls-cross-sni-resumption); absent where not.
   * For the caller to know: here a session is used for the name alone that it was made to.
   */
  readonly acrossNames?: boolean | undefined;
  readonly serverName: string | undefined;
  readonly alpn: string | undefined;
  /** The policy under which the server was trusted: under another the session is not used. */
  readonly trust: string;
  /** When the server's certificates cease to be good, in milliseconds since 1970: the session ends with them. */
  readonly peerExpires: number;
  /** The name that was looked for in the server's certificate: who looks for another does not use the session. */
  readonly peerName: string | undefined;
  /** Names what we had to show to the server, which may know us by it: who has something else does not use the session. */
  readonly credentialsId?: string | undefined;
  /** When the server last showed that it has the key of its certificate, in milliseconds since 1970. */
  readonly authenticatedAt: number;
  /** The key, agreed on elsewhere, that the server showed to have in place of a certificate; absent where it showed one. */
  readonly externalPsk?: SessionPsk | undefined;
  /** The server's public key, DER SubjectPublicKeyInfo; empty where it showed no certificate. */
  readonly peerKey: Uint8Array;
  /** False only where any certificate was accepted. */
  readonly peerVerified: boolean;
  /** The certificates that the server showed, DER, its own first. */
  readonly peerCertificates: readonly Uint8Array[];
  /** What they are, and what stood beside them; X.509 and nothing where this is absent. */
  readonly peerCertificateDetails?: CertificateDetails | undefined;
}

/** What a peer's certificates are, and what it sent beside its own. */
export interface CertificateDetails {
  /** The CertificateType: 0 for X.509, 2 for a raw public key (RFC 7250). */
  readonly certificateType: number;
  /** An OCSP response, DER (RFC 6066 §8). */
  readonly ocsp?: Uint8Array | undefined;
  /** OCSP responses by position in the chain, where there are any beyond the first (RFC 9846 §4.5.1.1). */
  readonly staples?: readonly (Uint8Array | undefined)[] | undefined;
  /** SerializedSCTs (RFC 6962 §3.3). */
  readonly scts?: readonly Uint8Array[] | undefined;
  /** Whether the handshake was signed by a key that the certificate delegated to (RFC 9345). */
  readonly delegated?: boolean | undefined;
}

/** An external key that a session goes back to: who has another under its name does not use the session. */
export interface SessionPsk {
  readonly identity: Uint8Array;
  /** What only this key gives: no secret, and no way to one. */
  readonly fingerprint: Uint8Array;
}

/** Whether a session may still be used at this time (milliseconds since 1970), under this trust policy. One whose key was wiped may not. */
export function isUsable(session: ClientSession, now: number, trust: string): boolean {
  const ends = Math.min(session.receivedAt + session.lifetime * 1000, session.peerExpires);
  return now >= session.receivedAt && now < ends && session.trust === trust && !isAllZero(session.psk);
}

/** The connection that is to be made, in what a session must agree with. */
export interface SessionPurpose {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** The trust policy. */
  readonly trust: string;
  /** The name to send in SNI. */
  readonly serverName: string | undefined;
  /** The name to look for in the certificate. */
  readonly peerName: string | undefined;
  /** What we have to show. */
  readonly credentialsId?: string | undefined;
}

/**
 * Whether a session may be used for a connection: it {@link isUsable}, was made to the same names (RFC 9846 §4.7.1), and by whom
 * the server knows by it.
 */
export function isUsableFor(session: ClientSession, purpose: SessionPurpose): boolean {
  const { now, trust, serverName, peerName, credentialsId } = purpose;
  return (
    isUsable(session, now, trust) &&
    session.serverName === serverName &&
    session.peerName === peerName &&
    session.credentialsId === credentialsId
  );
}

/**
 * The whole seconds that keys may still live that go back to an authentication: tickets of resumed connections do not prolong
 * them for ever (RFC 9846 §4.7.1).
 * @param now and `authenticatedAt` are milliseconds since 1970
 */
export function remainingLifetime(authenticatedAt: number, now: number): number {
  return Math.floor((authenticatedAt - now) / 1000) + MAX_TICKET_LIFETIME;
}
