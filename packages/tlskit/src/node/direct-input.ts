/**
 * TCP connections of our own making read into one buffer, which all of them share: one reads at a time, and what it reads is taken before
 * the next one does. A connection that is idle has no buffer of its own, and one that is busy makes no garbage.
 */
import { Socket, type SocketConstructorOpts } from 'node:net';

/** Bytes that are read at once, at most: a reader that has stopped may find as many in its buffer. */
const READ_SIZE = 1 << 17;

let shared: Uint8Array | undefined;

/** In the words of `net.connect`. */
export interface OnRead {
  readonly buffer: Uint8Array;
  readonly callback: (bytes: number, buffer: Uint8Array) => boolean;
}

export class DirectInput {
  readonly onread: OnRead;
  #receive: ((bytes: Uint8Array) => void) | undefined;

  constructor() {
    shared ??= new Uint8Array(READ_SIZE);
    this.onread = {
      buffer: shared,
      callback: (length, { buffer, byteOffset }) => {
        this.#receive?.(new Uint8Array(buffer, byteOffset, length));
        return true;
      },
    };
  }

  /** @param receive takes bytes, which are gone after the call */
  listen(receive: (bytes: Uint8Array) => void): void {
    this.#receive = receive;
  }
}

/**
 * Whether this runtime reads when there is something to read. Windows is given the buffer of every connection before: nobody may share
 * there; and other runtimes have `node:net` of their own.
 */
export const readsDirectly = process.platform !== 'win32' && !('bun' in process.versions || 'deno' in process.versions);

/** What a socket with `onread` has beside others: where it reads to, who makes such buffers, and who is told. */
const FIELDS = ['kBuffer', 'kBufferGen', 'kBufferCb'];

/**
 * The same for a socket that a server has just accepted. `net.Server` passes no `onread` on to its sockets; what that comes to is copied
 * from a socket that has one.
 * @returns undefined where sockets are made otherwise than known here: then data comes by events
 */
export function directInputOf(socket: Socket): DirectInput | undefined {
  const handle = (socket as { _handle?: { useUserBuffer?(buffer: Uint8Array): void } })._handle;
  if (!readsDirectly || typeof handle?.useUserBuffer !== 'function') return undefined;
  const input = new DirectInput();
  const model: Record<symbol, unknown> = Object(new Socket({ onread: input.onread } as SocketConstructorOpts));
  const keys = Object.getOwnPropertySymbols(model).filter(({ description = '' }) => FIELDS.includes(description));
  if (keys.length !== FIELDS.length) return undefined;
  for (const key of keys) Object.defineProperty(socket, key, { value: model[key], writable: true });
  handle.useUserBuffer(input.onread.buffer);
  return input;
}
