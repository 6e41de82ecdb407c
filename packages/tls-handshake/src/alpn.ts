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
