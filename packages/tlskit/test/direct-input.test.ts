import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect as connectTcp, createServer, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { type DirectInput, directInputOf, readsDirectly } from '../src/node/direct-input.ts';
import { closed, dial, listening, stop, until } from './support.ts';

const open: { destroy(): void }[] = [];
afterEach(() => {
  for (const socket of open.splice(0)) socket.destroy();
});

async function acceptOne(): Promise<{ peer: Socket; input: DirectInput | undefined; socket: Socket }> {
  const server = createServer({ allowHalfOpen: true });
  // As a server does: within the event.
  const accepted = new Promise<{ socket: Socket; input: DirectInput | undefined }>(resolve => {
    server.on('connection', socket => resolve({ socket, input: directInputOf(socket) }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const peer = connectTcp((server.address() as AddressInfo).port, '127.0.0.1');
  const pair = { peer, ...(await accepted) };
  server.close();
  open.push(peer, pair.socket);
  return pair;
}

describe.runIf(readsDirectly)('a socket that a server accepted', () => {
  it('reads into the buffer of all, and stops when it is told', async () => {
    const { peer, socket, input } = await acceptOne();
    if (input === undefined) throw new Error('sockets of this Node are made otherwise: see directInputOf');
    const views: Uint8Array[] = [];
    const texts: string[] = [];
    let events = 0;
    socket.on('data', () => events++);
    input.listen(bytes => {
      views.push(bytes);
      texts.push(Buffer.from(bytes).toString());
    });
    peer.write('one');
    await until(() => texts.length === 1);
    socket.pause();
    peer.write('two');
    await new Promise(resolve => setTimeout(resolve, 50));
    expect(texts).toEqual(['one']);
    socket.resume();
    await until(() => texts.length === 2);
    expect(texts).toEqual(['one', 'two']);
    expect(views[0]?.buffer).toBe(views[1]?.buffer);
    expect(events).toBe(0);
    peer.end();
    await once(socket, 'end');
  });
});

it('is not for what is no socket of this kind', () => {
  expect(directInputOf(new Duplex({ read() {} }) as unknown as Socket)).toBeUndefined();
});

it('what is read from many connections at once is each its own, and stays as it was', async () => {
  const messages = Array.from({ length: 8 }, () => randomBytes(200_000));
  const { server, port } = await listening({}, socket => {
    socket.pipe(socket);
  });
  const kept = await Promise.all(
    messages.map(async message => {
      const client = dial(port);
      const chunks: Buffer[] = [];
      client.on('data', chunk => chunks.push(chunk));
      client.end(message);
      await closed(client);
      return chunks;
    }),
  );
  // Looked at when all have been read.
  for (const [i, chunks] of kept.entries()) expect(Buffer.concat(chunks).equals(messages[i] as Buffer)).toBe(true);
  await stop(server);
});
