/** A connection over streams of the web platform, however they are made. */
import { Counter } from './counter.ts';
import type { BenchConnection } from './stack.ts';

/** Bytes of a write. */
const PIECE = 65_536;

export function overStreams(
  { readable, writable }: { readable: ReadableStream<Uint8Array>; writable: WritableStream<Uint8Array> },
  close: () => void,
): BenchConnection {
  const counter = new Counter();
  const [reader, writer] = [readable.getReader(), writable.getWriter()];
  const pump = async () => {
    for (let { value } = await reader.read(); value !== undefined; { value } = await reader.read()) {
      counter.add(value.length);
    }
  };
  pump().catch(error => counter.fail(error as Error));
  writer.closed.catch(() => {});
  return {
    received: bytes => counter.reached(bytes),
    async write(data) {
      for (let at = 0; at < data.length; at += PIECE) await writer.write(data.subarray(at, at + PIECE));
    },
    close,
  };
}
