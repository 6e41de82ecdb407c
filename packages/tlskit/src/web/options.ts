/** The options of the web face: what becomes of the streams, beside what every face takes. */
import {
  type ConnectionOptions,
  connectionNames,
  type ResumptionOptions,
  resumptionNames,
} from '../connection/settings.ts';
import { invalid, optionalFunction, shown } from '../options/check.ts';
import type { ClientOptions, ServerOptions } from '../options.ts';
import type { ConnectionListeners } from './connection.ts';
import type { ByteStreams } from './transport.ts';

/** Trust must be said: nothing is trusted by default. */
export interface StartTlsOptions extends ClientOptions, ConnectionOptions, ResumptionOptions, ConnectionListeners {}

export interface AcceptTlsOptions extends ServerOptions, ConnectionOptions, ConnectionListeners {}

const listenerNames = ['onSession', 'onEarlyData', 'onKeyUpdate', 'onRenegotiated'] as const;

export const acceptNames = [...connectionNames, ...listenerNames] as const;
export const startNames = [...acceptNames, ...resumptionNames] as const;

/** @throws TlsError `ERR_TLS_INVALID_OPTION` */
export function listenersOf(options: ConnectionListeners): ConnectionListeners {
  return Object.fromEntries(listenerNames.map(name => [name, optionalFunction(name, options[name])]));
}

/** @throws TlsError `ERR_TLS_INVALID_OPTION` for what are no streams, and for streams that somebody else reads or writes */
export function checkedStreams(streams: unknown): ByteStreams {
  const { readable, writable } = (streams ?? {}) as Partial<ByteStreams>;
  if (typeof readable?.getReader !== 'function' || typeof writable?.getWriter !== 'function') {
    throw invalid(`a transport is { readable, writable }, not ${shown(streams)}`);
  }
  if (readable.locked || writable.locked) throw invalid('the streams of the transport are in use');
  return { readable, writable };
}
