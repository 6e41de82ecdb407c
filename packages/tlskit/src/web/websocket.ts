/** A WebSocket as a pair of streams of bytes, for TLS to somebody behind a gateway that passes bytes on. */
import { TlsError } from '@tlskit/tls-alerts';
import { bytesOf } from './bytes.ts';
import { type ByteStreams, returnsChunks } from './transport.ts';

/** Bytes that a WebSocket may hold before we wait for it to send them: it has no event that says so. */
const MAX_BUFFERED = 1 << 20;

/** Milliseconds between two looks at what a WebSocket holds: at first, and where it has sent nothing for long. */
const [FIRST_LOOK, LAST_LOOK] = [1, 16];

/**
 * The streams of a WebSocket that is open, or is about to be. It is theirs from here on. A WebSocket cannot be told to wait: what it
 * receives is held however slowly it is read.
 *
 * @param socket `binaryType` is set to `arraybuffer`; text that comes is an error
 */
export function webSocketStreams(socket: WebSocket): ByteStreams {
  socket.binaryType = 'arraybuffer';
  let open = socket.readyState === socket.OPEN;
  let opened: (() => void) | undefined;
  let failed: ((error: Error) => void) | undefined;
  const standing = new Promise<void>((resolve, reject) => {
    opened = resolve;
    failed = reject;
  });
  standing.catch(() => {});
  if (open) opened?.();
  let done = false;
  let writable: WritableStreamDefaultController | undefined;
  const readable = new ReadableStream<Uint8Array>({
    start(controller) {
      const fail = (message: string) => {
        if (done) return;
        done = true;
        const error = new TlsError('ERR_TLS_TRANSPORT', message);
        failed?.(error);
        controller.error(error);
        writable?.error(error);
        if (socket.readyState <= socket.OPEN) socket.close();
      };
      socket.addEventListener('open', () => {
        open = true;
        opened?.();
      });
      socket.addEventListener('message', ({ data }: MessageEvent) => {
        if (done) return;
        const bytes = bytesOf(data);
        if (bytes === undefined) fail('the WebSocket gave text for bytes');
        else if (bytes.length > 0) controller.enqueue(bytes);
      });
      socket.addEventListener('error', () => fail('the WebSocket failed'));
      socket.addEventListener('close', ({ code, wasClean }: CloseEvent) => {
        // Who closed it cleanly has no more to say; whether that was all, TLS knows.
        if (!wasClean || !open) return fail(`the WebSocket was closed with code ${code}`);
        if (done) return;
        done = true;
        controller.close();
        writable?.error(new TlsError('ERR_TLS_TRANSPORT', 'the WebSocket was closed'));
      });
      if (socket.readyState > socket.OPEN) fail('the WebSocket is closed');
    },
    cancel() {
      done = true;
      socket.close();
    },
  });
  const writes = new WritableStream<Uint8Array>({
    start(controller) {
      writable = controller;
    },
    async write(bytes) {
      await standing;
      // What is shared memory for some platform's types is none here.
      socket.send(bytes as Uint8Array<ArrayBuffer>);
      if (socket.bufferedAmount > MAX_BUFFERED) await drained(socket);
    },
    // There is no half of a WebSocket to close: close_notify has told the peer, who closes it when it has read all.
    close() {},
    abort() {
      socket.close();
    },
  });
  return { readable, writable: copies(socket) ? returnsChunks(writes) : writes };
}

/**
 * Whether `send` copies what it is given, as a browser's own does. Libraries keep it until it is sent, also where they are the global
 * WebSocket; so does workerd.
 */
function copies({ send }: WebSocket): boolean {
  const inBrowser = 'Window' in globalThis || 'WorkerLocation' in globalThis;
  return inBrowser && send === WebSocket.prototype.send && /\[native code\]\s*\}$/.test(String(send));
}

/** Looks often while it sends: who looks again when all is sent has it stand idle until then. */
async function drained(socket: WebSocket): Promise<void> {
  let pause = FIRST_LOOK;
  while (socket.bufferedAmount > MAX_BUFFERED && socket.readyState === socket.OPEN) {
    const before = socket.bufferedAmount;
    await new Promise(resolve => setTimeout(resolve, pause));
    pause = socket.bufferedAmount < before ? FIRST_LOOK : Math.min(2 * pause, LAST_LOOK);
  }
}
