/**
 * tlskit/web: TLS over any pair of streams of bytes, client and server, in browsers, workers and wherever else the platform's streams are.
 */
export { TlsError, type TlsErrorCode } from '@tlskit/tls-alerts';
export { createWebProvider, type WebProvider } from '@tlskit/tls-crypto-web';
export { tls12 } from '@tlskit/tls-engine/tls12';
export { tls13 } from '@tlskit/tls-engine/tls13';
export type { EarlyDataOffer, EarlyDataSource } from '../connection/early-data.ts';
export type { KeyUpdate } from '../connection/events.ts';
export type { ConnectionOptions, Inspector, ResumptionOptions } from '../connection/settings.ts';
export type { ConnectionInfo, Named } from '../info.ts';
export type { TlsClient, TlsClientStartOptions } from './client.ts';
export type { ConnectionListeners, TlsConnection } from './connection.ts';
export { acceptTls, createClient, defaultProvider, startTls } from './defaults.ts';
export type { AcceptTlsOptions, StartTlsOptions } from './options.ts';
export type { ByteStreams } from './transport.ts';
export { webSocketStreams } from './websocket.ts';
