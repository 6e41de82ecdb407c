/** What the reader says of a record, beside the prose of its fields. */
import type { Sender } from '@tlskit/tls-inspect';

const names: Record<Sender, string> = { client: 'Client', server: 'Server' };
const small: Record<Sender, string> = { client: 'client', server: 'server' };
const other: Record<Sender, Sender> = { client: 'server', server: 'client' };

const count = (bytes: number) => (bytes === 1 ? '1 byte' : `${bytes.toLocaleString('en')} bytes`);

export const reader = {
  title: 'The record',
  none: 'No record yet: step forward to the first.',
  record: (number: number) => `Record ${number}`,
  of: (records: number) => `of ${records}`,
  previous: 'Previous record',
  next: 'Next record',
  sections: 'Parts of the record',
  bytes: count,

  head: {
    direction: 'Direction',
    from: (sender: Sender) => `${names[sender]} → ${small[other[sender]]}`,
    keys: 'Keys',
    plaintext: 'none: plaintext',
    epoch: (epoch: string, sequence: number | undefined) =>
      sequence === undefined ? epoch : `${epoch}, record ${sequence} under them`,
    content: 'Content type',
    sizes: 'Size',
    wire: (bytes: number) => `${count(bytes)} on the wire`,
    inside: (wire: number, content: number) => `${count(wire)} on the wire, ${count(content)} of content`,
    wrong: (what: string) => `Not as it should be: ${what}`,
  },

  tab: {
    wire: 'On the wire',
    protection: 'Protection',
    inside: 'Decrypted',
    message: (name: string) => name,
    between: 'In between',
  },
  assembled: (name: string, records: readonly number[]) =>
    `${name} is larger than a record: here it is put together from the records ${records.join(', ')}.`,
  wire: 'What anybody sees who watches the network.',
  inside: 'What the receiver has when it has taken the protection off.',

  hex: (section: string) => `Bytes of ${section}`,
  fields: (section: string) => `Fields of ${section}`,
  empty: 'empty',
  gap: (bytes: number) => `${count(bytes)} more`,
  allBytes: (bytes: number) => `Show all ${count(bytes)}`,
  fewerBytes: 'Show fewer bytes',

  notes: {
    title: 'About the field',
    hint: 'Point at a byte or a field, or go through them with the arrow keys: here stands what it is for.',
    none: 'There is no more to say of it.',
    range: (start: number, end: number) => {
      const hex = (offset: number) => offset.toString(16).padStart(4, '0');
      if (end === start) return 'no bytes';
      return end - start === 1 ? `byte ${hex(start)}` : `${count(end - start)}, ${hex(start)} to ${hex(end - 1)}`;
    },
    rfc: (number: number, section: string) =>
      /^[A-Z]/.test(section) ? `RFC ${number}, Appendix ${section}` : `RFC ${number}, Section ${section}`,
  },

  protection: {
    keys: 'The keys',
    keysOf13: 'Each direction has a secret of its own, of which its key and its IV are made.',
    keysOf12: 'The key block is cut into keys for either direction.',
    nonce: 'The nonce',
    iv: 'The IV',
    nonceOf: {
      tls13: 'The number of the record, eight bytes wide and padded to the left, XOR the static IV. It is not sent.',
      xor12: 'The number of the record, padded to the left, XOR the static IV. It is not sent.',
      explicit12: 'Four bytes come from the key block and stay secret; eight stand at the front of the record.',
      cbc12: 'CBC has an IV instead: a block of fresh random bytes at the front of the record.',
    },
    additional: 'The additional data',
    additionalOf: {
      tls13: 'The header of the record as it is sent: it is in the clear, and authenticated.',
      xor12:
        'The header, with the number of the record before it and the length of the content: not sent in this form.',
      explicit12:
        'The header, with the number of the record before it and the length of the content: not sent in this form.',
      cbc12:
        'Under the MAC, before what it protects: the number of the record and its header, with a length that is not the one on the wire.',
    },
    tag: 'The tag',
    mac: 'The MAC',
    tagOf: {
      tls13: 'One changed bit in cipher text, additional data, nonce or key, and it does not fit.',
      xor12: 'One changed bit in cipher text, additional data, nonce or key, and it does not fit.',
      explicit12: 'One changed bit in cipher text, additional data, nonce or key, and it does not fit.',
      cbc12: 'An HMAC with a key of its own.',
    },
    order: {
      after: 'The MAC is over IV and cipher text (encrypt_then_mac): what is forged is never decrypted.',
      before: 'The MAC is over the content and encrypted with it: it can be checked only after decryption.',
    },
    contents: 'What is encrypted',
    cbcContents: (content: number, mac: number, padding: number) =>
      [
        `${count(content)} of content`,
        ...(mac === 0 ? [] : [`${count(mac)} of MAC`]),
        `${count(padding)} of padding, each ${(padding - 1).toString(16).padStart(2, '0')}, so that whole blocks are filled`,
      ].join(', '),
    unknown: 'There are no keys for this record: nobody but its ends can tell more of it.',
    row: {
      secret: (name: string) => name,
      write_key: (sender: Sender) => `${small[sender]}_write_key`,
      write_iv: (sender: Sender) => `${small[sender]}_write_iv`,
      mac_key: (sender: Sender) => `${small[sender]}_write_MAC_key`,
      sequence: 'sequence number',
      nonce: 'nonce',
      iv: 'IV',
      implicit: 'implicit part',
      explicit: 'explicit part',
      seq_num: 'seq_num',
      opaque_type: 'opaque_type',
      legacy_record_version: 'legacy_record_version',
      type: 'type',
      version: 'version',
      length: 'length',
      tag: 'tag',
      mac: 'MAC',
    },
    sources: {
      keys13: [9846, '7.3'],
      keys12: [5246, '6.3'],
      nonce: { tls13: [9846, '5.3'], xor12: [7905, '2'], explicit12: [5288, '3'], cbc12: [5246, '6.2.3.2'] },
      additional: {
        tls13: [9846, '5.2'],
        xor12: [5246, '6.2.3.3'],
        explicit12: [5246, '6.2.3.3'],
        cbc12: [5246, '6.2.3.1'],
      },
      tag: { tls13: [9846, '5.2'], xor12: [7905, '2'], explicit12: [5288, '3'], cbc12: [5246, '6.2.3.1'] },
      encryptThenMac: [7366, '3'],
    },
  },

  between: {
    lead: 'Somebody in between did not pass this record on as it was.',
    dropped: 'Nothing arrived in its place.',
    held: 'It was held back, and arrived behind the next record.',
    late: 'Behind it came a record that had been held back.',
    times: (times: number) => `It arrived ${times} times.`,
    changed: (bytes: number) => (bytes === 1 ? 'One byte arrived as another.' : `${bytes} bytes arrived as others.`),
    columns: { offset: 'Offset', sent: 'Sent', arrived: 'Arrived' },
    outcome: 'What came of it',
    noticed: (by: Sender, state: string | undefined, message: string) =>
      `${names[by]} noticed${state === undefined ? '' : `, in the state ${state}`}: ${message}.`,
    alert: (by: Sender, alert: string | undefined) =>
      alert === undefined ? `It told the ${small[other[by]]} nothing.` : `It sent the alert ${alert}.`,
    waiting: (client: string, server: string) =>
      `Nobody could notice: each waits for the other. The client is in the state ${client}, the server in ${server}.`,
    accepted: 'Nobody minded: the connection went on to its end.',
  },
} as const;
