/**
 * Memory that has served is given back at once. The collector would find it late: 16 KiB for each record that is sealed outside of its heap count
 * as if they were in it, so that some megabytes of data make it look through all that is there.
 */
import type { Duplex } from 'node:stream';

/** Bytes from which a buffer is worth it. */
const LARGE = 4096;

let detach: ((buffers: ArrayBuffer[]) => void) | undefined;

/** What was written to a socket of Node's last, while some of it waits there. */
export class Releaser {
  readonly #socket: Pick<Duplex, 'writableLength' | 'destroyed'>;
  #waiting: readonly Uint8Array[] = [];

  constructor(socket: Pick<Duplex, 'writableLength' | 'destroyed'>) {
    this.#socket = socket;
  }

  /**
   * Gives the memory back if the socket holds nothing of it any more: then the system has copied it.
   * @param parts nobody else's; those that have a buffer to themselves are empty afterwards
   * @param drains whether the socket will say when it holds nothing any more: {@link drained} is to be called then
   */
  written(parts: readonly Uint8Array[], drains: boolean): void {
    if (this.#socket.writableLength === 0) this.#release(parts);
    else if (drains) this.#waiting = parts;
  }

  drained(): void {
    const parts = this.#waiting;
    this.#waiting = [];
    if (this.#socket.writableLength === 0) this.#release(parts);
  }

  #release(parts: readonly Uint8Array[]): void {
    if (this.#socket.destroyed) return;
    const buffers: ArrayBuffer[] = [];
    for (const { buffer, byteLength } of parts) {
      if (byteLength >= LARGE && byteLength === buffer.byteLength) buffers.push(buffer as ArrayBuffer);
    }
    if (buffers.length === 0) return;
    detach ??= makeDetach();
    detach(buffers);
  }
}

/** By `transfer` where there is one, from Node 21 on; a port that is closed takes what is sent to it away, and drops it. */
function makeDetach(): (buffers: ArrayBuffer[]) => void {
  const { transfer } = ArrayBuffer.prototype as { transfer?: (this: ArrayBuffer, length: number) => ArrayBuffer };
  if (transfer !== undefined) {
    return buffers => {
      for (const buffer of buffers) transfer.call(buffer, 0);
    };
  }
  const { port1 } = new MessageChannel();
  port1.close();
  return buffers => port1.postMessage(undefined, buffers);
}
