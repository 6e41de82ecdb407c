/** What every measured server does on a connection: it says one byte when the connection stands, then takes orders. */
import type { Duplex } from 'node:stream';
import { ORDER } from './orders.ts';

const piece = new Uint8Array(65_536).fill(0x61);

export function serve(socket: Duplex): void {
  let held = Buffer.alloc(0);
  let letter = '';
  let expected = 0;
  socket.on('error', () => {});
  socket.on('data', (data: Buffer) => {
    let rest = data;
    while (rest.length > 0) {
      if (expected > 0) {
        const taken = rest.subarray(0, expected);
        expected -= taken.length;
        rest = rest.subarray(taken.length);
        if (letter === 'R') socket.write(taken);
        else if (expected === 0) socket.write('.');
        continue;
      }
      const needed = ORDER - held.length;
      held = Buffer.concat([held, rest.subarray(0, needed)]);
      rest = rest.subarray(needed);
      if (held.length < ORDER) return;
      letter = held.toString('latin1', 0, 1);
      const bytes = Number(held.readBigUInt64BE(1));
      if (letter === 'D') send(socket, bytes);
      else expected = bytes;
      held = Buffer.alloc(0);
    }
  });
  socket.write('.');
}

/** Makes room for other connections between pieces, and waits where the stream says that it is full. */
function send(socket: Duplex, bytes: number): void {
  if (bytes <= 0 || socket.destroyed) return;
  const part = piece.subarray(0, Math.min(bytes, piece.length));
  const more = () => send(socket, bytes - part.length);
  if (socket.write(part)) setImmediate(more);
  else socket.once('drain', more);
}
