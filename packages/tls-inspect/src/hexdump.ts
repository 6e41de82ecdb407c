/** Bytes as hexadecimal digits with their offsets and, where they have one, their ASCII form. */
import { toHex } from '@tlskit/tls-wire';

/** Sixteen bytes a line: offset, two digits a byte, and the printable ones of ASCII. No line end after the last. */
export function hexdump(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += 16) {
    const row = bytes.subarray(at, at + 16);
    const text = String.fromCharCode(...row.map(byte => (byte >= 0x20 && byte < 0x7f ? byte : 0x2e)));
    lines.push(`${offsetOf(at)}  ${spaced(row).padEnd(47)}  ${text}`);
  }
  return lines.join('\n');
}

/** Two digits a byte, with spaces between. */
export function spaced(bytes: Uint8Array): string {
  return toHex(bytes).replace(/..(?=.)/g, '$& ');
}

/** At least four digits. */
export function offsetOf(at: number): string {
  return at.toString(16).padStart(4, '0');
}
