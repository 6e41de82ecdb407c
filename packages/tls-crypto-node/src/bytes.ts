/** Between node's Buffers and the plain byte arrays that the provider gives out. */

/**
 * The same memory as a plain Uint8Array: `slice` of a Buffer would share memory, against what the type says.
 * (node:crypto's results have memory of their own, not of the Buffer pool.)
 */
export function plain(buffer: Uint8Array): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}

export function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url');
}

export function fromBase64url(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'base64url'));
}
