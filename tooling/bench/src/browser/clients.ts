/** The clients that run in a page, each over a WebSocket that is open. */
import { setCryptoImplementation } from '@reclaimprotocol/tls';
import { pureJsCrypto } from '@reclaimprotocol/tls/purejs-crypto';
import { webcryptoCrypto } from '@reclaimprotocol/tls/webcrypto';
import { type CryptoProvider, withAead } from '@tlskit/tls-crypto';
import { createNobleProvider } from '@tlskit/tls-crypto-noble';
import { createWebProvider } from '@tlskit/tls-crypto-web';
import { WebSocketReadQueue } from 'subtls';
import { createClient, webSocketStreams } from 'tlskit/web';
import { reclaimClient } from '../stacks/reclaim-client.ts';
import { sodiumAead } from '../stacks/sodium-aead.ts';
import { type BenchConnection, type ClientSettings, host } from '../stacks/stack.ts';
import { overStreams } from '../stacks/streams.ts';
import { subtlsClient } from '../stacks/subtls-client.ts';
import { overWebSocket } from './channel.ts';

/** Resolves when data may be sent. */
export type PageClient = (socket: WebSocket) => Promise<BenchConnection>;

export type PageSettings = Pick<ClientSettings, 'identity' | 'group' | 'suite'>;

/** What outlives a connection is made here. */
export const pageClients = {
  'tlskit/web': async (settings: PageSettings) => tlskit(await createWebProvider(), settings),
  'tlskit/web, WebAssembly': async (settings: PageSettings) =>
    tlskit(withAead(await createWebProvider(), await sodiumAead(), 'libsodium'), settings),
  'tlskit/web, noble': async (settings: PageSettings) => tlskit(createNobleProvider(), settings, true),
  subtls,
  '@reclaimprotocol/tls, WebCrypto': (settings: PageSettings) => reclaim(webcryptoCrypto, settings),
  '@reclaimprotocol/tls, pure': (settings: PageSettings) => reclaim(pureJsCrypto, settings),
  // Of a server without TLS.
  none: async () => async (socket: WebSocket) => overStreams(webSocketStreams(socket), () => socket.close()),
} satisfies Record<string, (settings: PageSettings) => Promise<PageClient>>;

export type PageClientName = keyof typeof pageClients;

function tlskit(provider: CryptoProvider, { identity, group, suite }: PageSettings, prefersChaCha = false): PageClient {
  const preferred = prefersChaCha ? ['TLS_CHACHA20_POLY1305_SHA256', 'TLS_AES_128_GCM_SHA256'] : undefined;
  const client = createClient({
    provider,
    trust: { roots: identity.root },
    servername: host,
    // The others offer no ML-KEM.
    groups: group === undefined ? ['x25519', 'secp256r1'] : [group],
    cipherSuites: suite === undefined ? preferred : [suite],
  });
  return async socket => {
    const connection = client.startTls(webSocketStreams(socket));
    await connection.opened;
    return overStreams(connection, () => socket.close());
  };
}

async function subtls(settings: PageSettings): Promise<PageClient> {
  const connect = await subtlsClient(settings);
  return socket => connect(new WebSocketReadQueue(socket), overWebSocket(socket));
}

async function reclaim(
  implementation: Parameters<typeof setCryptoImplementation>[0],
  settings: PageSettings,
): Promise<PageClient> {
  // One for the page: each client has its own.
  setCryptoImplementation(implementation);
  const connect = await reclaimClient(settings);
  return socket => connect(overWebSocket(socket));
}
