/** What carries bytes for clients that have no transport of their own: TCP in Node, a WebSocket in a page. */
import type { Counter } from './counter.ts';
import type { BenchConnection } from './stack.ts';

export interface Channel {
  send(data: Uint8Array): void;
  /** Waits while it is full. */
  drained(): Promise<void>;
  /** @param ended for whatever reason */
  listen(data: (bytes: Uint8Array) => void, ended: (reason: Error) => void): void;
  close(): void;
}

/** The longest record: some clients make one of each write, whatever its length. */
const RECORD = 16_384;

/** A client that is given its data in writes of one record each. */
export function overChannel(
  channel: Pick<Channel, 'drained' | 'close'>,
  counter: Counter,
  write: (data: Uint8Array) => Promise<unknown> | unknown,
): BenchConnection {
  return {
    received: bytes => counter.reached(bytes),
    async write(data) {
      for (let at = 0; at < data.length; at += RECORD) {
        await write(data.subarray(at, at + RECORD));
        await channel.drained();
      }
    },
    close: () => channel.close(),
  };
}
