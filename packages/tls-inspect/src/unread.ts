/** Bytes of a direction that wait to be read, maybe for the other direction, which may never come: then all of it waits. */

export class Unread {
  #room = new Uint8Array(0);
  #start = 0;
  #end = 0;

  /** All that waits: a view, good until the next call. */
  get bytes(): Uint8Array {
    return this.#room.subarray(this.#start, this.#end);
  }

  /** Copies them behind what waits. There is always room to spare: what waits is not copied for each part that comes. */
  push(bytes: Uint8Array): void {
    if (this.#end + bytes.length > this.#room.length) this.#makeRoom(bytes.length);
    this.#room.set(bytes, this.#end);
    this.#end += bytes.length;
  }

  /** A copy of the first of them, or of all that there are; they wait no more. */
  take(length: number): Uint8Array {
    const taken = this.bytes.slice(0, length);
    this.#start += taken.length;
    return taken;
  }

  #makeRoom(more: number): void {
    const waiting = this.bytes;
    const needed = waiting.length + more;
    // Where half of the room is used up, it is enough to move to its front.
    const room = 2 * needed <= this.#room.length ? this.#room : new Uint8Array(2 * needed);
    room.set(waiting);
    this.#room = room;
    this.#end = waiting.length;
    this.#start = 0;
  }
}
