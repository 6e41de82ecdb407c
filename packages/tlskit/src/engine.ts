/**
 * TLS without I/O, with the options of the other faces: bytes go in, bytes and events come out. For transports that no
 * face knows, and for tests: only here may time and randomness come from outside.
 */
import { withExtras } from '@tlskit/tls-crypto';
import { createNobleProvider } from '@tlskit/tls-crypto-noble';
import { hybridGroups } from '@tlskit/tls-crypto-noble/pq';
import {
  createClientEngine as createClient,
  createServerEngine as createServer,
  type Engine,
  type EngineHandlers,
} from '@tlskit/tls-engine';
import { tls13 } from '@tlskit/tls-engine/tls13';
import type { ClientSession } from '@tlskit/tls-session';
import { boolean, checkNames } from './options/check.ts';
import { clientConfigs } from './options/client-config.ts';
import type { FaceDefaults, Injected } from './options/common-config.ts';
import type { NameOptions } from './options/peer-name.ts';
import { serverConfig } from './options/server-config.ts';
import { type ClientOptions, clientOptionNames, pick, type ServerOptions, serverOptionNames } from './options.ts';

interface EngineOptions extends Injected {
  /** Whether secrets are told as events, for a key log (RFC 9850). */
  readonly emitSecrets?: boolean | undefined;
}

/** Trust must be said; the portable provider, with the hybrid groups, is the default. `random` and `now` are for tests: keys come of them. */
export interface ClientEngineOptions extends ClientOptions, EngineOptions {
  /** A session to resume, if it fits: the engine's from here on, who wipes its key. It came as an event of another engine. */
  readonly session?: ClientSession | undefined;
  /** Whether `writeEarly` may be called where the session allows early data (RFC 9846 §2.3); false by default, for it can be replayed. */
  readonly earlyData?: boolean | undefined;
}

/** The portable provider, with the hybrid groups, is the default. `random` and `now` are for tests: keys come of them. */
export interface ServerEngineOptions extends ServerOptions, EngineOptions {}

const engineOptionNames = ['random', 'now', 'emitSecrets'] as const;

const defaults: FaceDefaults = { provider: () => withExtras(createNobleProvider(), hybridGroups), versions: [tls13] };

/** What is a client's own for one connection of many. */
export interface ClientEngineOfMany extends NameOptions, Pick<ClientEngineOptions, 'session' | 'earlyData'> {}

const ownNames = ['servername', 'verifyName', 'session', 'earlyData'] as const;

/** A client's engine; call `start()` to begin. @throws TlsError `ERR_TLS_INVALID_OPTION` */
export function createClientEngine(options: ClientEngineOptions, handlers: EngineHandlers = {}): Engine {
  const { session, earlyData, ...others } = options;
  return createClientEngines(others)({ ...pick(options, ['servername', 'verifyName']), session, earlyData }, handlers);
}

/**
 * Engines of a client that connects more than once: options are read and checked, and roots looked for, once; whom a connection talks to, and
 * what it resumes, is its own.
 * @throws TlsError `ERR_TLS_INVALID_OPTION`, as does what is returned
 */
export function createClientEngines(
  options: Omit<ClientEngineOptions, 'session' | 'earlyData'>,
): (own?: ClientEngineOfMany, handlers?: EngineHandlers) => Engine {
  checkNames('a client engine', options, [...clientOptionNames, ...engineOptionNames]);
  const configFor = clientConfigs(pick(options, clientOptionNames), defaults, pick(options, ['random', 'now']));
  const whom = pick(options, ['servername', 'verifyName']);
  const emitSecrets = options.emitSecrets === true;
  return (own = {}, handlers = {}) => {
    checkNames('an engine of many', own, ownNames);
    const earlyData = boolean('earlyData', own.earlyData, false);
    const config = configFor({ ...whom, ...pick(own, ['servername', 'verifyName']) }, undefined);
    return createClient({ ...config, session: own.session, earlyData, emitSecrets }, handlers);
  };
}

/** A server's engine for one connection; call `start()` to begin. @throws TlsError `ERR_TLS_INVALID_OPTION` */
export function createServerEngine(options: ServerEngineOptions, handlers: EngineHandlers = {}): Engine {
  return createServerEngines(options)(handlers);
}

/** A server's engines, one for each connection: options are read and checked once. @throws TlsError `ERR_TLS_INVALID_OPTION` */
export function createServerEngines(options: ServerEngineOptions): (handlers?: EngineHandlers) => Engine {
  checkNames('a server engine', options, [...serverOptionNames, ...engineOptionNames]);
  const given = serverConfig(pick(options, serverOptionNames), defaults, pick(options, ['random', 'now']));
  const config = { ...given, emitSecrets: options.emitSecrets === true };
  return (handlers = {}) => createServer(config, handlers);
}

export { TlsError, type TlsErrorCode } from '@tlskit/tls-alerts';
export type { AlertObservation, Engine, EngineHandlers, EngineVersion, MessageObservation } from '@tlskit/tls-engine';
export { tls12 } from '@tlskit/tls-engine/tls12';
export { tls13 } from '@tlskit/tls-engine/tls13';
export type { Connected, Credential, CredentialQuery, HandshakeEvent, PeerVerifier } from '@tlskit/tls-handshake';
export type { RecordObservation } from '@tlskit/tls-record';
export { type ChannelBindingType, channelBinding } from './channel-binding.ts';
export { type ConnectionInfo, connectionInfo, type Named } from './info.ts';
