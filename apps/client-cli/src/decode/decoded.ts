/** What bytes are, and what is in them: captures, records and messages of TLS, and the forms of DER. */
import { UsageError } from '@tlskit/cli-kit';
import {
  createDecoder,
  decodeMessages,
  type MessageEntry,
  NO_KEYS,
  type RecordEntry,
  type Section,
  type Sender,
} from '@tlskit/tls-inspect';
import { annotateDer, type DerForm, derFormOf } from '@tlskit/tls-inspect/der';
import { isCapture, type ReadConnection, readCapture } from '@tlskit/tls-inspect/pcapng';
import { openers12 } from '@tlskit/tls-inspect/tls12';
import { type KeyLogSecrets, parseKeyLog } from '@tlskit/tls-keyschedule';
import { HandshakeType, ProtocolVersion } from '@tlskit/tls-messages';
import { provider } from '../cert/provider.ts';
import type { Input } from './input.ts';
import type { DecodeSettings, Kind } from './options.ts';

/** What is malformed, and where. */
export interface Fault {
  readonly message: string;
  /** In bytes of the item, or of a capture; null where it is not a place. */
  readonly offset: number | null;
}

/** One thing that was decoded. */
export type Item = DerItem | MessagesItem | ConnectionItem;

export interface DerItem {
  readonly kind: DerForm;
  /** That of PEM; null where there is none. */
  readonly label: string | null;
  readonly section: Section;
  readonly fault: Fault | undefined;
}

export interface MessagesItem {
  readonly kind: 'messages';
  readonly messages: readonly MessageEntry[];
  readonly fault: Fault | undefined;
}

export interface ConnectionItem {
  readonly kind: 'connection';
  /** From 1; 1 for records that are of no capture. */
  readonly number: number;
  /** Undefined for records that are of no capture. */
  readonly ends: Pick<ReadConnection, 'client' | 'server' | 'gaps'> | undefined;
  /** Bytes that were said before TLS began, STARTTLS for instance. */
  readonly before: number;
  readonly entries: readonly RecordEntry[];
  readonly fault: Fault | undefined;
}

export interface Decoded {
  readonly items: readonly Item[];
  /** Packets of a capture that were passed over, by why; undefined where there are none to pass over. */
  readonly skipped: ReadonlyMap<string, number> | undefined;
  /** What is wrong with the whole. */
  readonly fault: Fault | undefined;
}

/** @param keyLog text of a key log @throws UsageError for bytes of which nobody knows what they are */
export function decode(input: Input, settings: DecodeSettings, keyLog: string): Decoded {
  const { blocks, bytes } = input;
  if (input.form === 'pem') {
    const items = blocks.map(({ label, der, headers }) =>
      derItem(der, headers.length > 0 ? 'der' : (derKind(settings.kind) ?? pemForms.get(label) ?? 'der'), label),
    );
    return { items, skipped: undefined, fault: undefined };
  }
  const kind = settings.kind ?? kindOf(bytes);
  if (kind === 'capture') return decodeCapture(bytes, settings, keyLog);
  const one = (item: Item): Decoded => ({ items: [item], skipped: undefined, fault: undefined });
  if (kind === 'messages') return one(messagesItem(bytes, settings));
  if (kind !== 'records') return one(derItem(bytes, kind, null));
  const sender = settings.sender ?? (bytes[HEADER_LENGTH] === HandshakeType.values.server_hello ? 'server' : 'client');
  const secrets = parseKeyLog(keyLog);
  return one(connectionItem([{ sender, bytes }], secrets, { number: 1, ends: undefined, before: 0 }));
}

/** The most records that are decoded, of all connections together: each takes some kilobytes, though it may be empty itself. */
const MAX_RECORDS = 1 << 18;

/** Bytes of a record's header. */
const HEADER_LENGTH = 5;

function kindOf(bytes: Uint8Array): Kind {
  if (isCapture(bytes)) return 'capture';
  if (beginsRecord(bytes)) return 'records';
  const form = derFormOf(bytes);
  if (form !== undefined) return form;
  const isMessage = HandshakeType.nameOf(bytes[0] ?? 255) !== undefined && bytes.length >= 4;
  if (
    isMessage &&
    decodeMessages(bytes, { sender: 'client', version: TLS13 }).every(
      ({ error }) => !error?.includes('is not all there'),
    )
  ) {
    return 'messages';
  }
  throw new UsageError('it is not to be found out what this is: say so by --as, or how it is written by --from');
}

const TLS13 = ProtocolVersion.values['TLS 1.3'];

/** A record header that TLS could have sent (RFC 9846 §5.1). */
function beginsRecord([type = 0, major, minor = 255, high = 255]: Uint8Array): boolean {
  // change_cipher_spec, alert, handshake, application_data, heartbeat.
  return type >= 20 && type <= 24 && major === 3 && minor <= 4 && high <= 0x48;
}

/** What stands under the labels of RFC 7468 and of OpenSSL. */
const pemForms: ReadonlyMap<string, DerForm> = new Map([
  ['CERTIFICATE', 'certificate'],
  ['X509 CERTIFICATE', 'certificate'],
  ['X509 CRL', 'crl'],
  ['CERTIFICATE REQUEST', 'csr'],
  ['NEW CERTIFICATE REQUEST', 'csr'],
  ['PRIVATE KEY', 'private-key'],
  ['ENCRYPTED PRIVATE KEY', 'encrypted-key'],
  ['EC PRIVATE KEY', 'ec-key'],
  ['RSA PRIVATE KEY', 'rsa-key'],
  ['PUBLIC KEY', 'public-key'],
  ['PKCS7', 'pkcs7'],
  ['CMS', 'pkcs7'],
  ['OCSP RESPONSE', 'ocsp-response'],
]);

function derKind(kind: Kind | undefined): DerForm | undefined {
  return kind === 'capture' || kind === 'records' || kind === 'messages' ? undefined : kind;
}

function derItem(bytes: Uint8Array, kind: DerForm, label: string | null): DerItem {
  const { section, error } = annotateDer(bytes, kind);
  const more = section.fields.length > 1 && kind !== 'der' ? section.fields[1] : undefined;
  const fault =
    error !== undefined
      ? { message: error.message, offset: error.offset }
      : more !== undefined
        ? { message: `${bytes.length - more.start} bytes too many`, offset: more.start }
        : bytes.length === 0
          ? { message: 'nothing at all', offset: 0 }
          : undefined;
  return { kind, label, section, fault };
}

function messagesItem(bytes: Uint8Array, { sender, version }: DecodeSettings): MessagesItem {
  const fromServer = new Set<number | undefined>([
    HandshakeType.values.server_hello,
    HandshakeType.values.encrypted_extensions,
    HandshakeType.values.certificate_request,
    HandshakeType.values.new_session_ticket,
  ]);
  const messages = decodeMessages(bytes, {
    sender: sender ?? (fromServer.has(bytes[0]) ? 'server' : 'client'),
    version: ProtocolVersion.values[`TLS ${version}`],
  });
  let offset = 0;
  for (const { error, section } of messages) {
    if (error !== undefined) return { kind: 'messages', messages, fault: { message: error, offset } };
    offset += section.bytes.length;
  }
  return { kind: 'messages', messages, fault: undefined };
}

function decodeCapture(bytes: Uint8Array, { connection: wanted }: DecodeSettings, keyLog: string): Decoded {
  if (!isCapture(bytes)) throw new UsageError('this is no capture: neither pcap nor pcapng');
  const { connections, keyLog: inside, skipped, error } = readCapture(bytes);
  const secrets = parseKeyLog(`${keyLog}\n${inside}`);
  if (wanted !== undefined && connections[wanted] === undefined) {
    throw new UsageError(`--connection ${wanted + 1}: there are ${connections.length} connections`);
  }
  let left = MAX_RECORDS;
  const items = connections.flatMap((connection, i) => {
    if (wanted !== undefined && wanted !== i) return [];
    const begin = connection.chunks.findIndex(({ sender, bytes: said }) => sender === 'client' && beginsRecord(said));
    const at = begin < 0 ? connection.chunks.length : begin;
    const before = connection.chunks.slice(0, at).reduce((sum, { bytes: { length } }) => sum + length, 0);
    const known = { number: i + 1, ends: connection, before };
    const item = connectionItem(connection.chunks.slice(at), secrets, known, left);
    left -= item.entries.length;
    return [item];
  });
  const fault = error === undefined ? undefined : { message: error.message, offset: error.offset };
  return { items, skipped, fault };
}

function connectionItem(
  chunks: readonly { readonly sender: Sender; readonly bytes: Uint8Array }[],
  keyLog: ReadonlyMap<string, KeyLogSecrets>,
  known: Pick<ConnectionItem, 'number' | 'ends' | 'before'>,
  maxEntries = MAX_RECORDS,
): ConnectionItem {
  const decoder = createDecoder({ provider, keyLog, tls12: openers12, maxEntries });
  for (const { sender, bytes } of chunks) decoder.push(sender, bytes);
  decoder.finish();
  const { entries } = decoder;
  const gap = Object.entries(known.ends?.gaps ?? {})[0];
  const fault = decoder.isCut
    ? { message: `more than ${MAX_RECORDS} records: the rest is not decoded`, offset: null }
    : gap === undefined
      ? faultOf(entries)
      : { message: `${gap[1].missing} bytes of the ${gap[0]} are missing behind the first ${gap[1].at}`, offset: null };
  return { ...known, kind: 'connection', entries, fault };
}

/** The first thing that is wrong; that a record stays closed for want of keys is not. */
function faultOf(entries: readonly RecordEntry[]): Fault | undefined {
  for (const { number, error, messages } of entries) {
    const wrong =
      error === NO_KEYS ? undefined : (error ?? messages.find(message => message.error !== undefined)?.error);
    if (wrong !== undefined) return { message: `record ${number}: ${wrong}`, offset: null };
  }
  return undefined;
}
