/** The engine's configuration, from the flags. Defaults are those that the runner's tests assume. */
import { TlsError } from '@tlskit/tls-alerts';
import type { CryptoProvider } from '@tlskit/tls-crypto';
import type { ClientEngineConfig, EngineVersion, ServerEngineConfig } from '@tlskit/tls-engine';
import { defaultEngineLimits } from '@tlskit/tls-engine';
import { tls12 } from '@tlskit/tls-engine/tls12';
import { tls13 } from '@tlskit/tls-engine/tls13';
import { helloShape } from '@tlskit/tls-handshake';
import { groupInfo, NamedGroup, SignatureScheme } from '@tlskit/tls-messages';
import { groupInfo12 } from '@tlskit/tls-messages/tls12';
import {
  type ClientSession,
  MemoryReplayGuard,
  MemorySessionCache,
  type ReplayGuard,
  type ServerSessionCache,
  type TicketIssuer,
  TicketKeys,
} from '@tlskit/tls-session';
import { ascii, fromHex } from '@tlskit/tls-wire';
import { boringAlert } from './alerts.ts';
import { afterwards, credentialSource, hasScheme, type ShimCredential, shimVerifier } from './certificates.ts';
import { mockCompression } from './compression.ts';
import { Unimplemented } from './flags.ts';
import { offeredPsks, pskLookup } from './psk.ts';
import { enabledVersions, type Settings } from './settings.ts';
import { suites12, suites13 } from './suites.ts';
import { rewritableTickets } from './tickets.ts';

/** Best first. */
const versions: readonly EngineVersion[] = [tls13, tls12];

const { X25519MLKEM768, x25519, secp256r1, secp384r1 } = NamedGroup.values;
const defaultGroups = [X25519MLKEM768, x25519, secp256r1, secp384r1];

const s = SignatureScheme.values;
const defaultVerifySchemes = [
  s.ecdsa_secp256r1_sha256,
  s.rsa_pss_rsae_sha256,
  s.rsa_pkcs1_sha256,
  s.ecdsa_secp384r1_sha384,
  s.rsa_pss_rsae_sha384,
  s.rsa_pkcs1_sha384,
  s.rsa_pss_rsae_sha512,
  s.rsa_pkcs1_sha512,
  s.rsa_pkcs1_sha1,
];

export const TOO_OLD = 'TLS 1.1 and below are never spoken (RFC 8996)';

/** The versions that the flags leave, of those that tlskit has. */
function spoken(settings: Settings): readonly EngineVersion[] {
  const { server, psk, credentials, verifyPeer } = settings;
  // A key of TLS 1.2 is not one of TLS 1.3, nor the other way round.
  const imported = credentials.some(each => each.psk !== undefined);
  const ruledOut = server ? undefined : psk !== '' ? tls13 : imported && !verifyPeer ? tls12 : undefined;
  const enabled = enabledVersions(settings);
  return versions.filter(version => enabled.includes(version.handshake.version) && version !== ruledOut);
}

/** What these settings ask for and tlskit has not. @throws Unimplemented */
export function checkImplemented(settings: Settings, provider: CryptoProvider): void {
  const { groups, keyShares, verifySchemes, credential, credentials } = settings;
  if (spoken(settings).length === 0) throw new Unimplemented(TOO_OLD);
  suites12(settings.cipherList);
  const group = [...groups, ...(keyShares ?? [])].find(code => !hasGroup(provider, code));
  if (group !== undefined) throw new Unimplemented(`the provider has no group ${NamedGroup.label(group)}`);
  const all = [...credentials, credential].filter(({ certFile, keyFile }) => (certFile ?? keyFile) !== undefined);
  const scheme = [...verifySchemes, ...all.flatMap(each => each.schemes)].find(code => !hasScheme(code));
  if (scheme !== undefined) throw new Unimplemented(`there is no scheme ${SignatureScheme.label(scheme)}`);
}

function hasGroup(provider: CryptoProvider, code: number): boolean {
  const name = groupInfo(code)?.provider;
  return name !== undefined && provider.groups[name] !== undefined;
}

/** Milliseconds of skew between two clocks, and bytes of early data, that BoringSSL takes. */
const FRESH = 60_000;
const MAX_EARLY_DATA = 14_336;

/** What one connection leaves to the next. */
export interface Memory {
  /** Milliseconds since 1970. It stands still but for the jumps of the flags: the runner compares the ages of tickets exactly. */
  clock: number;
  /** The last one that was given to the client. */
  session: ClientSession | undefined;
  /** The server's. */
  readonly tickets: TicketIssuer;
  readonly guard: ReplayGuard;
  readonly sessions: ServerSessionCache;
}

export function newMemory(provider: CryptoProvider): Memory {
  const memory = { clock: Date.now(), session: undefined };
  const guard = new MemoryReplayGuard({ window: FRESH });
  const now = () => memory.clock;
  const sessions = new MemorySessionCache({ now });
  return Object.assign(memory, { tickets: new TicketKeys({ provider, now }), guard, sessions });
}

export function clientConfig(
  settings: Settings,
  provider: CryptoProvider,
  memory: Memory,
  credentials: readonly ShimCredential[],
  chosen: (credential: ShimCredential) => void,
): ClientEngineConfig {
  const common = commonConfig(settings, provider, memory);
  const psks = offeredPsks(settings, provider);
  return {
    ...common,
    alpn: splitNames(settings.advertiseAlpn),
    serverName: settings.hostName,
    peerName: settings.hostName,
    verifier: shimVerifier(settings, provider),
    verifyResumed: settings.reverify,
    credentials: credentialSource(credentials, settings, chosen),
    certificateTypes: ownTypes(settings, credentials),
    alpnMismatch: settings.allowUnknownAlpn ? 'accept' : 'refuse',
    keyShares: keyShares(settings, common.groups),
    compatibilityMode: true,
    session: memory.session && copyOf(memory.session),
    psks,
    pskOnly: psks.length > 0 && !settings.verifyPeer,
    shapeHello: helloShape({
      random: common.random,
      grease: settings.grease,
      order: settings.permuteExtensions ? 'random' : undefined,
    }),
    earlyData: settings.earlyData,
    fallback: settings.fallback,
    tls12: {
      ...common12(settings),
      falseStart: settings.falseStart && settings.falseStartWithoutAlpn ? 'without-alpn' : settings.falseStart,
      requireSecureRenegotiation: settings.noLegacyConnect,
      sessionTickets: !settings.noTickets,
    },
  };
}

export function serverConfig(
  settings: Settings,
  provider: CryptoProvider,
  memory: Memory,
  credentials: readonly ShimCredential[],
  chosen: (credential: ShimCredential) => void,
): ServerEngineConfig {
  return {
    ...commonConfig(settings, provider, memory),
    clientAuth: clientAuth(settings, provider),
    alpn: serverAlpn(settings),
    alpnMismatch: 'refuse',
    selectAlpn: settings.selectEmptyAlpn ? () => '' : undefined,
    acknowledgeName: !settings.noNameAck,
    equalGroups: equalGroups(settings),
    onClientHello: () => refuse(settings),
    preference: settings.serverPreference ? 'server' : 'client',
    credentials: credentialSource(credentials, settings, chosen),
    pskLookup: pskLookup(settings, provider, credentials),
    // What the runner takes for granted.
    grease: true,
    alwaysChangeCipherSpec: true,
    resumptionAcrossNames: settings.acrossNames,
    retryForBestGroup: true,
    earlyData: settings.earlyData ? { maxSize: MAX_EARLY_DATA, guard: memory.guard } : undefined,
    tickets: settings.noTickets ? undefined : ticketIssuer(settings, memory),
    tls12: {
      ...common12(settings),
      sessions: sessionCache(settings, memory),
      pskIdentityHint: settings.pskIdentity === '' ? undefined : ascii(settings.pskIdentity),
    },
  };
}

/**
 * BoringSSL resumes without extended_master_secret where a session had none, and ends connections whose peers renegotiate, unless it is
 * told otherwise.
 */
function common12({ renegotiation, shimShutsDown, readWithUnfinishedWrite }: Settings) {
  const policies = { never: 'abort', ignore: 'refuse', once: 'accept', freely: 'accept', explicit: 'accept' } as const;
  return {
    resumeWithoutExtendedMasterSecret: true,
    // A HelloRequest that is to be ignored is answered by a warning, which the runner ignores in turn.
    // Nor is there one with an application that closes as soon as the connection stands, or has not done with writing.
    renegotiation:
      renegotiation === 'freely' && (shimShutsDown || readWithUnfinishedWrite) ? 'abort' : policies[renegotiation],
    ...(renegotiation === 'once' ? { maxRenegotiations: 1 } : {}),
  };
}

/** The key is the handshake's to wipe: it is for one use in TLS 1.3, and for many in TLS 1.2. */
function copyOf(session: ClientSession): ClientSession {
  return { ...session, psk: session.psk.slice() };
}

/** Without a word the types are those of the credentials, in their order. */
function ownTypes({ ownTypes: said }: Settings, credentials: readonly ShimCredential[]): readonly number[] | undefined {
  if (said.length > 0) return said;
  const types = new Set(credentials.map(({ certificateType = 0 }) => certificateType));
  return types.size > 0 ? [...types] : undefined;
}

/** `-verify-peer` takes the sting out of `-require-any-client-certificate`, as in BoringSSL's shim. */
function clientAuth(settings: Settings, provider: CryptoProvider): ServerEngineConfig['clientAuth'] {
  const { verifyPeer, requireClientCert, clientCas } = settings;
  if (!verifyPeer && !requireClientCert) return undefined;
  const names = clientCas === '' || clientCas.startsWith('<') ? [] : clientCas.split(',').map(fromHex);
  return {
    mode: verifyPeer ? 'request' : 'require',
    verifier: shimVerifier(settings, provider),
    certificateAuthorities: names,
  };
}

/** Each flag joins a group with the next. */
function equalGroups({ groups, groupFlags }: Settings): readonly (readonly number[])[] {
  const sets: number[][] = [];
  for (const [i, group] of groups.entries()) {
    const joined = i > 0 && groupFlags[i - 1] === 1 ? sets.at(-1) : undefined;
    if (joined === undefined) sets.push([group]);
    else joined.push(group);
  }
  return sets;
}

/** @throws as the application is told to */
function refuse({ refuseHello, failOnHello }: Settings): void {
  if (refuseHello) throw new TlsError('ERR_TLS_REFUSED', 'the ClientHello is refused, as it was told');
  if (failOnHello) throw new Error('the look at the ClientHello fails, as it was told');
}

function ticketIssuer({ skipTickets, ticketKey, async }: Settings, memory: Memory): TicketIssuer {
  const tickets = ticketKey === undefined ? memory.tickets : rewritableTickets(ticketKey);
  const issue: TicketIssuer['issue'] = session => (skipTickets ? undefined : tickets.issue(session));
  if (!async) return { issue, redeem: ticket => tickets.redeem(ticket) };
  return {
    // The session's key is the caller's again when the call returns: it is sealed at once, and told later. Not so late that the
    // runner has what it waits for, and is gone: data does not wait for tickets.
    issue: async session => issue(session),
    redeem: ticket => afterwards(() => tickets.redeem(ticket)),
  };
}

function sessionCache({ async }: Settings, { sessions }: Memory): ServerSessionCache {
  return async ? { ...bound(sessions), get: id => afterwards(() => sessions.get(id)) } : sessions;
}

function bound(sessions: ServerSessionCache): ServerSessionCache {
  return {
    put: (id, session) => sessions.put(id, session),
    get: id => sessions.get(id),
    remove: id => sessions.remove(id),
  };
}

function commonConfig(settings: Settings, provider: CryptoProvider, memory: Memory) {
  const { groups, maxSendFragment, maxMessageLength } = settings;
  const isSpoken13 = spoken(settings).includes(tls13);
  return {
    provider,
    random: (length: number) => provider.random(length),
    now: () => memory.clock,
    versions: spoken(settings),
    cipherSuites: [...suites13, ...suites12(settings.cipherList)],
    signatureSchemes: settings.verifySchemes.length > 0 ? settings.verifySchemes : defaultVerifySchemes,
    groups: (groups.length > 0 ? groups : defaultGroups)
      .filter(code => hasGroup(provider, code))
      // A group for TLS 1.3 alone is not to be named where that is not offered.
      .filter(code => isSpoken13 || groupInfo12(code) !== undefined),
    limits: {
      maxMessageLength: maxMessageLength > 0 ? maxMessageLength : 1 << 17,
      maxCertificates: 100,
      maxTickets: 16,
    },
    // The runner sends one byte more than 16 KiB, to see it refused.
    engineLimits: { ...defaultEngineLimits, maxSkippedEarlyData: 16_384 },
    alertFor: boringAlert,
    emitSecrets: settings.exportTrafficSecrets,
    // What BoringSSL asks for as a client it does not ask for as a server.
    certificates: {
      ocsp: settings.askOcsp && !settings.server,
      scts: settings.askTimestamps && !settings.server,
      compression: mockCompression(settings),
    },
    ...(maxSendFragment > 0 ? { recordSize: maxSendFragment } : {}),
  };
}

function keyShares({ keyShares, serverGroups }: Settings, groups: readonly number[]): readonly number[] {
  const known = groups.find(code => serverGroups.includes(code));
  return known === undefined ? (keyShares ?? defaultKeyShares(groups)) : [known];
}

/** The best hybrid and the best group without one, which is what the runner expects of those who do not say. */
function defaultKeyShares(groups: readonly number[]): readonly number[] {
  const isHybrid = (code: number) => NamedGroup.label(code).includes('MLKEM');
  const best = [groups.find(isHybrid), groups.find(code => !isHybrid(code))];
  return groups.filter(code => best.includes(code));
}

/** The runner lets a callback decide: take the one, be silent, or refuse. */
function serverAlpn({ selectAlpn, rejectAlpn }: Settings): readonly string[] {
  if (rejectAlpn) return ['no protocol that anybody offers'];
  return selectAlpn === '' ? [] : [selectAlpn];
}

/** A ProtocolNameList without its own length. */
function splitNames(list: string): readonly string[] {
  const names: string[] = [];
  for (let at = 0; at < list.length; at += 1 + list.charCodeAt(at)) {
    names.push(list.slice(at + 1, at + 1 + list.charCodeAt(at)));
  }
  return names;
}
