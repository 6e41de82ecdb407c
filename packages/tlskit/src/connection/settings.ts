/** What every face may be told of a connection, beside what goes into the handshake. */
import type { EngineHandlers } from '@tlskit/tls-engine';
import type { ClientSessionStore } from '@tlskit/tls-session';
import { boolean, checkNames, integer, invalid, optionalFunction, shown } from '../options/check.ts';
import type { EarlyDataSource } from './early-data.ts';

/** Looks at what goes on: every record, handshake message and alert, and events, secrets included. */
export type Inspector = Pick<EngineHandlers, 'record' | 'message' | 'alert' | 'event'>;

export interface ConnectionOptions {
  /** Ends the connection, in whatever state it is, with the error `ABORT_ERR`. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds that the handshake may take once the transport stands; 30,000 by default, 0 for no end. */
  readonly handshakeTimeout?: number | undefined;
  /** Whether to go on writing after the peer has ended its side; false by default. */
  readonly allowHalfOpen?: boolean | undefined;
  /** The bytes that are buffered before backpressure sets in, each way. */
  readonly highWaterMark?: number | undefined;
  /** Takes the lines of a key log (RFC 9850), without line ends. Whoever has them can read the connection. */
  readonly keyLog?: ((line: string) => void) | undefined;
  readonly inspect?: Inspector | undefined;
}

export const connectionNames = [
  'signal',
  'handshakeTimeout',
  'allowHalfOpen',
  'highWaterMark',
  'keyLog',
  'inspect',
] as const;

/** What a client may be told of sessions. */
export interface ResumptionOptions {
  /**
   * Where sessions to resume are kept: one is taken from here, and those that the server gives are put here. None are kept
   * by default, or with false: who resumes is known again to the server (RFC 9846 §C.4).
   */
  readonly sessions?: ClientSessionStore | false | undefined;
  /**
   * What to send with the ClientHello if a session allows it: whole, or not at all (RFC 9846 §2.3). Somebody may record it and send
   * it again, and it lacks forward secrecy: only what does no harm if it happens twice. `earlyDataSent` of the connection says
   * whether it went; if it did not, it is the caller's to write, or to leave.
   */
  readonly earlyData?: EarlyDataSource | undefined;
  /**
   * Whether early data that could not be sent, or was rejected, is written when the handshake is complete, before all else; false
   * by default. Not where the server chose another application protocol than it was sent for (RFC 9846 §4.3.10).
   */
  readonly resendEarlyData?: boolean | undefined;
}

export const resumptionNames = ['sessions', 'earlyData', 'resendEarlyData'] as const;

/** What a connection is told, checked. */
export interface ConnectionSettings {
  readonly signal: AbortSignal | undefined;
  readonly handshakeTimeout: number;
  readonly allowHalfOpen: boolean;
  readonly highWaterMark: number | undefined;
  readonly keyLog: ((line: string) => void) | undefined;
  readonly inspect: Inspector;
}

/** @throws TlsError `ERR_TLS_INVALID_OPTION` */
export function connectionSettings(options: ConnectionOptions): ConnectionSettings {
  const { signal, inspect = {}, highWaterMark } = options;
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw invalid(`signal is an AbortSignal, not ${shown(signal)}`);
  }
  checkNames('inspect', inspect, ['record', 'message', 'alert', 'event']);
  for (const [name, handler] of Object.entries(inspect)) optionalFunction(`inspect.${name}`, handler);
  return {
    signal,
    handshakeTimeout: integer('handshakeTimeout', options.handshakeTimeout, 0, 0x7fff_ffff, 30_000),
    allowHalfOpen: boolean('allowHalfOpen', options.allowHalfOpen, false),
    highWaterMark: highWaterMark === undefined ? undefined : integer('highWaterMark', highWaterMark, 1, 0x3fff_ffff, 0),
    keyLog: optionalFunction('keyLog', options.keyLog),
    inspect,
  };
}

/** @throws TlsError `ERR_TLS_INVALID_OPTION` */
export function sessionStore({ sessions }: ResumptionOptions): ClientSessionStore | undefined {
  if (sessions === undefined || sessions === false) return undefined;
  if (typeof sessions?.put !== 'function' || typeof sessions.take !== 'function') {
    throw invalid('sessions has functions put and take, such as a MemorySessionStore, or is false');
  }
  return sessions;
}
