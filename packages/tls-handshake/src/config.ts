/** What a handshake is told. Everything is here and resolved: defaults are the business of whoever builds this. */
import type { CryptoProvider, MaybePromise } from '@tlskit/tls-crypto';
import type { ClientSession, CookieProtector, ReplayGuard, TicketIssuer } from '@tlskit/tls-session';
import type { CertificateFeatures } from './certificate-features.ts';
import type { HeartbeatModeName } from './heartbeat.ts';
import type { HelloShape } from './hello-shape.ts';
import type { FragmentLength } from './max-fragment-length.ts';
import type { ClientAuthentication, CredentialSource, PeerVerifier } from './peer.ts';
import type { PskLookup, PskOffer } from './psk.ts';
import type { TicketRequest } from './ticket-request.ts';
import type { ClientConfig12, ServerConfig12 } from './tls12-config.ts';
import type { SrtpChoice, SrtpOffer } from './use-srtp.ts';
import type { ClientModule, ReceivedHello, ServerModule } from './version.ts';

/** Bounds on what a peer may make us keep or do. Each is met by an error that says so. */
export interface HandshakeLimits {
  /** The longest handshake message, in bytes of its body. */
  readonly maxMessageLength: number;
  /** The most certificates in a chain. */
  readonly maxCertificates: number;
  /** The most tickets to take from one connection; more are ignored. */
  readonly maxTickets: number;
  /** The most requests for a client's certificate that wait for their answers; 8 by default. */
  readonly maxCertificateRequests?: number | undefined;
}

/** The handshake before, of the same connection (RFC 5746 §3.1). */
export interface Renegotiation {
  /** verify_data of the client's Finished. */
  readonly client: Uint8Array;
  /** verify_data of the server's Finished. */
  readonly server: Uint8Array;
  /** Which handshake after the first it is, from 1. */
  readonly count: number;
  /** The peer's own certificate, DER, where it showed one: it stays the same. */
  readonly peerCertificate?: Uint8Array | undefined;
  /** Whether the connection has extended_master_secret (RFC 7627), which stays so. */
  readonly extendedMasterSecret: boolean;
  /** The protocol of the connection (RFC 7301), which stays the same. */
  readonly alpn?: string | undefined;
}

interface CommonConfig {
  readonly provider: CryptoProvider;
  /** Random bytes: the provider's source, unless the engine was given another. */
  readonly random: (length: number) => Uint8Array;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Code points of all versions, best first. */
  readonly cipherSuites: readonly number[];
  /** Code points, best first. A client whose keys need no key exchange (psk_ke) may have none, and says nothing of groups then. */
  readonly groups: readonly number[];
  /** Code points, best first: what we sign with and accept in CertificateVerify and in chains. */
  readonly signatureSchemes: readonly number[];
  /** Code points, best first: what chains should be signed by, where that is not `signatureSchemes` (RFC 9846 §4.3.3). */
  readonly certificateSchemes?: readonly number[] | undefined;
  /** Protocol names, best first; empty for no ALPN. */
  readonly alpn: readonly string[];
  readonly limits: HandshakeLimits;
  /** What is asked for beside a peer's certificates. */
  readonly certificates?: CertificateFeatures | undefined;
  /** The most bytes of plaintext in a protected record that we want to receive, 64 to 16,385 (RFC 8449); absent to say nothing of it. */
  readonly recordSizeLimit?: number | undefined;
  /** Whether the peer may send heartbeats (RFC 6520 §2); absent to have none either way. */
  readonly heartbeat?: HeartbeatModeName | undefined;
  /**
   * PskKeyExchangeModes, best first: how keys are used that both sides have (RFC 9846 §4.3.9); psk_dhe_ke alone by default.
   * psk_ke has no forward secrecy: who gets the key can read all that was ever said under it.
   */
  readonly pskModes?: readonly number[] | undefined;
  /** Present while a handshake is made within a connection, by whoever makes it. */
  readonly renegotiation?: Renegotiation | undefined;
  /** Whether secrets are emitted for a key log or an inspector. */
  readonly emitSecrets: boolean;
}

export interface ClientConfig extends CommonConfig {
  /** Best first. What is not in here is not in the bundle. */
  readonly versions: readonly ClientModule[];
  /** The host name to send in SNI, an A-label name; undefined for none (an IP address is never sent, RFC 6066 §3). */
  readonly serverName: string | undefined;
  /** The DNS name or IP address that the server's certificate must bear. */
  readonly peerName: string | undefined;
  readonly verifier: PeerVerifier;
  /** The CertificateTypes of our own credentials, best first, where they are not X.509 alone (RFC 7250). */
  readonly certificateTypes?: readonly number[] | undefined;
  /** What to do with a protocol of the server's that was not offered; refuse it by default (RFC 7301 §3.1). */
  readonly alpnMismatch?: 'refuse' | 'accept' | undefined;
  /** Groups to send a share for at once, a part of `groups` in the same order; none asks for a HelloRetryRequest. */
  readonly keyShares: readonly number[];
  /** Middlebox compatibility mode (RFC 9846 §E.4). */
  readonly compatibilityMode: boolean;
  /**
   * A session to resume, if it is usable here. The handshake takes it over: a ticket is for one use (RFC 9846 §C.4), its key is
   * wiped with the handshake's other secrets.
   */
  readonly session?: ClientSession | undefined;
  /** The most bytes in a record, both ways, to ask the server for (RFC 6066 §4). */
  readonly maxFragmentLength?: FragmentLength | undefined;
  /** Whether to offer early data where the session allows it (RFC 9846 §4.3.10); false by default, for it can be replayed. */
  readonly earlyData?: boolean | undefined;
  /** Whether this is another try with fewer versions, after one that failed: servers that know better then refuse it (RFC 7507). */
  readonly fallback?: boolean | undefined;
  /** Profiles of SRTP to offer (RFC 5764). */
  readonly srtp?: SrtpOffer | undefined;
  /** Our own certificates, for servers that ask; without any the answer is an empty Certificate. */
  readonly credentials?: CredentialSource | undefined;
  /**
   * Names these credentials: a session that was made with some never resumes with others, since the server may know us by them.
   * Absent where there are none.
   */
  readonly credentialsId?: string | undefined;
  /** Whether a session's certificates are judged anew when it resumes, as a server does it always; false by default. */
  readonly verifyResumed?: boolean | undefined;
  /** Whether the server may ask after the handshake too (RFC 9846 §4.3.6). */
  readonly postHandshakeAuth?: boolean | undefined;
  /** DER distinguished names of the authorities that the server is to choose by (RFC 9846 §4.3.4). */
  readonly certificateAuthorities?: readonly Uint8Array[] | undefined;
  /** Keys to offer, best first, behind the session's. A server that takes one shows no certificate. */
  readonly psks?: PskOffer | undefined;
  /** Gives the ClientHello its outer form: see `helloShape`. */
  readonly shapeHello?: HelloShape | undefined;
  /** How many tickets to ask for (RFC 9149); absent to leave it to the server. */
  readonly ticketRequest?: TicketRequest | undefined;
  /** What concerns TLS 1.2 alone. */
  readonly tls12?: ClientConfig12 | undefined;
  /** Whether no certificate is wanted: a server that takes none of the keys is refused (RFC 9846 §9.2). */
  readonly pskOnly?: boolean | undefined;
}

/** What a server takes of early data, and what keeps it from taking it twice. */
export interface ServerEarlyData {
  /** Bytes for each connection; tickets say so (RFC 9846 §4.7.1). */
  readonly maxSize: number;
  /** Shared by all connections that the tickets are good for. */
  readonly guard: ReplayGuard;
}

/** How a server does without state between two ClientHellos. */
export interface StatelessRetry {
  readonly cookies: CookieProtector;
  /** What cookies are good for alone, such as the client's address; nothing by default. */
  readonly context?: Uint8Array | undefined;
  /** Whether every client is asked to say hello again, to show that it is where it seems to be; false by default. */
  readonly always?: boolean | undefined;
}

export interface ServerConfig extends CommonConfig {
  /** Best first. What is not in here is not in the bundle. */
  readonly versions: readonly ServerModule[];
  readonly credentials: CredentialSource;
  /** Whether and how clients authenticate themselves by certificates; not at all by default. */
  readonly clientAuth?: ClientAuthentication | undefined;
  /** Whose order decides on suite and group. */
  readonly preference: 'server' | 'client';
  /** What to do with a client that offers ALPN of which nothing fits: RFC 7301 wants an alert. */
  readonly alpnMismatch: 'refuse' | 'ignore';
  /** Chooses a protocol of those that the client offers, in place of the order in `alpn`; undefined for none. */
  readonly selectAlpn?: ((offered: readonly string[], hello: ReceivedHello) => string | undefined) | undefined;
  /** Whether a client hears that its server_name was of use (RFC 6066 §3); true by default. */
  readonly acknowledgeName?: boolean | undefined;
  /** Sees each connection's first ClientHello before anything is done with it. What it throws ends the connection. */
  readonly onClientHello?: ((hello: ReceivedHello) => MaybePromise<void>) | undefined;
  /** Whether to go along with clients that ask for short records (RFC 6066 §4). */
  readonly maxFragmentLength?: boolean | undefined;
  /** Profiles of SRTP to choose from (RFC 5764). */
  readonly srtp?: SrtpChoice | undefined;
  /** Knows the keys that clients may come with, or that their tickets go back to. Whom it finds is shown no certificate. */
  readonly pskLookup?: PskLookup | undefined;
  /** Lets HelloRetryRequests bear a cookie, by which another engine can go on from the second ClientHello (RFC 9846 §4.3.2). */
  readonly statelessRetry?: StatelessRetry | undefined;
  /** Whether to ask for a share of the best group where there is one of another: that costs a round trip (RFC 9846 §4.2.1). */
  readonly retryForBestGroup?: boolean | undefined;
  /** Sets of groups that are as good as each other: within one the client's order decides, whoever decides on the rest. */
  readonly equalGroups?: readonly (readonly number[])[] | undefined;
  /** Whether clients that do not ask for middlebox compatibility get a change_cipher_spec too (RFC 9846 §E.4). */
  readonly alwaysChangeCipherSpec?: boolean | undefined;
  /** Whether to put reserved extensions where clients pass over what they do not know (RFC 8701 §4.1). */
  readonly grease?: boolean | undefined;
  /** Makes tickets, and takes them back; without it nobody resumes here. */
  readonly tickets?: TicketIssuer | undefined;
  /**
   * Tickets for each connection whose client can use them, and the most for one that asks for a number (RFC 9149), 255 at most; by default 2,
   * and 1 where a session is resumed, in place of the one that the client has used up.
   */
  readonly ticketCount?: number | undefined;
  /** Whether tickets say that they may be used for other names of our certificate too (draft-ietf-tls-cross-sni-resumption); false by default. */
  readonly resumptionAcrossNames?: boolean | undefined;
  /** Seconds that a ticket lives; 7,200 by default, 604,800 at most (RFC 9846 §4.7.1). */
  readonly ticketLifetime?: number | undefined;
  /** What concerns TLS 1.2 alone. */
  readonly tls12?: ServerConfig12 | undefined;
  /** How early data is taken (RFC 9846 §4.3.10, §8); none is by default. */
  readonly earlyData?: ServerEarlyData | undefined;
}
