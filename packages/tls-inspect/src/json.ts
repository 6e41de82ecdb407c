/** Entries as plain objects, for files and for programs that are not written in JavaScript. */
import { toHex } from '@tlskit/tls-wire';
import type { MessageEntry, MessagePart, Protocol, RecordEntry, Sender } from './entry.ts';
import type { Field, Section } from './field.ts';

/** A `Field`: offsets count in the bytes of its section. */
export interface JsonField {
  readonly label: string;
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly text?: string;
  /** A number, in decimal digits where it is of 64 bits. */
  readonly value?: number | string;
  readonly unread?: true;
  readonly children?: readonly JsonField[];
}

export interface JsonSection {
  readonly name: string;
  /** Lower-case hexadecimal. */
  readonly bytes: string;
  readonly fields: readonly JsonField[];
}

export interface JsonMessage {
  readonly protocol: Protocol;
  readonly name: string;
  readonly parts: readonly MessagePart[];
  readonly error?: string;
  readonly section: JsonSection;
}

/** A `RecordEntry`; byte strings are lower-case hexadecimal. */
export interface JsonEntry {
  readonly number: number;
  readonly sender: Sender;
  readonly epoch: string;
  readonly contentType: string;
  readonly error?: string;
  readonly protection?: JsonProtection;
  readonly record: JsonSection;
  readonly inner?: JsonSection;
  readonly messages: readonly JsonMessage[];
}

export interface JsonProtection {
  readonly sequence?: number;
  readonly nonce?: string;
  readonly additionalData?: string;
  /** Bytes. */
  readonly tagLength: number;
}

/** All that an entry says, without byte arrays: `JSON.stringify` does the rest. */
export function toJSON({ protection, record, inner, messages, ...entry }: RecordEntry): JsonEntry {
  return {
    ...entry,
    ...(protection !== undefined && { protection: jsonProtection(protection) }),
    record: jsonSection(record),
    ...(inner !== undefined && { inner: jsonSection(inner) }),
    messages: messages.map(jsonMessage),
  };
}

function jsonProtection({ nonce, additionalData, ...numbers }: NonNullable<RecordEntry['protection']>): JsonProtection {
  return {
    ...numbers,
    ...(nonce !== undefined && { nonce: toHex(nonce) }),
    ...(additionalData !== undefined && { additionalData: toHex(additionalData) }),
  };
}

/** All that a message says. */
export function jsonMessage({ protocol, name, parts, error, section }: MessageEntry): JsonMessage {
  return { protocol, name, parts, ...(error !== undefined && { error }), section: jsonSection(section) };
}

/** All that a section says. */
export function jsonSection({ name, bytes, fields }: Section): JsonSection {
  return { name, bytes: toHex(bytes), fields: fields.map(jsonField) };
}

function jsonField({ label, type, start, end, text, value, unread, children }: Field): JsonField {
  return {
    label,
    type,
    start,
    end,
    ...(text !== '' && { text }),
    ...(value !== undefined && { value: typeof value === 'bigint' ? String(value) : value }),
    ...(unread && { unread }),
    ...(children.length > 0 && { children: children.map(jsonField) }),
  };
}
