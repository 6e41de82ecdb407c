/** A client of many connections: what they have in common is read and checked once. */
import type { ClientEngineConfig } from '@tlskit/tls-engine';
import {
  type ConnectionOptions,
  connectionNames,
  connectionSettings,
  type ResumptionOptions,
  resumptionNames,
} from '../connection/settings.ts';
import type { ConnectionInfo } from '../info.ts';
import { checkNames } from '../options/check.ts';
import { clientConfigs } from '../options/client-config.ts';
import type { NameOptions } from '../options/peer-name.ts';
import { type ClientOptions, clientOptionNames, pick } from '../options.ts';
import { clientSocket, hostOf } from './connect.ts';
import { type DestinationOptions, destination, destinationNames, nodeDefaults } from './options.ts';
import type { TlsSocket } from './socket.ts';

/** What all connections of a client have in common; what a connection says itself goes before it. */
export interface TlsClientOptions extends ClientOptions, ConnectionOptions, ResumptionOptions {}

/** Where to connect to, whom to expect there, and what is this connection's own. */
export interface TlsClientConnectOptions
  extends DestinationOptions,
    NameOptions,
    ConnectionOptions,
    ResumptionOptions {}

const settingNames = [...connectionNames, ...resumptionNames] as const;
const whomNames = ['servername', 'verifyName'] as const;

/**
 * A client that connects more than once: options are read, keys imported and roots looked for at once, and certificates of servers that
 * it has met are not parsed again. Options that change later do not count: make another client.
 * @throws TlsError `ERR_TLS_INVALID_OPTION`, and what certificates and keys may have
 */
export function createClient(options: TlsClientOptions = {}): TlsClient {
  return new TlsClient(options);
}

export class TlsClient {
  readonly #options: TlsClientOptions;
  readonly #configFor: (whom: NameOptions, host: string | undefined) => ClientEngineConfig;

  /** @internal Made by {@link createClient}. */
  constructor(options: TlsClientOptions) {
    checkNames('createClient', options, [...clientOptionNames, ...settingNames]);
    connectionSettings(options);
    this.#options = pick(options, [...settingNames, ...whomNames]);
    this.#configFor = clientConfigs(pick(options, clientOptionNames), nodeDefaults);
  }

  /**
   * As `connect`, with the options of this client.
   * @param listener for 'secureConnect'
   * @throws TlsError `ERR_TLS_INVALID_OPTION`; whatever else goes wrong is the socket's 'error'
   */
  connect(options: TlsClientConnectOptions, listener?: (info: ConnectionInfo) => void): TlsSocket {
    checkNames('connect of a client', options, [...destinationNames, ...whomNames, ...settingNames]);
    const all = { ...this.#options, ...said(options) };
    const target = destination(options);
    const config = this.#configFor(all, hostOf(target));
    return clientSocket(target, config, connectionSettings(all), all, listener);
  }
}

/** `undefined` is as good as absent. */
function said<T extends object>(options: T): T {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;
}
