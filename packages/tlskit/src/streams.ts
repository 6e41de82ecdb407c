/**
 * tlskit/streams: `tlskit/web` without defaults, for bundles that carry what they name and nothing else. Provider and versions must be said.
 */
import type { CryptoProvider } from '@tlskit/tls-crypto';
import type { EngineVersion } from '@tlskit/tls-engine';
import { invalid } from './options/check.ts';
import type { FaceDefaults } from './options/common-config.ts';
import { TlsClient } from './web/client.ts';
import type { TlsConnection } from './web/connection.ts';
import type { AcceptTlsOptions, StartTlsOptions } from './web/options.ts';
import { accept, start } from './web/start-tls.ts';
import type { ByteStreams } from './web/transport.ts';

/** What has no default here. */
export interface RequiredOptions {
  readonly provider: CryptoProvider;
  /** Best first: `[tls13Client]` of `@tlskit/tls-engine/tls13` is the least. */
  readonly versions: readonly EngineVersion[];
}

/** Is the client of a server at the other end of `transport`, as that of `tlskit/web` is. @throws TlsError `ERR_TLS_INVALID_OPTION` */
export function startTls(transport: ByteStreams, options: StartTlsOptions & RequiredOptions): TlsConnection {
  return start(transport, options, noDefaults);
}

/** A client of many connections, as that of `tlskit/web` is. @throws TlsError `ERR_TLS_INVALID_OPTION` */
export function createClient(options: StartTlsOptions & RequiredOptions): TlsClient {
  return new TlsClient(options, noDefaults);
}

/** Is the server for a client at the other end of `transport`. @throws TlsError `ERR_TLS_INVALID_OPTION` */
export function acceptTls(transport: ByteStreams, options: AcceptTlsOptions & RequiredOptions): TlsConnection {
  return accept(transport, options, noDefaults);
}

const noDefaults: FaceDefaults = {
  provider() {
    throw invalid('provider must be said: there is none by default');
  },
  get versions(): never {
    throw invalid('versions must be said, such as [tls13]: there are none by default');
  },
};

export { TlsError, type TlsErrorCode } from '@tlskit/tls-alerts';
export type { ConnectionInfo } from './info.ts';
export type { TlsClient, TlsClientStartOptions } from './web/client.ts';
export type { ConnectionListeners, TlsConnection } from './web/connection.ts';
export type { AcceptTlsOptions, StartTlsOptions } from './web/options.ts';
export type { ByteStreams } from './web/transport.ts';
export { webSocketStreams } from './web/websocket.ts';
