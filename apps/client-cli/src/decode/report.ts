/** What `tlskit decode` prints: every byte with its name, or one object for programs. */
import { printable } from '@tlskit/cli-kit';
import {
  describeFlight,
  describeMessage,
  flightsOf,
  formatSection,
  formatTrace,
  jsonMessage,
  jsonSection,
  type TraceOptions,
  toJSON,
} from '@tlskit/tls-inspect';
import { formatAddress } from '../address.ts';
import type { ConnectionItem, Decoded, Fault, Item } from './decoded.ts';
import type { Input } from './input.ts';
import type { DecodeSettings } from './options.ts';

/** The text, safe for a terminal, with a line end at its end. */
export function decodeText(
  { items, skipped, fault }: Decoded,
  { brief }: DecodeSettings,
  options: TraceOptions,
): string {
  const passed = [...(skipped ?? [])].map(([why, count]) => `${count} passed over: ${why}\n`);
  return [
    ...items.map(
      item => `${headingOf(item)}\n${brief ? briefly(item) : atLength(item, options)}${faultText(item.fault)}`,
    ),
    ...(passed.length === 0 ? [] : [passed.join('')]),
    ...(fault === undefined ? [] : [faultText(fault)]),
  ].join('\n');
}

function headingOf(item: Item): string {
  if (item.kind === 'messages') return count(item.messages.length, 'handshake message');
  if (item.kind !== 'connection') {
    return `${item.label === null ? item.kind : printable(item.label)}, ${count(item.section.bytes.length, 'byte')}`;
  }
  const { number, ends, before, entries } = item;
  const records = entries.length === 0 && ends !== undefined ? 'no TLS' : count(entries.length, 'record');
  if (ends === undefined) return records;
  const [client, server] = [ends.client, ends.server].map(({ address, port }) =>
    formatAddress({ host: address, port }),
  );
  return `connection ${number}: ${client} → ${server}, ${records}${before === 0 || entries.length === 0 ? '' : ` behind ${count(before, 'byte')} of something else`}`;
}

function atLength(item: Item, options: TraceOptions): string {
  if (item.kind === 'connection') return item.entries.length === 0 ? '' : formatTrace(item.entries, options);
  if (item.kind !== 'messages') return formatSection(item.section, options);
  return item.messages
    .map(message => `${describeMessage(message)}\n${formatSection(message.section, options)}`)
    .join('\n');
}

function briefly(item: Item): string {
  if (item.kind === 'connection') return sentences(item);
  return item.kind === 'messages' ? item.messages.map(message => `${describeMessage(message)}\n`).join('') : '';
}

function sentences({ entries }: ConnectionItem): string {
  return flightsOf(entries)
    .map(flight => `${describeFlight(flight.sender, flight.entries)}\n`)
    .join('');
}

function faultText(fault: Fault | undefined): string {
  if (fault === undefined) return '';
  return `MALFORMED: ${printable(fault.message)}${fault.offset === null ? '' : `, at byte ${fault.offset}`}\n`;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}

/** The report for programs: fields are added under the same number, and never change their meaning. */
export function decodeObject(
  { items, skipped, fault }: Decoded,
  { source, form }: Input,
  { target }: DecodeSettings,
  exitCode: number,
): Record<string, unknown> {
  return {
    schemaVersion: 1,
    source: { kind: source, file: source === 'file' ? target : null },
    form,
    items: items.map(itemObject),
    skipped: skipped === undefined ? null : Object.fromEntries(skipped),
    error: fault ?? null,
    exitCode,
  };
}

function itemObject(item: Item): Record<string, unknown> {
  const error = item.fault ?? null;
  if (item.kind === 'messages') return { kind: item.kind, messages: item.messages.map(jsonMessage), error };
  if (item.kind !== 'connection') {
    return { kind: item.kind, label: item.label, section: jsonSection(item.section), error };
  }
  const { number, ends, before, entries } = item;
  return {
    kind: item.kind,
    number,
    client: ends?.client ?? null,
    server: ends?.server ?? null,
    before,
    gaps: ends?.gaps ?? {},
    records: entries.map(toJSON),
    error,
  };
}
