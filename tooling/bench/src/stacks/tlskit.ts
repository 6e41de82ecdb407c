/** `tlskit/node`, with whatever provider. */
import { once } from 'node:events';
import type { CryptoProvider } from '@tlskit/tls-crypto';
import { createCertificateVerifier } from 'tlskit';
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
  readonly provider: CryptoProvider;
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

async function listen(
  { provider }: TlskitStack,
  { identity, group, suite, earlyData }: ServerSettings,
  serve: Parameters<NonNullable<Stack['listen']>>[1],
): Promise<number> {
  const { certificate, key } = identity;
  const server = createServer({
    provider,
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

/** With a cache of 100 the judge gives a good verdict again for the same certificates and name. */
const caches: Readonly<Record<string, number>> = { 'verdict cache': 100 };

function client({ provider, prefers }: TlskitStack, settings: ClientSettings): BenchClient {
  const { port, identity, group, suite, sessions, variant = '' } = settings;
  const trust = { roots: identity.root };
  const verifier = createCertificateVerifier({ provider, trust, profile: 'webpki', cache: caches[variant] ?? 0 });
  const store = new NewestSession();
  const common = createClient({
    servername: host,
    provider,
    verifier,
    ...(prefers === undefined ? {} : { cipherSuites: prefers }),
    ...choices(group, suite),
    ...(sessions ? { sessions: store } : {}),
  });
  return {
    async connect(beginning, early) {
      const resumes = beginning !== 'full';
      if (!resumes) store.forget();
      const socket = common.connect({ host: address, port, ...(beginning === 'early' ? { earlyData: early } : {}) });
      const connection = await overDuplex(socket, 'secureConnect');
      if (socket.info?.resumed !== resumes) throw new Error(`resumed: ${socket.info?.resumed}`);
      if (beginning === 'early' && !socket.earlyDataSent) throw new Error('the early data was not taken');
      // Early data is taken once with each session (RFC 9846 §8).
      return { ...connection, session: () => store.wait(beginning === 'early') };
    },
  };
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
