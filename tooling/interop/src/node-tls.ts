/** Node's own `tls` as a peer, in this process. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import tls from 'node:tls';
import { HOST, type Identity } from './certificates.ts';
import { bounded } from './child.ts';
import { Inbox } from './inbox.ts';

export interface NodeConnection {
  readonly socket: tls.TLSSocket;
  readonly inbox: Inbox;
  readonly keyLog: readonly string[];
}

/** What Node takes and its types lack. */
export type NodeClientOptions = tls.ConnectionOptions & { readonly allowHalfOpen?: boolean };

/** A client that verifies chain and name, when its connection stands. @throws Error of Node's */
export async function nodeClient(
  port: number,
  { root }: Pick<Identity, 'root'>,
  options: NodeClientOptions = {},
): Promise<NodeConnection> {
  const socket = tls.connect({
    ...{ host: '127.0.0.1', port, servername: HOST, ca: root, minVersion: 'TLSv1.3' },
    ...options,
  });
  const inbox = new Inbox(socket);
  const keyLog: string[] = [];
  socket.on('keylog', line => keyLog.push(String(line)));
  await bounded('the handshake of Node', once(socket, 'secureConnect'));
  return { socket, inbox, keyLog };
}

/** A server of Node's, for one test. */
export class NodeServer {
  readonly keyLog: string[] = [];
  readonly #server: tls.Server;

  constructor({ certificate, key }: Pick<Identity, 'certificate' | 'key'>, options: tls.TlsOptions = {}) {
    this.#server = tls.createServer({ cert: certificate, key, minVersion: 'TLSv1.3', ...options });
    this.#server.on('keylog', line => this.keyLog.push(String(line)));
  }

  async listen(): Promise<number> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  /** The next client; ask before it comes. */
  async accept(): Promise<NodeConnection> {
    const accepted = new Promise<NodeConnection>(resolve => {
      this.#server.once('secureConnection', socket =>
        resolve({ socket, inbox: new Inbox(socket), keyLog: this.keyLog }),
      );
    });
    return bounded('a client', accepted);
  }

  /** The error that the next client's handshake fails with; ask before it comes. */
  refusal(): Promise<Error & { readonly code?: string }> {
    return bounded('a failure', new Promise(resolve => this.#server.once('tlsClientError', resolve)));
  }

  /** What to staple for clients that ask. */
  onOcspRequest(respond: () => Buffer): void {
    this.#server.on('OCSPRequest', (_certificate, _issuer, done) => done(null, respond()));
  }

  /** Lets sessions resume by their IDs: without somebody who keeps them there are tickets alone. */
  keepSessions(): void {
    const kept = new Map<string, Buffer>();
    this.#server.on('newSession', (id: Buffer, session: Buffer, done: () => void) => {
      kept.set(id.toString('hex'), session);
      done();
    });
    this.#server.on('resumeSession', (id: Buffer, done: (error: null, session: Buffer | null) => void) => {
      done(null, kept.get(id.toString('hex')) ?? null);
    });
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    await closed;
  }
}

/** The alert's name in an error code of Node's: `ERR_SSL_TLSV1_ALERT_UNKNOWN_CA` is `unknown_ca`. */
export function alertInCode(code: string | undefined): string | undefined {
  return /^ERR_SSL_(?:SSLV3|TLSV1|TLSV13)_ALERT_(\w+)$/.exec(code ?? '')?.[1]?.toLowerCase();
}
