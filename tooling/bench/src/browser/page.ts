/** What runs in a page: one client, which does what the bench asks of it. */
import { type Length, type Turn, transfer } from '../process/turns.ts';
import { openWebSocket } from './channel.ts';
import { type PageClient, type PageClientName, type PageSettings, pageClients } from './clients.ts';

export interface Page {
  /** Handshakes alone, each over a WebSocket that is open before its time begins. */
  connections(name: PageClientName, settings: PageSettings, port: number, length: Length): Promise<Turn>;
  transfer(
    name: PageClientName,
    settings: PageSettings,
    port: number,
    direction: 'up' | 'down',
    bytes: number,
  ): Promise<Turn>;
}

const clients = new Map<string, Promise<PageClient>>();

function clientOf(name: PageClientName, settings: PageSettings): Promise<PageClient> {
  const key = JSON.stringify([name, settings]);
  const client = clients.get(key) ?? pageClients[name](settings);
  clients.set(key, client);
  return client;
}

const page: Page = {
  async connections(name, settings, port, { milliseconds, atLeast }) {
    const connect = await clientOf(name, settings);
    let elapsed = 0;
    for (let units = 1; ; units++) {
      const socket = await openWebSocket(port);
      const begin = performance.now();
      const connection = await connect(socket);
      await connection.received(1);
      elapsed += performance.now() - begin;
      connection.close();
      if (elapsed >= milliseconds && units >= atLeast) return { units, milliseconds: elapsed };
    }
  },
  async transfer(name, settings, port, direction, bytes) {
    const connect = await clientOf(name, settings);
    const connection = await connect(await openWebSocket(port));
    try {
      await connection.received(1);
      return await transfer(connection, direction, bytes, 1);
    } finally {
      connection.close();
    }
  },
};

Object.assign(globalThis, { page });
