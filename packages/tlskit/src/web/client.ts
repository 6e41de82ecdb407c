/** A client of many connections over streams: what they have in common is read and checked once. */
import type { ClientEngineConfig } from '@tlskit/tls-engine';
import { type ConnectionOptions, connectionSettings, type ResumptionOptions } from '../connection/settings.ts';
import { checkNames } from '../options/check.ts';
import { clientConfigs } from '../options/client-config.ts';
import type { FaceDefaults } from '../options/common-config.ts';
import type { NameOptions } from '../options/peer-name.ts';
import { clientOptionNames, pick } from '../options.ts';
import type { ConnectionListeners, TlsConnection } from './connection.ts';
import { checkedStreams, listenersOf, type StartTlsOptions, startNames } from './options.ts';
import { clientConnection } from './start-tls.ts';
import type { ByteStreams } from './transport.ts';

/** Whom to expect, and what is this connection's own. */
export interface TlsClientStartOptions extends NameOptions, ConnectionOptions, ResumptionOptions, ConnectionListeners {}

const whomNames = ['servername', 'verifyName'] as const;

/**
 * A client that connects more than once: options are read, keys imported and roots looked for at once, and certificates of servers that
 * it has met are not parsed again. Options that change later do not count: make another client.
 */
export class TlsClient {
  readonly #options: TlsClientStartOptions;
  readonly #configFor: (whom: NameOptions, host: string | undefined) => ClientEngineConfig;

  /** @internal Made by `createClient`. */
  constructor(options: StartTlsOptions, defaults: FaceDefaults) {
    checkNames('createClient', options, [...clientOptionNames, ...startNames]);
    connectionSettings(options);
    listenersOf(options);
    this.#options = pick(options, [...startNames, ...whomNames]);
    this.#configFor = clientConfigs(pick(options, clientOptionNames), defaults);
  }

  /**
   * As `startTls`, with the options of this client; what a connection says itself goes before them.
   * @throws TlsError `ERR_TLS_INVALID_OPTION`; with whatever else goes wrong the connection's promises and streams reject
   */
  startTls(transport: ByteStreams, options: TlsClientStartOptions = {}): TlsConnection {
    checkNames('startTls of a client', options, [...whomNames, ...startNames]);
    const said = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
    const all = { ...this.#options, ...said };
    return clientConnection(checkedStreams(transport), this.#configFor(all, undefined), all);
  }
}
