/**
 * From records to entries: the one place that knows how records, their protection and messages belong together.
 * An inspector of a live connection and a decoder of a recorded one both feed it.
 */

import { ProtocolVersion } from '@tlskit/tls-messages';
import { ContentType, HEADER_LENGTH, type RecordObservation } from '@tlskit/tls-record';
import { annotate, type Codec, concat, rest, struct, uint16 } from '@tlskit/tls-wire';
import { Assembler, type Piece } from './assembler.ts';
import { brokenHandshake, contentEntry, handshakeEntry, type Origin, versionOf } from './content.ts';
import type { MessageEntry, Protection, RecordEntry, Sender } from './entry.ts';
import { type Field, fieldsOf, leaf, parent, type Section, shifted } from './field.ts';

/** A record as {@link EntryBuilder.add} takes it. */
export interface SeenRecord extends Omit<RecordObservation, 'direction' | 'content'> {
  readonly sender: Sender;
  /** Absent when the record could not be opened. */
  readonly content?: Uint8Array;
  /** What is wrong with the record, when that is known. */
  readonly error?: string;
}

/** Makes an entry of each record, in order. */
export class EntryBuilder {
  readonly #assemblers = { client: new Assembler(), server: new Assembler() };
  readonly #epochs = { client: 'plaintext', server: 'plaintext' };
  #count = 0;
  #version = ProtocolVersion.values['TLS 1.3'];

  add(seen: SeenRecord): RecordEntry {
    const { sender, epoch, content, bytes } = seen;
    const number = this.#count++;
    const type = seen.innerType ?? seen.type;
    const messages: MessageEntry[] = [];
    const fields = content === undefined ? undefined : this.#content(seen, number, type, content, messages);
    const isSealed = seen.type === ContentType.values.application_data || epoch !== 'plaintext';
    const isProtected = content === undefined ? isSealed : seen.nonce !== undefined;
    const record = isProtected ? ciphertext(seen) : plaintext(bytes, fields ?? []);
    const inner = isProtected && content !== undefined && fields !== undefined;
    const error = seen.error ?? record.error;
    return {
      number,
      sender,
      epoch,
      contentType: ContentType.label(type),
      record: record.section,
      ...(isProtected && { protection: protectionOf(seen) }),
      ...(inner && { inner: this.#inner(content, type, seen.padding ?? 0, fields) }),
      messages,
      ...(error !== undefined && { error }),
    };
  }

  /** Before TLS 1.3 what is protected is the content alone (RFC 5246 §6.2.3). */
  #inner(content: Uint8Array, type: number, padding: number, fields: readonly Field[]): Section {
    if (this.#version === ProtocolVersion.values['TLS 1.3']) return innerPlaintext(content, type, padding, fields);
    return {
      name: 'fragment',
      bytes: content.slice(),
      fields: content.length === 0 ? [] : [parent('fragment', 'fragment', fields)],
    };
  }

  /** Adds the messages that end in this record to `messages`; answers with the fields of the content. */
  #content(
    { sender, epoch }: SeenRecord,
    number: number,
    type: number,
    content: Uint8Array,
    messages: MessageEntry[],
  ): Field[] {
    const assembler = this.#assemblers[sender];
    // Another protocol, or other keys, in the middle of a message: what there is of it is shown with what came instead.
    if (type !== ContentType.values.handshake || this.#epochs[sender] !== epoch) {
      const broken = assembler.cut();
      if (broken !== undefined) {
        const origin = { sender, epoch: this.#epochs[sender], version: this.#version, parts: broken.parts };
        messages.push(brokenHandshake(broken.bytes, origin));
      }
    }
    if (type === ContentType.values.handshake) {
      this.#epochs[sender] = epoch;
      return assembler.push(number, content).flatMap(piece => this.#piece(piece, { sender, epoch }, messages));
    }
    const parts = [{ record: number, start: 0, end: content.length }];
    const origin: Origin = { sender, epoch, version: this.#version, parts };
    const message = contentEntry(type, content, origin);
    messages.push(message);
    return [...message.section.fields];
  }

  #piece(piece: Piece, where: Pick<Origin, 'sender' | 'epoch'>, messages: MessageEntry[]): readonly Field[] {
    const { start, end, message: raw, text } = piece;
    const part = leaf('part of a message', `opaque[${end - start}]`, start, end, text);
    if (raw === undefined) return [part];
    const message = handshakeEntry(raw.bytes, { ...where, version: this.#version, parts: raw.parts });
    messages.push(message);
    this.#version = versionOf(message) ?? this.#version;
    return text === undefined ? shifted(message.section.fields, start) : [part];
  }
}

interface Wire {
  readonly section: Section;
  readonly error?: string;
}

/** TLSPlaintext (RFC 9846 §5.1). @param content the fields of the fragment */
function plaintext(bytes: Uint8Array, content: readonly Field[]): Wire {
  return wire('TLSPlaintext', bytes, tlsPlaintext, content);
}

/** TLSCiphertext (RFC 9846 §5.2). */
function ciphertext({ bytes, tagLength = 0 }: SeenRecord): Wire {
  const length = bytes.length - HEADER_LENGTH;
  const sealed = length - tagLength;
  const parts =
    tagLength > 0 && sealed >= 0
      ? [leaf('ciphertext', `opaque[${sealed}]`, 0, sealed), leaf('tag', `opaque[${tagLength}]`, sealed, length)]
      : [];
  return wire('TLSCiphertext', bytes, tlsCiphertext, parts);
}

/** A record whose last field is made up of `fragment`, if that is as long. */
function wire(
  name: string,
  bytes: Uint8Array,
  codec: Codec<{ readonly length: number }>,
  fragment: readonly Field[],
): Wire {
  const { value, error, annotations } = annotate(codec, bytes, name);
  const [root, ...others] = fieldsOf(annotations, bytes, error !== undefined);
  const fields = [...(root?.children ?? []), ...others];
  const last = fields.at(-1);
  if (last !== undefined && error === undefined && last.end - last.start === (fragment.at(-1)?.end ?? 0)) {
    fields[fields.length - 1] = { ...last, text: '', children: shifted(fragment, last.start) };
  }
  const follow = bytes.length - HEADER_LENGTH;
  const wrong = value !== undefined && value.length !== follow;
  const message = error?.message ?? (wrong ? `length ${value.length}, but ${follow} bytes follow` : undefined);
  const section = { name, bytes, fields: bytes.length === 0 ? [] : [parent(name, name, fields)] };
  return { section, ...(message !== undefined && { error: message }) };
}

/** TLSInnerPlaintext (RFC 9846 §5.2), as it was before it was sealed. */
function innerPlaintext(content: Uint8Array, type: number, padding: number, fields: readonly Field[]): Section {
  const { length } = content;
  const name = 'TLSInnerPlaintext';
  const end = length + 1 + padding;
  const children = [
    { ...leaf('content', `opaque[${length}]`, 0, length), children: fields },
    { ...leaf('type', ContentType.type, length, length + 1, `${ContentType.label(type)} (${type})`), value: type },
    ...(padding > 0 ? [leaf('zeros', `opaque[${padding}]`, length + 1, end, 'padding')] : []),
  ];
  const bytes = concat(content, Uint8Array.of(type), new Uint8Array(padding));
  return { name, bytes, fields: [parent(name, name, children)] };
}

function protectionOf({ sequence, nonce, aad, tagLength = 0 }: SeenRecord): Protection {
  return {
    ...(sequence !== undefined && { sequence }),
    ...(nonce !== undefined && { nonce }),
    ...(aad !== undefined && { additionalData: aad }),
    tagLength,
  };
}

const tlsPlaintext = /* @__PURE__ */ struct('TLSPlaintext', {
  type: ContentType,
  legacy_record_version: ProtocolVersion,
  length: uint16,
  fragment: rest,
});

const tlsCiphertext = /* @__PURE__ */ struct('TLSCiphertext', {
  opaque_type: ContentType,
  legacy_record_version: ProtocolVersion,
  length: uint16,
  encrypted_record: rest,
});
