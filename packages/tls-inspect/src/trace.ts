/** Entries as plain text: every byte with the name of its field beside it, and prose between the flights. */
import { HEADER_LENGTH } from '@tlskit/tls-record';
import type { MessageEntry, RecordEntry, Sender } from './entry.ts';
import type { Field, Section } from './field.ts';
import { offsetOf, spaced } from './hexdump.ts';
import { describeMessage } from './prose.ts';

export interface TraceOptions {
  /** Show long values whole. Default: of those beyond 64 bytes only the beginning. */
  readonly full?: boolean;
  /** ANSI escape sequences for terminals. Default: none. */
  readonly color?: boolean;
  /** Bytes a line, 8 unless given. */
  readonly bytesPerLine?: number;
}

/** Records that one side sends before the other does. */
export interface Flight {
  readonly sender: Sender;
  readonly entries: readonly RecordEntry[];
}

/** The entries by flights, in order. */
export function flightsOf(entries: readonly RecordEntry[]): Flight[] {
  const flights: { sender: Sender; entries: RecordEntry[] }[] = [];
  for (const entry of entries) {
    const last = flights.at(-1);
    if (last?.sender === entry.sender) last.entries.push(entry);
    else flights.push({ sender: entry.sender, entries: [entry] });
  }
  return flights;
}

/** All entries: before each flight a paragraph says what it does. */
export function formatTrace(entries: readonly RecordEntry[], options: TraceOptions = {}): string {
  return flightsOf(entries)
    .map(flight => {
      const records = flight.entries.map(entry => formatEntry(entry, options));
      return [proseOf(flight.sender, flight.entries, options), ...records].join('\n');
    })
    .join('\n');
}

/** One entry, with a line end at its end: for whoever prints records as they come. */
export function formatEntry(entry: RecordEntry, options: TraceOptions = {}): string {
  const page = new Page(options);
  page.line(page.paint('bold', headingOf(entry)));
  if (entry.error !== undefined) page.line(page.paint('red', `  error: ${entry.error}`));
  page.section(entry.record);
  const { nonce, additionalData } = entry.protection ?? {};
  // Neither is in the record: they are what its protection was computed with.
  if (nonce !== undefined) page.bytes(nonce, 0, nonce.length, 'nonce, which is not sent', false);
  if (additionalData !== undefined) {
    // Before TLS 1.3 it is longer than the header (RFC 5246 §6.2.3.3).
    const made = additionalData.length === HEADER_LENGTH ? 'the header' : 'number, type, version, length';
    page.bytes(additionalData, 0, additionalData.length, `additional data: ${made}`, false);
  }
  if (entry.inner !== undefined) page.section(entry.inner);
  for (const message of entry.messages) {
    if (message.error !== undefined) page.line(page.paint('red', `  error in ${message.name}: ${message.error}`));
    if (isElsewhere(message)) {
      const records = [...new Set(message.parts.map(part => part.record))];
      page.line(`  ${message.name}, from the records ${records.join(', ')}:`);
      page.section(message.section);
    }
  }
  return page.text();
}

/** A section alone, with a line end at its end: every byte, with the name of its field beside it. */
export function formatSection(section: Section, options: TraceOptions = {}): string {
  const page = new Page(options);
  page.section(section);
  return page.text();
}

/** What a flight does, or a part of one, as a paragraph that begins with its direction. */
export function describeFlight(sender: Sender, entries: readonly RecordEntry[]): string {
  const sentences = entries.flatMap(entry => [
    ...entry.messages.map(describeMessage),
    ...(entry.error === undefined || entry.messages.length > 0 ? [] : [`A record that is closed: ${entry.error}.`]),
  ]);
  return `${arrow(sender)}: ${sentences.join(' ') || 'Part of a message.'}`;
}

function proseOf(sender: Sender, entries: readonly RecordEntry[], options: TraceOptions): string {
  const page = new Page(options);
  const [first = '', ...others] = wrap(describeFlight(sender, entries), 96);
  const direction = arrow(sender);
  page.line(page.paint('cyan', page.paint('bold', direction)) + page.paint('cyan', first.slice(direction.length)));
  for (const line of others) page.line(page.paint('cyan', line));
  return page.text();
}

/** Whether the bytes of a message are not all among the fields of its record. */
function isElsewhere({ parts, error }: MessageEntry): boolean {
  return parts.length > 1 || (error !== undefined && parts.length === 0);
}

function headingOf({ number, sender, contentType, epoch, record, protection, messages }: RecordEntry): string {
  const sequence = protection?.sequence === undefined ? '' : ` #${protection.sequence}`;
  const under = protection === undefined ? 'plaintext' : `${epoch} keys${sequence}`;
  const names = messages.length === 0 ? '' : `: ${messages.map(({ name }) => name).join(', ')}`;
  return `Record ${number}, ${arrow(sender)}, ${under}, ${contentType}, ${record.bytes.length} bytes${names}`;
}

function arrow(sender: Sender): string {
  return sender === 'client' ? 'client → server' : 'server → client';
}

/** Longest value that is shown whole unless asked for, in bytes: a random, a hash, a share of x25519. */
const FOLD_BEYOND = 64;

/** Bytes that are shown of longer ones. */
const SHOWN = 24;

const codes = { bold: 1, dim: 2, red: 31, cyan: 36 } as const;

/** Lines of three columns: offset, bytes, and names, which are indented as deep as they are nested. */
class Page {
  readonly #lines: string[] = [];
  readonly #perLine: number;
  readonly #full: boolean;
  readonly #color: boolean;

  constructor({ full = false, color = false, bytesPerLine = 8 }: TraceOptions) {
    this.#perLine = Math.max(1, bytesPerLine);
    this.#full = full;
    this.#color = color;
  }

  text(): string {
    return `${this.#lines.join('\n')}\n`;
  }

  line(text: string): void {
    this.#lines.push(text);
  }

  paint(code: keyof typeof codes, text: string): string {
    return this.#color && text !== '' ? `\x1b[${codes[code]}m${text}\x1b[0m` : text;
  }

  section({ bytes, fields }: Section): void {
    for (const field of fields) this.#field(bytes, field, 0);
  }

  /** A value, the name beside its first line; long ones are cut. */
  bytes(bytes: Uint8Array, start: number, end: number, name: string, hasOffset = true): void {
    const length = end - start;
    const isCut = !this.#full && length > FOLD_BEYOND;
    const shown = isCut ? start + Math.max(this.#perLine, SHOWN) : end;
    this.#row(hasOffset ? start : undefined, bytes.subarray(start, Math.min(start + this.#perLine, shown)), name);
    for (let at = start + this.#perLine; at < shown; at += this.#perLine) {
      this.#row(hasOffset ? at : undefined, bytes.subarray(at, Math.min(at + this.#perLine, shown)), '');
    }
    if (isCut) {
      const indent = name.length - name.trimStart().length;
      this.#row(undefined, new Uint8Array(0), this.paint('dim', `${' '.repeat(indent)}… ${end - shown} bytes more`));
    }
  }

  #field(bytes: Uint8Array, field: Field, depth: number): void {
    const { start, end, children, unread } = field;
    const indent = '  '.repeat(depth);
    const name = indent + nameOf(field);
    if (children.length === 0) {
      this.bytes(bytes, start, end, unread === true ? this.paint('red', name) : name);
      return;
    }
    // A vector is written as its length and what follows, which for an opaque one is the value itself.
    const [first, ...others] = children as readonly [Field, ...Field[]];
    if (first.label === 'header') {
      const { type, label } = field;
      const name = type === label || first.text.startsWith(type) ? '' : ` ${type}`;
      this.bytes(bytes, first.start, first.end, `${indent}${labelOf(field)}${name}: ${first.text}`);
      for (const child of others) this.#field(bytes, child, depth + 1);
      return;
    }
    if (first.label !== 'length') {
      this.#row(undefined, new Uint8Array(0), name);
      for (const child of children) this.#field(bytes, child, depth + 1);
      return;
    }
    this.bytes(bytes, first.start, first.end, `${indent}${labelOf(field)} length: ${first.text}`);
    for (const child of others) {
      const isValue = child.label === field.label && child.children.length === 0;
      this.#field(bytes, child, isValue ? depth : depth + 1);
    }
  }

  #row(offset: number | undefined, row: Uint8Array, name: string): void {
    const at = this.paint('dim', offset === undefined ? '    ' : offsetOf(offset));
    const hex = spaced(row).padEnd(3 * this.#perLine - 1);
    this.#lines.push(`  ${at}  ${hex}  ${name}`.trimEnd());
  }
}

/** The label; an element of a vector is a number. */
function labelOf({ label }: Field): string {
  return /^\d+$/.test(label) ? `[${label}]` : label;
}

/** Label and meaning: the type where it adds something, the text where there is one. */
function nameOf(field: Field): string {
  const { type, text, start, end, children, label } = field;
  const length = end - start;
  const isOpaque = children.length === 0 && !/^u?int/.test(type);
  const meaning = text !== '' ? text : length === 0 ? 'empty' : isOpaque ? bytesIn(length) : '';
  const struct = children.length > 0 && type !== label && /^\w+$/.test(type) ? ` ${type}` : '';
  return `${labelOf(field)}${struct}${meaning === '' ? '' : `: ${meaning}`}`;
}

function bytesIn(length: number): string {
  return length === 1 ? '1 byte' : `${length} bytes`;
}

/** Lines of at most `width` characters, where words allow; those after the first are indented. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined) lines.push(word);
    else if (last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(`    ${word}`);
  }
  return lines;
}
