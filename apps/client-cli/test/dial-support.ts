/** Routes to servers of a test, and what became of their connections. */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { parse } from '@tlskit/cli-kit';
import { dial } from '../src/dial/dial.ts';
import type { DialError } from '../src/dial/error.ts';
import { dialOptions, type Route, routeTo } from '../src/dial/route.ts';

/** The route that a command line gives. */
export function route(...args: readonly string[]): Route {
  const { values, positionals } = parse(dialOptions, args);
  return routeTo(positionals[0] as string, values);
}

export const never: AbortSignal = new AbortController().signal;

/** Why nothing comes of a route. */
export async function failure(to: Route, signal: AbortSignal = never): Promise<DialError> {
  return dial(to, signal).then(
    ({ transport }) => {
      transport.destroy();
      throw new Error('it was dialed');
    },
    error => error as DialError,
  );
}

/** A port on which nobody listens. */
export async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

/** When the client is gone, whichever way. */
export function gone(socket: Socket): Promise<void> {
  return new Promise(resolve => {
    const done = () => resolve();
    socket.on('error', done).on('end', done).on('close', done).resume();
  });
}
