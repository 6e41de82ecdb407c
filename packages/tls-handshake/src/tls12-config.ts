/** What concerns TLS 1.2 alone, resolved. Absence means the safe way everywhere. */
import type { DhParameters } from '@tlskit/tls-crypto';
import type { ServerSessionCache } from '@tlskit/tls-session';

interface Common12 {
  /** Whether a peer without extended_master_secret is refused (RFC 7627 §5.2, §5.3); it is always offered. */
  readonly requireExtendedMasterSecret?: boolean | undefined;
  /**
   * Whether sessions without extended_master_secret are kept and resumed, against what RFC 7627 §5.3 says that peers SHOULD do; false
   * by default. Such connections do not renegotiate, and have neither exporters nor tls-unique (§5.4).
   */
  readonly resumeWithoutExtendedMasterSecret?: boolean | undefined;
  /** Whether encrypt_then_mac is offered, or accepted (RFC 7366); true by default. Suites with block ciphers alone heed it. */
  readonly encryptThenMac?: boolean | undefined;
  /** Whether truncated_hmac is offered, or accepted (RFC 6066 §7); false by default: it shortens MACs to 10 bytes. */
  readonly truncatedHmac?: boolean | undefined;
  /** The fewest bits of the prime of a finite-field group that is not of RFC 7919; 2048 by default, 1024 at least. */
  readonly minDhBits?: number | undefined;
  /**
   * Whether the peer may renegotiate, which is secure renegotiation in any case (RFC 5746). One that may not hears `no_renegotiation`: by
   * 'refuse' as a warning, after which all goes on as it was; by 'abort' as the last word, `ERR_TLS_NO_RENEGOTIATION`.
   * We renegotiate when we are asked to by our own side whatever this says, where the peer has RFC 5746.
   */
  readonly renegotiation?: 'refuse' | 'abort' | 'accept' | undefined;
  /** The most renegotiations of one connection, whoever asks; one more is `ERR_TLS_FLOOD`. 16 by default: each costs what the first handshake did. */
  readonly maxRenegotiations?: number | undefined;
}

/** The client's. */
export interface ClientConfig12 extends Common12 {
  /**
   * Whether data is sent before the server's Finished where RFC 7918 allows it: false by default; true with a protocol that was
   * negotiated (RFC 7301) alone; 'without-alpn' also where what is sent is of one protocol whatever the server says.
   */
  readonly falseStart?: boolean | 'without-alpn' | undefined;
  /** Whether servers without renegotiation_info are refused (RFC 5746 §4.1); true by default. */
  readonly requireSecureRenegotiation?: boolean | undefined;
  /** Whether tickets are asked for (RFC 5077); true by default. */
  readonly sessionTickets?: boolean | undefined;
  /** Whether renegotiation_info is offered by the signalling suite, as hellos of old have it, in place of the extension (RFC 5746 §3.3). */
  readonly renegotiationScsv?: boolean | undefined;
}

/** The server's. */
export interface ServerConfig12 extends Common12 {
  /** The group of DHE where the client names none of RFC 7919; ffdhe2048 by default, for clients that do not know RFC 7919. */
  readonly dhParameters?: DhParameters | undefined;
  /** What PSK suites say to help the client choose its identity (RFC 4279 §5.2). At most 2^16-1 bytes. */
  readonly pskIdentityHint?: Uint8Array | undefined;
  /** Sessions by ID (RFC 5246 §7.4.1.2); without it only tickets resume. */
  readonly sessions?: ServerSessionCache | undefined;
  /** Whether clients without renegotiation_info and its signalling suite are refused (RFC 5746 §4.3); false by default. */
  readonly requireSecureRenegotiation?: boolean | undefined;
}
