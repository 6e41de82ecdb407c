/** What the diagram of a connection and the list of what was negotiated say. */
import type { RecordEntry, Sender } from '@tlskit/tls-inspect';
import type { Meddling } from '../player/meddling.ts';

const bytes = (count: number) => (count === 1 ? '1 byte' : `${number(count)} bytes`);

const number = (value: number) => value.toLocaleString('en');

const hex = (value: number) => value.toString(16).padStart(2, '0');

export const sides: Readonly<Record<Sender, string>> = { client: 'Client', server: 'Server' };

const ways: Readonly<Record<Sender, string>> = { client: 'Client → server', server: 'Server → client' };

export const diagramTexts = {
  title: 'The connection in time',
  columns: { time: 'ms', size: 'bytes' },
  /** RFC 9846 §A has names for states; what is above them is this. */
  waitsFor(state: string, names: readonly string[]): string {
    if (state === 'CLOSED') return 'no more to come';
    if (state === 'CONNECTED') return 'data both ways';
    return names.length === 0 ? 'goes on by itself' : `waits for ${either(names)}`;
  },
  unseen: 'somewhere else',
  flight: (place: number, sender: Sender | undefined) =>
    sender === undefined ? 'Nothing is sent' : `Flight ${place}: ${ways[sender]}`,
  took: (records: number, milliseconds: number) =>
    `${records === 1 ? '1 record' : `${number(records)} records`}, ${time(milliseconds)} ms`,
  number,
  time,
  way: ways,
  event: {
    writes: 'writes',
    reads: 'reads',
    sends: 'sends the alert',
    data: (size: number, early: boolean) => `is given ${bytes(size)}${early ? ' of early data' : ''}`,
    connected: 'is connected',
    closed: 'is done',
    failed: (message: string) => `gives up: ${message}`,
  },
  /** What a record is under. */
  keys: ({ epoch, protection }: RecordEntry): string => {
    if (protection === undefined) return 'plaintext';
    const { sequence } = protection;
    return sequence === undefined ? `${epoch} keys` : `${epoch} keys, number ${sequence}`;
  },
  /** What is in a record that ends no message. */
  part: (contentType: string) => `part of a message (${contentType})`,
  data: (size: number) => `${bytes(size)} of data`,
  alert: (name: string) => `alert ${name}`,
  meddling(what: Meddling): string {
    switch (what.type) {
      case 'changed':
        return `byte ${what.offset} changed on the way: ${hex(what.from)} → ${hex(what.to)}`;
      case 'dropped':
        return 'lost on the way';
      case 'repeated':
        return 'comes twice';
      case 'held':
        return 'held back on the way';
      case 'first':
        return 'overtakes the one before';
    }
  },
  repeated: (sentence: string, times: number) => `${sentence} (${times} times)`,
  dataIn: (size: number, records: number) =>
    `${bytes(size)} of application data${records === 1 ? '' : ` in ${number(records)} records`}.`,
};

export const factsTexts = {
  title: 'What was negotiated',
  notYet: 'As it will be when the client is connected.',
  goThere: 'Go there',
  never: 'The handshake was not completed: nothing is agreed on.',
  failed: (at: Sender, message: string) => `${sides[at]} gives up: ${message}.`,
  told: (at: Sender, alert: string) => `${sides[at]} sends the alert ${alert}.`,
  waiting: 'Each waits for the other.',
  name: {
    protocol: 'Protocol',
    suite: 'Cipher suite',
    group: 'Key exchange',
    retry: 'HelloRetryRequest',
    signature: 'Signature of the server',
    clientSignature: 'Signature of the client',
    alpn: 'Application protocol',
    serverName: 'Server name',
    certificate: 'Certificate of the server',
    verified: 'Verified',
    staple: 'OCSP staple',
    resumed: 'Resumed',
    psk: 'Pre-shared key',
    earlyData: 'Early data',
    limit: 'Record size limit',
    keyUpdates: 'Key updates',
    masterSecret: 'Extended master secret',
    encryptThenMac: 'Encrypt then MAC',
    renegotiation: 'Secure renegotiation',
  },
  yes: 'yes',
  no: 'no',
  named: (name: string, code: number) => `${name} (0x${code.toString(16).padStart(4, '0')})`,
  certificate: (subject: string, key: string) => `${subject}, ${key}`,
  resumption: (resumed: boolean, key: boolean) => (resumed ? 'yes' : key ? 'no, but a key that both know' : 'no'),
  earlyData: (refusal: string | undefined) => (refusal === undefined ? 'accepted' : `refused: ${refusal}`),
  limit: (send: number, receive: number) => `${number(send)} bytes to the server, ${number(receive)} to the client`,
  updates: (client: number, server: number) => `${client} of the client, ${server} of the server`,
  staple: (size: number) => `${bytes(size)}`,
  costs: 'What it took',
  /** By what is counted, in this order. */
  columns: {
    client: 'bytes to the server',
    server: 'bytes to the client',
    records: 'records',
    roundTrips: 'round trips',
    milliseconds: 'ms, here',
  },
  cost: { handshake: 'The handshake', all: 'All there is' } as const,
  count: number,
  time,
};

function either(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}

function time(milliseconds: number): string {
  return milliseconds.toFixed(1);
}
