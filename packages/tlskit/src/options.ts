/** The options that every face of tlskit takes, checked and filled up with defaults to what the engine takes. */
import type { AlertName, TlsError } from '@tlskit/tls-alerts';
import type { CryptoProvider } from '@tlskit/tls-crypto';
import {
  type ClientEngineConfig,
  defaultEngineLimits,
  type EngineLimits,
  type EngineVersion,
  type ServerEngineConfig,
} from '@tlskit/tls-engine';
import {
  type CertificateCompression,
  type ClientModule,
  encodeAlpnName,
  type FragmentLength,
  type HandshakeLimits,
  type PeerVerifier,
  type ReceivedHello,
  type ServerModule,
  type TicketRequest,
} from '@tlskit/tls-handshake';
import { PskKeyExchangeMode } from '@tlskit/tls-messages';
import { MAX_TICKET_LIFETIME, type TicketIssuer } from '@tlskit/tls-session';
import type { PublicSuffixRule } from '@tlskit/tls-x509';
import {
  type CertificateFeatureOptions,
  certificateFeatureNames,
  certificateFeatures,
  checkNoJudging,
  type JudgingGround,
  type JudgingOptions,
  judgingNames,
  readsStaples,
  stapledRevocation,
  type TrustOption,
  takesRawKeysAlone,
  verifierFor,
} from './options/certificates.ts';
import {
  type HeartbeatOptions,
  heartbeatOf,
  type SrtpOptions,
  type SrtpServerOptions,
  srtpChoiceOf,
  srtpOfferOf,
} from './options/channels.ts';
import { boolean, checkNames, integer, invalid, oneOf, optionalFunction, shown, strings } from './options/check.ts';
import {
  type AuthoritiesOption,
  authorityNames,
  type ClientAuthOptions,
  checkedVerifier,
  clientAuthNames,
  clientAuthOf,
} from './options/client-auth.ts';
import { clientCredentials, type OwnCredentialOptions, serverCredentials } from './options/credentials.ts';
import { type EarlyDataOptions, serverEarlyData } from './options/early-data.ts';
import { type HelloOptions, helloShapeOf } from './options/hello.ts';
import type { KeyFiles } from './options/key-files.ts';
import {
  certificateSchemeCodes,
  cipherSuiteCodes,
  equalGroupCodes,
  groupCodes,
  keyShareCodes,
  predictedShare,
  schemeCodes,
} from './options/names.ts';
import { type NameOptions, peerNames } from './options/peer-name.ts';
import {
  externalPsks,
  noCertificates,
  type PskChoice,
  type PskSource,
  pskLookupOf,
  pskModeCodes,
} from './options/psk.ts';
import {
  fragmentLengthOf,
  MAX_RECORD_SIZE_LIMIT,
  type RecordOptions,
  recordOptionNames,
  recordOptionsOf,
} from './options/records.ts';
import { type StatelessRetryOptions, statelessRetryOf } from './options/stateless-retry.ts';
import { type ClientTls12Options, clientTls12Of, type ServerTls12Options, serverTls12Of } from './options/tls12.ts';
import { type TrustStores, withTrustStores } from './options/trust-stores.ts';
import { namedVersions, usableVersions } from './options/versions.ts';

/** Bounds on what a peer may make us keep or do; see {@link defaultLimits}. */
export interface Limits extends HandshakeLimits, EngineLimits {}

export const defaultLimits: Limits = {
  maxMessageLength: 1 << 17,
  maxCertificates: 16,
  maxTickets: 16,
  maxCertificateRequests: 8,
  ...defaultEngineLimits,
};

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

/** What a face fills in where the caller is silent. */
export interface FaceDefaults {
  readonly provider: () => CryptoProvider;
  readonly versions: readonly EngineVersion[];
  /** Absent where trust must be said. */
  readonly verifier?: (provider: CryptoProvider, options: JudgingOptions) => PeerVerifier;
  /** Absent where bundles are to be without it. */
  readonly keyFiles?: KeyFiles;
  /** Roots by name; absent where there are none. */
  readonly trustStores?: TrustStores;
  /** Which domains are registries'; absent for a guess, so that bundles are without the list. */
  readonly isPublicSuffix?: PublicSuffixRule;
  /** Absent for none. */
  readonly certificateCompression?: readonly CertificateCompression[];
}

/** What only the engine's face lets in from outside. */
export interface Injected {
  readonly random?: ((length: number) => Uint8Array) | undefined;
  readonly now?: (() => number) | undefined;
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

/**
 * A client's options as its engine takes them.
 * @param host the host that a transport was made to: the name to ask for and to verify, unless the options say otherwise
 * @throws TlsError `ERR_TLS_INVALID_OPTION`
 */
export function clientConfig(
  given: ClientOptions,
  defaults: FaceDefaults,
  { host, ...injected }: Injected & { readonly host?: string | undefined } = {},
): ClientEngineConfig {
  return clientConfigs(given, defaults, injected)(given, host);
}

/** A client's options but for whom it talks to, read once: what is returned gives the config of each connection. */
export function clientConfigs(
  given: ClientOptions,
  defaults: FaceDefaults,
  injected: Injected = {},
): (whom: NameOptions, host: string | undefined) => ClientEngineConfig {
  checkNames('a client', given, clientOptionNames);
  const options = withTrustStores(given, defaults.trustStores);
  const common = commonConfig(options, defaults, injected);
  const verifier = verifierOf(options, defaults, common);
  const own = clientCredentials(options, { ...common, keyFiles: defaults.keyFiles });
  const config: ClientEngineConfig = {
    ...common,
    serverName: undefined,
    peerName: undefined,
    certificates: { ...common.certificates, ocsp: asksForStaple(options, verifier) },
    keyShares: predictedShare(options.serverGroups, common.groups) ?? keyShareCodes(options.keyShares, common.groups),
    verifier,
    credentials: own?.source,
    credentialsId: own?.id,
    certificateTypes: own?.types,
    certificateAuthorities: authorityNames(options.certificateAuthorities),
    verifyResumed: boolean('verifyResumed', options.verifyResumed, false),
    postHandshakeAuth: boolean('postHandshakeAuth', options.postHandshakeAuth, false),
    psks: externalPsks(options.psk, common.provider),
    tls12: clientTls12Of(options.tls12),
    pskOnly: verifier === noCertificates,
    shapeHello: helloShapeOf(options, common.random),
    ticketRequest: ticketRequestOf(options.ticketRequest),
    alpnMismatch: oneOf<'refuse' | 'accept'>('alpnMismatch', options.alpnMismatch, ['refuse', 'accept'], 'refuse'),
    ...(verifier === noCertificates ? withoutExchange(common) : {}),
    compatibilityMode: boolean('compatibilityMode', options.compatibilityMode, true),
    ...recordOptionsOf(options, undefined),
    maxFragmentLength: fragmentLengthOf(options.maxFragmentLength),
    srtp: srtpOfferOf(options.srtp),
    fallback: boolean('fallback', options.fallback, false),
  };
  const isUsable = ({ handshake }: EngineVersion<ClientModule>) => handshake.isUsable('client', config);
  const versions = usableVersions(config.versions, options.versions !== undefined, isUsable);
  const needsName = options.verifier === undefined && expectsName(verifier);
  // Most clients connect to the same server again.
  let last: { readonly whom: readonly unknown[]; readonly config: ClientEngineConfig } | undefined;
  return ({ servername, verifyName }, host) => {
    const whom = [servername, verifyName, host];
    if (last?.whom.every((each, i) => each === whom[i])) return last.config;
    const names = peerNames({ servername, verifyName }, host);
    if (names.peerName === undefined && needsName) {
      throw invalid('whom to expect must be said: servername, or verifyName for a name that is not sent');
    }
    last = { whom, config: { ...config, ...names, versions } };
    return last.config;
  };
}

/** A server's options as its engine takes them. @throws TlsError `ERR_TLS_INVALID_OPTION` */
export function serverConfig(
  given: ServerOptions,
  defaults: FaceDefaults,
  injected: Injected = {},
): ServerEngineConfig {
  checkNames('a server', given, serverOptionNames);
  const options = withTrustStores(given, defaults.trustStores);
  const common = commonConfig(options, defaults, injected);
  const config: ServerEngineConfig = {
    ...common,
    credentials: serverCredentials(
      options,
      { ...common, keyFiles: defaults.keyFiles },
      options.pskLookup !== undefined,
    ),
    clientAuth: clientAuthOf(options, judgingGround(common, defaults)),
    preference: oneOf('preference', options.preference, ['server', 'client'], 'server'),
    alpnMismatch: oneOf('alpnMismatch', options.alpnMismatch, ['refuse', 'ignore'], 'refuse'),
    selectAlpn: selectAlpnOf(options),
    acknowledgeName: boolean('acknowledgeName', options.acknowledgeName, true),
    onClientHello: optionalFunction('onClientHello', options.onClientHello),
    ...recordOptionsOf(options, MAX_RECORD_SIZE_LIMIT),
    maxFragmentLength: boolean('maxFragmentLength', options.maxFragmentLength, true),
    srtp: srtpChoiceOf(options.srtp),
    equalGroups: equalGroupCodes(options.equalGroups, common.groups),
    statelessRetry: statelessRetryOf(options.statelessRetry),
    retryForBestGroup: boolean('retryForBestGroup', options.retryForBestGroup, false),
    tls12: serverTls12Of(options.tls12),
    resumptionAcrossNames: boolean('resumptionAcrossNames', options.resumptionAcrossNames, false),
    alwaysChangeCipherSpec: boolean('alwaysChangeCipherSpec', options.alwaysChangeCipherSpec, false),
    grease: boolean('grease', options.grease, false),
    pskLookup: pskLookupOf(options.pskLookup, common.provider),
    earlyData: serverEarlyData(options.earlyData),
    tickets: ticketIssuer(options.tickets),
    ticketCount: ticketCountOf(options),
    ticketLifetime: integer('ticketLifetime', options.ticketLifetime, 1, MAX_TICKET_LIFETIME, 7200),
  };
  const isUsable = ({ handshake }: EngineVersion<ServerModule>) => handshake.isUsable('server', config);
  return { ...config, versions: usableVersions(config.versions, options.versions !== undefined, isUsable) };
}

/** Groups are for a key exchange: with keys alone, and no certificates, a client may have none (RFC 9846 §9.2). */
function withoutExchange({ pskModes }: Pick<ClientEngineConfig, 'pskModes'>): { groups?: []; keyShares?: [] } {
  const exchange = pskModes === undefined || pskModes.includes(PskKeyExchangeMode.values.psk_dhe_ke);
  return exchange ? {} : { groups: [], keyShares: [] };
}

function ticketRequestOf(given: TicketRequest | undefined): TicketRequest | undefined {
  if (given === undefined) return undefined;
  checkNames('ticketRequest', given, ['newSession', 'resumption']);
  const count = (name: keyof TicketRequest) => integer(name, given[name], 0, 255, -1);
  const request = { newSession: count('newSession'), resumption: count('resumption') };
  if (request.newSession < 0 || request.resumption < 0) throw invalid('ticketRequest has newSession and resumption');
  return request;
}

function ticketCountOf({ ticketCount }: ServerOptions): number | undefined {
  return ticketCount === undefined ? undefined : integer('ticketCount', ticketCount, 0, 255, 0);
}

function selectAlpnOf({ alpn, selectAlpn }: ServerOptions): ServerOptions['selectAlpn'] {
  if (alpn !== undefined && selectAlpn !== undefined) throw invalid('alpn and selectAlpn exclude one another');
  return optionalFunction('selectAlpn', selectAlpn);
}

function ticketIssuer(given: TicketIssuer | false | undefined): TicketIssuer | undefined {
  if (given === undefined || given === false) return undefined;
  if (typeof given?.issue !== 'function' || typeof given.redeem !== 'function') {
    throw invalid('tickets has functions issue and redeem, or is false');
  }
  return given;
}

/** Fields of the same name and meaning. */
type CommonConfig = Pick<
  ClientEngineConfig & ServerEngineConfig,
  Exclude<keyof ClientEngineConfig & keyof ServerEngineConfig, 'alpnMismatch' | 'credentials'>
>;

function commonConfig(
  options: CommonOptions & JudgingOptions,
  defaults: FaceDefaults,
  { random, now }: Injected,
): CommonConfig {
  const provider = options.provider ?? defaults.provider();
  if (typeof provider !== 'object' || typeof provider.importPublicKey !== 'function' || provider.keys === undefined) {
    throw invalid(`provider is a crypto provider, not ${shown(provider)}`);
  }
  const versions = namedVersions(options.versions ?? defaults.versions);
  const { maxMessageLength, maxCertificates, maxTickets, maxCertificateRequests, ...engineLimits } = limitsOf(
    options.limits,
  );
  const signatureSchemes = schemeCodes(options.signatureSchemes, { provider, versions });
  return {
    provider,
    random: optionalFunction('random', random) ?? (length => provider.random(length)),
    now: optionalFunction('now', now) ?? Date.now,
    versions,
    cipherSuites: cipherSuiteCodes(options, provider, versions),
    groups: groupCodes(options.groups, provider, versions),
    signatureSchemes,
    certificateSchemes: certificateSchemeCodes(options.certificateSignatureSchemes, { provider, versions }),
    certificates: certificateFeatures(
      options,
      { provider, versions, signatureSchemes },
      defaults.certificateCompression,
    ),
    alpn: alpnOf(options.alpn),
    pskModes: pskModeCodes(options.pskModes),
    limits: { maxMessageLength, maxCertificates, maxTickets, maxCertificateRequests },
    engineLimits,
    heartbeat: heartbeatOf(options),
    alertFor: optionalFunction('alertFor', options.alertFor),
    emitSecrets: false,
  };
}

function limitsOf(given: Partial<Limits> | undefined): Limits {
  if (given === undefined) return defaultLimits;
  const names = Object.keys(defaultLimits) as (keyof Limits)[];
  checkNames('limits', given, names);
  const limit = (name: keyof Limits) => [
    name,
    integer(name, given[name], name === 'maxTickets' ? 0 : 1, 0x7fff_ffff, defaultLimits[name] as number),
  ];
  return Object.fromEntries(names.map(limit)) as unknown as Limits;
}

function alpnOf(given: readonly string[] | undefined): readonly string[] {
  if (given === undefined) return [];
  const names = strings('alpn', given);
  for (const name of names) encodeAlpnName(name);
  return names;
}

/** Where certificates are judged, a name is looked for in them. */
function expectsName(verifier: PeerVerifier): boolean {
  return verifier !== noCertificates && !takesRawKeysAlone(verifier);
}

/** Staples are asked for where our own verifier reads them. */
function asksForStaple(options: ClientOptions, verifier: PeerVerifier): boolean {
  const judged = options.verifier === undefined && expectsName(verifier);
  return boolean('ocsp', options.ocsp, judged && readsStaples(options));
}

function judgingGround({ provider, now }: CommonConfig, { isPublicSuffix }: FaceDefaults): JudgingGround {
  return { provider, now, isPublicSuffix };
}

function verifierOf(options: ClientOptions, defaults: FaceDefaults, common: CommonConfig): PeerVerifier {
  const verifier = checkedVerifier(options);
  if (verifier !== undefined) return verifier;
  if (options.trust !== undefined) {
    const ground = judgingGround(common, defaults);
    return verifierFor(options.trust, options, ground, { revocation: stapledRevocation(common.provider) });
  }
  if (options.psk !== undefined) {
    checkNoJudging(options, 'with psk alone none are taken');
    return noCertificates;
  }
  if (defaults.verifier !== undefined) return defaults.verifier(common.provider, options);
  throw invalid(
    "trust must be said: { roots }, { pins }, { rawPublicKeys }, or { insecure: 'accept any certificate' }",
  );
}
