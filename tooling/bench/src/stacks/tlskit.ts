/** `tlskit/node`, with whatever provider. */
import { once } from 'node:events';
import { type CryptoProvider, withKeysAhead } from '@tlskit/tls-crypto';
import { type ConnectOptions, createClient, createServer } from 'tlskit/node';
import { overDuplex } from './duplex.ts';
import { NewestSession } from './newest-session.ts';
import {
  address,
  type BenchClient,
  type ClientSettings,
  type Group,
  host,
  type ServerSettings,
  type Stack,
  type Suite,
} from './stack.ts';

export interface TlskitStack {
  /** That of `tlskit/node` where none is given. */
  readonly provider?: CryptoProvider;
  /** What it does its cryptography with. */
  readonly crypto: string;
  /** What the client prefers, where that is not the default of its provider. */
  readonly prefers?: readonly Suite[];
}

export function tlskit(made: TlskitStack): Stack {
  return {
    name: 'tlskit',
    crypto: made.crypto,
    listen: (settings, serve) => listen(made, settings, serve),
    client: settings => client(made, settings),
  };
}

/** Ways to make a connection that are not the default. */
const VERDICTS = 'verdict cache';
const AHEAD = 'keys ahead';

async function listen(
  made: TlskitStack,
  { identity, group, suite, earlyData, variant }: ServerSettings,
  serve: Parameters<NonNullable<Stack['listen']>>[1],
): Promise<number> {
  const { certificate, key } = identity;
  const server = createServer({
    provider: await providerOf(made, variant),
    certificate,
    key,
    ...choices(group, suite),
    ...(earlyData ? { earlyData: {} } : {}),
  });
  // A request that came early is answered early.
  if (earlyData) {
    server.on('earlyData', (chunk, socket) => {
      socket.write(chunk);
    });
  }
  server.on('secureConnection', serve);
  server.listen({ port: 0, host: address, backlog: 4096 });
  await once(server, 'listening');
  return (server.address() as { port: number }).port;
}

async function client(made: TlskitStack, settings: ClientSettings): Promise<BenchClient> {
  const { port, identity, group, suite, sessions, variant } = settings;
  const store = new NewestSession();
  const common = createClient({
    provider: await providerOf(made, variant),
    ...(variant === VERDICTS
      ? { verifier: await keepingVerdicts(made, identity.root) }
      : { trust: { roots: identity.root } }),
    ...(made.prefers === undefined ? {} : { cipherSuites: made.prefers }),
    ...choices(group, suite),
    ...(sessions ? { sessions: store } : {}),
  });
  const whom = { host: address, port, servername: host };
  return {
    async connect(beginning, early) {
      const resumes = beginning !== 'full';
      if (!resumes) store.forget();
      const socket = common.connect(beginning === 'early' ? { ...whom, earlyData: early } : whom);
      const connection = await overDuplex(socket, 'secureConnect');
      if (socket.info?.resumed !== resumes) throw new Error(`resumed: ${socket.info?.resumed}`);
      if (beginning === 'early' && !socket.earlyDataSent) throw new Error('the early data was not taken');
      // Early data is taken once with each session (RFC 9846 §8).
      return { ...connection, session: () => store.wait(beginning === 'early') };
    },
  };
}

async function providerOf({ provider }: TlskitStack, variant: string | undefined): Promise<CryptoProvider | undefined> {
  return variant === AHEAD ? withKeysAhead(provider ?? (await nodeProvider()), { groups: ['x25519'] }) : provider;
}

/**
 * Gives a good verdict again for the same certificates and name. The other modules are loaded for this one alone: `tlskit/node` has all it needs
 * in one, and a heap that is twice as large takes the collector twice as long.
 */
async function keepingVerdicts({ provider }: TlskitStack, roots: string) {
  const { createCertificateVerifier } = await import('tlskit');
  return createCertificateVerifier({
    provider: provider ?? (await nodeProvider()),
    trust: { roots },
    profile: 'webpki',
    cache: 100,
  });
}

async function nodeProvider(): Promise<CryptoProvider> {
  return (await import('@tlskit/tls-crypto-node')).createNodeProvider();
}

export function choices(
  group: Group | undefined,
  suite: Suite | undefined,
): Pick<ConnectOptions, 'groups' | 'cipherSuites' | 'legacy'> {
  return { ...(group === undefined ? {} : { groups: [group] }), ...suites(suite) };
}

function suites(suite: Suite | undefined): Pick<ConnectOptions, 'cipherSuites' | 'legacy'> {
  if (suite === undefined) return {};
  return suite.startsWith('TLS_RSA_') ? { cipherSuites: [], legacy: [suite] } : { cipherSuites: [suite] };
}
