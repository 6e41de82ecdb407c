/** Two engines in memory, and what tests need to see of them. */
import type { TlsError } from '@tlskit/tls-alerts';
import type { CryptoProvider, MaybePromise, PublicKey, SigningKey } from '@tlskit/tls-crypto';
import { createNobleProvider } from '@tlskit/tls-crypto-noble';
import { createNodeProvider } from '@tlskit/tls-crypto-node';
import {
  type Connected,
  type Credential,
  type Effect,
  type Flow,
  type HandshakeEvent,
  intercepted,
  type PeerVerifier,
} from '@tlskit/tls-handshake';
import { TrafficSecret } from '@tlskit/tls-keyschedule';
import { recordHeader } from '@tlskit/tls-record';
import { createCA } from '@tlskit/tls-testing';
import { concat } from '@tlskit/tls-wire';
import {
  type ClientEngineConfig,
  createClientEngine,
  createServerEngine,
  type Engine,
  type EngineVersion,
  type ServerEngineConfig,
} from '../src/index.ts';
import { tls13 } from '../src/tls13.ts';

/** Most tests want many handshakes, quickly; what is about the portable provider names `noble`. */
export const provider = createNodeProvider();
export const noble = createNobleProvider();

const ca = await createCA();
const issued = await ca.issue('localhost');

/** A P-256 certificate for localhost, and its key; under the portable provider too. */
export const credential: Credential = { chain: issued.chain, key: provider.importPrivateKey(issued.key) };
export const nobleCredential: Credential = { chain: issued.chain, key: noble.importPrivateKey(issued.key) };

/** The key of somebody else. */
export const strangerKey: SigningKey = provider.importPrivateKey((await ca.issue('localhost')).key);

const publicKey: PublicKey = provider.importPublicKey(credential.key.spki);

/** Accepts the one certificate above: X.509 has tests of its own. */
export const verifier: PeerVerifier = {
  trust: 'test',
  verify: () => ({ publicKey, verified: true, expires: Number.MAX_SAFE_INTEGER, trust: 'test' }),
};

const limits = { maxMessageLength: 1 << 17, maxCertificates: 16, maxTickets: 16 };

const common = {
  provider,
  random: (length: number) => provider.random(length),
  now: () => Date.UTC(2026, 0, 1),
  versions: [tls13],
  cipherSuites: [0x1301, 0x1302, 0x1303],
  groups: [0x001d, 0x0017, 0x0018],
  signatureSchemes: [0x0403, 0x0503, 0x0807, 0x0804, 0x0805, 0x0806],
  alpn: [],
  limits,
  emitSecrets: false,
} as const;

export const clientConfig: ClientEngineConfig = {
  ...common,
  serverName: 'localhost',
  peerName: 'localhost',
  verifier,
  keyShares: [0x001d],
  compatibilityMode: true,
};

export const serverConfig: ServerEngineConfig = {
  ...common,
  credentials: () => credential,
  preference: 'server',
  alpnMismatch: 'refuse',
};

/** One end, with everything that it said. */
export class End {
  readonly engine: Engine;
  connected: Connected | undefined;
  readonly received: Uint8Array[] = [];
  /** Early data. */
  readonly early: Uint8Array[] = [];
  readonly earlySteps: string[] = [];
  readonly events: HandshakeEvent[] = [];
  ended = false;
  closed = false;
  error: TlsError | undefined;

  constructor(make: typeof createClientEngine, config: ClientEngineConfig);
  constructor(make: typeof createServerEngine, config: ServerEngineConfig);
  constructor(make: typeof createClientEngine | typeof createServerEngine, config: never) {
    this.engine = make(config, {
      connected: result => {
        this.connected = result;
      },
      data: (bytes, early) => (early ? this.early : this.received).push(bytes),
      earlyData: step => this.earlySteps.push(step.status),
      event: event => this.events.push(event),
      end: () => {
        this.ended = true;
      },
      closed: error => {
        this.closed = true;
        this.error = error;
      },
    });
  }

  get text(): string {
    return new TextDecoder().decode(this.bytes);
  }

  get bytes(): Uint8Array {
    return Uint8Array.from(this.received.flatMap(part => [...part]));
  }
}

export interface Pair {
  readonly client: End;
  readonly server: End;
}

export function pair(client: Partial<ClientEngineConfig> = {}, server: Partial<ServerEngineConfig> = {}): Pair {
  const ends = {
    client: new End(createClientEngine, { ...clientConfig, ...client }),
    server: new End(createServerEngine, { ...serverConfig, ...server }),
  };
  ends.server.engine.start();
  ends.client.engine.start();
  return ends;
}

/** Carries bytes both ways until neither has any; `change` sees, and may replace, each batch. */
export function pump(
  { client, server }: Pair,
  change: (from: 'client' | 'server', bytes: Uint8Array) => Uint8Array = (_, bytes) => bytes,
): void {
  for (;;) {
    const up = takeAll(client.engine);
    if (up.length > 0) server.engine.receive(change('client', up));
    const down = takeAll(server.engine);
    if (down.length > 0) client.engine.receive(change('server', down));
    if (up.length === 0 && down.length === 0) return;
  }
}

export function takeAll(engine: Engine): Uint8Array {
  return Uint8Array.from(engine.takeOutput().flatMap(part => [...part]));
}

/** A key that answers later. */
export function asynchronous(key: SigningKey, delay: Promise<void> = Promise.resolve()): SigningKey {
  return {
    algorithm: key.algorithm,
    spki: key.spki,
    sign: (algorithm, data): MaybePromise<Uint8Array> => delay.then(() => key.sign(algorithm, data)),
  };
}

/** A provider whose X25519 answers by promises. */
export function slowExchange(): CryptoProvider {
  const { x25519 } = provider.groups;
  if (x25519 === undefined) throw new Error('the provider lacks what tests need');
  return {
    ...provider,
    groups: {
      x25519: {
        name: 'x25519',
        respond: share => Promise.resolve().then(() => x25519.respond(share)),
        async offer() {
          const offer = await x25519.offer();
          return {
            share: offer.share,
            wipe: () => offer.wipe(),
            complete: share => Promise.resolve().then(() => offer.complete(share)),
          };
        },
      },
    },
  };
}

/** A version whose server, or client, does something else with its effects: drops, changes or adds some. */
export function misbehaving(
  role: 'client' | 'server',
  change: (effect: Effect) => Effect | readonly Effect[] | undefined,
): EngineVersion {
  const { handshake } = tls13;
  const { client } = handshake;
  return {
    ...tls13,
    handshake: {
      ...handshake,
      client:
        role === 'client'
          ? { ...client, connect: (context, offer, hello) => intercept(client.connect(context, offer, hello), change) }
          : client,
      server:
        role === 'server' ? (context, hello) => intercept(handshake.server(context, hello), change) : handshake.server,
    },
  };
}

export function intercept<T>(
  flow: Flow<T>,
  change: (effect: Effect) => Effect | readonly Effect[] | undefined,
): Flow<T> {
  return intercepted(flow, function* (effect) {
    const effects = change(effect) ?? [];
    let answer: unknown;
    for (const each of 'op' in effects ? [effects] : effects) answer = yield each;
    return answer;
  });
}

/** Whether an effect sends a message of this type. */
export function sends(effect: Effect, message: { readonly type: number }): effect is Extract<Effect, { op: 'send' }> {
  return effect.op === 'send' && effect.raw[0] === message.type;
}

/** Seals what an end would seal, and what none would. */
export interface Forger {
  /** A record of this content type, content and padding, none of it checked. */
  (type: number, content: Uint8Array, padding?: number): Uint8Array;
  /** A record of these bytes as TLSInnerPlaintext. */
  raw(inner: Uint8Array): Uint8Array;
}

/** With the secrets of an end: of its events, under the label; its suite is 0x1301. */
export function forger(events: readonly HandshakeEvent[], label: string): Forger {
  const event = events.find(candidate => candidate.type === 'secret' && candidate.label === label);
  if (event?.type !== 'secret') throw new Error(`no ${label}`);
  const hash = provider.hashes.sha256;
  const aead = provider.aeads['aes-128-gcm'];
  if (hash === undefined || aead === undefined) throw new Error('the provider lacks what tests need');
  const secret = new TrafficSecret(hash, event.secret.slice());
  const [key, iv] = [aead.create(secret.key(16)), secret.iv()];
  let sequence = 0;
  const raw = (inner: Uint8Array) => {
    const nonce = iv.map((byte, i) => byte ^ ([sequence >> 8, sequence & 255][i - 10] ?? 0));
    sequence++;
    const header = recordHeader(23, 0x0303, inner.length + aead.tagLength);
    return concat(header, ...key.seal(nonce, header, inner));
  };
  const seal = (type: number, content: Uint8Array, padding = 0) =>
    raw(concat(content, Uint8Array.of(type), new Uint8Array(padding)));
  return Object.assign(seal, { raw });
}
