/** What every byte of a handshake message is, extension bodies included: for dumps and viewers. */
import { AnnotatingReader, type Annotation, DecodeError, equalBytes, rest } from '@tlskit/tls-wire';
import type { Extension } from './extension.ts';
import { allExtensions } from './extensions/all.ts';
import type { ExtensionMessage, ExtensionTable } from './extensions/row.ts';
import { type AnyMessageDef, handshakeHeader, messageByType } from './handshake.ts';
import { HELLO_RETRY_RANDOM } from './hello.ts';
import { ExtensionType } from './registries/extension-types.ts';
import { HandshakeType } from './registries/handshake-types.ts';
import { handshakeMessages12, handshakeMessages13 } from './tables.ts';

/** What is known of the connection that the message is from. */
export interface AnnotateOptions {
  /** The ProtocolVersion in use: where TLS 1.3 and earlier versions differ. Default 0x0304; hellos tell by themselves. */
  readonly version?: number;
  /** Rows that decode extensions. Default: all of this package. */
  readonly extensions?: ExtensionTable;
}

/** A message taken apart. */
export interface AnnotatedMessage {
  /** The RFC's name of the message, `HelloRetryRequest` where it is one; a number in hexadecimal for an unknown type. */
  readonly name: string;
  /** The decoded body; absent when it is malformed, bytes for an unknown type. */
  readonly value?: unknown;
  /** The first thing that is wrong, with its offset in `raw`. What was read before it is annotated all the same. */
  readonly error?: DecodeError;
  /** One for the message, its fields below it. Offsets count from the start of `raw`. */
  readonly annotations: Annotation[];
}

/**
 * Decodes a whole message, header included, and tells what every byte is. Never throws for input of any form.
 * Data of extensions that have no row for the message stay opaque.
 */
export function annotateMessage(raw: Uint8Array, options: AnnotateOptions = {}): AnnotatedMessage {
  const { version = 0x0304, extensions = allExtensions } = options;
  const type = raw[0];
  const def =
    type === undefined ? undefined : messageByType(version >= 0x0304 ? messages13 : handshakeMessages12, type);
  const annotations: Annotation[] = [];
  const reader = new AnnotatingReader(annotations, raw);
  let value: unknown;
  let error: DecodeError | undefined;
  try {
    value = reader.labelled('Handshake', 'Handshake', r => decodeHandshake(r, def));
  } catch (thrown) {
    if (!(thrown instanceof DecodeError)) throw thrown;
    error = thrown;
  }
  const place = def === undefined ? undefined : placeOf(def, value, version);
  if (place !== undefined) error = annotateExtensions(raw, annotations, place, extensions) ?? error;
  const name =
    place === 'HRR' ? 'HelloRetryRequest' : (def?.name ?? (type === undefined ? 'nothing' : HandshakeType.label(type)));
  return { name, annotations, ...(value !== undefined && { value }), ...(error !== undefined && { error }) };
}

/** A server of TLS 1.2 may be looked at before its version is known: its messages that TLS 1.3 has not are no secret. */
const messages13: readonly AnyMessageDef[] = [
  ...handshakeMessages13,
  ...handshakeMessages12.filter(({ type }) => messageByType(handshakeMessages13, type) === undefined),
];

function decodeHandshake(reader: AnnotatingReader, def: AnyMessageDef | undefined): unknown {
  const { length } = handshakeHeader.decode(reader);
  const codec = def?.codec ?? rest;
  const value = reader.labelled('body', codec.type, r => {
    const body = r.sub(length);
    const decoded: unknown = codec.decode(body);
    body.finish(codec.type);
    return decoded;
  });
  reader.finish('Handshake');
  return value;
}

/** Where extensions of this message stand in the table. */
function placeOf(def: AnyMessageDef, value: unknown, version: number): ExtensionMessage | undefined {
  switch (def.type) {
    case HandshakeType.values.client_hello:
      return 'CH';
    case HandshakeType.values.server_hello: {
      const hello = value as { random: Uint8Array; extensions: readonly Extension[] } | undefined;
      if (hello === undefined) return version >= 0x0304 ? 'SH' : 'SH12';
      if (equalBytes(hello.random, HELLO_RETRY_RANDOM)) return 'HRR';
      const is13 = hello.extensions.some(e => e.extension_type === ExtensionType.values.supported_versions);
      return is13 ? 'SH' : 'SH12';
    }
    case HandshakeType.values.encrypted_extensions:
      return 'EE';
    case HandshakeType.values.certificate:
      return 'CT';
    case HandshakeType.values.certificate_request:
      return 'CR';
    case HandshakeType.values.new_session_ticket:
      return 'NST';
    default:
      return undefined;
  }
}

/** Puts the fields of extension bodies below their `extension_data`. Returns the first error. */
function annotateExtensions(
  raw: Uint8Array,
  annotations: readonly Annotation[],
  place: ExtensionMessage,
  table: ExtensionTable,
): DecodeError | undefined {
  let first: DecodeError | undefined;
  for (const annotation of annotations) {
    if (annotation.type !== 'Extension') {
      first ??= annotateExtensions(raw, annotation.children, place, table);
      continue;
    }
    const [type, data] = annotation.children;
    if (type === undefined || !(data?.value instanceof Uint8Array)) continue;
    const row = table.row(type.value as number);
    const codec = row?.in[place];
    if (row === undefined || codec === undefined) continue;
    const reader = new AnnotatingReader(data.children, raw, data.end - data.value.length, data.end);
    try {
      reader.field(row.name, codec);
      reader.finish(row.name);
    } catch (thrown) {
      if (!(thrown instanceof DecodeError)) throw thrown;
      first ??= thrown;
    }
  }
  return first;
}
