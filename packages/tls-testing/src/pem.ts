/** The textual encoding of RFC 7468. */

/** One PEM block, ending in a line feed. */
export function toPem(label: string, der: Uint8Array): string {
  const base64 = btoa(Array.from(der, byte => String.fromCharCode(byte)).join(''));
  const lines = base64.match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
