/** Bun: its sockets call handlers, of which streams are made here. */
import type { ByteStreams } from 'tlskit/web';
import { serveLines } from './lines.ts';

/** What is used of it (bun.com/docs/api/tcp). */
interface BunSocket {
  data: Streams;
  /** @returns bytes that were taken: less than there are where the socket is full; `drain` follows */
  write(bytes: Uint8Array): number;
  end(): void;
  terminate(): void;
  pause(): void;
  resume(): void;
}

interface Handlers {
  open(socket: BunSocket): void;
  data(socket: BunSocket, bytes: Uint8Array): void;
  drain(socket: BunSocket): void;
  end(socket: BunSocket): void;
  close(socket: BunSocket): void;
  error(socket: BunSocket, error: Error): void;
}

interface Options {
  readonly hostname: string;
  readonly port: number;
  readonly allowHalfOpen: boolean;
  readonly socket: Handlers;
}

interface Bun {
  connect(options: Options): Promise<BunSocket>;
  listen(options: Options): { readonly port: number; stop(): void };
}

const bun = (globalThis as unknown as { readonly Bun: Bun }).Bun;

class Streams implements ByteStreams {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
  #input: ReadableStreamDefaultController<Uint8Array> | undefined;
  #output: WritableStreamDefaultController | undefined;
  #drained: (() => void) | undefined;
  #done = false;

  constructor(socket: BunSocket) {
    this.readable = new ReadableStream<Uint8Array>(
      {
        start: controller => {
          this.#input = controller;
        },
        pull: () => socket.resume(),
        cancel: () => {
          this.#done = true;
          socket.resume();
        },
      },
      { highWaterMark: 1 << 16, size: chunk => chunk.length },
    );
    this.writable = new WritableStream<Uint8Array>({
      start: controller => {
        this.#output = controller;
      },
      write: async bytes => {
        for (let rest = bytes; rest.length > 0; ) {
          const taken = socket.write(rest);
          if (taken < 0) throw new Error('the socket is closed');
          rest = rest.subarray(taken);
          if (rest.length > 0) await new Promise<void>(resolve => (this.#drained = resolve));
        }
      },
      close: () => socket.end(),
      abort: () => socket.terminate(),
    });
    this.pauseIfFull = () => {
      if ((this.#input?.desiredSize ?? 1) <= 0) socket.pause();
    };
  }

  readonly pauseIfFull: () => void;

  receive(bytes: Uint8Array): void {
    if (this.#done) return;
    this.#input?.enqueue(bytes.slice());
    this.pauseIfFull();
  }

  drain(): void {
    this.#drained?.();
  }

  end(): void {
    if (this.#done) return;
    this.#done = true;
    this.#input?.close();
  }

  fail(error: Error): void {
    if (!this.#done) this.#input?.error(error);
    this.#done = true;
    this.#output?.error(error);
    this.#drained?.();
  }
}

function handlers(opened: (streams: ByteStreams) => void): Handlers {
  return {
    open(socket) {
      socket.data = new Streams(socket);
      opened(socket.data);
    },
    data: ({ data }, bytes) => data.receive(bytes),
    drain: ({ data }) => data.drain(),
    end: ({ data }) => data.end(),
    close: ({ data }) => {
      data.end();
      data.fail(new Error('the socket was closed'));
    },
    error: ({ data }, error) => data.fail(error),
  };
}

serveLines({
  dial: ({ port }) =>
    new Promise((resolve, reject) => {
      bun.connect({ hostname: '127.0.0.1', port, allowHalfOpen: true, socket: handlers(resolve) }).catch(reject);
    }),
  listen(accepted) {
    const server = bun.listen({
      hostname: '127.0.0.1',
      port: 0,
      allowHalfOpen: true,
      socket: handlers(streams => {
        server.stop();
        accepted(streams);
      }),
    });
    return server.port;
  },
});
