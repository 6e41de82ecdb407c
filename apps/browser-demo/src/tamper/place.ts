/** From a byte on the wire to the field that it belongs to, and back: under keys too, as far as one byte of cipher text is one of plain text. */
import { type Field, type MessageEntry, pathTo, type RecordEntry } from '@tlskit/tls-inspect';

export interface Place {
  /** From the message, or from the record where it is the record's own, to the field; without what is only wrapping. */
  readonly names: readonly string[];
  /** What the field says, where it says something. */
  readonly text: string;
  /** Whether the byte is cipher text. */
  readonly isSealed: boolean;
}

/** Bytes of a record before its fragment. */
const HEADER = 5;

/** Layers of a struct that say nothing of where one is. */
const wrapping: ReadonlySet<string> = new Set([
  'fragment',
  'Handshake',
  'body',
  'extension_data',
  'encrypted_record',
  'TLSInnerPlaintext',
]);

/** @param offset in the record as it is on the wire */
export function placeOf(records: readonly RecordEntry[], number: number, offset: number): Place {
  const entry = records[number];
  if (entry === undefined) return { names: [], text: '', isSealed: false };
  const isSealed = entry.inner !== undefined && offset >= HEADER;
  const own = pathTo(entry.record.fields, offset);
  const start = contentStart(entry);
  if (offset < HEADER || start === undefined || own.some(({ label }) => label === 'tag')) return place(own, isSealed);
  const content = offset - start;
  for (const message of records.flatMap(({ messages }) => messages)) {
    const at = offsetIn(message, number, content);
    if (at === undefined) continue;
    const path = pathTo(message.section.fields, at);
    const { names, text } = place(path, isSealed);
    return {
      names: [message.name, ...names.filter((name, index) => index > 0 || name !== message.name)],
      text,
      isSealed,
    };
  }
  return content < 0 || entry.inner === undefined
    ? place(own, isSealed)
    : place(pathTo(entry.inner.fields, content), isSealed);
}

/** Where the first byte of a field is on the wire. @param path labels on the way to it, not necessarily all */
export function find(
  records: readonly RecordEntry[],
  name: string,
  path: readonly string[],
): { readonly record: number; readonly offset: number } | undefined {
  for (const message of records.flatMap(({ messages }) => messages)) {
    if (message.name !== name) continue;
    const field = fieldAt(message.section.fields, path);
    const part =
      field && message.parts.find(({ start, end }, index) => before(message, index) + end - start > field.start);
    const start = part && contentStart(records[part.record] as RecordEntry);
    if (field === undefined || part === undefined || start === undefined) continue;
    const inPart = field.start - before(message, message.parts.indexOf(part));
    return { record: part.record, offset: start + part.start + inPart };
  }
  return undefined;
}

/** Offset of the content in a record; undefined where cipher text is not plain text byte by byte. */
function contentStart({ inner, protection, record }: RecordEntry): number | undefined {
  if (inner === undefined) return protection === undefined ? HEADER : undefined;
  if (protection?.nonce === undefined) return undefined;
  // What is left over is the part of the nonce that TLS 1.2 sends along (RFC 5246 §6.2.3.3).
  return record.bytes.length - protection.tagLength - inner.bytes.length;
}

/** Offset in a message of a byte of a record's content. */
function offsetIn(message: MessageEntry, record: number, content: number): number | undefined {
  const index = message.parts.findIndex(part => part.record === record && part.start <= content && content < part.end);
  const part = message.parts[index];
  return part === undefined ? undefined : before(message, index) + content - part.start;
}

/** Bytes of a message before one of its parts. */
function before({ parts }: MessageEntry, index: number): number {
  return parts.slice(0, index).reduce((sum, { start, end }) => sum + end - start, 0);
}

function fieldAt(fields: readonly Field[], [label, ...deeper]: readonly string[]): Field | undefined {
  for (const field of fields) {
    const rest = field.label === label ? deeper : [label as string, ...deeper];
    if (rest.length === 0) return field;
    const found = fieldAt(field.children, rest);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Elements of a vector are called by what they are, where that is known. */
function place(path: readonly Field[], isSealed: boolean): Place {
  const names = path
    .filter(({ label }) => !wrapping.has(label))
    .map(({ label, text }) => (/^\d+$/.test(label) && /^[a-z_0-9]+$/i.test(text) ? text : label))
    .filter((name, index, all) => name !== all[index - 1]);
  return { names, text: path.at(-1)?.text ?? '', isSealed };
}
