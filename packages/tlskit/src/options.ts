/** The options that every face of tlskit takes; `options/client-config.ts` and `options/server-config.ts` read them. */
import type { AlertName, TlsError } from '@tlskit/tls-alerts';
import type { CryptoProvider } from '@tlskit/tls-crypto';
import type { EngineVersion } from '@tlskit/tls-engine';
import type { FragmentLength, PeerVerifier, ReceivedHello, TicketRequest } from '@tlskit/tls-handshake';
import type { TicketIssuer } from '@tlskit/tls-session';
import {
  type CertificateFeatureOptions,
  certificateFeatureNames,
  type JudgingOptions,
  judgingNames,
  type TrustOption,
} from './options/certificates.ts';
import type { HeartbeatOptions, SrtpOptions, SrtpServerOptions } from './options/channels.ts';
import { type AuthoritiesOption, type ClientAuthOptions, clientAuthNames } from './options/client-auth.ts';
import type { OwnCredentialOptions } from './options/credentials.ts';
import type { EarlyDataOptions } from './options/early-data.ts';
import type { HelloOptions } from './options/hello.ts';
import type { Limits } from './options/limits.ts';
import type { PskChoice, PskSource } from './options/psk.ts';
import { type RecordOptions, recordOptionNames } from './options/records.ts';
import type { StatelessRetryOptions } from './options/stateless-retry.ts';
import type { ClientTls12Options, ServerTls12Options } from './options/tls12.ts';

/** What clients and servers both may say. All is optional where a face has a default; `undefined` is as good as absent. */
export interface CommonOptions extends CertificateFeatureOptions, RecordOptions, HeartbeatOptions {
  /** Where cryptography comes from. */
  readonly provider?: CryptoProvider | undefined;
  /**
   * Protocol versions, best first: `[tls13]`. By default both, as far as `cipherSuites` and `legacy` have something of each;
   * on engines, where a bundle has what is named in it, TLS 1.3 alone.
   */
  readonly versions?: readonly EngineVersion[] | undefined;
  /**
   * IANA names, best first, such as `TLS_AES_128_GCM_SHA256`. Where nobody names any and the provider has an `aeadOrder`, those that
   * are quickest with it come first. An empty list beside `legacy` leaves those alone.
   */
  readonly cipherSuites?: readonly string[] | undefined;
  /**
   * Cipher suites of TLS 1.2 that are on only by name, behind the others: without forward secrecy (RSA, static ECDH, plain PSK),
   * without authentication (anon), with CBC, 3DES or no encryption at all, with finite fields, DSS, pre-shared keys, or tags of
   * 8 bytes. The README says what is wrong with each.
   */
  readonly legacy?: readonly string[] | undefined;
  /** IANA names, best first, such as `x25519`. */
  readonly groups?: readonly string[] | undefined;
  /** IANA names, best first, such as `ecdsa_secp256r1_sha256`. */
  readonly signatureSchemes?: readonly string[] | undefined;
  /**
   * IANA names, best first: what the peer's certificates should be signed by, where that is not `signatureSchemes` (RFC 9846 §4.3.3).
   * It guides the peer's choice; what is accepted is up to `trust`.
   */
  readonly certificateSignatureSchemes?: readonly string[] | undefined;
  /**
   * Certificates of authorities that the peer is to choose by (RFC 9846 §4.3.4): only their names are sent. By default a client names
   * none, a server the roots of `trust`, unless they are many; false for none.
   */
  readonly certificateAuthorities?: AuthoritiesOption | undefined;
  /** Application protocols, best first, such as `h2` (RFC 7301). */
  readonly alpn?: readonly string[] | undefined;
  /**
   * How pre-shared keys are used, those of tickets too, best first (RFC 9846 §4.3.9): `['psk_dhe_ke']` by default. With `psk_ke`
   * there is no key exchange, and no forward secrecy: who gets the key reads all that was ever said under it.
   */
  readonly pskModes?: readonly ('psk_dhe_ke' | 'psk_ke')[] | undefined;
  readonly limits?: Partial<Limits> | undefined;
  /** Which alert the peer gets for an error, given the one that it is to get: `() => 'general_error'` conceals reasons (RFC 9846 §6.2). */
  readonly alertFor?: ((error: TlsError, alert: AlertName) => AlertName) | undefined;
}

export interface ClientOptions extends CommonOptions, OwnCredentialOptions, HelloOptions, JudgingOptions {
  /** What concerns TLS 1.2 alone. */
  readonly tls12?: ClientTls12Options | undefined;
  /** Whom to believe: roots, pins, raw public keys, or, by these very words, anybody. */
  readonly trust?: TrustOption | undefined;
  /** A judge of certificates of the caller's own, in place of `trust`. */
  readonly verifier?: PeerVerifier | undefined;
  /**
   * Keys that the server knows too, best first (RFC 9846 §4.3.11), or a function that finds them. Unless `trust` or `verifier` is
   * said beside them, a server that takes none of them is refused, whatever certificate it has.
   */
  readonly psk?: PskChoice | undefined;
  /** Whether the server's certificates are judged again when a session resumes: they may have been revoked; false by default. */
  readonly verifyResumed?: boolean | undefined;
  /** Whether the server may ask for our certificate after the handshake too (RFC 9846 §4.3.6); false by default. */
  readonly postHandshakeAuth?: boolean | undefined;
  /** How many tickets to ask for, 0 to 255 (RFC 9149), where the connection is a new session and where it resumes one; by default the server decides. */
  readonly ticketRequest?: TicketRequest | undefined;
  /** The host name to ask for (SNI) and to find in the certificate; false to ask for none. */
  readonly servername?: string | false | undefined;
  /** The DNS name or IP address to find in the certificate, where that is not `servername`. */
  readonly verifyName?: string | undefined;
  /** What to do with a server that chooses a protocol which was not offered: `'refuse'` by default (RFC 7301 §3.1). */
  readonly alpnMismatch?: 'refuse' | 'accept' | undefined;
  /** Groups that the server is known to take, by IANA's names: the first of `groups` that is among them gets the share, if any is. */
  readonly serverGroups?: readonly string[] | undefined;
  /** The groups, of those in `groups` and in their order, to send shares for; with none the server asks for one, which costs a round trip. */
  readonly keyShares?: readonly string[] | undefined;
  /** Whether to look like TLS 1.2 to middleboxes (RFC 9846 §E.4); true by default. */
  readonly compatibilityMode?: boolean | undefined;
  /** The most bytes in a record, both ways, to ask the server for (RFC 6066 §4); `recordSizeLimit` is the better way. */
  readonly maxFragmentLength?: FragmentLength | undefined;
  /** Whether this is another try with fewer `versions`, after one that failed: servers that know better then refuse it (RFC 7507). */
  readonly fallback?: boolean | undefined;
  /** Profiles of SRTP to offer (RFC 5764); `info.srtp` has what was agreed on, and the keys come of `exportKeyingMaterial`. */
  readonly srtp?: SrtpOptions | undefined;
}

export interface ServerOptions extends CommonOptions, OwnCredentialOptions, ClientAuthOptions {
  /** What concerns TLS 1.2 alone. */
  readonly tls12?: ServerTls12Options | undefined;
  /** Whether tickets say that they are good for other names of our certificate too (draft-ietf-tls-cross-sni-resumption); false by default. */
  readonly resumptionAcrossNames?: boolean | undefined;
  /** Whose order decides on cipher suite and group; the server's by default. */
  readonly preference?: 'server' | 'client' | undefined;
  /** What to do with clients that offer ALPN without a protocol of ours: `'refuse'` by default (RFC 7301 §3.2). */
  readonly alpnMismatch?: 'refuse' | 'ignore' | undefined;
  /** Chooses a protocol of those that a client offers, in place of `alpn`; undefined for none, which `alpnMismatch` is for. */
  readonly selectAlpn?: ((offered: readonly string[], hello: ReceivedHello) => string | undefined) | undefined;
  /** Whether clients hear that their server_name was of use (RFC 6066 §3); true by default. */
  readonly acknowledgeName?: boolean | undefined;
  /**
   * Sees each connection's first ClientHello before anything is done with it, and may take its time. It refuses a client by throwing
   * a TlsError, such as `ERR_TLS_REFUSED` or `ERR_TLS_UNRECOGNIZED_NAME`, whose alert the client gets.
   */
  readonly onClientHello?: ((hello: ReceivedHello) => void | Promise<void>) | undefined;
  /** Whether to go along with clients that ask for short records (RFC 6066 §4); true by default. */
  readonly maxFragmentLength?: boolean | undefined;
  /** Profiles of SRTP to choose from (RFC 5764). */
  readonly srtp?: SrtpServerOptions | undefined;
  /**
   * Lets HelloRetryRequests bear a cookie, so that another engine with the same `cookies` can go on from the second ClientHello
   * alone (RFC 9846 §4.3.2): a `CookieKeys`, and what its cookies are good for alone, such as the client's address. With `always`
   * every client is asked to say hello again.
   */
  readonly statelessRetry?: StatelessRetryOptions | undefined;
  /** Whether to ask for a share of the best group in common where the client sent one of another: that costs a round trip; false by default. */
  readonly retryForBestGroup?: boolean | undefined;
  /** Sets of `groups` that are as good as each other: within one the client's order decides. */
  readonly equalGroups?: readonly (readonly string[])[] | undefined;
  /** Whether clients get the change_cipher_spec of middlebox compatibility that do not ask for it (RFC 9846 §E.4); false by default. */
  readonly alwaysChangeCipherSpec?: boolean | undefined;
  /** Whether to send reserved extensions, at random, that clients must pass over (RFC 8701 §4.1); false by default. */
  readonly grease?: boolean | undefined;
  /**
   * Finds the key of a client that comes with one, or with a ticket that goes back to one: when the key is gone, or another, so are
   * the tickets. A server that has it needs no certificate.
   */
  readonly pskLookup?: PskSource | undefined;
  /** Makes the tickets that clients resume with, and takes them back; false for none. */
  readonly tickets?: TicketIssuer | false | undefined;
  /**
   * Tickets for each connection, and the most for a client that asks for a number (RFC 9149), 0 to 255; by default 2, and 1 where a session
   * is resumed, in place of the one that the client has used up.
   */
  readonly ticketCount?: number | undefined;
  /** Seconds that a ticket lives, 1 to 604,800; 7,200 by default. */
  readonly ticketLifetime?: number | undefined;
  /** How early data is taken (RFC 9846 §2.3); none is by default. */
  readonly earlyData?: EarlyDataOptions | false | undefined;
}

const commonNames: Record<keyof CommonOptions, true> = {
  provider: true,
  versions: true,
  cipherSuites: true,
  legacy: true,
  groups: true,
  signatureSchemes: true,
  certificateSignatureSchemes: true,
  certificateAuthorities: true,
  alpn: true,
  pskModes: true,
  limits: true,
  alertFor: true,
  ...certificateFeatureNames,
  ...recordOptionNames,
  heartbeat: true,
};

const credentialNames: Record<keyof OwnCredentialOptions, true> = {
  certificate: true,
  key: true,
  passphrase: true,
  pfx: true,
  credentials: true,
  selectCredential: true,
};

const clientNames: Record<keyof ClientOptions, true> = {
  ...commonNames,
  ...credentialNames,
  ...judgingNames,
  tls12: true,
  postHandshakeAuth: true,
  verifyResumed: true,
  trust: true,
  verifier: true,
  psk: true,
  grease: true,
  extensionOrder: true,
  helloPadding: true,
  ticketRequest: true,
  servername: true,
  verifyName: true,
  keyShares: true,
  serverGroups: true,
  alpnMismatch: true,
  compatibilityMode: true,
  maxFragmentLength: true,
  srtp: true,
  fallback: true,
};

const serverNames: Record<keyof ServerOptions, true> = {
  ...commonNames,
  ...credentialNames,
  ...clientAuthNames,
  tls12: true,
  resumptionAcrossNames: true,
  preference: true,
  alpnMismatch: true,
  selectAlpn: true,
  acknowledgeName: true,
  onClientHello: true,
  maxFragmentLength: true,
  srtp: true,
  pskLookup: true,
  statelessRetry: true,
  grease: true,
  retryForBestGroup: true,
  equalGroups: true,
  alwaysChangeCipherSpec: true,
  tickets: true,
  ticketCount: true,
  ticketLifetime: true,
  earlyData: true,
};

/** The names of all options, so that faces can tell theirs from typing mistakes. */
export const clientOptionNames = Object.keys(clientNames) as readonly (keyof ClientOptions)[];
export const serverOptionNames = Object.keys(serverNames) as readonly (keyof ServerOptions)[];

/** Only the named properties, for the check that is made on them. */
export function pick<T extends object, K extends keyof T>(options: T, names: readonly K[]): Pick<T, K> {
  return Object.fromEntries(names.filter(name => name in options).map(name => [name, options[name]])) as Pick<T, K>;
}
