/** The options of the Node face: what becomes of the transport, beside what every face takes. */
import type { LookupFunction } from 'node:net';
import type { Duplex } from 'node:stream';
import { rootCertificates } from 'node:tls';
import type { CryptoProvider } from '@tlskit/tls-crypto';
import { createNodeProvider } from '@tlskit/tls-crypto-node';
import type { EngineHandlers } from '@tlskit/tls-engine';
import { tls12 } from '@tlskit/tls-engine/tls12';
import { tls13 } from '@tlskit/tls-engine/tls13';
import type { PeerVerifier } from '@tlskit/tls-handshake';
import type { ClientSessionStore } from '@tlskit/tls-session';
import type { EarlyDataSource } from '../connection/early-data.ts';
import { type JudgingOptions, judgingOf, stapledRevocation, verifierFor } from '../options/certificates.ts';
import { boolean, checkNames, integer, invalid, optionalFunction, shown } from '../options/check.ts';
import type { ClientOptions, FaceDefaults, ServerOptions } from '../options.ts';
import { nodeCompression } from './compression.ts';
import { nodeKeyFiles } from './key-files.ts';

/** Looks at what goes on: every record, handshake message and alert, and events, secrets included. */
export type Inspector = Pick<EngineHandlers, 'record' | 'message' | 'alert' | 'event'>;

export interface SocketOptions {
  /** Ends the connection, in whatever state it is, with the error `ABORT_ERR`. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds that the handshake may take once the transport stands; 30,000 by default, 0 for no end. */
  readonly handshakeTimeout?: number | undefined;
  /** Whether to go on writing after the peer has ended its side; false by default. */
  readonly allowHalfOpen?: boolean | undefined;
  /** The bytes that are buffered before backpressure sets in, each way. */
  readonly highWaterMark?: number | undefined;
  /** Takes the lines of a key log (RFC 9850), without line ends. Whoever has them can read the connection. */
  readonly keyLog?: ((line: string) => void) | undefined;
  readonly inspect?: Inspector | undefined;
}

/** How a TCP connection is made, in the words of `net.connect`. */
export interface TcpOptions {
  readonly family?: 0 | 4 | 6 | undefined;
  readonly localAddress?: string | undefined;
  readonly localPort?: number | undefined;
  readonly lookup?: LookupFunction | undefined;
  readonly autoSelectFamily?: boolean | undefined;
  readonly keepAlive?: boolean | undefined;
  readonly noDelay?: boolean | undefined;
}

export interface ConnectOptions extends ClientOptions, SocketOptions {
  /** The name or address to connect to; `localhost` by default. */
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  /** A Unix domain socket or named pipe to connect to, in place of host and port. */
  readonly path?: string | undefined;
  readonly tcp?: TcpOptions | undefined;
  /** What to run over, in place of host and port: it is the connection's from here on. */
  readonly transport?: Duplex | undefined;
  /**
   * Where sessions to resume are kept: one is taken from here, and those that the server gives are put here. None are kept
   * by default, or with false: who resumes is known again to the server (RFC 9846 §C.4).
   */
  readonly sessions?: ClientSessionStore | false | undefined;
  /**
   * What to send with the ClientHello if a session allows it: whole, or not at all (RFC 9846 §2.3). Somebody may record it and send
   * it again, and it lacks forward secrecy: only what does no harm if it happens twice. `earlyDataSent` of the socket says
   * whether it went; if it did not, it is the caller's to write, or to leave.
   */
  readonly earlyData?: EarlyDataSource | undefined;
  /**
   * Whether early data that could not be sent, or was rejected, is written when the handshake is complete, before all else; false
   * by default. Not where the server chose another application protocol than it was sent for (RFC 9846 §4.3.10).
   */
  readonly resendEarlyData?: boolean | undefined;
}

export interface AcceptOptions extends ServerOptions, SocketOptions {}

export interface TlsServerOptions extends ServerOptions, Omit<SocketOptions, 'signal'> {
  /** Connections beyond this number are dropped. */
  readonly maxConnections?: number | undefined;
}

const socketNames = ['handshakeTimeout', 'allowHalfOpen', 'highWaterMark', 'keyLog', 'inspect'] as const;
export const acceptNames = ['signal', ...socketNames] as const;
export const connectNames = [
  ...acceptNames,
  'host',
  'port',
  'path',
  'tcp',
  'transport',
  'sessions',
  'earlyData',
  'resendEarlyData',
] as const;
export const serverNames = [...socketNames, 'maxConnections'] as const;

const tcpNames = ['family', 'localAddress', 'localPort', 'lookup', 'autoSelectFamily', 'keepAlive', 'noDelay'];

const nodeProvider = once(() => createNodeProvider());

/** Native cryptography; TLS 1.3, and TLS 1.2 for peers without it; the roots that Node brings along; its ways to compress. */
export const nodeDefaults: FaceDefaults = {
  provider: nodeProvider,
  versions: [tls13, tls12],
  verifier: rootsVerifier,
  keyFiles: nodeKeyFiles,
  certificateCompression: nodeCompression,
};

/** Roots are read once for each provider: there are more than a hundred. */
const verifiers = new WeakMap<CryptoProvider, PeerVerifier>();

function rootsVerifier(provider: CryptoProvider, options: JudgingOptions): PeerVerifier {
  const trust = { roots: rootCertificates };
  const byStaples = { revocation: stapledRevocation(provider) };
  const common = { provider, now: Date.now };
  if (Object.keys(judgingOf(options)).length > 0) return verifierFor(trust, options, common, byStaples);
  let verifier = verifiers.get(provider);
  if (verifier === undefined) {
    verifier = verifierFor(trust, {}, common, byStaples);
    verifiers.set(provider, verifier);
  }
  return verifier;
}

/** What a socket is told, checked. */
export interface SocketSettings {
  readonly signal: AbortSignal | undefined;
  readonly handshakeTimeout: number;
  readonly allowHalfOpen: boolean;
  readonly highWaterMark: number | undefined;
  readonly keyLog: ((line: string) => void) | undefined;
  readonly inspect: Inspector;
}

export function socketSettings(options: SocketOptions): SocketSettings {
  const { signal, inspect = {}, highWaterMark } = options;
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw invalid(`signal is an AbortSignal, not ${shown(signal)}`);
  }
  checkNames('inspect', inspect, ['record', 'message', 'alert', 'event']);
  for (const [name, handler] of Object.entries(inspect)) optionalFunction(`inspect.${name}`, handler);
  return {
    signal,
    handshakeTimeout: integer('handshakeTimeout', options.handshakeTimeout, 0, 0x7fff_ffff, 30_000),
    allowHalfOpen: boolean('allowHalfOpen', options.allowHalfOpen, false),
    highWaterMark: highWaterMark === undefined ? undefined : integer('highWaterMark', highWaterMark, 1, 0x3fff_ffff, 0),
    keyLog: optionalFunction('keyLog', options.keyLog),
    inspect,
  };
}

/** Where to connect to, or what to run over: exactly one of them. */
export type Destination =
  | { readonly transport: Duplex }
  | { readonly path: string }
  | { readonly host: string; readonly port: number; readonly tcp: TcpOptions };

export function destination({ transport, path, host, port, tcp }: ConnectOptions): Destination {
  const given = Object.entries({ transport, path, port }).filter(([, value]) => value !== undefined);
  if (given.length === 0) throw invalid('where to connect to must be said: port (and host), path, or transport');
  if (given.length > 1) throw invalid(`${given.map(([name]) => name).join(' and ')} exclude one another`);
  if (port === undefined) {
    if (host !== undefined || tcp !== undefined) {
      throw invalid(`${host === undefined ? 'tcp' : 'host'} goes with port; for the name of the server say servername`);
    }
    return path === undefined ? { transport: checkTransport(transport) } : { path };
  }
  if (host !== undefined && (typeof host !== 'string' || host === ''))
    throw invalid(`host is a name, not ${shown(host)}`);
  if (tcp !== undefined) checkNames('tcp', tcp, tcpNames);
  return { host: host ?? 'localhost', port: integer('port', port, 1, 65_535, 0), tcp: tcp ?? {} };
}

export function sessionStore({ sessions }: ConnectOptions): ClientSessionStore | undefined {
  if (sessions === undefined || sessions === false) return undefined;
  if (typeof sessions?.put !== 'function' || typeof sessions.take !== 'function') {
    throw invalid('sessions has functions put and take, such as a MemorySessionStore, or is false');
  }
  return sessions;
}

/** Streams of other makes than Node's own are as good. */
export function checkTransport(transport: unknown): Duplex {
  const duplex = transport as Duplex;
  const methods = ['on', 'once', 'write', 'end', 'cork', 'uncork', 'pause', 'resume', 'destroy'] as const;
  if (typeof transport !== 'object' || transport === null || methods.some(name => typeof duplex[name] !== 'function')) {
    throw invalid(`transport is a Duplex stream, not ${shown(transport)}`);
  }
  if (duplex.readableObjectMode || duplex.writableObjectMode) throw invalid('transport carries objects, not bytes');
  if (duplex.readableEncoding) throw invalid('transport has an encoding, and would give text for bytes');
  return duplex;
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
