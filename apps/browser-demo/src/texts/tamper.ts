/** What the view on tampering says. */
import type { Sender } from '@tlskit/tls-inspect';

const end: Readonly<Record<Sender, string>> = { client: 'The client', server: 'The server' };
const name: Readonly<Record<Sender, string>> = { client: 'client', server: 'server' };
const hex = (value: number) => `0x${value.toString(16).padStart(2, '0')}`;
const count = (number: number, one: string, many: string) =>
  `${number.toLocaleString('en')} ${number === 1 ? one : many}`;

export const texts = {
  title: 'Somebody in between',
  lead: 'Change a byte on its way, lose a record, send it twice: see who notices, by which check, and what the other is told.',
  notLive: 'Nobody comes between this page and a real server: that is for the page’s own connection alone.',
  loading: 'Running…',

  outcome: {
    title: 'What became of it',
    none: 'Nobody is in between. Choose an example, or a record and what is done to it.',
    undo: 'Undo',
    follow: 'Step through it',
    noticed: (by: Sender) => `${end[by]} noticed.`,
    accepted: 'Nobody noticed, and nothing that was said or agreed on is different.',
    forged: 'Nobody noticed, and what arrived is not what was said. That must not be.',
    waiting: 'Nobody noticed: each waits for what may still come.',
    untouched: 'Nothing was different on the wire.',
    done: 'Done',
    field: 'Field',
    sealed: 'in cipher text',
    check: 'Check',
    alert: 'Alert',
    noAlert: 'none: there was nobody left to tell',
    state: (at: Sender, state: string) => `${end[at]}, in state ${state}`,
    noticedBy: 'Noticed by',
    otherEnd: (at: Sender) => `${end[at]}`,
    told: (alert: string) => `was told ${alert}, and ended the connection`,
    ended: 'had ended the connection before',
    waitsFor: (state: string, messages: readonly string[]) =>
      messages.length === 0 ? `is in state ${state}` : `waits in state ${state} for ${messages.join(' or ')}`,
    change: (record: number, sender: Sender, offset: number, from: number, to: number) =>
      `Record ${record} from the ${name[sender]}: byte ${offset} was ${hex(from)}, and arrived as ${hex(to)}`,
    drop: (record: number, sender: Sender) => `Record ${record} from the ${name[sender]} did not arrive`,
    repeat: (record: number, sender: Sender) => `Record ${record} from the ${name[sender]} arrived twice`,
    swap: (record: number, sender: Sender) =>
      `Record ${record} from the ${name[sender]} arrived after the one behind it`,
    nowhere: 'There is no such byte in this connection',
  },

  examples: {
    title: 'Examples',
    random: ['Another random', 'One bit of ServerHello.random: both derive keys, but not the same.'],
    suite: ['A suite nobody offered', 'The server seems to choose TLS_AES_256_GCM_SHA384.'],
    version: ['A downgrade', 'The client seems to offer TLS 1.2 and nothing newer.'],
    share: ['A point off the curve', 'One bit of the client’s P-256 key share.'],
    retry: ['A group nobody offered', 'HelloRetryRequest seems to ask for a share of X448.'],
    certificate: ['A certificate, unseen', 'One bit of the certificate, which is cipher text on its way.'],
    verify: ['No CertificateVerify', 'The record that it begins in is lost.'],
    early: ['0-RTT data twice', 'The record with early data is sent again at once.'],
    order: ['The wrong order', 'Two protected records of the server change places.'],
    tag: ['A tag', 'The last bit of the client’s first application data.'],
    binder: ['A binder', 'One bit of the proof that the client knows the key it resumes with.'],
    signature: [
      'A signed share',
      'TLS 1.2: one bit of the server’s key share, which its certificate’s key has signed.',
    ],
    cipherSpec: ['No ChangeCipherSpec', 'TLS 1.2: what comes next is cipher text, and is not taken for it.'],
    recordVersion: ['A version that says nothing', 'legacy_record_version of a record: it is to be ignored.'],
  } as const,

  byHand: {
    title: 'By hand',
    records: 'Record',
    record: (number: number) => `${number}`,
    size: (bytes: number) => `${bytes} B`,
    sender: { client: 'client', server: 'server' } as const,
    action: 'What is done to it',
    actions: { change: 'Change a byte', drop: 'Drop', repeat: 'Repeat', swap: 'Swap with the next' } as const,
    bytes: (record: number) => `Bytes of record ${record}`,
    byte: (offset: number, value: number) => `byte ${offset}: ${hex(value).slice(2)}`,
    at: (offset: number) => `Byte ${offset}`,
    value: 'Arrives as',
    bits: 'Bits, the highest first',
    bit: (bit: number, on: boolean) => `bit ${bit}: ${on ? 1 : 0}`,
    was: (value: number) => `was ${hex(value)}`,
  },

  table: {
    title: 'Every byte',
    lead: 'Each byte of the connection is changed once, in a run of its own, and what becomes of it is seen. It takes a while: every run is a whole connection.',
    mode: 'Each byte',
    modes: {
      flip: 'with another lowest bit',
      edges: 'as 0x00 and as 0xff',
      bits: 'of the chosen record with each other bit',
    } as const,
    start: 'Try every byte',
    cancel: 'Stop',
    progress: 'Runs',
    done: (done: number, all: number, seconds: number) =>
      `${done.toLocaleString('en')} of ${count(all, 'run', 'runs')}, ${Math.round(done / Math.max(seconds, 0.001)).toLocaleString('en')} a second`,
    map: 'Bytes of the connection, by what became of each',
    line: (number: number, names: string) => `${number} ${names}`,
    kind: {
      client: 'the client noticed',
      server: 'the server noticed',
      waiting: 'waited for',
      forgiven: 'ignored, as an RFC says',
      fault: 'taken, as it must not be',
      none: 'not yet tried',
    } as const,
    cell: (record: number, offset: number, what: string) => `record ${record}, byte ${offset}: ${what}`,
    summary: 'Outcomes',
    head: { outcome: 'Outcome', alert: 'Alert', check: 'Check', count: 'Runs' } as const,
    noAlert: 'none',
    select: (outcome: string) => `${outcome}: make these stand out`,
    here: 'The byte looked at',
    became: (from: number, to: number) => `${hex(from)} → ${hex(to)}`,
    tryIt: 'Do this to the connection',
    forgiven: 'What is forgiven',
    forgivenNone: 'Nothing so far.',
    forgivenAll: (positions: number) =>
      `${count(positions, 'position', 'positions')} may have any value, by these sections; everything else is noticed, or waited for.`,
    forgivenHead: { record: 'Record', byte: 'Byte', field: 'Field', section: 'Section', why: 'What it says' } as const,
    why: {
      allPurposes: 'The record’s version is deprecated, and has to be ignored for all purposes.',
      helloOfAnyVersion: 'A server takes a ClientHello in a record of any version 3.x.',
      allImplementations: 'The version of a record without keys is to be ignored by all implementations.',
    } as const,
    faults: (positions: number) =>
      `${count(positions, 'position', 'positions')} made no difference, and no section says that they may. That is a fault of this library.`,
    waiting: (runs: number) =>
      `In ${count(runs, 'run', 'runs')} nobody noticed anything, and the connection came to a halt: a length was larger, so that the rest has yet to come. Nothing was taken; a clock has to end that.`,
  },
};
