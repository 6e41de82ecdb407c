/** Application-Layer Protocol Negotiation (RFC 7301): names are bytes; here they are strings of those bytes. */
import { TlsError } from '@tlskit/tls-alerts';

/** @throws TlsError `ERR_TLS_INVALID_OPTION` for a name that is empty, over 255 bytes, or not bytes */
export function encodeAlpnName(name: string): Uint8Array {
  const bytes = new Uint8Array(name.length);
  for (let i = 0; i < name.length; i++) bytes[i] = name.charCodeAt(i);
  if (name.length === 0 || name.length > 255 || [...name].some(c => c.charCodeAt(0) > 255)) {
    throw new TlsError('ERR_TLS_INVALID_OPTION', `'${name}' is no ALPN protocol name`);
  }
  return bytes;
}

export function decodeAlpnName(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

/** Names for a message to people: a peer's are any bytes, and any number of them. */
export function showAlpnNames(names: readonly string[]): string {
  const shown = names.slice(0, 8).map(name => `'${name.replace(/[^ -~]/g, escapeByte)}'`);
  return names.length > shown.length ? `${shown.join(', ')} and ${names.length - shown.length} more` : shown.join(', ');
}

function escapeByte(character: string): string {
  return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
}
