/** Two engines in memory with an inspector at each. */
import { withExtras } from '@tlskit/tls-crypto';
import { createNobleProvider } from '@tlskit/tls-crypto-noble';
import { allExtras } from '@tlskit/tls-crypto-noble/all';
import { legacyExtras } from '@tlskit/tls-crypto-noble/legacy';
import {
  type ClientEngineConfig,
  createClientEngine,
  createServerEngine,
  type Engine,
  type EngineHandlers,
  type MessageObservation,
  type ServerEngineConfig,
} from '@tlskit/tls-engine';
import { tls13 } from '@tlskit/tls-engine/tls13';
import { createCA } from '@tlskit/tls-testing';
import { createInspector, type Field, type Inspector, leaves, type RecordEntry, type Section } from '../src/index.ts';

export const provider = createNobleProvider();
/** With what the portable provider has apart. */
export const everything = withExtras(provider, ...allExtras, ...legacyExtras);

const issued = await (await createCA()).issue('localhost');
const key = provider.importPrivateKey(issued.key);

const common = {
  provider,
  random: (length: number) => provider.random(length),
  now: () => Date.UTC(2026, 0, 1),
  versions: [tls13],
  cipherSuites: [0x1301, 0x1302, 0x1303],
  groups: [0x001d, 0x0017, 0x0018],
  signatureSchemes: [0x0403],
  alpn: ['h2'],
  limits: { maxMessageLength: 1 << 17, maxCertificates: 16, maxTickets: 16 },
  emitSecrets: true,
} as const;

const clientConfig: ClientEngineConfig = {
  ...common,
  serverName: 'localhost',
  peerName: 'localhost',
  // What is shown does not depend on who is trusted.
  verifier: {
    trust: 'test',
    verify: () => ({
      publicKey: provider.importPublicKey(key.spki),
      verified: true,
      expires: Number.MAX_SAFE_INTEGER,
      trust: 'test',
    }),
  },
  keyShares: [0x001d],
  compatibilityMode: true,
};

const serverConfig: ServerEngineConfig = {
  ...common,
  credentials: () => ({ chain: issued.chain, key }),
  preference: 'server',
  alpnMismatch: 'refuse',
};

export interface Watched {
  readonly engine: Engine;
  readonly inspector: Inspector;
  /** What the engine itself said of messages, to compare with. */
  readonly messages: MessageObservation[];
}

export interface Connection {
  readonly client: Watched;
  readonly server: Watched;
  /** All bytes that each has sent. */
  readonly streams: { client: Uint8Array[]; server: Uint8Array[] };
}

/** A handshake, and what `then` does after it, watched from both sides. */
export function connection(
  options: { client?: Partial<ClientEngineConfig>; server?: Partial<ServerEngineConfig> } = {},
  then: (client: Engine, server: Engine, pump: () => void) => void = () => {},
): Connection {
  const client = watch(handlers => createClientEngine({ ...clientConfig, ...options.client }, handlers));
  const server = watch(handlers => createServerEngine({ ...serverConfig, ...options.server }, handlers));
  const streams: Connection['streams'] = { client: [], server: [] };
  const carry = (from: Engine, to: Engine, stream: Uint8Array[]) => {
    const parts = from.takeOutput();
    for (const part of parts) to.receive(part.slice());
    stream.push(...parts);
    return parts.length > 0;
  };
  const pump = () => {
    while (carry(client.engine, server.engine, streams.client) || carry(server.engine, client.engine, streams.server));
  };
  server.engine.start();
  client.engine.start();
  pump();
  then(client.engine, server.engine, pump);
  pump();
  return { client, server, streams };
}

function watch(make: (handlers: EngineHandlers) => Engine): Watched {
  const inspector = createInspector();
  const messages: MessageObservation[] = [];
  const engine = make({ ...inspector.handlers, message: message => messages.push(message) });
  return { engine, inspector, messages };
}

/** Every section of an entry. */
export function sectionsOf({ record, inner, messages }: RecordEntry): Section[] {
  return [record, ...(inner === undefined ? [] : [inner]), ...messages.map(message => message.section)];
}

/** Offsets of bytes that are in no leaf, or in several; and fields that are not where their parent is. */
export function faultsOf({ bytes, fields }: Section): string[] {
  const times = new Array<number>(bytes.length).fill(0);
  const faults: string[] = [];
  for (const { start, end, label } of leaves(fields)) {
    if (start > end || end > bytes.length) faults.push(`${label} from ${start} to ${end} of ${bytes.length}`);
    if (label === '') faults.push(`a leaf at ${start} has no name`);
    for (let at = start; at < end; at++) times[at] = (times[at] ?? 0) + 1;
  }
  for (const [at, count] of times.entries()) if (count !== 1) faults.push(`byte ${at} is in ${count} leaves`);
  const visit = (field: Field) => {
    const { children, start, end, label } = field;
    if (children.length === 0) return;
    if (children[0]?.start !== start || children.at(-1)?.end !== end) faults.push(`${label} is not what is in it`);
    children.forEach(visit);
  };
  fields.forEach(visit);
  return faults;
}
