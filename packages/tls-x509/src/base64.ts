/** Base64 (RFC 4648 §4), strictly: padded, nothing between, and no bits beyond the last octet. */

/** The octets, or undefined for text that is not exactly their encoding. */
export function decodeBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
  const binary = atob(text);
  const last = text.replace(/=+$/, '').at(-1);
  const spare = text.endsWith('==') ? 15 : text.endsWith('=') ? 3 : 0;
  if (last !== undefined && (alphabet.indexOf(last) & spare) !== 0) return undefined;
  const octets = new Uint8Array(binary.length);
  for (let i = 0; i < octets.length; i++) octets[i] = binary.charCodeAt(i);
  return octets;
}

export function encodeBase64(octets: Uint8Array): string {
  let binary = '';
  for (const octet of octets) binary += String.fromCharCode(octet);
  return btoa(binary);
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
