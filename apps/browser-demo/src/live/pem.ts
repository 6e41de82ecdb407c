/** A certificate from a file as text (RFC 7468): what is PEM already stays what it is. */
export function asPem(bytes: Uint8Array): string {
  // A SEQUENCE, and no text.
  if (bytes[0] !== 0x30) return new TextDecoder().decode(bytes);
  const base64 = btoa(Array.from(bytes, byte => String.fromCharCode(byte)).join(''));
  return `-----BEGIN CERTIFICATE-----\n${base64.replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`;
}
