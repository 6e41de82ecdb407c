/** What people read. */
import { ContentType, type RecordObservation, recordHeader } from '@tlskit/tls-record';
import { ascii, concat, fromHex, toHex } from '@tlskit/tls-wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createInspector,
  decodeStreams,
  describeMessage,
  flightsOf,
  formatEntry,
  formatTrace,
  hexdump,
  keyLogLines,
  type RecordEntry,
  toJSON,
} from '../src/index.ts';
import { traces, tracesAbsent } from './shared.ts';
import { connection, provider } from './support.ts';

const { client } = connection({}, (c, s, pump) => {
  c.write(ascii('GET /'));
  pump();
  s.write(new Uint8Array(300).fill(0xff));
  pump();
  c.close();
});
const { entries } = client.inspector;

/** One record with this content, in plaintext or as if protected. */
function entryOf(type: number, content: Uint8Array, more: Partial<RecordObservation> = {}): RecordEntry {
  const inspector = createInspector();
  const bytes = concat(recordHeader(type, 0x0303, content.length), content);
  inspector.handlers.record({ direction: 'out', epoch: 'plaintext', type, bytes, content, ...more });
  return inspector.entries[0]!;
}

describe('formatEntry', () => {
  it('names each byte of a plaintext record', () => {
    expect(formatEntry(entryOf(ContentType.values.alert, Uint8Array.of(2, 40)))).toBe(
      [
        'Record 0, client → server, plaintext, alert, 7 bytes: handshake_failure',
        '                                 TLSPlaintext',
        '  0000  15                         type: alert (21)',
        '  0001  03 03                      legacy_record_version: TLS 1.2 (0x0303)',
        '  0003  00 02                      length: 2',
        '                                   fragment',
        '                                     Alert',
        '  0005  02                             level: fatal (2)',
        '  0006  28                             description: handshake_failure (40)',
        '',
      ].join('\n'),
    );
  });

  it('names each byte of a protected record, and what is not in it', () => {
    const type = ContentType.values.application_data;
    const bytes = concat(recordHeader(type, 0x0303, 21), new Uint8Array(5).fill(0xc0), new Uint8Array(16).fill(0x7a));
    const aad = bytes.slice(0, 5);
    const nonce = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
    const protection = { innerType: type, padding: 2, sequence: 7, nonce, aad, tagLength: 16 };
    expect(formatEntry(entryOf(type, ascii('hi'), { bytes, epoch: 'application', ...protection }))).toBe(
      [
        'Record 0, client → server, application keys #7, application_data, 26 bytes: application data',
        '                                 TLSCiphertext',
        '  0000  17                         opaque_type: application_data (23)',
        '  0001  03 03                      legacy_record_version: TLS 1.2 (0x0303)',
        '  0003  00 15                      length: 21',
        '                                   encrypted_record',
        '  0005  c0 c0 c0 c0 c0               ciphertext: 5 bytes',
        '  000a  7a 7a 7a 7a 7a 7a 7a 7a      tag: 16 bytes',
        '  0012  7a 7a 7a 7a 7a 7a 7a 7a',
        '        01 02 03 04 05 06 07 08  nonce, which is not sent',
        '        09 0a 0b 0c',
        '        17 03 03 00 15           additional data: the header',
        '                                 TLSInnerPlaintext',
        '                                   content',
        '  0000  68 69                        data: "hi"',
        '  0002  17                         type: application_data (23)',
        '  0003  00 00                      zeros: padding',
        '',
      ].join('\n'),
    );
  });

  it('cuts long values, unless asked not to', () => {
    const data = entries.find(({ sender, epoch }) => sender === 'server' && epoch === 'application')!;
    const short = formatEntry(data);
    expect(short).toContain('… 276 bytes more');
    expect(short.split('\n').length).toBeLessThan(30);
    const long = formatEntry(data, { full: true });
    expect(long).not.toContain('…');
    expect(long.match(/ff ff ff ff ff ff ff ff/g)).toHaveLength(Math.floor(300 / 8));
  });

  it('shows every byte once when nothing is cut, as many a line as asked', () => {
    const bytesOf = (text: string) => [...text.matchAll(/^ {2}[0-9a-f]{4} {2}((?:[0-9a-f]{2} )*[0-9a-f]{2})/gm)];
    for (const entry of entries) {
      for (const bytesPerLine of [1, 8, 16]) {
        const text = formatEntry(entry, { full: true, bytesPerLine });
        const shown = bytesOf(text).map(([, hex]) => (hex as string).replaceAll(' ', ''));
        expect(shown.join('')).toBe(toHex(concat(entry.record.bytes, entry.inner?.bytes ?? new Uint8Array(0))));
        expect(Math.max(...shown.map(hex => hex.length))).toBeLessThanOrEqual(2 * bytesPerLine);
      }
    }
  });

  it('has colours for terminals only when asked', () => {
    const [entry] = entries;
    const colored = formatEntry(entry!, { color: true });
    expect(colored).toContain('\x1b[1mRecord 0');
    expect(formatEntry(entry!)).not.toContain('\x1b');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken off
    expect(colored.replace(/\x1b\[\d+m/g, '')).toBe(formatEntry(entry!));
  });

  it('prints nothing that could drive a terminal or turn text around', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 100 }), text => {
        const entry = entryOf(ContentType.values.application_data, new TextEncoder().encode(text));
        for (const shown of [formatEntry(entry, { full: true }), JSON.stringify(toJSON(entry))]) {
          expect(shown).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        }
      }),
      { numRuns: 300 },
    );
    expect(formatEntry(entryOf(23, ascii('\x1b[2Jhello')))).toContain('data: 9 bytes');
    expect(formatEntry(entryOf(23, new TextEncoder().encode('grüße ✓')))).toContain('data: "grüße ✓"');
  });
});

describe('formatTrace', () => {
  it('has a paragraph for each flight', () => {
    const text = formatTrace(entries);
    const paragraphs = text.match(/^(client → server|server → client): [\s\S]*?(?=\n\n)/gm)!;
    expect(paragraphs).toHaveLength(flightsOf(entries).length);
    const words = paragraphs.map(paragraph => paragraph.replace(/\s+/g, ' '));
    expect(words[0]).toBe(
      'client → server: ClientHello offers TLS 1.3 with 3 cipher suites, sends a key share for x25519 and asks for "localhost".',
    );
    const all = words.join(' ');
    expect(all).toContain('ServerHello chooses TLS 1.3 with TLS_AES_128_GCM_SHA256 and answers with a key share');
    expect(all).toContain('the application protocol is "h2"');
    expect(all).toContain('CertificateVerify signs the handshake so far by ecdsa_secp256r1_sha256');
    expect(all).toContain('Finished is a MAC over the handshake so far');
    expect(all).toContain('5 bytes of application data.');
    expect(words.at(-1)).toBe('client → server: The alert close_notify says that its sender will send no more.');
    for (const line of paragraphs.join('\n').split('\n')) expect(line.length).toBeLessThanOrEqual(96);
  });

  it('is empty for nothing', () => expect(formatTrace([])).toBe(''));

  it.skipIf(tracesAbsent)('has words for every message of RFC 8448 (skipped where ../shared is absent)', () => {
    for (const { messages } of Object.values(traces())) {
      for (const { name, hex } of messages) {
        const [message] = entryOf(ContentType.values.handshake, fromHex(hex)).messages;
        const words = describeMessage(message!);
        expect(words).toMatch(new RegExp(`^${name} [\\s\\S]+[a-z0-9")]\\.$`));
        expect(words).not.toMatch(/undefined|NaN|\[object|, \d+ bytes/);
      }
    }
  });
});

describe('prose', () => {
  const of = (hex: string) => describeMessage(entryOf(ContentType.values.handshake, fromHex(hex)).messages[0]!);

  it.each([
    ['0b00000400000000', 'Certificate says that there is none.'],
    ['1800000100', 'KeyUpdate changes the keys of its sender.'],
    ['1800000101', 'KeyUpdate changes the keys of its sender, and asks the peer to do the same.'],
    ['05000000', 'EndOfEarlyData ends the 0-RTT data.'],
    ['080000020000', 'EncryptedExtensions answers what need not be said in the clear.'],
    ['0e000000', "ServerHelloDone says that it is the client's turn."],
    ['77000003aabbcc', '0x77, 7 bytes.'],
    ['0800000101', 'EncryptedExtensions is malformed: expected 2 bytes, 1 left.'],
  ])('%s', (hex, words) => expect(of(hex)).toBe(words));

  it('of other protocols', () => {
    const say = (type: number, ...bytes: number[]) =>
      describeMessage(entryOf(type, Uint8Array.from(bytes)).messages[0]!);
    expect(say(21, 2, 20)).toBe('The alert bad_record_mac says why the connection ends.');
    expect(say(20, 1)).toBe('ChangeCipherSpec is there for middleboxes alone and changes nothing.');
    expect(say(23, 1)).toBe('1 byte of application data.');
    expect(say(23)).toBe('No bytes of application data.');
    expect(say(24, 1, 0, 1, 7, ...new Uint8Array(16))).toBe('Heartbeat request of 1 byte is a sign of life.');
    expect(say(24, 1, 2)).toMatch(/^HeartbeatMessage is malformed: /);
    expect(say(25, 1, 2)).toBe('2 bytes of the unknown content type 0x19.');
  });
});

describe('toJSON', () => {
  it('has all that the entry has, as JSON', () => {
    const json = JSON.parse(JSON.stringify(entries.map(toJSON)));
    expect(json).toHaveLength(entries.length);
    const [hello] = json;
    expect(hello).toMatchObject({ number: 0, sender: 'client', epoch: 'plaintext', contentType: 'handshake' });
    expect(hello.record).toMatchObject({ name: 'TLSPlaintext', bytes: toHex(entries[0]!.record.bytes) });
    expect(hello.record.fields[0].children[0]).toEqual({
      label: 'type',
      type: 'ContentType',
      start: 0,
      end: 1,
      text: 'handshake (22)',
      value: 22,
    });
    expect(hello.messages[0]).toMatchObject({ name: 'ClientHello', protocol: 'handshake' });
    const [sealed] = json.filter((entry: RecordEntry) => entry.protection !== undefined);
    expect(sealed.protection).toMatchObject({ sequence: 0, tagLength: 16 });
    expect(sealed.protection.nonce).toMatch(/^[0-9a-f]{24}$/);
    expect(sealed.inner.name).toBe('TLSInnerPlaintext');
  });
});

describe('hexdump', () => {
  it('has sixteen bytes a line', () => {
    expect(hexdump(concat(ascii('GET / HTTP/1.1\r\nHo'), Uint8Array.of(0x7f, 0xff)))).toBe(
      [
        '0000  47 45 54 20 2f 20 48 54 54 50 2f 31 2e 31 0d 0a  GET / HTTP/1.1..',
        '0010  48 6f 7f ff                                      Ho..',
      ].join('\n'),
    );
    expect(hexdump(new Uint8Array(0))).toBe('');
  });
});

describe('keyLogLines', () => {
  it('are what a decoder opens records with', () => {
    const events = [...client.inspector.keyLog];
    expect(events.length).toBeGreaterThan(4);
    const [first] = events;
    const [label, random, secret] = first!.split(' ') as [never, string, string];
    const event = { type: 'secret', label, clientRandom: fromHex(random), secret: fromHex(secret) } as const;
    expect(keyLogLines(event)).toEqual([first]);
    expect(keyLogLines({ type: 'session' })).toEqual([]);
    const hello = entries[0]!.record.bytes;
    const decoded = decodeStreams(
      { client: hello, server: new Uint8Array(0) },
      { provider, keyLog: events.join('\n') },
    );
    expect(decoded.map(({ messages }) => messages[0]?.name)).toEqual(['ClientHello']);
  });
});
