import type { Channel } from '../stacks/channel.ts';

/** A WebSocket that is open: to the gateway, and from there to the port of a server. */
export async function openWebSocket(port: number): Promise<WebSocket> {
  const socket = new WebSocket(`ws://${location.host}/${port}`);
  socket.binaryType = 'arraybuffer';
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve(), { once: true });
    socket.addEventListener('error', () => reject(new Error('the WebSocket failed')), { once: true });
  });
  return socket;
}

/** Bytes that a WebSocket may hold before a writer has to wait. */
const FULL = 1 << 20;

export function overWebSocket(socket: WebSocket): Channel {
  return {
    send: data => socket.send(data as Uint8Array<ArrayBuffer>),
    // It has no event that says so.
    async drained() {
      while (socket.bufferedAmount > FULL && socket.readyState === WebSocket.OPEN) {
        await new Promise(resolve => setTimeout(resolve, 1));
      }
    },
    listen(data, ended) {
      socket.addEventListener('message', event => data(new Uint8Array(event.data as ArrayBuffer)));
      socket.addEventListener('close', () => ended(new Error('the connection ended')));
    },
    close: () => socket.close(),
  };
}
