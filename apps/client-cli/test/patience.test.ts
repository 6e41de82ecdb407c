import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, it } from 'vitest';
import { losePatience } from '../src/patience.ts';
import { deferred, tcpServer } from './support.ts';

/** Stands still, as a machine does that others use. */
function block(milliseconds: number): void {
  const begin = performance.now();
  while (performance.now() - begin < milliseconds);
}

/** A way to a port of this process. @returns the port to go by */
const ways: Readonly<Record<string, (port: number) => Promise<number>>> = {
  'by itself': async port => port,
  'through a proxy of this process': port =>
    tcpServer(socket => {
      const onwards = connect(port, '127.0.0.1').on('error', () => {});
      socket.pipe(onwards).pipe(socket);
    }),
};

it.each(Object.keys(ways))('is not lost with a server whose answer is there when the time is over, %s', async way => {
  const server = deferred<Socket>();
  const client = connect(await ways[way]!(await tcpServer(server.resolve)), '127.0.0.1');
  const other = await server.promise;
  const events: string[] = [];
  const stopWaiting = losePatience(5, () => events.push('silent'));
  client.once('data', () => {
    events.push('answer');
    stopWaiting();
  });
  other.write('here');
  block(20);
  await once(client, 'data');
  await new Promise(resolve => setTimeout(resolve, 10));
  expect(events).toEqual(['answer']);
  client.destroy();
});

it('is lost with one that says nothing, and not when nobody waits any more', async () => {
  const lost = deferred<void>();
  const events: string[] = [];
  const stopWaiting = losePatience(5, () => events.push('nobody'));
  losePatience(10, lost.resolve);
  stopWaiting();
  await lost.promise;
  expect(events).toEqual([]);
});
