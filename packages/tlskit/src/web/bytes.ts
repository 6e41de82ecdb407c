/** Bytes of others, in whatever view. */

/** Undefined for what is none. */
export function bytesOf(chunk: unknown): Uint8Array | undefined {
  if (chunk instanceof Uint8Array) return chunk;
  if (ArrayBuffer.isView(chunk)) return new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  return chunk instanceof ArrayBuffer ? new Uint8Array(chunk) : undefined;
}

/** Bytes behind content in the buffer that it was opened into: its type, padding that is not worth a copy, and a tag. */
const BEHIND = 64;

/** Whether there is nothing else in its buffer, but for what was behind it in its record. */
export function fillsItsBuffer(bytes: Uint8Array): bytes is Uint8Array<ArrayBuffer> {
  const { buffer, byteOffset, length } = bytes;
  return byteOffset === 0 && length > BEHIND && buffer.byteLength - length <= BEHIND && buffer instanceof ArrayBuffer;
}
