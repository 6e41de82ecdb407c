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

/** A socket's own for {@link FIELDS}, by the symbols of this Node; empty where sockets are made otherwise than known here. */
type OnReadFields = ReadonlyMap<symbol, (input: DirectInput) => unknown>;

let fields: OnReadFields | undefined;

/** Copied from a socket that has them, once. */
function fieldsOfOnRead(): OnReadFields {
  const model = new DirectInput();
  const socket: Record<symbol, unknown> = Object(new Socket({ onread: model.onread } as SocketConstructorOpts));
  const symbols = Object.getOwnPropertySymbols(socket).filter(({ description = '' }) => FIELDS.includes(description));
  if (symbols.length !== FIELDS.length) return new Map();
  return new Map(
    symbols.map(symbol => {
      const value = socket[symbol];
      return [symbol, ({ onread }) => (value === model.onread.callback ? onread.callback : value)];
    }),
  );
}

/**
 * The same for a socket that a server has just accepted. `net.Server` passes no `onread` on to its sockets; what that comes to is set
 * here.
 * @returns undefined where sockets are made otherwise than known here: then data comes by events
 */
export function directInputOf(socket: Socket): DirectInput | undefined {
  const handle = (socket as { _handle?: { useUserBuffer?(buffer: Uint8Array): void } })._handle;
  if (!readsDirectly || typeof handle?.useUserBuffer !== 'function') return undefined;
  fields ??= fieldsOfOnRead();
  if (fields.size === 0) return undefined;
  const input = new DirectInput();
  for (const [key, own] of fields) Object.defineProperty(socket, key, { value: own(input), writable: true });
  handle.useUserBuffer(input.onread.buffer);
  return input;
}
