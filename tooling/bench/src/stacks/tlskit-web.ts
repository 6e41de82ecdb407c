/** `tlskit/web`, over a socket's events as streams of the web platform. */
import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { CryptoProvider } from '@tlskit/tls-crypto';
import { createClient } from 'tlskit/web';
import { host, Lacking, type Stack } from './stack.ts';
import { overStreams } from './streams.ts';
import { openTcp } from './tcp.ts';
import { choices } from './tlskit.ts';

export function tlskitWeb(provider: CryptoProvider, crypto: string): Stack {
  return {
    name: 'tlskit/web',
    crypto,
    client({ port, identity, group, suite }) {
      const trust = { roots: identity.root };
      const common = createClient({ provider, trust, servername: host, ...choices(group, suite) });
      return {
        async connect(beginning) {
          if (beginning !== 'full') throw new Lacking('not tried');
          const socket = await openTcp(port);
          const connection = common.startTls(streamsOf(socket));
          await connection.opened;
          return overStreams(connection, () => socket.destroy());
        },
      };
    },
  };
}

/** Where backpressure goes down to the socket. */
function streamsOf(socket: Socket): { readable: ReadableStream<Uint8Array>; writable: WritableStream<Uint8Array> } {
  return {
    readable: new ReadableStream<Uint8Array>(
      {
        start(controller) {
          socket.on('data', chunk => {
            controller.enqueue(chunk);
            if ((controller.desiredSize ?? 0) <= 0) socket.pause();
          });
          socket.on('close', () => {
            try {
              controller.close();
            } catch {
              // It was cancelled.
            }
          });
          socket.on('error', () => {});
        },
        pull: () => void socket.resume(),
        cancel: () => void socket.destroy(),
      },
      { highWaterMark: 1 << 18, size: chunk => chunk.length },
    ),
    writable: new WritableStream<Uint8Array>({
      async write(chunk) {
        if (!socket.write(chunk)) await once(socket, 'drain');
      },
      close: () => void socket.end(),
      abort: () => void socket.destroy(),
    }),
  };
}
