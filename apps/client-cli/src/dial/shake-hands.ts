/** One connection over a route, its handshake complete. */
import { UsageError } from '@tlskit/cli-kit';
import { type ConnectionInfo, TlsError } from 'tlskit';
import type { TlsSocket } from 'tlskit/node';
import { failureOf, timeoutFailure } from '../connect/failure.ts';
import type { Failure } from '../connect/findings.ts';
import type { Deadline } from '../deadline.ts';
import { type Dialed, dial } from './dial.ts';
import { DialError, dialFailure } from './error.ts';
import type { Route } from './route.ts';

export interface Secured {
  /** Its errors need no listener. */
  readonly socket: TlsSocket;
  readonly info: ConnectionInfo;
  readonly dialed: Dialed;
  /** Milliseconds from the ClientHello to the end of the handshake. */
  readonly handshakeTime: number;
}

/**
 * @param begin begins TLS on what was dialed
 * @throws DialError, TlsError; UsageError for what the library does not take
 */
export async function shakeHands(
  route: Route,
  signal: AbortSignal,
  begin: (dialed: Dialed) => TlsSocket,
): Promise<Secured> {
  const dialed = await dial(route, signal);
  const start = performance.now();
  let socket: TlsSocket | undefined;
  const onAbort = (): void => void socket?.destroy();
  try {
    socket = begin(dialed).on('error', () => {});
    signal.addEventListener('abort', onAbort);
    if (signal.aborted) onAbort();
    const info = await socket.opened;
    return { socket, info, dialed, handshakeTime: performance.now() - start };
  } catch (error) {
    if (socket === undefined) dialed.transport.destroy();
    throw error instanceof TlsError && error.kind === 'usage' ? new UsageError(error.message) : error;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** Our last word, whether or not the server answers. */
export async function leave(socket: TlsSocket): Promise<void> {
  if (!socket.destroyed && !socket.writableEnded) await new Promise<void>(resolve => socket.end(resolve));
  socket.destroy();
}

/** What {@link shakeHands} threw, for a report. @throws UsageError */
export function handshakeFailure(error: unknown, deadline: Deadline): Failure {
  if (error instanceof UsageError) throw error;
  if (error instanceof DialError) return dialFailure(error, deadline);
  return deadline.passed ? timeoutFailure(error, deadline.timeout ?? 0, true) : failureOf(error, false);
}
