/** Recorded connections: those of RFC 8448, those that others captured, and our own, cut and damaged. */
import { tls12 } from '@tlskit/tls-engine/tls12';
import { concat, fromHex, toHex } from '@tlskit/tls-wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDecoder, decodeStreams, formatTrace, leaves, type RecordEntry, type Sender } from '../src/index.ts';
import { openers12 } from '../src/tls12.ts';
import { captures, capturesAbsent, traces, tracesAbsent } from './shared.ts';
import { connection, everything, faultsOf, provider, sectionsOf } from './support.ts';

const labels = {
  'c e traffic': 'CLIENT_EARLY_TRAFFIC_SECRET',
  'c hs traffic': 'CLIENT_HANDSHAKE_TRAFFIC_SECRET',
  's hs traffic': 'SERVER_HANDSHAKE_TRAFFIC_SECRET',
  'c ap traffic': 'CLIENT_TRAFFIC_SECRET_0',
  's ap traffic': 'SERVER_TRAFFIC_SECRET_0',
} as const;

/** What is in the protected records of one direction, in order. */
function opened(entries: readonly RecordEntry[], from: Sender): string[] {
  const protectedOnes = entries.filter(({ sender, protection }) => sender === from && protection !== undefined);
  return protectedOnes.map(({ inner, error }) => (inner === undefined ? `${error}` : toHex(inner.bytes)));
}

describe.skipIf(tracesAbsent)('RFC 8448 (skipped where ../shared is absent)', () => {
  const all = Object.entries(traces());

  it('has traces', () => expect(all.length).toBe(5));

  it.each(all)('%s', (_name, { records, messages, secrets }) => {
    const random = messages[0]!.hex.slice(12, 76);
    const lines = Object.entries(labels).map(([name, label]) => `${label} ${random} ${secrets[name] ?? ''}`);
    const decoder = createDecoder({ provider, keyLog: lines.join('\n') });
    for (const { from, hex } of records) decoder.push(from, fromHex(hex));
    decoder.finish();
    const { entries } = decoder;
    expect(entries).toHaveLength(records.length);
    for (const sender of ['client', 'server'] as const) {
      const mine = records.filter(record => record.from === sender);
      const shown = entries.filter(entry => entry.sender === sender);
      expect(shown.map(({ record }) => toHex(record.bytes))).toEqual(mine.map(({ hex }) => hex));
      for (const [i, { protection, inner }] of shown.entries()) {
        const { seq, nonce, aad, plaintext, inner_type, padding = 0 } = mine[i]!;
        if (plaintext === undefined) {
          expect(protection).toBeUndefined();
          continue;
        }
        const type = inner_type!.toString(16).padStart(2, '0');
        expect(toHex(inner!.bytes)).toBe(plaintext + type + '00'.repeat(padding));
        expect(protection?.sequence).toBe(seq);
        expect([toHex(protection!.nonce!), toHex(protection!.additionalData!)]).toEqual([nonce, aad]);
      }
      const handshake = shown.flatMap(entry => entry.messages.filter(({ protocol }) => protocol === 'handshake'));
      expect(handshake.map(({ name, section }) => [name, toHex(section.bytes)])).toEqual(
        messages.filter(message => message.from === sender).map(({ name, hex }) => [name, hex]),
      );
      expect(handshake.filter(({ error }) => error !== undefined)).toEqual([]);
    }
    for (const section of entries.flatMap(sectionsOf)) expect(faultsOf(section)).toEqual([]);
  });

  it('the simple handshake has the fields of the RFC, in order', () => {
    const { records } = traces().simple_1rtt!;
    const decoder = createDecoder({ provider });
    decoder.push('client', fromHex(records[0]!.hex));
    const [hello] = decoder.entries;
    const named = leaves(hello!.record.fields).map(({ label, text }) => (text === '' ? label : `${label}: ${text}`));
    expect(named.slice(0, 16)).toEqual([
      'type: handshake (22)',
      'legacy_record_version: TLS 1.0 (0x0301)',
      'length: 196',
      'msg_type: client_hello (1)',
      'length: 192',
      'legacy_version: TLS 1.2 (0x0303)',
      'random',
      'length: 0',
      'length: 6',
      '0: TLS_AES_128_GCM_SHA256 (0x1301)',
      '1: TLS_CHACHA20_POLY1305_SHA256 (0x1303)',
      '2: TLS_AES_256_GCM_SHA384 (0x1302)',
      'length: 1',
      'legacy_compression_methods',
      'length: 145',
      'extension_type: server_name (0)',
    ]);
    expect(named).toContain('name: "server"');
    expect(named).toContain('0: x25519 (0x001d)');
    expect(named).toContain('0: ecdsa_secp256r1_sha256 (0x0403)');
  });
});

describe.skipIf(capturesAbsent)('captures (skipped where ../shared is absent)', () => {
  const all = captures();
  const cases = all.map(capture => [`${capture.file}, connection ${capture.connection}`, capture] as const);

  it('are there', () => expect(all.filter(({ version }) => version === '0304').length).toBeGreaterThan(10));

  it.each(cases)('%s', (_name, capture) => {
    const { client_stream, server_stream, client_random, keylog, decrypted_records } = capture;
    const keyLog = Object.entries(keylog)
      .map(([label, secret]) => `${label} ${client_random} ${secret}`)
      .join('\n');
    const streams = { client: fromHex(client_stream), server: fromHex(server_stream) };
    const entries = decodeStreams(streams, { provider: everything, keyLog, tls12: openers12 });
    for (const section of entries.flatMap(sectionsOf)) expect(faultsOf(section)).toEqual([]);
    for (const from of ['client', 'server'] as const) {
      const shown = entries.filter(({ sender }) => sender === from);
      expect(toHex(concat(...shown.map(({ record }) => record.bytes)))).toBe(toHex(streams[from]));
      const expected = decrypted_records.filter(record => record.from === from);
      const open = shown.filter(({ inner }) => inner !== undefined);
      expect(open.map(({ inner }) => toHex(inner!.bytes))).toEqual(
        // In TLS 1.3 the type, and zeros, stand behind the content.
        expected.map(({ plaintext, inner_type }, i) => {
          if (inner_type === undefined) return plaintext;
          const whole = toHex(open[i]!.inner!.bytes);
          return (plaintext + inner_type.toString(16).padStart(2, '0')).padEnd(whole.length, '0');
        }),
      );
    }
    const messages = entries.flatMap(entry => entry.messages);
    expect(messages.filter(({ error }) => error !== undefined)).toEqual([]);
    expect(messages[0]?.name).toBe('ClientHello');
  });
});

describe('additional data of TLS 1.2 (RFC 5246 §6.2.3)', () => {
  it.each([
    ['AES-128-GCM', 0xc02b, false],
    ['ChaCha20-Poly1305', 0xcca9, false],
    ['AES-128-CBC', 0xc009, false],
    ['AES-128-CBC, encrypt-then-MAC', 0xc009, true],
  ] as const)('is the same live and recorded, number and length in it: %s', (_name, suite, encryptThenMac) => {
    const common = { provider: everything, versions: [tls12], cipherSuites: [suite], tls12: { encryptThenMac } };
    const { client, server, streams } = connection({ client: common, server: common }, c => {
      c.write(new TextEncoder().encode('hello'));
    });
    const keyLog = client.inspector.keyLog.join('\n');
    const whole = { client: concat(...streams.client), server: concat(...streams.server) };
    const decoded = decodeStreams(whole, { provider: everything, keyLog, tls12: openers12 });
    for (const entries of [client.inspector.entries, server.inspector.entries, decoded]) {
      const open = entries.filter(({ sender, inner }) => sender === 'client' && inner !== undefined);
      expect(open.map(({ contentType }) => contentType)).toEqual(['handshake', 'application_data']);
      for (const [i, { record, inner, protection }] of open.entries()) {
        // RFC 7366 §3: the length of IV and ciphertext, which is all but the header and the MAC.
        const length = encryptThenMac ? record.bytes.length - 5 - protection!.tagLength : inner!.bytes.length;
        const made = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, i, record.bytes[0]!, 3, 3, length >> 8, length & 0xff);
        expect(toHex(protection!.additionalData!)).toBe(toHex(made));
      }
    }
    const trace = formatTrace(decoded);
    expect(trace).toContain('additional data: number, type, version, length');
    expect(trace).not.toContain('additional data: the header');
  });
});

describe('our own connections', () => {
  const { client, streams } = connection({ client: { keyShares: [] } }, (c, s, pump) => {
    c.write(new TextEncoder().encode('hello'));
    pump();
    c.updateKeys({ requestPeer: true });
    c.write(new TextEncoder().encode('under new keys'));
    pump();
    s.write(new TextEncoder().encode('here too'));
    s.close();
    pump();
    c.close();
  });
  const keyLog = client.inspector.keyLog.join('\n');
  const whole = { client: concat(...streams.client), server: concat(...streams.server) };
  const live = (from: Sender) => opened(client.inspector.entries, from);

  it('decode to what an inspector saw, key updates included', () => {
    const entries = decodeStreams(whole, { provider, keyLog });
    expect(live('client').length).toBe(5);
    for (const from of ['client', 'server'] as const) expect(opened(entries, from)).toEqual(live(from));
    expect(entries.flatMap(entry => entry.messages).map(({ name }) => name)).toContain('HelloRetryRequest');
  });

  it('decode in parts of any size', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom('client', 'server'), fc.integer({ min: 1, max: 300 }))), parts => {
        const decoder = createDecoder({ provider, keyLog });
        const at = { client: 0, server: 0 };
        for (const [from, length] of parts) {
          const sender = from as Sender;
          decoder.push(sender, whole[sender].subarray(at[sender], at[sender] + length));
          at[sender] += length;
        }
        for (const from of ['server', 'client'] as const) decoder.push(from, whole[from].subarray(at[from]));
        decoder.finish();
        for (const from of ['client', 'server'] as const) expect(opened(decoder.entries, from)).toEqual(live(from));
      }),
      { numRuns: 30 },
    );
  });

  it('show protected records as they are without a key log', () => {
    const entries = decodeStreams(whole, { provider });
    expect(new Set(opened(entries, 'client'))).toEqual(new Set(['there are no keys for it']));
    expect(formatTrace(entries).replace(/\s+/g, ' ')).toContain('A record that is closed: there are no keys for it.');
    for (const section of entries.flatMap(sectionsOf)) expect(faultsOf(section)).toEqual([]);
  });

  it('show a record that was tampered with', () => {
    const bad = whole.server.slice();
    bad[bad.length - 1] = (bad[bad.length - 1] as number) ^ 1;
    const entries = decodeStreams({ ...whole, server: bad }, { provider, keyLog });
    expect(opened(entries, 'server').at(-1)).toBe('a record is not authentic');
    expect(opened(entries, 'server').slice(0, -1)).toEqual(live('server').slice(0, -1));
  });

  it('show a record that is cut short', () => {
    const entries = decodeStreams({ ...whole, client: whole.client.subarray(0, -1) }, { provider, keyLog });
    const last = entries.filter(({ sender }) => sender === 'client').at(-1)!;
    expect(last.error).toMatch(/^\d+ bytes of a record that is not all there$/);
    expect(faultsOf(last.record)).toEqual([]);
    expect(toHex(last.record.bytes)).toBe(toHex(whole.client.subarray(-last.record.bytes.length - 1, -1)));
  });

  it('never throw, whatever the bytes', () => {
    const change = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 5 });
    const damage = (bytes: Uint8Array, changes: [number, number][]) => {
      const copy = bytes.slice();
      for (const [at, value] of changes) copy[at % copy.length] = value;
      return copy;
    };
    const any = fc.uint8Array({ maxLength: 300, size: 'max' });
    fc.assert(
      fc.property(change, change, any, any, (up, down, tail, start) => {
        const streams = { client: damage(whole.client, up), server: concat(damage(whole.server, down), tail) };
        for (const both of [streams, { client: start, server: tail }]) {
          const entries = decodeStreams(both, { provider, keyLog });
          for (const from of ['client', 'server'] as const) {
            const shown = entries.filter(({ sender }) => sender === from).map(({ record }) => record.bytes);
            expect(toHex(concat(...shown))).toBe(toHex(both[from]));
          }
          for (const section of entries.flatMap(sectionsOf)) expect(faultsOf(section)).toEqual([]);
        }
      }),
      { numRuns: 100 },
    );
  });
});

it('makes no more entries than it may, and says that there was more', () => {
  const alert = fromHex('15030300020100');
  const all = (sender: Sender, count: number) => {
    const decoder = createDecoder({ provider, maxEntries: 3 });
    decoder.push(sender, concat(...Array.from({ length: count }, () => alert)));
    decoder.finish();
    return [decoder.entries.length, decoder.isCut];
  };
  expect(all('client', 3)).toEqual([3, false]);
  expect(all('client', 4)).toEqual([3, true]);
  // What a server says without a client waits for the end.
  expect(all('server', 3)).toEqual([3, false]);
  expect(all('server', 1000)).toEqual([3, true]);
});
