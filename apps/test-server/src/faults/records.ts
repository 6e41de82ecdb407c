/** Faults of records and of the way connections end: they are made where bytes go to the transport. */
import { integerOf } from '@tlskit/cli-kit';
import type { Cut, Fault, RecordFault } from './fault.ts';

const HEADER = 5;
const APPLICATION_DATA = 23;

/** Does something to the first record that pleases, and lets the others be. */
function once(pleases: (record: Buffer) => boolean, change: (record: Buffer) => readonly Buffer[]): () => RecordFault {
  return () => {
    let done = false;
    return {
      record(record) {
        if (done || !pleases(record)) return [record];
        done = true;
        return change(record);
      },
    };
  };
}

const isProtected = (record: Buffer) => record[0] === APPLICATION_DATA;
const isAny = () => true;

/** After so many bytes, something. */
function after(text: string, name: string, end: Cut['end']): () => RecordFault {
  const bytes = integerOf(`${name}@N`, text, 0, 2 ** 31);
  return () => {
    let left = bytes;
    return {
      record(record) {
        if (record.length < left) {
          left -= record.length;
          return [record];
        }
        return { last: record.subarray(0, left), end };
      },
    };
  };
}

export const recordFaults = {
  'no-close-notify': {
    about:
      'The connection ends without close_notify: what came may be cut short (RFC 9846 §6.1). Who counts bytes, as clients of HTTP do, may be content.',
    verdict: 'either',
    alerts: [],
    create: () => ({ records: () => ({ end: 'without-last' }) }),
  },
  truncate: {
    about: 'The connection ends after N bytes.',
    verdict: 'refuse',
    alerts: [],
    argument: ['@N', '500'],
    create: text => ({ records: after(text, 'truncate', 'fin') }),
  },
  rst: {
    about: 'The connection is reset after N bytes.',
    verdict: 'refuse',
    alerts: [],
    argument: ['@N', '500'],
    create: text => ({ records: after(text, 'rst', 'reset') }),
  },
  split: {
    about: 'Records have N bytes of content each, handshake messages too. That is allowed.',
    verdict: 'accept',
    alerts: [],
    argument: ['=N', '1'],
    create(text) {
      const recordSize = integerOf('split=N', text, 1, 16_384);
      return { options: () => ({ recordSize }) };
    },
  },
  coalesce: {
    about:
      'What is sent in one turn of the server goes out in one piece, handshake and data together where they are. That is allowed.',
    verdict: 'accept',
    alerts: [],
    create: () => ({ records: () => ({ gather: true }) }),
  },
  'bad-tag': {
    about: 'The first record that is protected has another last byte.',
    verdict: 'refuse',
    alerts: ['bad_record_mac'],
    create: () => ({
      records: once(isProtected, record => {
        const changed = Buffer.from(record);
        changed[changed.length - 1] = (changed.at(-1) as number) ^ 1;
        return [changed];
      }),
    }),
  },
  oversize: {
    about: 'A record says that it is longer than any may be (RFC 9846 §5.2).',
    verdict: 'refuse',
    alerts: ['record_overflow'],
    create: () => ({
      records: once(isProtected, record => [
        Buffer.concat([Buffer.of(23, 3, 3, 0x49, 0x01), Buffer.alloc(0x4901)]),
        record,
      ]),
    }),
  },
  'empty-flood': {
    about: 'A thousand empty records of handshake content come first, of which there must be none (RFC 9846 §5.1).',
    verdict: 'refuse',
    alerts: ['unexpected_message', 'decode_error'],
    create: () => ({
      records: once(isAny, record => [
        Buffer.concat(Array.from({ length: 1000 }, () => Buffer.of(22, 3, 3, 0, 0))),
        record,
      ]),
    }),
  },
  'wrong-type': {
    about: 'The first record is of a content type that does not exist (RFC 9846 §5).',
    verdict: 'refuse',
    alerts: ['unexpected_message', 'decode_error'],
    create: () => ({
      records: once(isAny, record => [Buffer.concat([Buffer.of(99), record.subarray(1)])]),
    }),
  },
  'extra-ccs': {
    about: 'A change_cipher_spec with another value than 1 comes before what is protected (RFC 9846 §5).',
    verdict: 'refuse',
    alerts: ['unexpected_message', 'illegal_parameter'],
    create: () => ({ records: once(isProtected, record => [Buffer.of(20, 3, 3, 0, 1, 2), record]) }),
  },
} as const satisfies Readonly<Record<string, Fault>>;

/** Whole records at the start of some bytes, and what is left. */
export function recordsIn(bytes: Buffer): { readonly records: readonly Buffer[]; readonly rest: Buffer } {
  const records: Buffer[] = [];
  let at = 0;
  while (bytes.length - at >= HEADER) {
    const end = at + HEADER + bytes.readUInt16BE(at + 3);
    if (end > bytes.length) break;
    records.push(bytes.subarray(at, end));
    at = end;
  }
  return { records, rest: bytes.subarray(at) };
}
