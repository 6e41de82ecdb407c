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
import {
  type ClientOptions,
  clientConfig,
  clientOptionNames,
  type FaceDefaults,
  type Injected,
  pick,
  type ServerOptions,
  serverConfig,
  serverOptionNames,
} from './options.ts';

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

/** A client's engine; call `start()` to begin. @throws TlsError `ERR_TLS_INVALID_OPTION` */
export function createClientEngine(options: ClientEngineOptions, handlers: EngineHandlers = {}): Engine {
  checkNames('createClientEngine', options, [...clientOptionNames, ...engineOptionNames, 'session', 'earlyData']);
  const config = clientConfig(pick(options, clientOptionNames), defaults, pick(options, ['random', 'now']));
  const { session, emitSecrets } = options;
  const earlyData = boolean('earlyData', options.earlyData, false);
  return createClient({ ...config, session, earlyData, emitSecrets: emitSecrets === true }, handlers);
}

/** A server's engine for one connection; call `start()` to begin. @throws TlsError `ERR_TLS_INVALID_OPTION` */
export function createServerEngine(options: ServerEngineOptions, handlers: EngineHandlers = {}): Engine {
  checkNames('createServerEngine', options, [...serverOptionNames, ...engineOptionNames]);
  const config = serverConfig(pick(options, serverOptionNames), defaults, pick(options, ['random', 'now']));
  return createServer({ ...config, emitSecrets: options.emitSecrets === true }, handlers);
}

export { TlsError, type TlsErrorCode } from '@tlskit/tls-alerts';
export type { AlertObservation, Engine, EngineHandlers, EngineVersion, MessageObservation } from '@tlskit/tls-engine';
export { tls12 } from '@tlskit/tls-engine/tls12';
export { tls13 } from '@tlskit/tls-engine/tls13';
export type { Connected, Credential, CredentialQuery, HandshakeEvent, PeerVerifier } from '@tlskit/tls-handshake';
export type { RecordObservation } from '@tlskit/tls-record';
export { type ChannelBindingType, channelBinding } from './channel-binding.ts';
export { type ConnectionInfo, connectionInfo, type Named } from './info.ts';
