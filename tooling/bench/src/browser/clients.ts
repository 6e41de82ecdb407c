/** The clients that run in a page, each over a WebSocket that is open. */
import { loadX509FromPem, makeTLSClient, setCryptoImplementation } from '@reclaimprotocol/tls';
import { pureJsCrypto } from '@reclaimprotocol/tls/purejs-crypto';
import { webcryptoCrypto } from '@reclaimprotocol/tls/webcrypto';
import { type CryptoProvider, withAead } from '@tlskit/tls-crypto';
import { createNobleProvider } from '@tlskit/tls-crypto-noble';
import { createWebProvider } from '@tlskit/tls-crypto-web';
import { startTls as subtlsStart, TrustedCert, WebSocketReadQueue } from 'subtls';
import { createCertificateVerifier } from 'tlskit';
import { startTls, webSocketStreams } from 'tlskit/web';
import { Counter } from '../stacks/counter.ts';
import { sodiumAead } from '../stacks/sodium-aead.ts';
import { type BenchConnection, type ClientSettings, host, Lacking } from '../stacks/stack.ts';
import { overStreams } from '../stacks/streams.ts';
import { drained } from './channel.ts';

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
  const verifier = createCertificateVerifier({ provider, trust: { roots: identity.root }, profile: 'webpki' });
  const preferred = prefersChaCha ? ['TLS_CHACHA20_POLY1305_SHA256', 'TLS_AES_128_GCM_SHA256'] : undefined;
  const options = {
    provider,
    verifier,
    servername: host,
    // The others offer no ML-KEM.
    groups: group === undefined ? ['x25519', 'secp256r1'] : [group],
    cipherSuites: suite === undefined ? preferred : [suite],
  };
  return async socket => {
    const connection = startTls(webSocketStreams(socket), options);
    await connection.opened;
    return overStreams(connection, () => socket.close());
  };
}

async function subtls({ identity, group, suite }: PageSettings): Promise<PageClient> {
  if ((suite ?? 'TLS_AES_128_GCM_SHA256') !== 'TLS_AES_128_GCM_SHA256') throw new Lacking(`no ${suite}`);
  if ((group ?? 'secp256r1') !== 'secp256r1') throw new Lacking(`no ${group}`);
  const roots = await TrustedCert.databaseFromPEM(identity.root);
  return async socket => {
    const queue = new WebSocketReadQueue(socket);
    const send = (data: Uint8Array) => socket.send(data as Uint8Array<ArrayBuffer>);
    const tls = await subtlsStart(host, roots, queue.read.bind(queue), send);
    const counter = new Counter();
    const pump = async () => {
      for (let data = await tls.read(); data !== undefined; data = await tls.read()) counter.add(data.length);
    };
    pump().catch(error => counter.fail(error as Error));
    return {
      received: bytes => counter.reached(bytes),
      async write(data) {
        for (let at = 0; at < data.length; at += 16_384) {
          await tls.write(data.subarray(at, at + 16_384));
          await drained(socket);
        }
      },
      close: () => socket.close(),
    };
  };
}

const silent = { info() {}, debug() {}, trace() {}, warn() {}, error() {} };

async function reclaim(
  implementation: Parameters<typeof setCryptoImplementation>[0],
  { identity, group, suite }: PageSettings,
): Promise<PageClient> {
  // One for the page: each client has its own.
  setCryptoImplementation(implementation);
  const rootCAs = [await loadX509FromPem(identity.root)];
  const curve = group === 'x25519' ? ('X25519' as const) : ('SECP256R1' as const);
  const chosen = {
    ...(group === undefined ? {} : { namedCurves: [curve] }),
    ...(suite === undefined || suite === 'TLS_RSA_WITH_AES_128_CBC_SHA' ? {} : { cipherSuites: [suite] }),
  };
  return async socket => {
    const counter = new Counter();
    let ready = () => {};
    let failed = (_: Error) => {};
    const handshake = new Promise<void>((resolve, reject) => {
      ready = resolve;
      failed = reject;
    });
    const tls = makeTLSClient({
      host,
      verifyServerCertificate: true,
      rootCAs,
      supportedProtocolVersions: ['TLS1_3'],
      ...chosen,
      logger: silent,
      write({ header, content }) {
        socket.send(header as Uint8Array<ArrayBuffer>);
        socket.send(content as Uint8Array<ArrayBuffer>);
      },
      onHandshake: () => ready(),
      onApplicationData: plaintext => counter.add(plaintext.length),
      onTlsEnd: error => {
        const reason = error ?? new Error('the connection ended');
        failed(reason);
        counter.fail(reason);
      },
    });
    socket.addEventListener('message', ({ data }) => tls.handleReceivedBytes(new Uint8Array(data as ArrayBuffer)));
    socket.addEventListener('close', () => failed(new Error('the connection ended')));
    await tls.startHandshake();
    await handshake;
    return {
      received: bytes => counter.reached(bytes),
      async write(data) {
        for (let at = 0; at < data.length; at += 16_384) {
          await tls.write(data.subarray(at, at + 16_384));
          await drained(socket);
        }
      },
      close: () => socket.close(),
    };
  };
}
