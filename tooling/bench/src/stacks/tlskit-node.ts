/** `tlskit/node` with its own provider. */
import { once } from 'node:events';
import { createNodeProvider } from '@tlskit/tls-crypto-node';
import { type ClientSession, type ClientSessionStore, createCertificateVerifier } from 'tlskit';
import { type ConnectOptions, connect, createServer, type TlsSocket } from 'tlskit/node';
import { overDuplex } from './duplex.ts';
import { address, host, type Stack } from './stack.ts';

const provider = createNodeProvider();

/** With a cache of 100 the judge gives a good verdict again for the same certificates and name. */
const cacheSize: Readonly<Record<string, number>> = { 'verdict cache': 100 };

export const tlskitNode: Stack = {
  name: 'tlskit',
  crypto: 'node',
  async listen({ identity, group, suite, earlyData }, serve) {
    const { certificate, key } = identity;
    const server = createServer({
      certificate,
      key,
      ...(group === undefined ? {} : { groups: [group] }),
      ...suiteOptions(suite),
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
  },
  client({ port, identity, group, suite, sessions, variant = '' }) {
    const verifier = createCertificateVerifier({
      provider,
      trust: { roots: identity.root },
      profile: 'webpki',
      ...(variant in cacheSize ? { cache: cacheSize[variant] } : {}),
    });
    const store = new NewestSession();
    const options: ConnectOptions = {
      host: address,
      port,
      servername: host,
      verifier,
      ...(group === undefined ? {} : { groups: [group] }),
      ...suiteOptions(suite),
    };
    return {
      async connect(beginning, early) {
        const resumes = beginning !== 'full';
        if (!resumes) store.forget();
        const socket: TlsSocket = connect({
          ...options,
          ...(sessions ? { sessions: store } : {}),
          ...(beginning === 'early' ? { earlyData: early } : {}),
        });
        const connection = await overDuplex(socket, 'secureConnect');
        if (socket.info?.resumed !== resumes) throw new Error(`resumed: ${socket.info?.resumed}`);
        if (beginning === 'early' && !socket.earlyDataSent) throw new Error('the early data was not taken');
        return {
          ...connection,
          // Early data is taken once with each (RFC 9846 §8); servers of others give none when one resumes.
          session: () => store.wait(beginning === 'early'),
        };
      },
    };
  },
};

/**
 * The newest session, which is used until there is a newer one: our servers give some on each connection, OpenSSL's on full
 * handshakes alone.
 */
class NewestSession implements ClientSessionStore {
  #session: ClientSession | undefined;
  #used = false;
  #given = () => {};

  put(_: string, session: ClientSession): void {
    this.#session = session;
    this.#used = false;
    this.#given();
  }

  take(_: string, usable: (session: ClientSession) => boolean): ClientSession | undefined {
    if (this.#session === undefined || !usable(this.#session)) return undefined;
    this.#used = true;
    // Who takes one wipes its key.
    return { ...this.#session, psk: this.#session.psk.slice() };
  }

  forget(): void {
    this.#session = undefined;
  }

  async wait(unused: boolean): Promise<void> {
    if (this.#session !== undefined && !(unused && this.#used)) return;
    await new Promise<void>(resolve => {
      this.#given = resolve;
    });
  }
}

function suiteOptions(suite: string | undefined): Pick<ConnectOptions, 'cipherSuites' | 'legacy'> {
  if (suite === undefined) return {};
  return suite.startsWith('TLS_RSA_') ? { cipherSuites: [], legacy: [suite] } : { cipherSuites: [suite] };
}
