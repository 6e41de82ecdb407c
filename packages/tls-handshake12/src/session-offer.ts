/**
 * The session that a client offers to resume, by ID (RFC 5246 §7.4.1.2) or by ticket (RFC 5077 §3.2), and what it means when the
 * server goes along (RFC 5246 §7.4.1.3, RFC 7627 §5.3, RFC 6066 §1.1).
 */
import { TlsError } from '@tlskit/tls-alerts';
import { wipe } from '@tlskit/tls-crypto';
import {
  type ClientConfig,
  type ClientContext,
  type FragmentLength,
  illegal,
  type Parameters,
  type ReceivedServerHello,
} from '@tlskit/tls-handshake';
import {
  type Extension,
  extendedMasterSecretRow,
  findExtension,
  makeExtension,
  sessionTicketRow,
  truncatedHmacRow,
} from '@tlskit/tls-messages';
import { cipherSuiteInfo12 } from '@tlskit/tls-messages/tls12';
import { type ClientSession, isUsableFor, type SessionPsk } from '@tlskit/tls-session';
import { equalBytes } from '@tlskit/tls-wire';
import { TLS12 } from './context.ts';
import { MASTER_SECRET, MAX_KEPT_TICKET, mayResume } from './session-rules.ts';

/** A session that is offered. */
export interface OfferedSession {
  readonly session: Omit<ClientSession, 'psk'>;
  /**
   * The `session_id` of the ClientHello: the session's own, or where a ticket names the session 32 random bytes, "to easily
   * differentiate when the server is resuming a session" (RFC 5077 §3.4).
   */
  readonly sessionId: Uint8Array;
  /** 48 bytes, a copy: wiped with the offer. */
  readonly masterSecret: Uint8Array;
  wipe(): void;
}

/**
 * The session of the configuration, if it is of TLS 1.2 and of use for this connection. It stays where it is, for a version that is
 * offered beside; its key is wiped with the handshake's other secrets.
 * @param knows whether we still have the key, agreed on elsewhere, that a session goes back to; without it such are not offered
 */
export function offerSession(
  config: ClientConfig,
  knows: (key: SessionPsk) => boolean = () => false,
): OfferedSession | undefined {
  const { session: given } = config;
  if (given === undefined || !isOfUse(given, config)) return undefined;
  if (given.externalPsk !== undefined && !knows(given.externalPsk)) return undefined;
  const { psk, ...session } = given;
  // A copy by constructor: `slice` of a Buffer is a view.
  const masterSecret = new Uint8Array(psk);
  const sessionId = session.ticket.length > 0 ? config.random(32) : new Uint8Array(idOf(session));
  return { session, sessionId, masterSecret, wipe: () => wipe(masterSecret) };
}

/** RFC 5077 §3.2: the ticket, or nothing in its place to ask for one; no extension where tickets are not wanted. */
export function offerTicket({ tls12 }: ClientConfig, offered: OfferedSession | undefined): Extension[] {
  if (tls12?.sessionTickets === false) return [];
  return [makeExtension(sessionTicketRow, 'CH', offered?.session.ticket ?? new Uint8Array(0))];
}

/**
 * Whether the server resumes the session: it repeats the `session_id` that was sent (RFC 5246 §7.4.1.3).
 * @throws TlsError `ERR_TLS_ILLEGAL_PARAMETER` for a session that was not offered, such as one of an ID that is sent for the sake of
 *   middleboxes alone (RFC 9846 §E.4), or that goes on with another version or suite; `ERR_TLS_EXTENDED_MASTER_SECRET` for one
 *   whose master secret is not of the kind that the ServerHello says
 */
export function resumes(
  offered: OfferedSession | undefined,
  { sessionId: sent }: Pick<ClientContext, 'sessionId'>,
  { hello }: Pick<ReceivedServerHello, 'hello'>,
): offered is OfferedSession {
  if (sent.length === 0 || !equalBytes(hello.legacy_session_id_echo, sent)) return false;
  if (offered === undefined || !equalBytes(offered.sessionId, sent)) {
    throw illegal('the server resumes a session that was not offered', 'RFC 5246 §7.4.1.3');
  }
  const { version, cipherSuite, extendedMasterSecret = false } = offered.session;
  if (hello.legacy_version !== version) {
    throw illegal(`the session resumes with version 0x${hello.legacy_version.toString(16)}`, 'RFC 5246 §7.4.1.3');
  }
  // "For resumed sessions, this field is the value from the state of the session being resumed."
  if (hello.cipher_suite !== cipherSuite) {
    throw illegal(`the session resumes with cipher suite 0x${hello.cipher_suite.toString(16)}`, 'RFC 5246 §7.4.1.3');
  }
  if ((findExtension(hello.extensions, extendedMasterSecretRow, 'SH12') !== undefined) !== extendedMasterSecret) {
    throw new TlsError(
      'ERR_TLS_EXTENDED_MASTER_SECRET',
      `a session with${extendedMasterSecret ? '' : 'out'} extended_master_secret resumes with${extendedMasterSecret ? 'out' : ''} it`,
      { rfc: 'RFC 7627 §5.3' },
    );
  }
  return true;
}

/**
 * The parameters of a connection that resumes: what was agreed on "for the duration of the session" is as it was
 * (RFC 6066 §1.1, §4, §7), whether the server repeats it or not; all else, the application protocol too, is of this handshake
 * (RFC 7301 §3.1). Whether MACs are cut short the session says itself.
 * @param agreed what the ServerHello says
 * @throws TlsError `ERR_TLS_ILLEGAL_PARAMETER` for a ServerHello that says otherwise
 */
export function resumedParameters(
  { session }: OfferedSession,
  { hello }: Pick<ReceivedServerHello, 'hello'>,
  agreed: Parameters,
): Parameters {
  const { maxFragmentLength, truncatedHmac } = session;
  if (agreed.maxFragmentLength !== undefined && agreed.maxFragmentLength !== maxFragmentLength) {
    throw illegal('the session resumes with another max_fragment_length', 'RFC 6066 §4');
  }
  if (findExtension(hello.extensions, truncatedHmacRow, 'SH12') !== undefined && truncatedHmac !== true) {
    throw illegal('the session resumes with truncated_hmac, which it had not', 'RFC 6066 §7');
  }
  return { ...agreed, maxFragmentLength: lengthInForce(maxFragmentLength, agreed) };
}

/** RFC 8449 §5: where record_size_limit is in use, max_fragment_length is not. */
export function lengthInForce(
  ofSession: number | undefined,
  { recordSizeLimit }: Parameters,
): FragmentLength | undefined {
  return recordSizeLimit === undefined ? (ofSession as FragmentLength | undefined) : undefined;
}

function isOfUse(session: ClientSession, config: ClientConfig): boolean {
  const { cipherSuites, now, verifier, serverName, peerName, credentialsId, tls12 } = config;
  const { version, cipherSuite, psk, extendedMasterSecret, maxFragmentLength, truncatedHmac } = session;
  return (
    version === TLS12 &&
    psk.length === MASTER_SECRET &&
    // RFC 5246 §7.4.1.2: the suites of the hello include the session's.
    cipherSuites.includes(cipherSuite) &&
    cipherSuiteInfo12(cipherSuite) !== undefined &&
    mayResume(tls12, extendedMasterSecret === true) &&
    // What holds for the whole session must still be wanted.
    (maxFragmentLength === undefined || maxFragmentLength === config.maxFragmentLength) &&
    (truncatedHmac !== true || tls12?.truncatedHmac === true) &&
    isUsableFor(session, { now: now(), trust: verifier.trust, serverName, peerName, credentialsId }) &&
    hasName(session, config)
  );
}

/** By a ticket, which is sent only where tickets are wanted, or by an ID. */
function hasName(session: ClientSession, { tls12 }: ClientConfig): boolean {
  const { ticket } = session;
  if (ticket.length > 0) return tls12?.sessionTickets !== false && ticket.length <= MAX_KEPT_TICKET;
  const { length } = idOf(session);
  return length > 0 && length <= 32;
}

function idOf({ sessionId }: Pick<ClientSession, 'sessionId'>): Uint8Array {
  return sessionId ?? new Uint8Array(0);
}
