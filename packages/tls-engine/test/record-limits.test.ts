/** Records that are shorter by agreement: record_size_limit (RFC 8449) and max_fragment_length (RFC 6066 §4). */
import type { Effect } from '@tlskit/tls-handshake';
import {
  decodeMessage,
  type EncryptedExtensions,
  type Extension,
  ExtensionType,
  encodeMessage,
  encryptedExtensions,
} from '@tlskit/tls-messages';
import { padToMultiple, type RecordObservation } from '@tlskit/tls-record';
import { type ClientSession, MemoryReplayGuard, TicketKeys } from '@tlskit/tls-session';
import { fromHex } from '@tlskit/tls-wire';
import { describe, expect, it } from 'vitest';
import {
  type ClientEngineConfig,
  createClientEngine,
  createServerEngine,
  type ServerEngineConfig,
} from '../src/index.ts';
import { tls13 } from '../src/tls13.ts';
import { clientConfig, misbehaving, pair, provider, pump, sends, serverConfig, takeAll } from './support.ts';

const { record_size_limit, max_fragment_length } = ExtensionType.values;
const extension = (type: number, data: string): Extension => ({ extension_type: type, extension_data: fromHex(data) });

/** A connection of which every record that goes out is looked at; each side sends 50,000 bytes in the end. */
function observed(client: Partial<ClientEngineConfig>, server: Partial<ServerEngineConfig>) {
  const out = { client: [] as RecordObservation[], server: [] as RecordObservation[] };
  const received = { client: 0, server: 0 };
  const handlers = (who: 'client' | 'server') => ({
    record: (record: RecordObservation) => void (record.direction === 'out' && out[who].push(record)),
    data: (bytes: Uint8Array) => {
      received[who] += bytes.length;
    },
  });
  const ends = {
    client: createClientEngine({ ...clientConfig, ...client }, handlers('client')),
    server: createServerEngine({ ...serverConfig, ...server }, handlers('server')),
  };
  ends.server.start();
  ends.client.start();
  const move = () => {
    for (let moved = true; moved; ) {
      const up = takeAll(ends.client);
      if (up.length > 0) ends.server.receive(up);
      const down = takeAll(ends.server);
      if (down.length > 0) ends.client.receive(down);
      moved = up.length + down.length > 0;
    }
  };
  move();
  ends.client.write(new Uint8Array(50_000));
  ends.server.write(new Uint8Array(50_000));
  move();
  ends.client.updateKeys({ requestPeer: true });
  ends.client.write(new Uint8Array(5000));
  move();
  expect(received).toEqual({ client: 50_000, server: 55_000 });
  return { ...ends, out };
}

/** Bytes of TLSInnerPlaintext, or of a record without protection. */
const length = ({ content, padding, innerType }: RecordObservation) =>
  content.length + (padding ?? 0) + (innerType === undefined ? 0 : 1);
const longest = (records: readonly RecordObservation[]) => Math.max(...records.map(length));
const protectedOnes = (records: readonly RecordObservation[]) => records.filter(r => r.innerType !== undefined);

describe('record_size_limit', () => {
  it.each([64, 65, 512, 16_384, 16_385])('of %d is kept by the peer, in every protected record', limit => {
    const toClient = observed({ recordSizeLimit: limit }, { recordSizeLimit: 16_385 });
    expect(longest(protectedOnes(toClient.out.server))).toBe(limit);
    expect(longest(protectedOnes(toClient.out.client))).toBe(16_385);
    expect(toClient.client.connection?.recordSizeLimit).toEqual({ send: 16_385, receive: limit });
    expect(toClient.server.connection?.recordSizeLimit).toEqual({ send: limit, receive: 16_385 });
    const toServer = observed({ recordSizeLimit: 16_385 }, { recordSizeLimit: limit });
    expect(longest(protectedOnes(toServer.out.client))).toBe(limit);
  });

  it('counts padding too', () => {
    const { out } = observed({ recordSizeLimit: 200 }, { recordSizeLimit: 16_385, padding: padToMultiple(128) });
    const data = out.server.filter(r => r.innerType === 23);
    // The last one alone has room for any: 51 bytes of content, padded to 128, and the content type.
    expect([...new Set(data.map(length))]).toEqual([200, 129]);
    expect(data.at(-1)?.padding).toBe(77);
  });

  it('leaves records without protection alone', () => {
    const { out } = observed({ recordSizeLimit: 64 }, { recordSizeLimit: 64 });
    const [hello] = out.server;
    expect([hello?.innerType, hello && hello.content.length > 64]).toEqual([undefined, true]);
    expect(out.client[0]?.content.length).toBeGreaterThan(64);
  });

  it.each([
    ['the client', { recordSizeLimit: 64 }, {}],
    ['the server', {}, { recordSizeLimit: 64 }],
  ])('of %s alone binds nobody', (_who, client, server) => {
    const { out, ...ends } = observed(client, server);
    expect(longest(out.client)).toBe(16_385);
    expect(longest(out.server)).toBe(16_385);
    expect([ends.client.connection?.recordSizeLimit, ends.server.connection?.recordSizeLimit]).toEqual([
      undefined,
      undefined,
    ]);
  });

  it('is sent in EncryptedExtensions, and goes before max_fragment_length on a server that has both', () => {
    const { client, server, out } = observed(
      { recordSizeLimit: 1000, maxFragmentLength: 512 },
      { recordSizeLimit: 2000, maxFragmentLength: true },
    );
    expect(client.connection).toMatchObject({ recordSizeLimit: { send: 2000, receive: 1000 } });
    expect([client.connection?.maxFragmentLength, server.connection?.maxFragmentLength]).toEqual([
      undefined,
      undefined,
    ]);
    expect(longest(out.server)).toBe(1000);
  });

  it('of more than there is may mean something to others: a server takes it for all there is', () => {
    const versions = [helloWith(extension(record_size_limit, 'ffff'))];
    const { server, out } = observed({ versions, recordSizeLimit: 16_385 }, { recordSizeLimit: 16_385 });
    expect(server.connection?.recordSizeLimit).toEqual({ send: 16_385, receive: 16_385 });
    expect(longest(out.server)).toBe(16_385);
  });
});

describe('max_fragment_length', () => {
  it.each([512, 1024, 2048, 4096] as const)('of %d binds both sides', maxFragmentLength => {
    const { out, client, server } = observed({ maxFragmentLength }, { maxFragmentLength: true });
    for (const records of [out.client.slice(1), out.server]) {
      expect(longest(records)).toBe(maxFragmentLength);
      expect(records.length).toBeGreaterThan(50_000 / maxFragmentLength);
    }
    expect([client.connection?.maxFragmentLength, server.connection?.maxFragmentLength]).toEqual([
      maxFragmentLength,
      maxFragmentLength,
    ]);
  });

  it('binds the ServerHello too, which has no protection', () => {
    // The share of ffdhe4096 has 512 bytes.
    const config = { groups: [0x0102] } as const;
    const { out } = observed(
      { ...config, keyShares: [0x0102], maxFragmentLength: 512 },
      { ...config, maxFragmentLength: true },
    );
    const plain = out.server.filter(r => r.innerType === undefined && r.type === 22);
    expect(plain.map(length)).toEqual([511, expect.any(Number)]);
  });

  it('is not granted by a server that does not know it', () => {
    const { client, out } = observed({ maxFragmentLength: 512 }, {});
    expect(client.connection?.maxFragmentLength).toBeUndefined();
    expect(longest(out.server)).toBe(16_385);
  });
});

/** A version whose first ClientHello has this extension in place of its own. */
function helloWith(...changed: Extension[]): typeof tls13 {
  const { handshake } = tls13;
  return {
    ...tls13,
    handshake: {
      ...handshake,
      client: {
        ...handshake.client,
        offer: function* (config) {
          const offer = yield* handshake.client.offer(config);
          return {
            ...offer,
            bind: hello => ({
              ...hello,
              extensions: [
                ...hello.extensions.filter(old => !changed.some(c => c.extension_type === old.extension_type)),
                ...changed,
              ],
            }),
          };
        },
      },
    },
  };
}

/** A server whose EncryptedExtensions has these extensions too, in place of its own. */
function answering(...extensions: Extension[]) {
  return misbehaving('server', effect => {
    if (!sends(effect, encryptedExtensions)) return effect;
    const own = decodeMessage(encryptedExtensions, effect.raw).extensions;
    const kept = own.filter(old => !extensions.some(e => e.extension_type === old.extension_type));
    const body: EncryptedExtensions = { extensions: [...kept, ...extensions] };
    return { ...effect, raw: encodeMessage(encryptedExtensions, body) };
  });
}

describe('a server that answers', () => {
  const limit = (value: string) => extension(record_size_limit, value);
  const fragments = (value: string) => extension(max_fragment_length, value);
  it.each([
    ['a limit of 63', 'ERR_TLS_ILLEGAL_PARAMETER', 'illegal_parameter', 'RFC 8449 §4', [limit('003f')]],
    ['a limit of 16,386', 'ERR_TLS_ILLEGAL_PARAMETER', 'illegal_parameter', 'RFC 8449 §4', [limit('4002')]],
    ['both', 'ERR_TLS_ILLEGAL_PARAMETER', 'illegal_parameter', 'RFC 8449 §5', [limit('0040'), fragments('01')]],
    ['another length', 'ERR_TLS_ILLEGAL_PARAMETER', 'illegal_parameter', 'RFC 6066 §4', [fragments('02')]],
    ['a length that is none', 'ERR_TLS_ILLEGAL_PARAMETER', 'illegal_parameter', 'RFC 6066 §4', [fragments('05')]],
    ['a limit of one byte', 'ERR_TLS_DECODE', 'decode_error', 'RFC 9846 §6.2', [limit('40')]],
  ])('%s is refused: %s', (_what, code, alert, rfc, extensions) => {
    const ends = pair({ recordSizeLimit: 16_385, maxFragmentLength: 512 }, { versions: [answering(...extensions)] });
    pump(ends);
    expect(ends.client.error).toMatchObject({ code, alert, rfc, sentBy: 'us' });
    expect(ends.server.error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert });
  });

  it.each([limit('0040'), fragments('01')])('what was not asked for is refused', answer => {
    const ends = pair({}, { versions: [answering(answer)] });
    pump(ends);
    expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_UNSUPPORTED_EXTENSION', alert: 'unsupported_extension' });
  });
});

describe('a client that asks', () => {
  it.each([
    ['for a limit of 63', record_size_limit, '003f', 'RFC 8449 §4'],
    ['for no length that there is', max_fragment_length, '05', 'RFC 6066 §4'],
    ['for 2^8', max_fragment_length, '00', 'RFC 6066 §4'],
  ])('%s is refused', (_what, type, data, rfc) => {
    const ends = pair(
      { versions: [helloWith(extension(type, data))] },
      { recordSizeLimit: 16_385, maxFragmentLength: true },
    );
    pump(ends);
    expect(ends.server.error).toMatchObject({ code: 'ERR_TLS_ILLEGAL_PARAMETER', alert: 'illegal_parameter', rfc });
    expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'illegal_parameter' });
  });

  it('for both, one of them nonsense, has the nonsense ignored (RFC 8449 §5)', () => {
    const ends = pair(
      { versions: [helloWith(extension(max_fragment_length, '05'))], recordSizeLimit: 100 },
      { recordSizeLimit: 16_385, maxFragmentLength: true },
    );
    let answered = false;
    pump(ends, (from, bytes) => {
      answered ||= from === 'server' && bytes[0] === 22;
      return bytes;
    });
    expect(answered).toBe(true);
    expect(ends.server.error?.sentBy).not.toBe('us');
  });
});

describe('a record over the limit', () => {
  /** One that does not do what it was told. */
  const deaf = (role: 'client' | 'server') =>
    misbehaving(role, (effect: Effect) =>
      effect.op === 'limit-records' && effect.limit.direction === 'write' ? undefined : effect,
    );

  it.each([
    [{ recordSizeLimit: 64 }, { recordSizeLimit: 64 }, 'RFC 8449 §4'],
    [{ maxFragmentLength: 512 }, { maxFragmentLength: true }, 'RFC 6066 §4'],
  ] as const)('of a client is a record_overflow: %o', (client, server, rfc) => {
    const ends = pair({ ...client, versions: [deaf('client')] }, server);
    pump(ends);
    ends.client.engine.write(new Uint8Array(600));
    pump(ends);
    expect(ends.server.error).toMatchObject({ code: 'ERR_TLS_RECORD_OVERFLOW', alert: 'record_overflow', rfc });
    expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'record_overflow' });
  });

  it('of a server is one in its first flight already: the one that tells of the limit', () => {
    const ends = pair({ recordSizeLimit: 64 }, { recordSizeLimit: 64, versions: [deaf('server')] });
    pump(ends);
    expect(ends.client.connected).toBeUndefined();
    expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_RECORD_OVERFLOW', alert: 'record_overflow' });
    expect(ends.server.error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'record_overflow' });
  });

  it('by its padding alone is one too', () => {
    const ends = pair(
      { recordSizeLimit: 1000, versions: [deaf('client')], padding: padToMultiple(500) },
      { recordSizeLimit: 499 },
    );
    pump(ends);
    expect(ends.server.connected).toBeDefined();
    ends.client.engine.write(Uint8Array.of(1));
    pump(ends);
    expect(ends.server.error).toMatchObject({ code: 'ERR_TLS_RECORD_OVERFLOW', alert: 'record_overflow' });
    expect(ends.server.received).toHaveLength(0);
  });

  it('is not one where a byte less was agreed on than sent (RFC 6066 counts no content type)', () => {
    const lenient = misbehaving('client', effect =>
      effect.op === 'limit-records' && effect.limit.direction === 'write'
        ? { ...effect, limit: { ...effect.limit, size: 512 } }
        : effect,
    );
    const ends = pair({ maxFragmentLength: 512, versions: [lenient] }, { maxFragmentLength: true });
    pump(ends);
    ends.client.engine.write(new Uint8Array(512));
    pump(ends);
    expect(ends.server.bytes).toHaveLength(512);
  });
});

describe('a resumption', () => {
  const tickets = new TicketKeys({ provider, now: clientConfig.now });
  const earlyData = { maxSize: 16_384, guard: new MemoryReplayGuard() };
  const server = { tickets, earlyData, recordSizeLimit: 64, maxFragmentLength: true };

  function sessionOf(client: Partial<ClientEngineConfig>): ClientSession {
    const ends = pair(client, server);
    pump(ends);
    const event = ends.client.events.find(candidate => candidate.type === 'session');
    if (event?.type !== 'session') throw new Error('no ticket came');
    return event.session;
  }

  it.each([
    [{ recordSizeLimit: 100 }, { recordSizeLimit: 200 }, { send: 64, receive: 200 }, undefined],
    [{ recordSizeLimit: 100 }, {}, undefined, undefined],
    [{ maxFragmentLength: 512 }, { maxFragmentLength: 1024 }, undefined, 1024],
    [{}, { recordSizeLimit: 64 }, { send: 64, receive: 64 }, undefined],
  ] as const)('goes by what it says itself (RFC 8449 §4): %o, then %o', (first, second, limit, length) => {
    const ends = pair({ ...second, session: sessionOf(first) }, server);
    pump(ends);
    expect(ends.client.connected).toMatchObject({ resumed: true, recordSizeLimit: limit, maxFragmentLength: length });
    ends.server.engine.write(new Uint8Array(2000));
    ends.client.engine.write(new Uint8Array(2000));
    pump(ends);
    expect([ends.client.bytes.length, ends.server.bytes.length]).toEqual([2000, 2000]);
  });

  it('with early data, which is under no limit: the client knows of none yet', () => {
    const ends = pair({ session: sessionOf({}), earlyData: true, recordSizeLimit: 16_385 }, server);
    ends.client.engine.writeEarly(new Uint8Array(5000));
    pump(ends);
    ends.client.engine.write(new Uint8Array(5000));
    pump(ends);
    expect(ends.client.connected?.recordSizeLimit).toEqual({ send: 64, receive: 16_385 });
    expect([ends.server.early.map(part => part.length), ends.server.received[0]?.length]).toEqual([[5000], 63]);
    expect([ends.server.bytes.length, ends.server.error]).toEqual([5000, undefined]);
  });
});
