/** What the runner tells the shim by flags, for one connection. */

/** A certificate chain with its key: files of PEM; or the key alone, or one that the chain delegated to. */
export interface CredentialSettings {
  kind: 'x509' | 'raw' | 'delegated';
  certFile: string | undefined;
  keyFile: string | undefined;
  /** Signature schemes to use with this key alone, best first; empty for the shim's default. */
  schemes: number[];
  ocspResponse: Uint8Array | undefined;
  /** A SignedCertificateTimestampList, encoded. */
  timestamps: Uint8Array | undefined;
  delegatedCredential: Uint8Array | undefined;
  /** Whether it is for peers alone that name an authority of its chain. */
  mustMatchIssuer: boolean;
  /** A key to import (RFC 9258), in place of a certificate. */
  psk?: PskSettings;
}

export interface PskSettings {
  key: Uint8Array;
  identity: Uint8Array;
  context: Uint8Array;
  hash: 'sha256' | 'sha384';
}

export function newCredential(kind: CredentialSettings['kind']): CredentialSettings {
  const nothing = {
    ocspResponse: undefined,
    timestamps: undefined,
    delegatedCredential: undefined,
    mustMatchIssuer: false,
  };
  return { kind, certFile: undefined, keyFile: undefined, schemes: [], ...nothing };
}

export interface Settings {
  port: number;
  /** Sent first on every connection, 64 bits, so that the runner knows whose it is. */
  shimId: bigint;
  ipv6: boolean;
  server: boolean;
  /** Connections after the first. */
  resumeCount: number;
  /** Code points: 0x0301 to 0x0304; 0 for no bound. */
  minVersion: number;
  maxVersion: number;
  /** Code points that are switched off one by one. */
  excludedVersions: number[];

  /** Code points; empty for the default. */
  groups: number[];
  /** Code points; undefined for the default, empty to ask for a HelloRetryRequest. */
  keyShares: number[] | undefined;
  /** For each of `groups`: 1 where the next one is as good. */
  groupFlags: number[];
  /** Code points that the server is known to take. */
  serverGroups: number[];
  verifySchemes: number[];
  /** The one that flags without a `-new-…-credential` before them speak of. */
  credential: CredentialSettings;
  /** Those that `-new-x509-credential` introduced, in order of preference. */
  credentials: CredentialSettings[];
  /** A file with the root of the runner's certificate. */
  trustFile: string | undefined;
  verifyPeer: boolean;
  verifyFail: boolean;
  /** Whether a server refuses clients without a certificate. */
  requireClientCert: boolean;
  /** Whether the certificates of a session are judged again. */
  reverify: boolean;
  /** Authorities that a server names, hexadecimal, with commas. */
  clientCas: string;
  /** CertificateTypes that a client has. */
  ownTypes: number[];
  /** Whether the judge of certificates chooses the alert. */
  customVerify: boolean;
  failCertCallback: boolean;
  /** Whether OCSP responses and timestamps are asked for. */
  askOcsp: boolean;
  askTimestamps: boolean;
  /** Of BoringSSL's callback about OCSP: what a server's staple does, or a client's judge. */
  ocspCallback: boolean;
  ocspCallbackFails: boolean;
  ocspCallbackDeclines: boolean;
  /** The mock algorithms of compression: all, or one code point; 0 for none. */
  compressAll: boolean;
  compressOne: number;
  /** CertificateTypes; empty for the default. */
  peerTypes: number[];
  /** Whether the server's order decides; the client's otherwise. */
  serverPreference: boolean;
  /** Suites of TLS 1.2 in the language of OpenSSL's lists; empty for the default. */
  cipherList: string;
  /** Bytes of the longest handshake message; 0 for the default. */
  maxMessageLength: number;

  /** Whether a server gives no tickets and takes none. */
  noTickets: boolean;
  /** 48 bytes, where the runner wants to open tickets. */
  ticketKey: Uint8Array | undefined;
  /** Whether whoever makes tickets has none to give. */
  skipTickets: boolean;
  /** Seconds by which the clock jumps when the connection is over. */
  resumptionDelay: number;

  /** A key of TLS 1.2 (RFC 4279); empty for none. */
  psk: string;
  pskIdentity: string;
  /** Whether data may go before the server's Finished (RFC 7918). */
  falseStart: boolean;
  falseStartWithoutAlpn: boolean;
  /** Whether the application waits for the whole handshake, be it that it may write before. */
  handshakeTwice: boolean;
  /**
   * How a client takes a HelloRequest. `once` and `explicit`, where the application begins the handshake, look like `freely` on the
   * wire: how often there was one `-expect-total-renegotiations` says.
   */
  renegotiation: 'never' | 'once' | 'freely' | 'ignore' | 'explicit';
  /** Whether servers without RFC 5746 are refused. */
  noLegacyConnect: boolean;

  grease: boolean;
  permuteExtensions: boolean;

  hostName: string | undefined;
  /** A ProtocolNameList without its own length. */
  advertiseAlpn: string;
  selectAlpn: string;
  declineAlpn: boolean;
  rejectAlpn: boolean;
  /** Whether a callback chooses a protocol of no length. */
  selectEmptyAlpn: boolean;
  allowUnknownAlpn: boolean;
  noNameAck: boolean;
  /** Whether a ClientHello is refused, by an application that knows why or by one that just fails. */
  refuseHello: boolean;
  failOnHello: boolean;

  /** Input byte by byte; signers and verifiers that answer later. */
  async: boolean;
  readSize: number;
  maxSendFragment: number;
  shimWritesFirst: boolean;
  initialWrite: string;
  repeatInitialWrite: number;
  differentRecordSizes: boolean;
  readWithUnfinishedWrite: boolean;
  shimShutsDown: boolean;
  sendAlert: boolean;
  fallback: boolean;
  checkCloseNotify: boolean;
  keyUpdate: boolean;
  keyUpdateBeforeRead: boolean;
  /** Bytes; 0 for none. */
  exportLength: number;
  exportLabel: string;
  exportContext: string;
  /** Whether there is a context: one that is empty is not one that is absent, in TLS 1.2 (RFC 5705 §4). */
  exportWithContext: boolean;
  exportTrafficSecrets: boolean;
  exportBetweenReads: boolean;
  tlsUnique: boolean;

  handshakeNeverDone: boolean;
  expectVersion: number;
  expectCipher: number;
  expectCipherAes: number;
  expectGroup: number;
  expectPeerScheme: number;
  expectPeerVerifySchemes: number[];
  expectHrr: boolean;
  expectNoHrr: boolean;
  expectServerName: string | undefined;
  expectNoServerName: boolean;
  expectAlpn: string;
  expectAdvertisedAlpn: string;
  expectPeerCertFile: string | undefined;
  expectNoPeerCert: boolean;
  expectOcsp: Uint8Array | undefined;
  /** A SignedCertificateTimestampList, encoded. */
  expectTimestamps: Uint8Array | undefined;
  expectPeerType: number | undefined;
  /** The SHA-256 of the peer's raw public key. */
  expectPeerKey: Uint8Array | undefined;
  /** DistinguishedNames in hexadecimal, with commas between. */
  expectClientCas: string | undefined;
  expectSelectedCredential: number | undefined;
  /** That a connection after the first is not resumed. */
  expectSessionMiss: boolean;
  expectNoSession: boolean;
  /** Whether a server's tickets are for other names too, and what a client expects of them. */
  acrossNames: boolean;
  expectAcrossNames: boolean;
  expectNotAcrossNames: boolean;
  expectTicketSupportsEarlyData: boolean;
  /** Whether early data is offered where a session allows it, or taken. */
  earlyData: boolean;
  /** The handshake message behind which early data is written; 0 for at once. */
  earlyWriteAfter: number;
  expectAcceptEarlyData: boolean;
  expectRejectEarlyData: boolean;
  expectNoOfferEarlyData: boolean;
  /** In BoringSSL's words. */
  expectEarlyDataReason: string | undefined;
  /** Seconds; 0 expects nothing. */
  expectTicketAgeSkew: number;
  expectMessages: string | undefined;
  expectRenegotiations: number;
  expectExtendedMasterSecret: boolean;
  expectSecureRenegotiation: boolean;
  expectNoSecureRenegotiation: boolean;
  expectSessionId: boolean;
  expectNoSessionId: boolean;
  expectTicketRenewal: boolean;
  /** ClientCertificateTypes of the server's request. */
  expectCertificateTypes: Uint8Array | undefined;
}

export function defaultSettings(): Settings {
  return {
    port: 0,
    shimId: 0n,
    ipv6: false,
    server: false,
    resumeCount: 0,
    minVersion: 0,
    maxVersion: 0,
    excludedVersions: [],
    groups: [],
    keyShares: undefined,
    groupFlags: [],
    serverGroups: [],
    verifySchemes: [],
    credential: newCredential('x509'),
    credentials: [],
    trustFile: undefined,
    verifyPeer: false,
    verifyFail: false,
    requireClientCert: false,
    reverify: false,
    clientCas: '',
    ownTypes: [],
    customVerify: false,
    failCertCallback: false,
    askOcsp: false,
    askTimestamps: false,
    ocspCallback: false,
    ocspCallbackFails: false,
    ocspCallbackDeclines: false,
    compressAll: false,
    compressOne: 0,
    peerTypes: [],
    serverPreference: false,
    cipherList: '',
    maxMessageLength: 0,
    noTickets: false,
    ticketKey: undefined,
    skipTickets: false,
    resumptionDelay: 0,
    psk: '',
    pskIdentity: '',
    falseStart: false,
    falseStartWithoutAlpn: false,
    handshakeTwice: false,
    renegotiation: 'never',
    noLegacyConnect: false,
    grease: false,
    permuteExtensions: false,
    hostName: undefined,
    advertiseAlpn: '',
    selectAlpn: '',
    declineAlpn: false,
    rejectAlpn: false,
    selectEmptyAlpn: false,
    allowUnknownAlpn: false,
    noNameAck: false,
    refuseHello: false,
    failOnHello: false,
    async: false,
    readSize: 512,
    maxSendFragment: 0,
    shimWritesFirst: false,
    initialWrite: 'hello',
    repeatInitialWrite: 1,
    differentRecordSizes: false,
    readWithUnfinishedWrite: false,
    shimShutsDown: false,
    sendAlert: false,
    fallback: false,
    checkCloseNotify: false,
    keyUpdate: false,
    keyUpdateBeforeRead: false,
    exportLength: 0,
    exportLabel: '',
    exportContext: '',
    exportWithContext: false,
    exportTrafficSecrets: false,
    exportBetweenReads: false,
    tlsUnique: false,
    handshakeNeverDone: false,
    expectVersion: 0,
    expectCipher: 0,
    expectCipherAes: 0,
    expectGroup: 0,
    expectPeerScheme: 0,
    expectPeerVerifySchemes: [],
    expectHrr: false,
    expectNoHrr: false,
    expectServerName: undefined,
    expectNoServerName: false,
    expectAlpn: '',
    expectAdvertisedAlpn: '',
    expectPeerCertFile: undefined,
    expectNoPeerCert: false,
    expectOcsp: undefined,
    expectTimestamps: undefined,
    expectPeerType: undefined,
    expectPeerKey: undefined,
    expectClientCas: undefined,
    expectSelectedCredential: undefined,
    expectSessionMiss: false,
    expectNoSession: false,
    acrossNames: false,
    expectAcrossNames: false,
    expectNotAcrossNames: false,
    expectTicketSupportsEarlyData: false,
    earlyData: false,
    earlyWriteAfter: 0,
    expectAcceptEarlyData: false,
    expectRejectEarlyData: false,
    expectNoOfferEarlyData: false,
    expectEarlyDataReason: undefined,
    expectTicketAgeSkew: 0,
    expectMessages: undefined,
    expectRenegotiations: 0,
    expectExtendedMasterSecret: false,
    expectSecureRenegotiation: false,
    expectNoSecureRenegotiation: false,
    expectSessionId: false,
    expectNoSessionId: false,
    expectTicketRenewal: false,
    expectCertificateTypes: undefined,
  };
}

/** The versions that the flags leave open, of the four that the runner knows. */
export function enabledVersions({ minVersion, maxVersion, excludedVersions }: Settings): readonly number[] {
  return [0x0301, 0x0302, 0x0303, 0x0304].filter(
    version =>
      version >= minVersion && (maxVersion === 0 || version <= maxVersion) && !excludedVersions.includes(version),
  );
}
