/** TCP to a server of the bench. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Channel } from './channel.ts';
import { address } from './stack.ts';

/** A connection that waits for no acknowledgements of small segments. */
export async function openTcp(port: number): Promise<Socket> {
  const socket = connect(port, address);
  socket.setNoDelay(true);
  await once(socket, 'connect');
  return socket;
}

export function overTcp(socket: Socket): Channel {
  return {
    send: data => void socket.write(data),
    async drained() {
      if (socket.writableNeedDrain) await once(socket, 'drain');
    },
    listen(data, ended) {
      socket.on('data', data);
      socket.on('error', ended);
      socket.on('close', () => ended(new Error('the connection ended')));
    },
    close: () => void socket.destroy(),
  };
}
