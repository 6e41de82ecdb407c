export { TlsError, type TlsErrorCode } from '@tlskit/tls-alerts';
export { tls12 } from '@tlskit/tls-engine/tls12';
export { tls13 } from '@tlskit/tls-engine/tls13';
export type { EarlyDataOffer, EarlyDataSource } from '../connection/early-data.ts';
export type { ConnectionOptions, Inspector, ResumptionOptions } from '../connection/settings.ts';
export type { ConnectionInfo, Named } from '../info.ts';
export { createClient, TlsClient, type TlsClientConnectOptions, type TlsClientOptions } from './client.ts';
export { nodeCompression } from './compression.ts';
export { accept, connect } from './connect.ts';
export type { TlsSocketEvents } from './events.ts';
export { keyFromKeyObject } from './key-object.ts';
export type {
  AcceptOptions,
  ConnectOptions,
  DestinationOptions,
  TcpOptions,
  TlsServerOptions,
} from './options.ts';
export { createServer, type RemoteAddress, TlsServer, type TlsServerEvents } from './server.ts';
export { TlsSocket } from './socket.ts';
export { extraRoots, nodeRoots, type Roots, type StoreOptions, systemRoots } from './trust-stores.ts';
