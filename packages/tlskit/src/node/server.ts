/** A TLS server over TCP. */
import { EventEmitter } from 'node:events';
import {
  type AddressInfo,
  createServer as createNetServer,
  type ListenOptions,
  type Server,
  type Socket,
} from 'node:net';
import { TlsError } from '@tlskit/tls-alerts';
import type { ServerEngineConfig } from '@tlskit/tls-engine';
import { MemoryReplayGuard, MemorySessionCache, TicketKeys } from '@tlskit/tls-session';
import type { EarlyDataOffer } from '../connection/early-data.ts';
import { connectionSettings } from '../connection/settings.ts';
import { checkNames, integer } from '../options/check.ts';
import { serverEarlyData } from '../options/early-data.ts';
import { pick, serverConfig, serverOptionNames } from '../options.ts';
import { serverSocket } from './connect.ts';
import { nodeDefaults, serverNames, type TlsServerOptions } from './options.ts';
import type { TlsSocket } from './socket.ts';

/** Where a connection came from. */
export interface RemoteAddress {
  readonly address: string | undefined;
  readonly port: number | undefined;
  readonly family: string | undefined;
}

export interface TlsServerEvents {
  /** A client completed the handshake. */
  secureConnection: [socket: TlsSocket];
  /** A client did not: by whose fault tells the error. */
  tlsClientError: [error: TlsError, remote: RemoteAddress];
  /**
   * Early data of a client whose handshake is not complete: what the socket's event of this name says (RFC 9846 §2.3). Without a
   * listener it is read as all other data, when the handshake is complete.
   */
  earlyData: [chunk: Buffer, socket: TlsSocket, offer: EarlyDataOffer];
  /** A line of the key log; listen before the connection comes. */
  keylog: [line: string, socket: TlsSocket];
  listening: [];
  close: [];
  error: [error: Error];
}

/**
 * A server of TLS over TCP. @param listener for 'secureConnection'
 * @throws TlsError `ERR_TLS_INVALID_OPTION`, and what certificates and keys may have
 */
export function createServer(options: TlsServerOptions, listener?: (socket: TlsSocket) => void): TlsServer {
  const server = new TlsServer(options);
  if (listener !== undefined) server.on('secureConnection', listener);
  return server;
}

/** Listens, and emits a {@link TlsSocket} for every client that completes its handshake. Not a `net.Server`, which is within. */
export class TlsServer extends EventEmitter {
  readonly #server: Server;
  readonly #sockets = new Set<TlsSocket>();

  /** @internal Made by {@link createServer}. */
  constructor(options: TlsServerOptions) {
    checkNames('createServer', options, [...serverOptionNames, ...serverNames]);
    super();
    const given = serverConfig({ ...pick(options, serverOptionNames), earlyData: undefined }, nodeDefaults);
    const config = {
      ...given,
      tickets: options.tickets === undefined ? ownTickets(given) : given.tickets,
      tls12: { ...given.tls12, sessions: given.tls12?.sessions ?? ownSessions(options, given) },
      // Tickets that are not of this server may be of a time before it, in which it saw nothing (RFC 9846 §8.2).
      earlyData: serverEarlyData(
        options.earlyData,
        () => new MemoryReplayGuard(options.tickets ? { startedAt: given.now() } : {}),
      ),
    };
    const settings = connectionSettings(pick(options, serverNames));
    this.#server = createNetServer({ allowHalfOpen: true, noDelay: true }, transport => {
      const { keyLog } = settings;
      const wanted = keyLog !== undefined || this.listenerCount('keylog') > 0;
      const log = (line: string) => {
        keyLog?.(line);
        this.emit('keylog', line, socket);
      };
      const socket = serverSocket(transport, config, { ...settings, keyLog: wanted ? log : undefined });
      this.#adopt(socket, transport);
    });
    if (options.maxConnections !== undefined) {
      this.#server.maxConnections = integer('maxConnections', options.maxConnections, 1, 0x7fff_ffff, 0);
    }
    for (const event of ['listening', 'close', 'error'] as const) {
      this.#server.on(event, (...args: unknown[]) => this.emit(event, ...args));
    }
  }

  /** As `net.Server.listen`. */
  listen(port?: number, host?: string, listener?: () => void): this;
  listen(port?: number, listener?: () => void): this;
  listen(options: ListenOptions | string, listener?: () => void): this;
  listen(...args: unknown[]): this {
    (this.#server.listen as (...args: unknown[]) => unknown)(...args);
    return this;
  }

  /** Takes no more connections. Those that stand go on; 'close' comes when the last of them has ended. */
  close(callback?: (error?: Error) => void): this {
    this.#server.close(callback);
    return this;
  }

  /** Ends all connections at once, those in their handshake too. */
  closeAllConnections(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  address(): AddressInfo | string | null {
    return this.#server.address();
  }

  get listening(): boolean {
    return this.#server.listening;
  }

  /** The connections that stand or are about to. */
  get connections(): ReadonlySet<TlsSocket> {
    return this.#sockets;
  }

  ref(): this {
    this.#server.ref();
    return this;
  }

  unref(): this {
    this.#server.unref();
    return this;
  }

  override on<K extends keyof TlsServerEvents>(event: K, listener: (...args: TlsServerEvents[K]) => void): this;
  override on(event: string | symbol, listener: (...args: never[]) => void): this;
  override on(event: string | symbol, listener: (...args: never[]) => void): this {
    return super.on(event, listener as () => void);
  }

  override once<K extends keyof TlsServerEvents>(event: K, listener: (...args: TlsServerEvents[K]) => void): this;
  override once(event: string | symbol, listener: (...args: never[]) => void): this;
  override once(event: string | symbol, listener: (...args: never[]) => void): this {
    return super.once(event, listener as () => void);
  }

  #adopt(socket: TlsSocket, { remoteAddress, remotePort, remoteFamily }: Socket): void {
    const remote = { address: remoteAddress, port: remotePort, family: remoteFamily };
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    if (this.listenerCount('earlyData') > 0) {
      socket.on('earlyData', (chunk, offer) => this.emit('earlyData', chunk, socket, offer));
    }
    socket.once('secureConnect', () => this.emit('secureConnection', socket));
    // A listener stays: no client may bring the process down because nobody listens for its errors.
    socket.on('error', error => {
      if (socket.info === undefined) this.emit('tlsClientError', TlsError.from(error), remote);
    });
  }
}

/** Sessions of TLS 1.2 for clients that know no tickets. Who wants no tickets is taken to want no resumption. */
function ownSessions(
  { tickets, tls12 }: TlsServerOptions,
  { now }: ServerEngineConfig,
): MemorySessionCache | undefined {
  return tickets === false || tls12?.sessions === false ? undefined : new MemorySessionCache({ now });
}

/** Ticket keys that live as long as the server, and nowhere else. A provider without AES-256-GCM makes none. */
function ownTickets({ provider, now }: ServerEngineConfig): TicketKeys | undefined {
  return provider.aeads['aes-256-gcm'] === undefined ? undefined : new TicketKeys({ provider, now });
}
