/** What is done with a client once it is connected. Whatever it sends, and however it leaves, is its own affair. */
import type { Client } from './observe/client.ts';
import type { Mode } from './options/settings.ts';
import { serveWww } from './www/serve.ts';
import type { Site } from './www/site.ts';

export const modes: Readonly<Record<Mode, (client: Client, site: Site) => void>> = {
  www: serveWww,
  echo({ socket }) {
    socket.pipe(socket);
  },
  discard({ socket }) {
    socket.resume();
  },
};
