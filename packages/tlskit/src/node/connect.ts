/** Connections, one at a time: to a server, or over any transport in either role. */
import { type ConnectOpts, connect as netConnect, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type ClientEngineConfig, createServerEngine, type ServerEngineConfig } from '@tlskit/tls-engine';
import { clientEngines } from '../connection/client-engines.ts';
import { type ConnectionSettings, connectionSettings, type ResumptionOptions } from '../connection/settings.ts';
import type { ConnectionInfo } from '../info.ts';
import { checkNames } from '../options/check.ts';
import { clientConfig } from '../options/client-config.ts';
import { serverConfig } from '../options/server-config.ts';
import { clientOptionNames, pick, serverOptionNames } from '../options.ts';
import { DirectInput, readsDirectly } from './direct-input.ts';
import {
  type AcceptOptions,
  acceptNames,
  type ConnectOptions,
  checkTransport,
  connectNames,
  type Destination,
  destination,
  nodeDefaults,
} from './options.ts';
import { TlsSocket } from './socket.ts';

/**
 * Connects to a server. It is verified by the roots that Node brings along (`tls.rootCertificates`) unless `trust` says
 * otherwise, and must be the one that `host`, `servername` or `verifyName` names.
 * @param listener for 'secureConnect'
 * @throws TlsError `ERR_TLS_INVALID_OPTION`; whatever else goes wrong is the socket's 'error'
 */
export function connect(options: ConnectOptions, listener?: (info: ConnectionInfo) => void): TlsSocket {
  checkNames('connect', options, [...clientOptionNames, ...connectNames]);
  // Options that are none are found before anything goes out.
  const settings = connectionSettings(options);
  const target = destination(options);
  const config = clientConfig(pick(options, clientOptionNames), nodeDefaults, { host: hostOf(target) });
  return clientSocket(target, config, settings, options, listener);
}

/** The host that a name is taken from, where none is said. */
export function hostOf(target: Destination): string | undefined {
  return 'host' in target ? target.host : undefined;
}

/** @throws TlsError `ERR_TLS_INVALID_OPTION` */
export function clientSocket(
  target: Destination,
  config: ClientEngineConfig,
  settings: ConnectionSettings,
  resumption: ResumptionOptions,
  listener: ((info: ConnectionInfo) => void) | undefined,
): TlsSocket {
  const engines = clientEngines(config, resumption, serverKey(target, config));
  const input = readsDirectly && !('transport' in target) ? new DirectInput() : undefined;
  const transport = open(target, settings.signal, input);
  const socket = new TlsSocket({ ...settings, ...engines, transport, input, provider: config.provider });
  if (listener !== undefined) socket.once('secureConnect', listener);
  return socket;
}

/** Is the server on a transport that somebody else accepted. @throws TlsError `ERR_TLS_INVALID_OPTION` */
export function accept(transport: Duplex, options: AcceptOptions): TlsSocket {
  checkNames('accept', options, [...serverOptionNames, ...acceptNames]);
  const config = serverConfig(pick(options, serverOptionNames), nodeDefaults);
  return serverSocket(checkTransport(transport), config, connectionSettings(options));
}

/** @param input where the transport's bytes come from, if not by its events */
export function serverSocket(
  transport: Duplex,
  config: ServerEngineConfig,
  settings: ConnectionSettings,
  input?: DirectInput,
): TlsSocket {
  return new TlsSocket({
    ...settings,
    transport,
    input,
    provider: config.provider,
    createEngine: (emitSecrets, handlers) => createServerEngine({ ...config, emitSecrets }, handlers),
  });
}

/** What sessions are kept under: where the server is found, or for a transport of the caller's, what it is called. */
function serverKey(target: Destination, { serverName, peerName }: ClientEngineConfig): string {
  if ('transport' in target) return serverName ?? peerName ?? '';
  return 'path' in target ? target.path : `${target.host}:${target.port}`;
}

function open(target: Destination, signal: AbortSignal | undefined, input: DirectInput | undefined): Duplex {
  if ('transport' in target) return target.transport;
  // Nothing goes out for a connection that nobody wants any more.
  if (signal?.aborted) return new Socket();
  const onread = input?.onread as ConnectOpts['onread'];
  if ('path' in target) return netConnect({ path: target.path, allowHalfOpen: true, onread });
  const { host, port, tcp } = target;
  const given = Object.fromEntries(Object.entries(tcp).filter(([, value]) => value !== undefined));
  // Records go out whole: to hold them back for more would only delay them.
  return netConnect({ noDelay: true, ...given, host, port, allowHalfOpen: true, onread });
}
