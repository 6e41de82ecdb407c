import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { type BenchConnection, Counter } from '../client.ts';

/** A connection over a Node stream whose handshake is complete with this event. */
export async function overDuplex(socket: Duplex, ready: string): Promise<BenchConnection> {
  const counter = new Counter();
  socket.on('data', (chunk: Uint8Array) => counter.add(chunk.length));
  socket.on('error', error => counter.fail(error));
  await once(socket, ready);
  return {
    received: bytes => counter.reached(bytes),
    async write(data) {
      for (let at = 0; at < data.length; at += 65_536) {
        if (!socket.write(data.subarray(at, at + 65_536))) await once(socket, 'drain');
      }
    },
    close: () => socket.destroy(),
  };
}
