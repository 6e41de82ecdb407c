/** Application-Layer Protocol Negotiation (RFC 7301): names are bytes; here they are strings of those bytes. */
import { TlsError } from '@tlskit/tls-alerts';
import { alpnRow, type Extension, findExtension, isGrease, makeExtension } from '@tlskit/tls-messages';
import type { ClientConfig, ServerConfig } from './config.ts';
import { illegal } from './errors.ts';
import type { AnswerMessage } from './parameters.ts';
import type { ReceivedHello } from './version.ts';

/** The client's part of a ClientHello. */
export function offerAlpn({ alpn }: ClientConfig): Extension[] {
  return alpn.length === 0 ? [] : [makeExtension(alpnRow, 'CH', { protocol_name_list: alpn.map(encodeAlpnName) })];
}

/** The one protocol that the server chose, which must be one of ours (RFC 7301 §3.1) unless the configuration says otherwise. */
export function agreedAlpn(
  { alpn, alpnMismatch }: ClientConfig,
  message: AnswerMessage,
  extensions: readonly Extension[],
) {
  const list = findExtension(extensions, alpnRow, message)?.protocol_name_list;
  if (list === undefined) return undefined;
  const [name, ...others] = list.map(decodeAlpnName);
  if (name === undefined || others.length > 0) throw illegal('the server chose several protocols', 'RFC 7301 §3.1');
  // RFC 8701 §3.1: a reserved name is refused, whatever else is accepted.
  const reserved = name.length === 2 && isGrease((name.charCodeAt(0) << 8) | name.charCodeAt(1));
  if (!reserved && (alpn.includes(name) || alpnMismatch === 'accept')) return name;
  throw illegal(`the server chose ${showAlpnNames([name])}, which was not offered`, 'RFC 7301 §3.1');
}

/** RFC 7301 §3.2: our order decides; no protocol in common is fatal, unless the configuration says otherwise. */
export function chooseAlpn(config: ServerConfig, received: ReceivedHello): string | undefined {
  const { alpn, alpnMismatch, selectAlpn } = config;
  const offered = findExtension(received.hello.extensions, alpnRow, 'CH')?.protocol_name_list.map(decodeAlpnName);
  if (offered === undefined || (alpn.length === 0 && selectAlpn === undefined)) return undefined;
  const protocol = selectAlpn === undefined ? alpn.find(name => offered.includes(name)) : selectAlpn(offered, received);
  if (protocol !== undefined && !offered.includes(protocol)) {
    throw new TlsError(
      'ERR_TLS_INTERNAL',
      `selectAlpn gave ${showAlpnNames([protocol])}, which the client did not offer`,
    );
  }
  if (protocol === undefined && alpnMismatch === 'refuse') {
    throw new TlsError('ERR_TLS_NO_APPLICATION_PROTOCOL', `the client offers ${showAlpnNames(offered)} only`);
  }
  return protocol;
}

/** The server's answer. */
export function answerAlpn(message: AnswerMessage, alpn: string | undefined): Extension[] {
  return alpn === undefined ? [] : [makeExtension(alpnRow, message, { protocol_name_list: [encodeAlpnName(alpn)] })];
}

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
