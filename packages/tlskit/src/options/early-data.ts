/** What a server takes of early data (RFC 9846 §2.3, §8), as an option. */
import type { ServerEarlyData } from '@tlskit/tls-handshake';
import type { ReplayGuard } from '@tlskit/tls-session';
import { checkNames, integer, invalid } from './check.ts';

/** How early data is taken: it can be recorded and sent again, and has no forward secrecy. */
export interface EarlyDataOptions {
  /** Bytes that a client may send; 16,384 by default. Tickets say so: a ticket that allows more than this is not taken for it. */
  readonly maxSize?: number | undefined;
  /**
   * Keeps what was taken from being taken again: one for all connections that the tickets are good for. Its window is how far
   * the client's clock may be off, and the network late (RFC 9846 §8.3). `createServer` has one in memory by default.
   */
  readonly guard?: ReplayGuard | undefined;
}

/** @param ownGuard of a face that can share one among its connections. @throws TlsError `ERR_TLS_INVALID_OPTION` */
export function serverEarlyData(
  given: EarlyDataOptions | false | undefined,
  ownGuard?: () => ReplayGuard,
): ServerEarlyData | undefined {
  if (given === undefined || given === false) return undefined;
  checkNames('earlyData', given, ['maxSize', 'guard']);
  const guard = given.guard ?? ownGuard?.();
  if (guard === undefined) {
    throw invalid('earlyData has a guard, such as a MemoryReplayGuard, that all connections share');
  }
  if (typeof guard.firstTime !== 'function' || !(guard.window > 0)) {
    throw invalid('guard of earlyData has a function firstTime and a window in milliseconds');
  }
  return { maxSize: integer('maxSize of earlyData', given.maxSize, 1, 2 ** 32 - 1, 16_384), guard };
}
