/** What the shared floor knows of a protocol version, and what a version is given to work with. */
import type { CryptoProvider, KeyName, SignatureAlgorithm } from '@tlskit/tls-crypto';
import type { ClientHello, Extension, ExtensionTable, GroupInfo, ServerHello } from '@tlskit/tls-messages';
import type { AnyCipherSuiteInfo } from '@tlskit/tls-messages/tls12';
import type { CertificateDetails } from '@tlskit/tls-session';
import type { Registry } from '@tlskit/tls-wire';
import type { ClientConfig, ServerConfig } from './config.ts';
import type { EarlyDataOutcome } from './early-data.ts';
import type { Flow } from './flow.ts';
import type { ClientParameter, Parameters } from './parameters.ts';
import type { VerifiedPeer } from './peer.ts';
import type { Transcript } from './transcript.ts';

/** Names of a version, by which options say what is wanted. */
export interface VersionNames {
  /** Cipher suites by IANA's names. */
  readonly cipherSuites: Registry<string>;
  /** The suites that are on where nobody names any, best first. */
  readonly defaultCipherSuites: readonly string[];
  /** Whether a suite is only for those who need it, and say so: it lacks forward secrecy, authentication, an AEAD … */
  isLegacy(code: number): boolean;
  /** Whether the provider has what the suite is made of. */
  supports(code: number, provider: CryptoProvider): boolean;
  /** What a provider must have for a group of this version, or undefined for one that it has not. */
  groupInfo(code: number): Pick<GroupInfo, 'provider'> | undefined;
  /** What a provider must have for a signature scheme of this version, or undefined for one that it has not. */
  schemeInfo(code: number): SchemeNeeds | undefined;
}

/** What a signature scheme asks of a provider. */
export interface SchemeNeeds {
  readonly algorithm: SignatureAlgorithm;
  /** The kinds of key of which it must know one. */
  readonly keys: readonly KeyName[];
  /** Whether it signs handshakes of the version, and not certificates alone. */
  readonly handshake: boolean;
}

interface AnySide {
  /** The code point: 0x0304 for TLS 1.3. */
  readonly version: number;
  readonly name: string;
  /** The extensions that it knows, and the messages that may carry them. */
  readonly extensions: ExtensionTable;
  /** What a cipher suite of this version is made of, or undefined for one that is not its own. */
  suiteInfo(code: number): AnyCipherSuiteInfo | undefined;
  /** What options may name, for this version. */
  readonly names: VersionNames;
  /** Whether a configuration has any cipher suite that can be done in this version. */
  isUsable(side: 'client', config: Omit<ClientConfig, 'versions'>): boolean;
  isUsable(side: 'server', config: Omit<ServerConfig, 'versions'>): boolean;
}

/** The client's side of a protocol version: what a client that is never a server has in its bundle. */
export interface ClientModule extends AnySide {
  /** What can be settled with a server, in the order in which it is offered. */
  readonly parameters: readonly ClientParameter[];
  readonly client: ClientVersion;
}

/** The server's side of a protocol version. */
export interface ServerModule extends AnySide {
  /** Continues from a ClientHello that selected this version, to the end of the handshake. */
  server(context: ServerContext, hello: ReceivedHello): Flow<Connected>;
}

/**
 * One protocol version, both sides, passed in: `versions: [tls13, tls12]`. A bundle carries the versions that it names.
 */
export interface VersionModule extends ClientModule, ServerModule {}

export interface ClientVersion {
  /** This version's part of the ClientHello. */
  offer(config: ClientConfig): Flow<ClientOffer>;
  /**
   * Looks at a ServerHello that selects this version, before anything else is: of versions before TLS 1.3, for which a server may have been made
   * to go down (`checkDowngrade`, RFC 9846 §4.2.3). @throws TlsError
   */
  selected?(config: ClientConfig, answer: ServerHello): void;
  /** Continues from the ServerHello that selected this version, to the end of the handshake. */
  connect(context: ClientContext, offer: ClientOffer, server: ReceivedServerHello): Flow<Connected>;
}

/** One version's part of a ClientHello, and the secrets behind it. */
export interface ClientOffer {
  readonly cipherSuites: readonly number[];
  /** Signalling values, which stand behind the cipher suites (RFC 5746 §3.3). */
  readonly signals?: readonly number[];
  /** The groups of the configuration that it has a use for; all of them where it does not say. */
  readonly groups?: readonly number[];
  /** What only this version has to say. Extensions that all versions share are the prelude's. */
  readonly extensions: readonly Extension[];
  /** Non-empty to set `legacy_session_id`. */
  readonly sessionId?: Uint8Array;
  /** This version's part of the second ClientHello, a pre_shared_key that is offered again included, by what a HelloRetryRequest says. Only TLS 1.3 has one. */
  retry?(request: ServerHello): Flow<readonly Extension[]>;
  /**
   * Completes a ClientHello whose every other part is settled: binders are computed over it (RFC 9846 §4.3.11.2).
   * Called for the first hello and for the second, whose pre_shared_key, if there is one, comes from {@link retry}.
   * @param transcript what came before the hello
   */
  bind?(hello: ClientHello, transcript: Transcript): ClientHello;
  /** What goes out directly behind the first ClientHello: early data may follow it, if its early_data says so (RFC 9846 §4.3.10). */
  begin?(hello: ClientHello, transcript: Transcript): Flow<void>;
  /** Forgets the secrets. */
  wipe(): void;
}

/** What a client's handshake works with. */
export interface ClientContext {
  readonly config: ClientConfig;
  readonly transcript: Transcript;
  readonly random: Uint8Array;
  readonly sessionId: Uint8Array;
  /** Types of the extensions in the ClientHello that was sent last: what a server may answer to. */
  readonly sent: ReadonlySet<number>;
  /** The HelloRetryRequest that was received, if one was. */
  readonly retryRequest: ServerHello | undefined;
}

/** A ServerHello whose version, cipher suite and general form are checked. */
export interface ReceivedServerHello {
  readonly hello: ServerHello;
  readonly suite: AnyCipherSuiteInfo;
}

/** A ClientHello whose general form is checked. */
export interface ReceivedHello {
  readonly hello: ClientHello;
  readonly raw: Uint8Array;
  /** The host name of SNI, lower case. */
  readonly serverName: string | undefined;
}

/** What a server's handshake works with. */
export interface ServerContext {
  readonly config: ServerConfig;
  readonly transcript: Transcript;
}

/** What a handshake of TLS 1.2 settles beside the rest. */
export interface Connected12 {
  /** Whether the keys are bound to the handshake (RFC 7627): without it there are no exporters and no tls-unique. */
  readonly extendedMasterSecret: boolean;
  /** RFC 7366. */
  readonly encryptThenMac: boolean;
  /** Whether the peer has RFC 5746: without it there is no renegotiation. */
  readonly secureRenegotiation: boolean;
  /** The session's ID; empty where it has none (RFC 5246 §7.4.1.3). */
  readonly sessionId: Uint8Array;
  /** The first Finished of the latest handshake, 12 bytes: `tls-unique` (RFC 5929 §3). */
  readonly firstFinished: Uint8Array;
}

/** A handshake that is complete. */
export interface Connected extends Parameters {
  readonly version: number;
  readonly cipherSuite: AnyCipherSuiteInfo;
  /** The code point of the group of the key exchange; undefined where there was none. */
  readonly group: number | undefined;
  /** The code point of the scheme that the server signed with; undefined in a resumed handshake. */
  readonly signatureScheme: number | undefined;
  /** The code point of the scheme that the client signed with, where it did. */
  readonly clientSignatureScheme?: number | undefined;
  /** The name of SNI: sent by a client, received by a server. */
  readonly serverName: string | undefined;
  /** Whether a HelloRetryRequest took place. */
  readonly helloRetry: boolean;
  readonly resumed: boolean;
  /** The identity of the key, agreed on elsewhere, by which both authenticated themselves. */
  readonly pskIdentity?: Uint8Array | undefined;
  /** What became of early data; undefined where none was offered. */
  readonly earlyData?: EarlyDataOutcome | undefined;
  /**
   * Milliseconds by which a ticket is older for the client than for the server; undefined for clients and where no ticket was
   * taken. Clocks that disagree, and networks that delay, keep early data from being taken (RFC 9846 §8.3).
   */
  readonly ticketAgeSkew?: number | undefined;
  readonly clientRandom: Uint8Array;
  /** The peer, when it authenticated itself. */
  readonly peer: VerifiedPeer | undefined;
  /** The certificates that the peer sent, DER, its own first. */
  readonly peerCertificates: readonly Uint8Array[];
  /** The certificates that we sent; absent where we sent none, as in a resumed handshake. */
  readonly localCertificates?: readonly Uint8Array[] | undefined;
  /** What they are, and what stood beside them; absent when there are none. */
  readonly peerCertificateDetails?: CertificateDetails | undefined;
  /** Whether the server may ask for the client's certificate from now on (RFC 9846 §4.7.2). */
  readonly postHandshakeAuth?: boolean | undefined;
  /** What TLS 1.2 alone has to tell. */
  readonly tls12?: Connected12 | undefined;
  /**
   * Keying material for the application (RFC 9846 §7.5, RFC 5705).
   * @param length bytes
   * @throws TlsError `ERR_TLS_INVALID_STATE` in TLS 1.2 without extended_master_secret (RFC 7627 §5.4)
   */
  exportKeyingMaterial(label: string, context: Uint8Array | undefined, length: number): Uint8Array;
  /** What goes on for as long as the connection stands. It wipes its secrets, the exporter's too, when it is ended. */
  readonly postHandshake: Flow<never>;
}
