/** Connections over any pair of streams of bytes, in either role. */
import { type ClientEngineConfig, createServerEngine } from '@tlskit/tls-engine';
import { clientEngines } from '../connection/client-engines.ts';
import { type ConnectionOptions, connectionSettings, type ResumptionOptions } from '../connection/settings.ts';
import { checkNames } from '../options/check.ts';
import { clientConfig } from '../options/client-config.ts';
import type { FaceDefaults } from '../options/common-config.ts';
import { serverConfig } from '../options/server-config.ts';
import { clientOptionNames, pick, serverOptionNames } from '../options.ts';
import { type ConnectionListeners, TlsConnection } from './connection.ts';
import {
  type AcceptTlsOptions,
  acceptNames,
  checkedStreams,
  listenersOf,
  type StartTlsOptions,
  startNames,
} from './options.ts';
import type { ByteStreams } from './transport.ts';

/** @throws TlsError `ERR_TLS_INVALID_OPTION` */
export function start(transport: ByteStreams, options: StartTlsOptions, defaults: FaceDefaults): TlsConnection {
  checkNames('startTls', options, [...clientOptionNames, ...startNames]);
  const streams = checkedStreams(transport);
  return clientConnection(streams, clientConfig(pick(options, clientOptionNames), defaults), options);
}

/** @throws TlsError `ERR_TLS_INVALID_OPTION` */
export function clientConnection(
  streams: ByteStreams,
  config: ClientEngineConfig,
  options: ConnectionOptions & ResumptionOptions & ConnectionListeners,
): TlsConnection {
  return new TlsConnection({
    ...connectionSettings(options),
    ...listenersOf(options),
    ...clientEngines(config, options, config.serverName ?? config.peerName ?? ''),
    streams,
    provider: config.provider,
  });
}

/** @throws TlsError `ERR_TLS_INVALID_OPTION` */
export function accept(transport: ByteStreams, options: AcceptTlsOptions, defaults: FaceDefaults): TlsConnection {
  checkNames('acceptTls', options, [...serverOptionNames, ...acceptNames]);
  const streams = checkedStreams(transport);
  const config = serverConfig(pick(options, serverOptionNames), defaults);
  return new TlsConnection({
    ...connectionSettings(options),
    ...listenersOf(options),
    createEngine: (emitSecrets, handlers) => createServerEngine({ ...config, emitSecrets }, handlers),
    streams,
    provider: config.provider,
  });
}
