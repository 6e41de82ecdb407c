/** Node: its sockets as streams of the web. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { Writable } from 'node:stream';
import { ReadableStream } from 'node:stream/web';
import type { ByteStreams } from 'tlskit/web';
import { serveLines } from './lines.ts';

/** By `Duplex.toWeb` the readable half would not end before the writable one on Node 20. */
function streamsOf(socket: Socket): ByteStreams {
  const readable = ReadableStream.from(socket.iterator({ destroyOnReturn: false }));
  return { readable, writable: Writable.toWeb(socket) } as unknown as ByteStreams;
}

serveLines({
  async dial({ port }) {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    await once(socket, 'connect');
    return streamsOf(socket);
  },
  async listen(accepted) {
    const server = createServer({ allowHalfOpen: true }, socket => {
      server.close();
      accepted(streamsOf(socket));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  },
});
