/**
 * What the page says before anything else is loaded. What belongs to one view alone, and the prose of fields and tours, stands in a file of
 * its own in `texts/`, loaded with that view: a translation is a copy of these.
 */
import type { Sender } from '@tlskit/tls-inspect';

const names: Record<Sender, string> = { client: 'Client', server: 'Server' };

const other: Record<Sender, Sender> = { client: 'server', server: 'client' };

const bytes = (count: number) => (count === 1 ? '1 byte' : `${count} bytes`);

export const texts = {
  app: {
    title: 'TLS, byte by byte',
    lead: 'A client and a server run in this page, each the whole of it. Choose, step, and look at every byte; nothing leaves the page, but for what you do in Live.',
    views: 'Views',
    view: { handshake: 'Handshake', keys: 'Keys', tamper: 'Tamper', live: 'Live', learn: 'Learn' },
    skip: 'To the content',
    loading: 'Loading…',
    seeded:
      'Both ends draw their random bytes from the seed in the link, signatures included: that is how a link replays byte for byte, and why nothing said here is secret. Elsewhere tlskit takes what the system has.',
    trouble: (message: string) => `This did not work: ${message}`,
  },

  settings: {
    title: 'What the two ends do',
    more: 'All settings',
    again: 'New random bytes',
    group: {
      protocol: 'Protocol',
      exchange: 'Key exchange',
      identity: 'Identity',
      session: 'Session',
      records: 'Records',
    } as const,
    name: {
      version: 'Version',
      suite: 'Cipher suite',
      group: 'Group',
      certificate: 'Certificate of the server',
      resumption: 'Resumption',
      helloRetry: 'HelloRetryRequest',
      psk: 'Pre-shared key',
      clientAuth: 'Client certificate',
      alpn: 'ALPN',
      staple: 'OCSP staple',
      shortRecords: 'Short records',
      keyUpdate: 'Key update',
      compatibility: 'Compatibility mode',
    } as const,
    hint: {
      resumption: 'A second connection goes on with what a first one agreed on.',
      helloRetry: 'The client sends no key share at first: the server has to ask.',
      psk: 'Both know a key already: no certificate is needed.',
      clientAuth: 'The server asks for a certificate, and the client has one.',
      alpn: 'They agree on what is spoken above TLS.',
      staple: 'A fresh statement that the certificate is not revoked.',
      shortRecords: 'The client takes records of at most 512 bytes.',
      keyUpdate: 'The client renews its keys, and asks the server to.',
      compatibility: 'Both look like TLS 1.2 to what stands between them.',
    } as Readonly<Record<string, string>>,
    value: {
      '1.3': 'TLS 1.3',
      '1.2': 'TLS 1.2',
      'ecdsa-p256': 'ECDSA P-256',
      'rsa-2048': 'RSA 2048',
      ed25519: 'Ed25519',
      none: 'none',
      ticket: 'by a ticket',
      'early-data': 'by a ticket, with 0-RTT data',
      'session-id': 'by a session ID',
    } as Readonly<Record<string, string>>,
    /** In the line that says what is chosen. */
    resumed: (how: string) => `resumed ${how}`,
    without: (name: string) => `no ${name.toLowerCase()}`,
  },

  player: {
    title: 'Steps',
    first: 'To the start',
    back: 'Back',
    play: 'Play',
    pause: 'Pause',
    forward: 'Forward',
    last: 'To the end',
    where: 'Step',
    which: 'Connection',
    this: 'This connection',
    before: 'The one before',
    /** Keys and what they do, anywhere on the page. */
    keys: [
      ['←', 'back'],
      ['→', 'forward'],
      ['Space', 'play'],
    ] as const,
    at: (number: number, all: number, what: string) => `Step ${number} of ${all}: ${what}`,
    record: (sender: Sender, size: number) => `${names[sender]} → ${other[sender]}: a record of ${bytes(size)}`,
    message: (at: Sender, direction: 'in' | 'out', name: string) =>
      `${names[at]} ${direction === 'out' ? 'writes' : 'reads'} ${name}`,
    data: (at: Sender, size: number) => `${names[at]} is given ${bytes(size)} of data`,
    alert: (at: Sender, name: string) => `${names[at]} sends the alert ${name}`,
    connected: (at: Sender) => `${names[at]} is connected`,
    closed: (at: Sender, error: string | undefined) =>
      error === undefined ? `${names[at]} is done` : `${names[at]} gives up: ${error}`,
  },
};
