/** tlskit's own ends, by its Node face, with everything recorded that a test may want to see. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { AlertDescription, type AlertName, TlsError } from '@tlskit/tls-alerts';
import type { HandshakeEvent } from '@tlskit/tls-handshake';
import { HandshakeType } from '@tlskit/tls-messages';
import { ContentType, type RecordObservation } from '@tlskit/tls-record';
import {
  type ConnectionInfo,
  type ConnectOptions,
  connect,
  createServer,
  type Inspector,
  type TlsServer,
  type TlsServerOptions,
  type TlsSocket,
} from 'tlskit/node';
import { HOST, type Identity } from './certificates.ts';
import { bounded } from './child.ts';
import { Inbox } from './inbox.ts';

/** What went over one connection. */
export class Watch {
  readonly records: RecordObservation[] = [];
  readonly events: HandshakeEvent[] = [];
  /** The handshake messages in order, by IANA's names: `> client_hello`, `< server_hello`. */
  readonly messages: string[] = [];
  readonly #listeners = new Set<() => void>();

  /** To be handed to a socket or server. */
  readonly inspector: Inspector = {
    record: record => {
      this.records.push(record);
      // What a record brings about is told after it.
      setImmediate(() => {
        for (const listener of [...this.#listeners]) listener();
      });
    },
    message: ({ direction, bytes }) => {
      this.messages.push(`${direction === 'in' ? '<' : '>'} ${HandshakeType.label(bytes[0]!)}`);
    },
    event: event => {
      this.events.push(event);
    },
  };

  /** Waits until this is so; it is asked after every record. */
  async until(done: () => boolean): Promise<void> {
    let look = () => {};
    const happened = new Promise<void>(resolve => {
      look = () => {
        if (done()) resolve();
      };
      this.#listeners.add(look);
      look();
    });
    await bounded('what was waited for', happened).finally(() => this.#listeners.delete(look));
  }

  message({ direction, bytes }: { readonly direction: 'in' | 'out'; readonly bytes: Uint8Array }): void {
    this.messages.push(`${direction === 'in' ? '<' : '>'} ${HandshakeType.label(bytes[0]!)}`);
  }

  event(event: HandshakeEvent): void {
    this.events.push(event);
  }

  /** The alerts that went this way, by name. */
  alerts(direction: 'in' | 'out'): (AlertName | undefined)[] {
    return this.contents(direction, 'alert').map(({ content }) => AlertDescription.nameOf(content[1]!));
  }

  /** The records that went this way with this in them. */
  contents(direction: 'in' | 'out', type: keyof typeof ContentType.values): RecordObservation[] {
    return this.records.filter(
      record => record.direction === direction && (record.innerType ?? record.type) === ContentType.values[type],
    );
  }
}

export interface OurClient {
  readonly socket: TlsSocket;
  readonly inbox: Inbox;
  readonly watch: Watch;
  readonly info: ConnectionInfo;
}

const address = '127.0.0.1';

/** A connection to a peer's server that goes by {@link HOST}, when it stands. @throws TlsError */
export async function ourClient(
  port: number,
  { root }: Pick<Identity, 'root'>,
  options: ConnectOptions = {},
): Promise<OurClient> {
  const watch = new Watch();
  const defaults = { host: address, port, servername: HOST, trust: { roots: [root] }, inspect: watch.inspector };
  const socket = connect({ ...defaults, ...options });
  const inbox = new Inbox(socket);
  const info = await bounded('the handshake', socket.opened);
  return { socket, inbox, watch, info };
}

/** The error that a connection to a peer's server fails with, and what was said. */
export async function refusedByUs(
  port: number,
  identity: Pick<Identity, 'root'>,
  options: ConnectOptions = {},
): Promise<TlsError> {
  try {
    const { socket } = await ourClient(port, identity, options);
    socket.destroy();
  } catch (error) {
    if (error instanceof TlsError) return error;
    throw error;
  }
  throw new Error('the connection was not refused');
}

export interface OurConnection {
  readonly socket: TlsSocket;
  readonly inbox: Inbox;
}

/** A server of ours, for one test. */
export class OurServer {
  readonly watch = new Watch();
  readonly keyLog: string[] = [];
  readonly #server: TlsServer;

  constructor({ certificate, key }: Pick<Identity, 'certificate' | 'key'>, options: TlsServerOptions = {}) {
    const own = options.selectCredential || options.credentials ? {} : { certificate, key };
    this.#server = createServer({
      ...own,
      inspect: this.watch.inspector,
      keyLog: line => this.keyLog.push(line),
      ...options,
    });
  }

  async listen(): Promise<number> {
    this.#server.listen(0, address);
    await once(this.#server, 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  /** Whoever comes, one or many; those whose handshake fails are passed over. */
  serve(handle: (socket: TlsSocket) => void): void {
    this.#server.on('secureConnection', handle);
    this.#server.on('tlsClientError', () => {});
  }

  /** Whoever comes with early data. */
  early(handle: (chunk: Buffer, socket: TlsSocket) => void): void {
    this.#server.on('earlyData', handle);
  }

  /** The next client; ask before it comes. @throws TlsError when its handshake fails */
  accept(): Promise<OurConnection> {
    return this.#next((socket, error) => {
      if (error !== undefined) throw error;
      return { socket: socket!, inbox: new Inbox(socket!) };
    });
  }

  /** The error that the next client's handshake fails with; ask before it comes. */
  refusal(): Promise<TlsError> {
    return this.#next((_, error) => {
      if (error === undefined) throw new Error('the handshake did not fail');
      return error;
    });
  }

  /** The error that the next client's connection ends with, before its handshake was complete or after; ask before it comes. */
  failure(): Promise<Error | undefined> {
    return this.#next((socket, error) => error ?? new Inbox(socket!).closed());
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  /** `judge` runs in the tick of the event: nobody may miss data or an error. */
  #next<T>(judge: (socket: TlsSocket | undefined, error: TlsError | undefined) => T | Promise<T>): Promise<T> {
    const happened = new Promise<T>((resolve, reject) => {
      const settle = (socket: TlsSocket | undefined, error: TlsError | undefined) => {
        this.#server.off('secureConnection', opened);
        this.#server.off('tlsClientError', failed);
        try {
          resolve(judge(socket, error));
        } catch (thrown) {
          reject(thrown);
        }
      };
      const opened = (socket: TlsSocket) => settle(socket, undefined);
      const failed = (error: TlsError) => settle(undefined, error);
      this.#server.on('secureConnection', opened);
      this.#server.on('tlsClientError', failed);
    });
    const waited = bounded('a client', happened);
    // The peer may fail first, and nobody ask any more.
    waited.catch(() => {});
    return waited;
  }
}
