import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { Counter } from './counter.ts';
import type { BenchConnection } from './stack.ts';

/** Bytes of a write. */
const PIECE = 65_536;

/** A connection over a Node stream whose handshake is complete with this event. */
export async function overDuplex(socket: Duplex, ready: string): Promise<BenchConnection> {
  const counter = new Counter();
  socket.on('data', (chunk: Uint8Array) => counter.add(chunk.length));
  socket.on('error', error => counter.fail(error));
  socket.on('close', () => counter.fail(new Error('the connection ended')));
  await once(socket, ready);
  return {
    received: bytes => counter.reached(bytes),
    write: data => writeAll(socket, data),
    close: () => socket.destroy(),
  };
}

/** In pieces, and not without a rest where the stream says that it is full. */
export async function writeAll(socket: Duplex, data: Uint8Array): Promise<void> {
  for (let at = 0; at < data.length; at += PIECE) {
    if (!socket.write(data.subarray(at, at + PIECE))) await once(socket, 'drain');
  }
}
