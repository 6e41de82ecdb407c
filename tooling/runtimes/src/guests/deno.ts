/** Deno: its connections are pairs of streams. */
import type { ByteStreams } from 'tlskit/web';
import { serveLines } from './lines.ts';

/** What is used of it (docs.deno.com). */
interface Deno {
  connect(options: { readonly hostname: string; readonly port: number }): Promise<ByteStreams>;
  listen(options: { readonly hostname: string; readonly port: number }): Listener;
}

interface Listener {
  readonly addr: { readonly port: number };
  accept(): Promise<ByteStreams>;
  close(): void;
}

const deno = (globalThis as unknown as { readonly Deno: Deno }).Deno;

serveLines({
  dial: ({ port }) => deno.connect({ hostname: '127.0.0.1', port }),
  listen(accepted) {
    const listener = deno.listen({ hostname: '127.0.0.1', port: 0 });
    void listener.accept().then(connection => {
      listener.close();
      accepted(connection);
    });
    return listener.addr.port;
  },
});
