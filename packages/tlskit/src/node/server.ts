/** A TLS server over TCP. */
import { EventEmitter } from 'node:events';
import {
  type AddressInfo,
  createServer as createNetServer,
  type ListenOptions,
  type Server,
  type Socket,
} from 'node:net';
import type { Duplex } from 'node:stream';
import { TlsError } from '@tlskit/tls-alerts';
import type { ServerEngineConfig } from '@tlskit/tls-engine';
import {
  MemoryReplayGuard,
  MemorySessionCache,
  type ReplayGuard,
  type TicketIssuer,
  TicketKeys,
} from '@tlskit/tls-session';
import type { EarlyDataOffer } from '../connection/early-data.ts';
import { type ConnectionSettings, connectionSettings, type Inspector } from '../connection/settings.ts';
import { checkNames, integer, invalid, optionalFunction } from '../options/check.ts';
import { serverEarlyData } from '../options/early-data.ts';
import { serverConfig } from '../options/server-config.ts';
import { pick, serverOptionNames } from '../options.ts';
import { serverSocket } from './connect.ts';
import { type DirectInput, directInputOf } from './direct-input.ts';
import { checkTransport, nodeDefaults, serverNames, type TlsServerOptions } from './options.ts';
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
  /** What outlives other options: clients go on to resume by it. */
  #own: Own = {};
  #terms: Terms;

  /** @internal Made by {@link createServer}. */
  constructor(options: TlsServerOptions) {
    checkNames('createServer', options, [...serverOptionNames, ...serverNames]);
    super();
    this.#terms = termsOf(options, this.#own);
    this.#server = createNetServer({ allowHalfOpen: true, noDelay: true }, transport =>
      this.#serve(transport, directInputOf(transport)),
    );
    this.#server.maxConnections = this.#terms.maxConnections;
    for (const event of ['listening', 'close', 'error'] as const) {
      this.#server.on(event, (...args: unknown[]) => this.emit(event, ...args));
    }
  }

  /**
   * Serves a client on a transport that somebody else accepted, as one that came by `listen`: the events of this server tell of it.
   * @throws TlsError `ERR_TLS_INVALID_OPTION` for what is no Duplex stream of bytes
   */
  accept(transport: Duplex): TlsSocket {
    return this.#serve(transport);
  }

  #serve(transport: Duplex, input?: DirectInput): TlsSocket {
    const { config, settings, inspectorFor } = this.#terms;
    const { keyLog } = settings;
    const wanted = keyLog !== undefined || this.listenerCount('keylog') > 0;
    const log = (line: string) => {
      keyLog?.(line);
      this.emit('keylog', line, socket);
    };
    const socket: TlsSocket = serverSocket(
      checkTransport(transport),
      config,
      {
        ...settings,
        inspect: inspectorFor === undefined ? settings.inspect : lateInspector(() => inspectorFor(socket)),
        keyLog: wanted ? log : undefined,
      },
      input,
    );
    this.#adopt(socket, transport as Partial<Socket>);
    return socket;
  }

  /**
   * Takes other options, such as new certificates, for the connections from here on; those that stand keep theirs. What the options
   * do not name goes back to its default, but for tickets, sessions and the guard of early data that this server made itself: clients
   * go on to resume.
   * @throws TlsError as {@link createServer}; the options that held before hold on then
   */
  setOptions(options: TlsServerOptions): this {
    checkNames('setOptions', options, [...serverOptionNames, ...serverNames]);
    // What options that are refused would have made is not kept either.
    const own = { ...this.#own };
    this.#terms = termsOf(options, own);
    this.#own = own;
    this.#server.maxConnections = this.#terms.maxConnections;
    return this;
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

  #adopt(socket: TlsSocket, { remoteAddress, remotePort, remoteFamily }: Partial<Socket>): void {
    const remote = { address: remoteAddress, port: remotePort, family: remoteFamily };
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
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

/** What connections are made by. */
interface Terms {
  readonly config: ServerEngineConfig;
  readonly settings: ConnectionSettings;
  readonly inspectorFor: ((socket: TlsSocket) => Inspector) | undefined;
  readonly maxConnections: number;
}

/** What a server makes for itself, once. */
interface Own {
  tickets?: TicketKeys | undefined;
  sessions?: MemorySessionCache;
  guard?: MemoryReplayGuard;
  /** Who was asked last about early data, and by which tickets that came. */
  early?: { readonly guard: ReplayGuard; readonly tickets: TicketIssuer | undefined };
}

/**
 * @param own is written to
 * @throws TlsError `ERR_TLS_INVALID_OPTION`, and what certificates and keys may have
 */
function termsOf(options: TlsServerOptions, own: Own): Terms {
  const given = serverConfig({ ...pick(options, serverOptionNames), earlyData: undefined }, nodeDefaults);
  const settings = connectionSettings(pick(options, serverNames));
  const inspectorFor = optionalFunction('inspectConnection', options.inspectConnection);
  if (inspectorFor !== undefined && options.inspect !== undefined) {
    throw invalid('inspect and inspectConnection exclude one another');
  }
  const maxConnections = integer('maxConnections', options.maxConnections, 1, 0x7fff_ffff, Number.POSITIVE_INFINITY);
  if (options.tickets === undefined) own.tickets ??= ownTickets(given);
  const tickets = options.tickets === undefined ? own.tickets : given.tickets;
  const config = {
    ...given,
    tickets,
    tls12: { ...given.tls12, sessions: given.tls12?.sessions ?? ownSessions(options, given, own) },
    earlyData: serverEarlyData(options.earlyData, () => ownGuard(own, tickets, given.now())),
  };
  if (config.earlyData !== undefined) own.early = { guard: config.earlyData.guard, tickets };
  return { config, settings, inspectorFor, maxConnections };
}

/**
 * One that saw all that came by these tickets. Those that are not of this server may be of a time before it, and other options may have had
 * another guard: a new one lets nothing through that may have come then (RFC 9846 §8.2).
 */
function ownGuard(own: Own, tickets: TicketIssuer | undefined, startedAt: number): MemoryReplayGuard {
  const { early, guard } = own;
  if (guard !== undefined && early?.guard === guard && early.tickets === tickets) return guard;
  const sawAll = early === undefined && tickets === own.tickets;
  own.guard = new MemoryReplayGuard(sawAll ? {} : { startedAt });
  return own.guard;
}

/** An inspector that is made when it is looked for: its socket is not there before. */
function lateInspector(make: () => Inspector): Inspector {
  let made: Inspector | undefined;
  const get = (name: keyof Inspector) => () => {
    made ??= make();
    return made[name];
  };
  const names = ['record', 'message', 'alert', 'event'] as const;
  return Object.defineProperties({}, Object.fromEntries(names.map(name => [name, { get: get(name) }])));
}

/** Sessions of TLS 1.2 for clients that know no tickets. Who wants no tickets is taken to want no resumption. */
function ownSessions(
  { tickets, tls12 }: TlsServerOptions,
  { now }: ServerEngineConfig,
  own: Own,
): MemorySessionCache | undefined {
  if (tickets === false || tls12?.sessions === false) return undefined;
  own.sessions ??= new MemorySessionCache({ now });
  return own.sessions;
}

/** Ticket keys that live as long as the server, and nowhere else. A provider without AES-256-GCM makes none. */
function ownTickets({ provider, now }: ServerEngineConfig): TicketKeys | undefined {
  return provider.aeads['aes-256-gcm'] === undefined ? undefined : new TicketKeys({ provider, now });
}
