/** Connections over any pair of streams of bytes, in either role. */
import { createServerEngine } from '@tlskit/tls-engine';
import { clientEngines } from '../connection/client-engines.ts';
import { connectionSettings } from '../connection/settings.ts';
import { checkNames } from '../options/check.ts';
import { clientConfig, clientOptionNames, pick, serverConfig, serverOptionNames } from '../options.ts';
import { TlsConnection } from './connection.ts';
import {
  type AcceptTlsOptions,
  acceptNames,
  checkedStreams,
  listenersOf,
  type StartTlsOptions,
  startNames,
  webDefaults,
} from './options.ts';
import type { ByteStreams } from './transport.ts';

/**
 * Is the client of a server at the other end of `transport`, which is the connection's from here on. The server is verified by
 * `trust`, which must be said, and must be the one that `servername` or `verifyName` names.
 * @throws TlsError `ERR_TLS_INVALID_OPTION`; with whatever else goes wrong the connection's promises and streams reject
 */
export function startTls(transport: ByteStreams, options: StartTlsOptions): TlsConnection {
  checkNames('startTls', options, [...clientOptionNames, ...startNames]);
  const streams = checkedStreams(transport);
  const config = clientConfig(pick(options, clientOptionNames), webDefaults);
  return new TlsConnection({
    ...connectionSettings(options),
    ...listenersOf(options),
    ...clientEngines(config, options, config.serverName ?? config.peerName ?? ''),
    streams,
    provider: config.provider,
  });
}

/** Is the server for a client at the other end of `transport`. @throws TlsError `ERR_TLS_INVALID_OPTION` */
export function acceptTls(transport: ByteStreams, options: AcceptTlsOptions): TlsConnection {
  checkNames('acceptTls', options, [...serverOptionNames, ...acceptNames]);
  const streams = checkedStreams(transport);
  const config = serverConfig(pick(options, serverOptionNames), webDefaults);
  return new TlsConnection({
    ...connectionSettings(options),
    ...listenersOf(options),
    createEngine: (emitSecrets, handlers) => createServerEngine({ ...config, emitSecrets }, handlers),
    streams,
    provider: config.provider,
  });
}
