/**
 * Moves data: standard input to the peer, the peer's data to standard output, each as fast as the other side takes it.
 *
 * The end of the input closes our side (close_notify), and the peer's answer is awaited. The end of the peer's data closes
 * our side too, whatever the input may still have to say.
 */
import type { Readable, Writable } from 'node:stream';
import type { TlsSocket } from 'tlskit/node';
import { losePatience } from '../patience.ts';

export interface RelayOptions {
  /** Absent when nothing is to be said: then our side is closed at once. */
  readonly stdin?: Readable;
  /** Absent to throw away what the peer says. */
  readonly stdout?: Writable;
  /** Whether a line feed goes out as CR LF. */
  readonly crlf?: boolean;
  /** Ends the exchange, in order. */
  readonly signal: AbortSignal;
}

/** Milliseconds to wait for the close of a peer to whom nothing was said, and for our own close to go out. */
const PATIENCE = 2000;

/** @throws TlsError of the connection, Error of standard input or output */
export async function relay(socket: TlsSocket, { stdin, stdout, signal, crlf }: RelayOptions): Promise<void> {
  const lines = crlf ? withCrlf() : (chunk: Buffer) => chunk;
  let spoke = false;
  let isLeaving = false;
  let stopWaiting = (): void => {};
  const cleanUp: (() => void)[] = [];
  const listen = (stream: Readable | Writable, event: string, listener: (...args: never[]) => void): void => {
    stream.on(event, listener as () => void);
    cleanUp.push(() => stream.off(event, listener as () => void));
  };
  try {
    await new Promise<void>((resolve, reject) => {
      const waitAtMost = (): void => {
        stopWaiting();
        stopWaiting = losePatience(PATIENCE, resolve);
      };
      /** Our last word; then it is over, whether the peer is done or not. */
      const leave = (): void => {
        isLeaving = true;
        stdin?.pause();
        socket.resume();
        socket.end(resolve);
        waitAtMost();
      };
      const closeOurSide = (): void => {
        if (socket.writableEnded) return;
        socket.end();
        // Who was told nothing may have nothing to answer, and may leave it to us to hang up.
        if (!spoke) waitAtMost();
      };

      // Of what happened before there was somebody to listen, no event tells any more.
      if (socket.errored) reject(socket.errored);
      else if (socket.destroyed) resolve();
      listen(socket, 'error', reject);
      listen(socket, 'close', resolve);
      listen(socket, 'end', leave);
      listen(socket, 'data', (chunk: Buffer) => {
        if (stdout === undefined || isLeaving) return;
        if (!spoke && socket.writableEnded) waitAtMost();
        if (!stdout.write(chunk)) socket.pause();
      });

      if (stdout !== undefined) {
        listen(stdout, 'drain', () => socket.resume());
        listen(stdout, 'error', (error: NodeJS.ErrnoException) => {
          // Who reads our output has heard enough: that is an end, and no failure.
          if (error.code === 'EPIPE') leave();
          else reject(new Error(`standard output: ${error.message}`, { cause: error }));
        });
      }

      const fail = (error: Error): void => reject(new Error(`standard input: ${error.message}`, { cause: error }));
      if (stdin === undefined || stdin.readableEnded) closeOurSide();
      else if (stdin.errored) fail(stdin.errored);
      else if (stdin.destroyed) closeOurSide();
      else {
        listen(socket, 'drain', () => stdin.resume());
        listen(stdin, 'data', (chunk: Buffer) => {
          if (isLeaving || socket.writableEnded) return;
          spoke = true;
          if (!socket.write(lines(chunk))) stdin.pause();
        });
        listen(stdin, 'end', closeOurSide);
        listen(stdin, 'close', closeOurSide);
        listen(stdin, 'error', fail);
      }

      if (signal.aborted) leave();
      signal.addEventListener('abort', leave);
      cleanUp.push(() => signal.removeEventListener('abort', leave));
    });
  } finally {
    stopWaiting();
    for (const stop of cleanUp) stop();
    stdin?.pause();
    // Errors of what is being thrown away have nobody to go to.
    socket.on('error', () => {}).destroy();
  }
}

/** Puts CR before each LF that has none, whatever chunks they come in. */
function withCrlf(): (chunk: Buffer) => Buffer {
  let isBehindCr = false;
  return chunk => {
    const text = chunk.toString('latin1');
    const first = isBehindCr && text.startsWith('\n') ? '\n' : '';
    isBehindCr = text.endsWith('\r');
    return Buffer.from(first + text.slice(first.length).replace(/(?<!\r)\n/g, '\r\n'), 'latin1');
  };
}
