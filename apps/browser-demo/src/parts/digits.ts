/** Bytes as text. */

/** Two digits a byte, with spaces between. */
export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join(' ');
}
