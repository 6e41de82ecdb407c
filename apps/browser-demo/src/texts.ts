/** What the page says beyond its HTML, in one place for translators. */
import type { Sender } from '@tlskit/tls-inspect';

const names: Record<Sender, string> = { client: 'Client', server: 'Server' };

const other: Record<Sender, Sender> = { client: 'server', server: 'client' };

export const texts = {
  loading: 'Loading the client and the server…',
  running: 'Shaking hands…',
  connected: (records: number, messages: number) => `Connected: ${records} records, ${messages} messages.`,
  closed: 'Both sides have said that they are done.',
  failed: (who: Sender, code: string, message: string) => `${names[who]}: ${message} (${code}).`,
  broken: (message: string) => `This did not work: ${message}`,
  sent: (who: Sender, bytes: number) => `${names[who]} sent ${bytes} ${bytes === 1 ? 'byte' : 'bytes'}.`,
  closing: (who: Sender) => `${names[who]} closed its side.`,
  received: (who: Sender) => `${names[who]} received`,
  ended: (who: Sender) => `${names[who]} was told that no more comes`,

  facts: {
    protocol: 'Protocol',
    cipherSuite: 'Cipher suite',
    group: 'Key exchange',
    signature: 'Signature',
    server: 'Server',
    certificate: 'Certificate',
  },
  verified: 'verified, issued by',
  notVerified: 'not verified',

  direction: (sender: Sender) => `${names[sender]} → ${names[other[sender]].toLowerCase()}`,
  record: (number: number) => `Record ${number}`,
  plaintext: 'plaintext',
  keys: (epoch: string, sequence: number | undefined) =>
    sequence === undefined ? `${epoch} keys` : `${epoch} keys, number ${sequence}`,
  bytes: (count: number) => (count === 1 ? '1 byte' : `${count} bytes`),
  error: 'Error',

  onTheWire: 'On the wire',
  inside: 'Decrypted',
  assembled: (name: string, records: readonly number[]) => `${name}, from the records ${records.join(', ')}`,
  protection: {
    sequence: 'Sequence number',
    nonce: 'Nonce',
    additionalData: 'Additional data',
  },
  hex: (section: string) => `Bytes of ${section}`,
  fields: (section: string) => `Fields of ${section}`,
  empty: 'empty',
  hint: 'Point at a byte or a field, or go through them with the arrow keys.',
  range: (start: number, end: number) => {
    const hex = (offset: number) => offset.toString(16).padStart(4, '0');
    if (end - start === 0) return 'no bytes';
    return end - start === 1 ? `byte ${hex(start)}` : `bytes ${hex(start)} to ${hex(end - 1)}`;
  },
};
