/**
 * The peer of the measured clients, in a process of its own: node:tls, the same for all.
 * A client says what it wants in nine bytes: `D` and a number of bytes to be sent, `U` and a number that it will send.
 */
import { createServer, type TLSSocket } from 'node:tls';

const chunk = new Uint8Array(65_536).fill(0x61);

process.on('message', ({ key, cert }: { key: string; cert: string }) => {
  const server = createServer({ key, cert, minVersion: 'TLSv1.3' }, serve);
  server.on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as { port: number }).port }));
});

function serve(socket: TLSSocket): void {
  let command = Buffer.alloc(0);
  let expected = 0;
  socket.on('error', () => {});
  socket.on('data', (data: Buffer) => {
    let rest = data;
    while (rest.length > 0) {
      if (expected > 0) {
        const taken = Math.min(expected, rest.length);
        expected -= taken;
        rest = rest.subarray(taken);
        if (expected === 0) socket.write('.');
        continue;
      }
      const needed = 9 - command.length;
      command = Buffer.concat([command, rest.subarray(0, needed)]);
      rest = rest.subarray(needed);
      if (command.length < 9) return;
      const bytes = Number(command.readBigUInt64BE(1));
      if (command[0] === 0x44) send(socket, bytes);
      else expected = bytes;
      command = Buffer.alloc(0);
    }
  });
}

function send(socket: TLSSocket, bytes: number): void {
  if (bytes <= 0 || socket.destroyed) return;
  const part = chunk.subarray(0, Math.min(bytes, chunk.length));
  const more = () => send(socket, bytes - part.length);
  if (socket.write(part)) setImmediate(more);
  else socket.once('drain', more);
}
