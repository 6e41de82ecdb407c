/** From a route to the stream on which TLS begins. */
import type { Duplex } from 'node:stream';
import { DialError, type DialStep } from './error.ts';
import type { Route } from './route.ts';
import { connectTcp } from './tcp.ts';

/** What TLS begins on. It is the caller's from here on. */
export interface Dialed {
  /** Nothing of it was read, and its errors need no listener: what fails is destroyed. */
  readonly transport: Duplex;
  readonly remote: Remote;
  readonly times: DialTimes;
}

/** What TCP reached. */
export interface Remote {
  readonly address: string;
  readonly port: number;
}

/** Milliseconds; undefined for what there was no need of. */
export interface DialTimes {
  readonly lookup: number | undefined;
  readonly tcp: number;
  /** All of it together. */
  readonly total: number;
}

/**
 * Connects. Each step that is not taken to its end leaves nothing open.
 * @param signal ends it at any step; once it is there, the transport knows nothing of it
 * @throws DialError whatever goes wrong, with the step that failed; `ABORT_ERR` where it was the signal
 */
export async function dial(route: Route, signal: AbortSignal): Promise<Dialed> {
  const start = performance.now();
  const step: DialStep = 'tcp';
  let transport: Duplex | undefined;
  try {
    const { socket, lookupTime, tcpTime } = await connectTcp(route.destination, route, signal);
    transport = socket;
    const remote = { address: socket.remoteAddress ?? '', port: socket.remotePort ?? route.destination.port };
    return { transport, remote, times: { lookup: lookupTime, tcp: tcpTime, total: performance.now() - start } };
  } catch (error) {
    transport?.destroy();
    throw DialError.from(step, error);
  }
}
