/** Live connections: everything that goes by is shown, whole, in order, and by name. */
import { alert, alertNamed } from '@tlskit/tls-alerts';
import { ContentType, padToMultiple, type RecordObservation, recordHeader } from '@tlskit/tls-record';
import { concat, encode, toHex } from '@tlskit/tls-wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createInspector, type Field, formatTrace, leaves, pathTo, type Sender, toJSON } from '../src/index.ts';
import { type Connection, connection, faultsOf, sectionsOf } from './support.ts';

const text = (words: string) => new TextEncoder().encode(words);

/** The messages of each side, in order. How the two interleave is the engine's business. */
function names({ client }: Connection): Record<Sender, string[]> {
  const of = (who: Sender) =>
    client.inspector.entries
      .filter(({ sender }) => sender === who)
      .flatMap(({ messages }) => messages.map(m => m.name));
  return { client: of('client'), server: of('server') };
}

/** The field under these labels. */
function at(fields: readonly Field[], ...labels: string[]): Field | undefined {
  const [label, ...deeper] = labels;
  const found = fields.find(field => field.label === label);
  return found === undefined || deeper.length === 0 ? found : at(found.children, ...deeper);
}

const full = (): Connection =>
  connection({}, (client, server, pump) => {
    client.write(text('hello'));
    pump();
    server.write(text('you too'));
    pump();
    client.updateKeys({ requestPeer: true });
    client.write(text('under new keys'));
    pump();
    client.close();
    pump();
    server.close();
  });

describe('a handshake', () => {
  const server = ['EncryptedExtensions', 'Certificate', 'CertificateVerify', 'Finished'];

  it('is shown with every message, data and closure', () => {
    expect(names(full())).toEqual({
      client: [
        'ClientHello',
        'ChangeCipherSpec',
        'Finished',
        'application data',
        'KeyUpdate',
        'application data',
        'close_notify',
      ],
      server: ['ServerHello', 'ChangeCipherSpec', ...server, 'application data', 'KeyUpdate', 'close_notify'],
    });
  });

  it('is shown with a HelloRetryRequest', () => {
    expect(names(connection({ client: { keyShares: [] } }))).toEqual({
      client: ['ClientHello', 'ChangeCipherSpec', 'ClientHello', 'Finished'],
      server: ['HelloRetryRequest', 'ChangeCipherSpec', 'ServerHello', ...server],
    });
  });

  it('is the same from both sides', () => {
    const { client, server } = full();
    const lines = (entries: typeof client.inspector.entries) =>
      (['client', 'server'] as const).map(who =>
        entries.filter(({ sender }) => sender === who).map(entry => ({ ...toJSON(entry), number: 0, messages: [] })),
      );
    expect(lines(server.inspector.entries)).toEqual(lines(client.inspector.entries));
  });

  it.each([0x1301, 0x1302, 0x1303])('shows the bytes that were sent, with suite %i', suite => {
    const { client, streams } = connection({ client: { cipherSuites: [suite] } }, (c, s) => {
      c.write(text('a'));
      s.write(text('b'));
    });
    for (const who of ['client', 'server'] as const) {
      const records = client.inspector.entries.filter(({ sender }) => sender === who).map(({ record }) => record.bytes);
      expect(toHex(concat(...records))).toBe(toHex(concat(...streams[who])));
    }
  });

  it('shows the messages that the engine saw', () => {
    const { client, server } = full();
    for (const { inspector, messages, engine } of [client, server]) {
      for (const direction of ['in', 'out'] as const) {
        const sender = (direction === 'out') === (engine.role === 'client') ? 'client' : 'server';
        const shown = inspector.entries
          .flatMap(entry => entry.messages)
          .filter(message => message.protocol === 'handshake' && message.sender === sender);
        const seen = messages.filter(message => message.direction === direction);
        expect(shown.map(({ epoch, section }) => [epoch, toHex(section.bytes)])).toEqual(
          seen.map(({ epoch, bytes }) => [epoch, toHex(bytes)]),
        );
      }
    }
  });

  it('names every byte once', () => {
    const { client } = full();
    const sections = client.inspector.entries.flatMap(sectionsOf);
    expect(sections.length).toBeGreaterThan(30);
    for (const section of sections) {
      expect(faultsOf(section), section.name).toEqual([]);
      expect(leaves(section.fields).filter(({ unread }) => unread)).toEqual([]);
    }
  });

  it('says how records are protected', () => {
    const { client } = full();
    const entry = client.inspector.entries.find(({ messages }) => messages.some(({ name }) => name === 'Certificate'))!;
    expect(entry).toMatchObject({ sender: 'server', epoch: 'handshake', contentType: 'handshake' });
    expect(entry.record.name).toBe('TLSCiphertext');
    expect(entry.protection).toMatchObject({ sequence: 0, tagLength: 16 });
    expect(entry.protection?.nonce).toHaveLength(12);
    expect(entry.protection?.additionalData).toEqual(entry.record.bytes.slice(0, 5));
    const sealed = at(entry.record.fields, 'TLSCiphertext', 'encrypted_record')!;
    expect(sealed.children.map(({ label, end, start }) => [label, end - start])).toEqual([
      ['ciphertext', entry.record.bytes.length - 5 - 16],
      ['tag', 16],
    ]);
    expect(at(entry.inner!.fields, 'TLSInnerPlaintext', 'type')).toMatchObject({ text: 'handshake (22)', value: 22 });
  });

  it('shows padding', () => {
    const { client } = connection({ client: { padding: padToMultiple(64) } }, c => c.write(text('short')));
    const entry = client.inspector.entries.at(-1)!;
    const inner = at(entry.inner!.fields, 'TLSInnerPlaintext')!;
    expect(inner.children.map(({ label }) => label)).toEqual(['content', 'type', 'zeros']);
    expect(faultsOf(entry.inner!)).toEqual([]);
    const { start, end } = inner.children[2]!;
    expect(end - start).toBeGreaterThan(0);
    expect(entry.inner!.bytes.slice(start, end)).toEqual(new Uint8Array(end - start));
  });

  it('finds the field of a byte', () => {
    const [hello] = full().client.inspector.entries;
    const { start } = at(hello!.record.fields, 'TLSPlaintext', 'fragment', 'Handshake', 'body', 'cipher_suites')!;
    const path = pathTo(hello!.record.fields, start + 3);
    expect(path.map(({ label }) => label)).toEqual([
      'TLSPlaintext',
      'fragment',
      'Handshake',
      'body',
      'cipher_suites',
      '0',
    ]);
    expect(path.at(-1)?.text).toBe('TLS_AES_128_GCM_SHA256 (0x1301)');
    expect(pathTo(hello!.record.fields, hello!.record.bytes.length)).toEqual([]);
    expect(pathTo(hello!.record.fields, -1)).toEqual([]);
  });

  it('gives the lines of a key log, from both sides the same', () => {
    const { client, server } = full();
    expect(client.inspector.keyLog.map(line => line.split(' ')[0]).sort()).toEqual([
      'CLIENT_HANDSHAKE_TRAFFIC_SECRET',
      'CLIENT_TRAFFIC_SECRET_0',
      'CLIENT_TRAFFIC_SECRET_1',
      'EXPORTER_SECRET',
      'SERVER_HANDSHAKE_TRAFFIC_SECRET',
      'SERVER_TRAFFIC_SECRET_0',
      'SERVER_TRAFFIC_SECRET_1',
    ]);
    expect([...server.inspector.keyLog].sort()).toEqual([...client.inspector.keyLog].sort());
    for (const line of client.inspector.keyLog) expect(line).toMatch(/^[A-Z0-9_]+ [0-9a-f]{64} [0-9a-f]{64}$/);
  });
});

describe('an inspector', () => {
  const handshake = ContentType.values.handshake;
  const seen = (type: number, content: Uint8Array, more: Partial<RecordObservation> = {}): RecordObservation => ({
    direction: 'out',
    epoch: 'plaintext',
    type,
    bytes: concat(recordHeader(type, 0x0303, content.length), content),
    content,
    ...more,
  });
  const hello = connection().client.inspector.entries[0]!.messages[0]!.section.bytes;

  it('puts together a message that spans records', () => {
    const { handlers, entries } = createInspector();
    const cuts = [0, 2, 3, 50, hello.length];
    for (const [i, cut] of cuts.slice(1).entries()) handlers.record(seen(handshake, hello.slice(cuts[i], cut)));
    expect(entries.map(({ messages }) => messages.length)).toEqual([0, 0, 0, 1]);
    const [message] = entries[3]!.messages;
    expect(message).toMatchObject({
      name: 'ClientHello',
      parts: [
        { record: 0, start: 0, end: 2 },
        { record: 1, start: 0, end: 1 },
        { record: 2, start: 0, end: 47 },
        { record: 3, start: 0, end: hello.length - 50 },
      ],
    });
    expect(toHex(message!.section.bytes)).toBe(toHex(hello));
    const parts = entries.map(({ record }) => at(record.fields, 'TLSPlaintext', 'fragment', 'part of a message')?.text);
    expect(parts).toEqual([
      'bytes 0 to 1 of client_hello',
      'bytes 2 to 2 of client_hello',
      `bytes 3 to 49 of ${hello.length} of client_hello`,
      `bytes 50 to ${hello.length - 1} of ${hello.length} of client_hello`,
    ]);
    for (const section of entries.flatMap(sectionsOf)) expect(faultsOf(section)).toEqual([]);
    expect(formatTrace(entries)).toContain('ClientHello, from the records 0, 1, 2, 3:');
  });

  it('tells messages apart that share a record', () => {
    const { handlers, entries } = createInspector();
    handlers.record(seen(handshake, concat(hello, hello, hello.slice(0, 10))));
    handlers.record(seen(handshake, hello.slice(10)));
    expect(entries.map(({ messages }) => messages.map(({ parts }) => parts))).toEqual([
      [[{ record: 0, start: 0, end: hello.length }], [{ record: 0, start: hello.length, end: 2 * hello.length }]],
      [
        [
          { record: 0, start: 2 * hello.length, end: 2 * hello.length + 10 },
          { record: 1, start: 0, end: hello.length - 10 },
        ],
      ],
    ]);
    const fragment = at(entries[0]!.record.fields, 'TLSPlaintext', 'fragment')!;
    expect(fragment.children.map(({ label }) => label)).toEqual(['Handshake', 'Handshake', 'part of a message']);
    for (const section of entries.flatMap(sectionsOf)) expect(faultsOf(section)).toEqual([]);
  });

  it('shows a message that something else came in the middle of', () => {
    const { handlers, entries } = createInspector();
    handlers.record(seen(handshake, hello.slice(0, 60)));
    handlers.record(seen(ContentType.values.alert, encode(alert, alertNamed('internal_error'))));
    handlers.record(seen(handshake, hello.slice(0, 60)));
    handlers.record(seen(handshake, hello, { epoch: 'handshake' }));
    expect(entries.map(({ messages }) => messages.map(({ name, error, epoch }) => [name, epoch, error]))).toEqual([
      [],
      [
        ['ClientHello', 'plaintext', 'the message ends after 60 bytes: it is not all there'],
        ['internal_error', 'plaintext', undefined],
      ],
      [],
      [
        ['ClientHello', 'plaintext', 'the message ends after 60 bytes: it is not all there'],
        ['ClientHello', 'handshake', undefined],
      ],
    ]);
    for (const section of entries.flatMap(sectionsOf)) expect(faultsOf(section)).toEqual([]);
    expect(formatTrace(entries)).toContain('error in ClientHello: the message ends after 60 bytes');
  });

  it('knows the client by who begins, unless told', () => {
    const first = (direction: 'in' | 'out', role?: 'client' | 'server') => {
      const { handlers, entries } = createInspector(role && { role });
      handlers.record(seen(handshake, hello, { direction }));
      return entries[0]?.sender;
    };
    expect([first('in'), first('out')]).toEqual(['client', 'client']);
    expect([first('in', 'client'), first('out', 'server')]).toEqual(['server', 'server']);
  });

  it('keeps as many entries as it may, and tells of all', () => {
    const numbers: number[] = [];
    const inspector = createInspector({ maxEntries: 2, onEntry: ({ number }) => numbers.push(number) });
    for (let i = 0; i < 5; i++) inspector.handlers.record(seen(handshake, hello));
    expect(inspector.entries.map(({ number }) => number)).toEqual([0, 1]);
    expect(inspector.dropped).toBe(3);
    expect(numbers).toEqual([0, 1, 2, 3, 4]);
  });

  it('tells each line of the key log at once', () => {
    const lines: string[] = [];
    const inspector = createInspector({ onKeyLogLine: line => lines.push(line) });
    inspector.handlers.event({ type: 'key-update' });
    expect(lines).toEqual([]);
    const event = {
      type: 'secret',
      label: 'EXPORTER_SECRET',
      clientRandom: new Uint8Array(32).fill(1),
      secret: new Uint8Array(32).fill(2),
    };
    inspector.handlers.event(event);
    expect(lines).toEqual([`EXPORTER_SECRET ${'01'.repeat(32)} ${'02'.repeat(32)}`]);
    expect(inspector.keyLog).toEqual(lines);
  });

  it('shows what is malformed, and what came before the fault', () => {
    const { handlers, entries } = createInspector();
    // A session ID of 33 bytes.
    const bad = hello.slice();
    bad[4 + 2 + 32] = 33;
    handlers.record(seen(handshake, bad));
    handlers.record(seen(ContentType.values.alert, Uint8Array.of(2)));
    handlers.record(seen(ContentType.values.change_cipher_spec, Uint8Array.of(1, 1)));
    handlers.record(seen(99, Uint8Array.of(1, 2, 3)));
    handlers.record({ ...seen(handshake, hello), bytes: Uint8Array.of(22, 3) });
    handlers.record({ ...seen(handshake, hello), bytes: new Uint8Array(0) });
    const [first, second, third, fourth, fifth] = entries;
    expect(first?.messages[0]?.error).toBe('opaque<0..32>: length 33 is out of bounds');
    const body = at(first!.record.fields, 'TLSPlaintext', 'fragment', 'Handshake', 'body')!;
    expect(body.children.map(({ label, unread }) => [label, unread])).toEqual([
      ['legacy_version', undefined],
      ['random', undefined],
      ['legacy_session_id', undefined],
      ['unread', true],
    ]);
    expect(second?.messages[0]).toMatchObject({ name: 'alert', error: expect.any(String) });
    expect(third?.messages[0]?.error).toBe('ChangeCipherSpec: 1 bytes too many');
    expect(fourth).toMatchObject({ contentType: '0x63', messages: [{ protocol: 'unknown' }] });
    expect(fifth?.error).toBe('expected 2 bytes, 1 left');
    for (const section of entries.flatMap(sectionsOf)) expect(faultsOf(section)).toEqual([]);
    expect(formatTrace(entries)).toContain('unread');
  });

  it('names every byte of records of any form, and never throws', () => {
    const bytes = fc.uint8Array({ maxLength: 120, size: 'max' });
    const type = fc.oneof(fc.constantFrom(20, 21, 22, 22, 22, 23), fc.nat(255));
    const messages = fc
      .tuple(fc.constantFrom(1, 2, 4, 8, 11, 13, 15, 20, 24, 77), bytes)
      .map(([message, body]) => concat(Uint8Array.of(message, 0, 0, body.length), body));
    const observation = fc
      .record({
        type,
        direction: fc.constantFrom('in' as const, 'out' as const),
        epoch: fc.constantFrom('plaintext', 'handshake', 'application'),
        content: fc.oneof(bytes, messages),
        inner: fc.option(fc.record({ innerType: type, padding: fc.nat(20), tagLength: fc.nat(20) }), {
          nil: undefined,
        }),
        bytes: fc.option(bytes, { nil: undefined }),
      })
      .map(({ inner, bytes: wrong, content, ...rest }): RecordObservation => {
        const { padding = 0, tagLength = 0 } = inner ?? {};
        const length = content.length + (inner === undefined ? 0 : 1 + padding + tagLength);
        const whole = concat(recordHeader(rest.type, 0x0303, length), content, new Uint8Array(length - content.length));
        const protection = inner && { ...inner, sequence: 1, nonce: new Uint8Array(12), aad: whole.slice(0, 5) };
        return { ...rest, content, bytes: wrong ?? whole, ...protection };
      });
    fc.assert(
      fc.property(fc.array(observation, { maxLength: 8 }), observations => {
        const { handlers, entries } = createInspector();
        for (const record of observations) handlers.record(record);
        expect(entries).toHaveLength(observations.length);
        for (const section of entries.flatMap(sectionsOf)) expect(faultsOf(section)).toEqual([]);
        expect(JSON.parse(JSON.stringify(entries.map(toJSON)))).toHaveLength(entries.length);
        expect(formatTrace(entries)).not.toContain('undefined');
      }),
      { numRuns: 300 },
    );
  });
});
