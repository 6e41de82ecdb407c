/** Handshake messages out of records, and whether each reads and writes back (RFC 9846 §4, §5.1). */
import {
  type AnyMessageDef,
  allExtensions,
  clientHello,
  decodeMessage,
  type Extension,
  type ExtensionMessage,
  encodeMessage,
  handshakeMessages12,
  handshakeMessages13,
  isHelloRetryRequest,
  messageByType,
  type ServerHello,
  serverHello,
} from '@tlskit/tls-messages';
import { concat, decode, encode, equalBytes } from '@tlskit/tls-wire';
import type { Report } from './report.ts';

export type Party = 'client' | 'server';

/** Puts together what one side sends; a message may end in a later record than it began in. */
export class HandshakeStream {
  #bytes: Uint8Array = new Uint8Array(0);

  /** The messages that are whole now. */
  push(fragment: Uint8Array): Uint8Array[] {
    this.#bytes = concat(this.#bytes, fragment);
    const messages: Uint8Array[] = [];
    for (;;) {
      const bytes = this.#bytes;
      if (bytes.length < 4) return messages;
      const length = 4 + (((bytes[1] as number) << 16) | ((bytes[2] as number) << 8) | (bytes[3] as number));
      if (bytes.length < length) return messages;
      messages.push(bytes.subarray(0, length));
      this.#bytes = bytes.subarray(length);
    }
  }

  /** Bytes of a message of which not all has come. */
  get pending(): number {
    return this.#bytes.length;
  }
}

/** The RFC's name of a message, HelloRetryRequest told from ServerHello; undefined for an unknown type. */
export function messageName(raw: Uint8Array): string | undefined {
  const name = messageByType(handshakeMessages13, raw[0] as number)?.name;
  if (name !== serverHello.name) return name;
  return isHelloRetryRequest(decodeMessage(serverHello, raw)) ? 'HelloRetryRequest' : name;
}

/** The RFC's name of a message of TLS 1.2; undefined for an unknown type. */
export function messageName12(raw: Uint8Array): string | undefined {
  return messageByType(handshakeMessages12, raw[0] as number)?.name;
}

/** Two items of the report: that the message writes back to its bytes, and that all its known extensions do. */
export function checkMessage(report: Report, what: string, raw: Uint8Array): void {
  checkMessageOf(handshakeMessages13, report, what, raw);
}

/** The same of a message of TLS 1.2. */
export function checkMessage12(report: Report, what: string, raw: Uint8Array): void {
  checkMessageOf(handshakeMessages12, report, what, raw);
}

function checkMessageOf(table: readonly AnyMessageDef[], report: Report, what: string, raw: Uint8Array): void {
  const def = messageByType(table, raw[0] as number);
  if (def === undefined) {
    report.differ(what, `no message of type ${raw[0]} is known`);
    return;
  }
  let value: unknown;
  try {
    value = decodeMessage(def, raw);
    const again = encodeMessage(def, value);
    report.holds(`${what} re-encoded`, equalBytes(again, raw), 'other bytes than were read');
  } catch (error) {
    report.differ(what, `does not decode: ${(error as Error).message}`);
    return;
  }
  const carried =
    table === handshakeMessages12 ? carriedExtensions12(def.name, value) : carriedExtensions(def.name, value);
  if (carried.length === 0) return;
  const wrong = carried.flatMap(({ place, extension }) => extensionFault(place, extension) ?? []);
  report.holds(`${what} extensions`, wrong.length === 0, wrong.join('; '));
}

/** In TLS 1.2 the hellos alone have extensions. */
function carriedExtensions12(name: string, value: unknown): { place: ExtensionMessage; extension: Extension }[] {
  const place = name === clientHello.name ? 'CH' : name === serverHello.name ? 'SH12' : undefined;
  if (place === undefined) return [];
  return (value as ServerHello).extensions.map(extension => ({ place, extension }));
}

function carriedExtensions(name: string, value: unknown): { place: ExtensionMessage; extension: Extension }[] {
  const at = (place: ExtensionMessage, extensions: readonly Extension[]) =>
    extensions.map(extension => ({ place, extension }));
  const message = value as { extensions: readonly Extension[] };
  switch (name) {
    case clientHello.name:
      return at('CH', message.extensions);
    case serverHello.name:
      return at(isHelloRetryRequest(value as ServerHello) ? 'HRR' : 'SH', message.extensions);
    case 'EncryptedExtensions':
      return at('EE', message.extensions);
    case 'CertificateRequest':
      return at('CR', message.extensions);
    case 'NewSessionTicket':
      return at('NST', message.extensions);
    case 'Certificate':
      return (value as { certificate_list: { extensions: readonly Extension[] }[] }).certificate_list.flatMap(entry =>
        at('CT', entry.extensions),
      );
    default:
      return [];
  }
}

/** What is wrong with an extension, if it is a known one. */
function extensionFault(place: ExtensionMessage, { extension_type, extension_data }: Extension): string | undefined {
  const row = allExtensions.row(extension_type);
  if (row === undefined) return undefined;
  const codec = row.in[place];
  if (codec === undefined) return `${row.name} may not stand in ${place}`;
  try {
    const again = encode(codec, decode(codec, extension_data));
    return equalBytes(again, extension_data) ? undefined : `${row.name} writes back to other bytes`;
  } catch (error) {
    return `${row.name} does not decode: ${(error as Error).message}`;
  }
}
