/** Configurations, hellos and sessions for tests of resumption, and what runs one part of a flow. */
import type { PublicKey } from '@tlskit/tls-crypto';
import { createNobleProvider } from '@tlskit/tls-crypto-noble';
import type {
  ClientConfig,
  Flow,
  HandshakeEvent,
  KnownServer,
  ReceivedHello,
  ServerConfig,
  VerifiedPeer,
} from '@tlskit/tls-handshake';
import { type Extension, extendedMasterSecretRow, makeExtension, type ServerHello } from '@tlskit/tls-messages';
import type { ClientSession, ServerSession } from '@tlskit/tls-session';

export const provider = createNobleProvider();
export const START = Date.UTC(2026, 0, 1);
export const SECOND = 1000;
export const DAY = 86_400 * SECOND;
export const TLS12 = 0x0303;
export const TLS13 = 0x0304;

export const SUITE = 0xc02f;
export const OTHER_SUITE = 0xc030;
export const NOTHING = new Uint8Array(0);
export const masterSecret = (fill = 9) => new Uint8Array(48).fill(fill);
export const id = (fill = 1, length = 32) => new Uint8Array(length).fill(fill);
export const isWiped = (bytes: Uint8Array | undefined) => bytes?.every(byte => byte === 0);

/** Whom everybody accepts. */
export const peer: VerifiedPeer = {
  publicKey: { spki: Uint8Array.of(1, 2, 3) } as PublicKey,
  verified: true,
  expires: START + 30 * DAY,
  trust: 'test',
};
export const auth: KnownServer = {
  peer,
  chain: [Uint8Array.of(4, 5)],
  details: undefined,
  scheme: 0x0403,
  authenticatedAt: START,
};

const common = {
  provider,
  random: (length: number) => provider.random(length),
  now: () => START,
  versions: [],
  cipherSuites: [SUITE, OTHER_SUITE],
  groups: [0x0017],
  signatureSchemes: [0x0403],
  alpn: [],
  limits: { maxMessageLength: 1 << 16, maxCertificates: 8, maxTickets: 8 },
  emitSecrets: false,
} as const;

export function clientConfig(change: Partial<ClientConfig> = {}): ClientConfig {
  return {
    ...common,
    serverName: 'localhost',
    peerName: 'localhost',
    verifier: { trust: 'test', verify: () => peer },
    keyShares: [],
    compatibilityMode: false,
    ...change,
  };
}

export function serverConfig(change: Partial<ServerConfig> = {}): ServerConfig {
  return { ...common, credentials: () => undefined, preference: 'server', alpnMismatch: 'refuse', ...change };
}

/** By ID, unless it is changed. */
export function clientSession(change: Partial<ClientSession> = {}): ClientSession {
  return {
    version: TLS12,
    cipherSuite: SUITE,
    psk: masterSecret(),
    ticket: NOTHING,
    sessionId: id(),
    extendedMasterSecret: true,
    ticketAgeAdd: 0,
    receivedAt: START,
    lifetime: 7200,
    maxEarlyData: 0,
    serverName: 'localhost',
    alpn: undefined,
    trust: 'test',
    peerExpires: START + 30 * DAY,
    peerName: 'localhost',
    authenticatedAt: START,
    peerKey: peer.publicKey.spki,
    peerVerified: true,
    peerCertificates: auth.chain,
    ...change,
  };
}

export function serverSession(change: Partial<ServerSession> = {}): ServerSession {
  return {
    version: TLS12,
    cipherSuite: SUITE,
    psk: masterSecret(),
    extendedMasterSecret: true,
    issuedAt: START,
    authenticatedAt: START,
    lifetime: 7200,
    ticketAgeAdd: 0,
    maxEarlyData: 0,
    serverName: 'localhost',
    alpn: undefined,
    trust: '',
    clientCertificates: [],
    ...change,
  };
}

export const ems: Extension = makeExtension(extendedMasterSecretRow, 'CH', {});

interface HelloParts {
  readonly sessionId?: Uint8Array;
  readonly suites?: readonly number[];
  readonly serverName?: string | undefined;
  readonly extensions?: readonly Extension[];
}

/** A ClientHello with extended_master_secret, unless its extensions are others. */
export function clientHello(parts: HelloParts = {}): ReceivedHello {
  const { sessionId = NOTHING, suites = [SUITE, OTHER_SUITE], extensions = [ems] } = parts;
  return {
    hello: {
      legacy_version: TLS12,
      random: id(7),
      legacy_session_id: sessionId,
      cipher_suites: suites,
      legacy_compression_methods: Uint8Array.of(0),
      extensions,
    },
    raw: NOTHING,
    serverName: 'serverName' in parts ? parts.serverName : 'localhost',
  };
}

export function serverHello(sessionId: Uint8Array, change: Partial<ServerHello> = {}): { readonly hello: ServerHello } {
  return {
    hello: {
      legacy_version: TLS12,
      random: id(8),
      legacy_session_id_echo: sessionId,
      cipher_suite: SUITE,
      legacy_compression_method: 0,
      extensions: [makeExtension(extendedMasterSecretRow, 'SH12', {})],
      ...change,
    },
  };
}

/**
 * Runs a flow that neither sends nor receives, as the driver would.
 * @param forget gets what a fatal alert would do
 */
export async function run<T>(
  flow: Flow<T>,
  forget: (() => void)[] = [],
): Promise<{ readonly value: T; readonly events: HandshakeEvent[] }> {
  const events: HandshakeEvent[] = [];
  let step = flow.next();
  while (step.done !== true) {
    const effect = step.value;
    if (effect.op === 'emit') {
      events.push(effect.event);
      step = flow.next();
    } else if (effect.op === 'forget-session') {
      forget.push(effect.forget);
      step = flow.next();
    } else if (effect.op === 'wait') {
      const settled = await effect.promise.then(
        value => ({ value }),
        (error: unknown) => ({ error }),
      );
      step = 'error' in settled ? flow.throw(settled.error) : flow.next(settled.value);
    } else {
      throw new Error(`nothing here does ${effect.op}`);
    }
  }
  return { value: step.value, events };
}

/** What a flow or a function throws. */
export async function thrown(run: () => unknown): Promise<unknown> {
  try {
    await run();
  } catch (error) {
    return error;
  }
  return undefined;
}
