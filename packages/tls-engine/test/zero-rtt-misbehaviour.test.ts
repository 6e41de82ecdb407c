/** 0-RTT with peers that break its rules (RFC 9846 §4.3.10, §4.6, §4.7.1): what is refused, and what the peer is told. */
import type { Hash } from '@tlskit/tls-crypto';
import type { Effect } from '@tlskit/tls-handshake';
import { EarlySecret } from '@tlskit/tls-keyschedule';
import {
  clientHello,
  decodeMessage,
  type Extension,
  earlyDataRow,
  encodeMessage,
  encryptedExtensions,
  endOfEarlyData,
  findExtension,
  finished,
  KeyUpdateRequest,
  keyUpdate,
  makeExtension,
  preSharedKeyRow,
  serverHello,
  truncatedClientHello,
} from '@tlskit/tls-messages';
import { ContentType, type RecordSealer } from '@tlskit/tls-record';
import { type ClientSession, MemoryReplayGuard, TicketKeys } from '@tlskit/tls-session';
import { concat } from '@tlskit/tls-wire';
import { describe, expect, it } from 'vitest';
import {
  type ClientEngineConfig,
  createClientEngine,
  createServerEngine,
  type EngineVersion,
  type ServerEngineConfig,
} from '../src/index.ts';
import { tls13 } from '../src/tls13.ts';
import { clientConfig, misbehaving, type Pair, pair, provider, pump, sends, serverConfig, takeAll } from './support.ts';

type Client = Partial<ClientEngineConfig>;
type Server = Partial<ServerEngineConfig>;

const MAX = 100;
const tickets = new TicketKeys({ provider, now: clientConfig.now });
const takes = (): Server => ({ tickets, earlyData: { maxSize: MAX, guard: new MemoryReplayGuard() } });
const text = (value: string) => new TextEncoder().encode(value);

function freshSession(client: Client = {}, server: Server = {}): ClientSession {
  const ends = pair(client, { ...takes(), ...server });
  pump(ends);
  const session = ends.client.events.flatMap(event => (event.type === 'session' ? [event.session] : []))[0];
  if (session === undefined) throw new Error('no ticket came');
  return session;
}

/** A pair whose client has written early data; all is on its way when it is pumped. */
function early(client: Client = {}, server: Server = {}, data = 'early'): Pair {
  const ends = pair({ session: freshSession(), earlyData: true, ...client }, { ...takes(), ...server });
  ends.client.engine.writeEarly(text(data));
  return ends;
}

interface Verdict {
  readonly code: string;
  readonly alert: string;
}

function expectRefused(by: 'client' | 'server', ends: Pair, { code, alert }: Verdict): void {
  pump(ends);
  const [refusing, refused] = by === 'client' ? [ends.client, ends.server] : [ends.server, ends.client];
  expect(refusing.error).toMatchObject({ code, alert, sentBy: 'us' });
  expect(refused.error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert });
}

/** Another record protection for the client's handshake keys, or early ones. */
function sealing(epoch: 'early' | 'handshake', change: (sealer: RecordSealer) => Partial<RecordSealer>) {
  // Early keys are made first, then those of the handshake.
  let count = epoch === 'early' ? 0 : -1;
  const version: EngineVersion = {
    ...tls13,
    createSealer(cryptoProvider, keys) {
      const sealer = tls13.createSealer(cryptoProvider, keys);
      if (count++ !== 0) return sealer;
      const changed = change(sealer);
      return {
        seal: changed.seal ?? ((type, content, padding) => sealer.seal(type, content, padding)),
        describe: () => sealer.describe(),
        wipe: () => sealer.wipe(),
        overhead: sealer.overhead,
        get sequence() {
          return sealer.sequence;
        },
        get remaining() {
          return changed.remaining ?? sealer.remaining;
        },
      };
    },
  };
  return version;
}

describe('a server refuses', () => {
  const cases: [what: string, change: (effect: Effect) => Effect | readonly Effect[] | undefined, verdict: Verdict][] =
    [
      [
        '[9846:4.6:1] a second flight without EndOfEarlyData',
        effect => (sends(effect, endOfEarlyData) ? undefined : effect),
        { code: 'ERR_TLS_BAD_RECORD_MAC', alert: 'bad_record_mac' },
      ],
      [
        'an EndOfEarlyData with something in it',
        effect => (sends(effect, endOfEarlyData) ? { ...effect, raw: Uint8Array.of(5, 0, 0, 1, 0) } : effect),
        { code: 'ERR_TLS_DECODE', alert: 'decode_error' },
      ],
      [
        'another message in place of EndOfEarlyData',
        effect =>
          sends(effect, endOfEarlyData)
            ? {
                ...effect,
                raw: encodeMessage(keyUpdate, { request_update: KeyUpdateRequest.values.update_not_requested }),
              }
            : effect,
        { code: 'ERR_TLS_UNEXPECTED_MESSAGE', alert: 'unexpected_message' },
      ],
      [
        'a Finished before EndOfEarlyData',
        effect =>
          sends(effect, endOfEarlyData)
            ? [{ ...effect, raw: encodeMessage(finished, { verify_data: new Uint8Array(32) }) }, effect]
            : effect,
        { code: 'ERR_TLS_UNEXPECTED_MESSAGE', alert: 'unexpected_message' },
      ],
      [
        '[9846:5.1:6] more behind EndOfEarlyData in its record',
        effect => (sends(effect, endOfEarlyData) ? [effect, effect] : effect),
        { code: 'ERR_TLS_KEY_CHANGE_BOUNDARY', alert: 'unexpected_message' },
      ],
      [
        'an EndOfEarlyData under the keys of the handshake',
        effect =>
          effect.op === 'keys' && effect.direction === 'write' && effect.epoch === 'handshake'
            ? [effect, { op: 'send', epoch: 'handshake', raw: encodeMessage(endOfEarlyData, {}) }]
            : sends(effect, endOfEarlyData) && effect.epoch === 'early'
              ? undefined
              : effect,
        { code: 'ERR_TLS_BAD_RECORD_MAC', alert: 'bad_record_mac' },
      ],
      [
        'a second EndOfEarlyData',
        effect =>
          effect.op === 'keys' && effect.direction === 'write' && effect.epoch === 'handshake'
            ? [effect, { op: 'send', epoch: 'handshake', raw: encodeMessage(endOfEarlyData, {}) }]
            : effect,
        { code: 'ERR_TLS_UNEXPECTED_MESSAGE', alert: 'unexpected_message' },
      ],
    ];
  it.each(cases)('%s', (_what, change, verdict) => {
    expectRefused('server', early({ versions: [misbehaving('client', change)] }), verdict);
  });

  it('[9846:4.6:2] an EndOfEarlyData where it rejected early data', () => {
    const change = (effect: Effect): Effect | readonly Effect[] =>
      sends(effect, finished) ? [{ ...effect, raw: encodeMessage(endOfEarlyData, {}) }, effect] : effect;
    const ends = early({ versions: [misbehaving('client', change)] }, { earlyData: undefined });
    expectRefused('server', ends, { code: 'ERR_TLS_UNEXPECTED_MESSAGE', alert: 'unexpected_message' });
  });

  it('more than the ticket allows', () => {
    const session = () => ({ ...freshSession(), maxEarlyData: 2 * MAX });
    const just = early({ session: session() }, {}, 'x'.repeat(MAX));
    pump(just);
    expect(just.server.connected?.earlyData).toEqual({ accepted: true });
    const ends = early({ session: session() }, {}, 'x'.repeat(MAX + 1));
    expectRefused('server', ends, { code: 'ERR_TLS_TOO_MUCH_EARLY_DATA', alert: 'unexpected_message' });
    expect(ends.server.early).toEqual([]);
  });

  it('more than the ticket allows, in parts', () => {
    const ends = early(
      { session: { ...freshSession(), maxEarlyData: 2 * MAX }, recordSize: 60 },
      {},
      'x'.repeat(MAX + 1),
    );
    expectRefused('server', ends, { code: 'ERR_TLS_TOO_MUCH_EARLY_DATA', alert: 'unexpected_message' });
    expect(ends.server.early.map(part => part.length)).toEqual([60]);
  });

  // RFC 9846 §4.3.10: once accepted, nothing is skipped any more.
  it.each([
    { what: 'that is not under the early keys', at: 0 },
    { what: 'that was changed on the way', at: undefined },
  ])('[9846:4.3.10:11] early data $what', ({ at }) => {
    const ends = early();
    let first = true;
    const junk = concat(Uint8Array.of(23, 3, 3, 0, 20), new Uint8Array(20));
    const spoil = (bytes: Uint8Array) => {
      if (at === 0) return concat(bytes, junk);
      const spoiled = bytes.slice();
      spoiled[spoiled.length - 1] = (spoiled.at(-1) as number) ^ 1;
      return spoiled;
    };
    pump(ends, (from, bytes) => {
      if (from !== 'client' || !first) return bytes;
      first = false;
      return spoil(bytes);
    });
    expect(ends.server.error).toMatchObject({ code: 'ERR_TLS_BAD_RECORD_MAC', alert: 'bad_record_mac' });
    expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'bad_record_mac' });
  });

  it('application data behind EndOfEarlyData', () => {
    const asData = sealing('handshake', sealer => ({
      seal: (_type, content, padding) => sealer.seal(ContentType.values.application_data, content, padding),
    }));
    const ends = early({ versions: [asData] });
    expectRefused('server', ends, { code: 'ERR_TLS_UNEXPECTED_MESSAGE', alert: 'unexpected_message' });
  });

  it('empty records without end', () => {
    const empty = sealing('early', sealer => ({
      seal(type, content, padding) {
        if (type !== ContentType.values.application_data) return sealer.seal(type, content, padding);
        return Array.from({ length: 40 }, () => sealer.seal(type, content.subarray(0, 0), 0)).flat();
      },
    }));
    const ends = early({ versions: [empty] });
    expectRefused('server', ends, { code: 'ERR_TLS_FLOOD', alert: 'unexpected_message' });
  });

  it('[9846:4.3.10:5] early_data in a second ClientHello', () => {
    const insisting: EngineVersion = {
      ...tls13,
      handshake: {
        ...tls13.handshake,
        client: {
          ...tls13.handshake.client,
          *offer(config) {
            const offer = yield* tls13.handshake.client.offer(config);
            const again = makeExtension(earlyDataRow, 'CH', {});
            return {
              ...offer,
              *retry(request) {
                return [again, ...((yield* offer.retry?.(request) ?? []) as readonly Extension[])];
              },
            };
          },
        },
      },
    };
    const ends = early({ versions: [insisting] }, { groups: [0x0018] });
    expectRefused('server', ends, { code: 'ERR_TLS_ILLEGAL_PARAMETER', alert: 'illegal_parameter' });
  });

  it('hears of a client that refuses what it says, under the early keys', () => {
    const bad = misbehaving('server', effect =>
      sends(effect, finished)
        ? { ...effect, raw: encodeMessage(finished, { verify_data: new Uint8Array(32) }) }
        : effect,
    );
    const ends = early({}, { versions: [bad] });
    pump(ends);
    expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_BAD_FINISHED', alert: 'decrypt_error' });
    expect(ends.server.error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'decrypt_error' });
    expect(ends.server.early).toHaveLength(1);
  });

  it('[9846:4.3.10:6] does not take early data with the second key', () => {
    const session = freshSession();
    const psk = session.psk.slice();
    const second: EngineVersion = {
      ...tls13,
      handshake: {
        ...tls13.handshake,
        client: {
          ...tls13.handshake.client,
          *offer(config) {
            const offer = yield* tls13.handshake.client.offer(config);
            const real = findExtension(offer.extensions, preSharedKeyRow, 'CH');
            const unknown = { identity: text('a ticket that nobody gave'), obfuscated_ticket_age: 0 };
            const identities = [unknown, ...(real?.identities ?? [])];
            const keys = (binder: Uint8Array) =>
              makeExtension(preSharedKeyRow, 'CH', { identities, binders: [new Uint8Array(32), binder] });
            const others = offer.extensions.slice(0, -1);
            return {
              ...offer,
              extensions: [...others, keys(new Uint8Array(32))],
              bind(hello) {
                const hash = provider.hashes.sha256 as Hash;
                const helloHash = hash.digest(truncatedClientHello(encodeMessage(clientHello, hello)));
                const binder = EarlySecret.from(hash, psk).binderKey('res').verifyData(helloHash);
                return { ...hello, extensions: [...hello.extensions.slice(0, -1), keys(binder)] };
              },
            };
          },
        },
      },
    };
    const ends = early({ session, versions: [second] });
    ends.server.engine.receive(takeAll(ends.client.engine));
    expect([ends.server.error, ends.server.engine.state]).toEqual([undefined, 'WAIT_FINISHED']);
    expect(ends.server.engine.earlyData).toBe('rejected');
    // It is the second key that was selected.
    ends.client.engine.receive(takeAll(ends.server.engine));
    expect(ends.client.error?.message).toMatch(/^selected_identity is 1 of 1/);
  });

  it('does not take early data without pre_shared_key', () => {
    // [9846:4.3.10:1]: the client must send both; what it sends is not for anybody.
    const alone: EngineVersion = {
      ...tls13,
      handshake: {
        ...tls13.handshake,
        client: {
          ...tls13.handshake.client,
          *offer(config) {
            const offer = yield* tls13.handshake.client.offer(config);
            return { ...offer, extensions: [...offer.extensions, makeExtension(earlyDataRow, 'CH', {})] };
          },
        },
      },
    };
    const ends = pair({ versions: [alone] }, takes());
    pump(ends);
    expect(ends.server.connected?.earlyData).toEqual({ accepted: false, refusal: 'not-resumed' });
  });
});

describe('a client refuses', () => {
  /** A server that says that it takes early data. */
  const claiming = misbehaving('server', effect => {
    if (!sends(effect, encryptedExtensions)) return effect;
    const { extensions } = decodeMessage(encryptedExtensions, effect.raw);
    const claim = makeExtension(earlyDataRow, 'EE', {});
    return { ...effect, raw: encodeMessage(encryptedExtensions, { extensions: [...extensions, claim] }) };
  });
  const unsupported = { code: 'ERR_TLS_UNSUPPORTED_EXTENSION', alert: 'unsupported_extension' };
  const illegal = { code: 'ERR_TLS_ILLEGAL_PARAMETER', alert: 'illegal_parameter' };
  const versions = [claiming];
  const psk = { identity: text('id'), key: new Uint8Array(32).fill(7), hash: 'sha256' } as const;

  it.each<{ what: string; ends: () => Pair; verdict: Verdict }>([
    {
      what: 'where none was offered',
      ends: () => pair({ session: freshSession() }, { ...takes(), earlyData: undefined, versions }),
      verdict: unsupported,
    },
    {
      what: 'after a HelloRetryRequest',
      ends: () => early({}, { earlyData: undefined, versions, groups: [0x0018] }),
      verdict: unsupported,
    },
    {
      what: '[9846:4.3.11:8] with no key selected',
      ends: () => early({}, { earlyData: undefined, versions, tickets: undefined }),
      verdict: illegal,
    },
    {
      what: '[9846:4.3.11:8] with another key than the first',
      ends: () =>
        early(
          { psks: [psk] },
          { earlyData: undefined, versions, tickets: undefined, pskLookup: id => (id.length === 2 ? psk : undefined) },
        ),
      verdict: illegal,
    },
    {
      what: '[9846:4.3.10:7] with another suite',
      ends: () =>
        early(
          { session: freshSession({}, { cipherSuites: [0x1303] }) },
          { earlyData: undefined, versions, cipherSuites: [0x1301] },
        ),
      verdict: illegal,
    },
    {
      what: '[9846:4.3.10:7] with another protocol',
      ends: () =>
        early(
          { session: freshSession({ alpn: ['h2', 'h3'] }, { alpn: ['h2'] }), alpn: ['h2', 'h3'] },
          { earlyData: undefined, versions, alpn: ['h3'] },
        ),
      verdict: illegal,
    },
    {
      what: '[9846:4.3.10:7] without the protocol that it was offered with',
      ends: () =>
        early(
          { session: freshSession({ alpn: ['h2'] }, { alpn: ['h2'] }), alpn: ['h2'] },
          { earlyData: undefined, versions, alpn: [] },
        ),
      verdict: illegal,
    },
  ])('that its early data is taken $what', ({ ends: make, verdict }) => {
    const ends = make();
    pump(ends);
    expect(ends.client.error).toMatchObject({ ...verdict, sentBy: 'us' });
    expect(ends.client.connected).toBeUndefined();
    expect(ends.client.earlySteps).not.toContain('accepted');
  });

  it('[9846:4.6:3] an EndOfEarlyData of the server', () => {
    const ending = misbehaving('server', effect =>
      sends(effect, finished) ? [{ ...effect, raw: encodeMessage(endOfEarlyData, {}) }, effect] : effect,
    );
    const ends = early({}, { versions: [ending] });
    expectRefused('client', ends, { code: 'ERR_TLS_UNEXPECTED_MESSAGE', alert: 'unexpected_message' });
  });

  it('[9846:4.6:3] an EndOfEarlyData of the server when the handshake is complete', () => {
    let done = false;
    const ending = misbehaving('server', effect => {
      if (!(effect.op === 'keys' && effect.direction === 'read' && effect.epoch === 'application') || done)
        return effect;
      done = true;
      return [effect, { op: 'send', epoch: 'application', raw: encodeMessage(endOfEarlyData, {}) }];
    });
    const ends = early({}, { versions: [ending] });
    expectRefused('client', ends, { code: 'ERR_TLS_UNEXPECTED_MESSAGE', alert: 'unexpected_message' });
  });

  it('a certificate where its early data was rejected, and the server hears of it', () => {
    const verifier = {
      trust: 'test',
      verify: () => {
        throw new Error('no');
      },
    };
    const ends = early({ verifier }, { earlyData: undefined, tickets: undefined });
    expectRefused('client', ends, { code: 'ERR_TLS_INTERNAL', alert: 'internal_error' });
  });

  it('[9846:E.3:1] an older version, for which it would have no early data', () => {
    const older: EngineVersion = {
      ...tls13,
      handshake: {
        ...tls13.handshake,
        version: 0x0303,
        name: 'TLS 1.2',
        client: {
          *offer() {
            return { cipherSuites: [0xc02f], extensions: [], wipe() {} };
          },
          connect() {
            throw new Error('not this far');
          },
        },
      },
    };
    const both = { versions: [tls13, older], cipherSuites: [0x1301, 0xc02f] };
    const answer = encodeMessage(serverHello, {
      legacy_version: 0x0303,
      random: new Uint8Array(32),
      legacy_session_id_echo: new Uint8Array(0),
      cipher_suite: 0xc02f,
      legacy_compression_method: 0,
      extensions: [],
    });
    const record = concat(Uint8Array.of(22, 3, 3, 0, answer.length), answer);
    const ends = early({ ...both, session: freshSession({}, { cipherSuites: [0x1301] }) });
    ends.client.engine.receive(record);
    expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_EARLY_DATA_VERSION', alert: 'protocol_version' });
    // Without early data the suite is the matter, which belongs to no version here.
    const without = pair(both);
    without.client.engine.receive(record);
    expect(without.client.error).toMatchObject({ code: 'ERR_TLS_ILLEGAL_PARAMETER', alert: 'illegal_parameter' });
  });
});

describe('a client keeps to its keys', () => {
  it('and who gives up when early data is rejected is heard', () => {
    const server = createServerEngine(
      { ...serverConfig, ...takes(), earlyData: undefined },
      {
        closed: error => heard.push(error?.alert),
      },
    );
    const heard: (string | undefined)[] = [];
    const client = createClientEngine(
      { ...clientConfig, session: freshSession(), earlyData: true },
      { earlyData: ({ status }) => status === 'rejected' && client.abort() },
    );
    server.start();
    client.start();
    client.writeEarly(text('early'));
    for (let i = 0; i < 2; i++) {
      server.receive(takeAll(client));
      client.receive(takeAll(server));
    }
    server.receive(takeAll(client));
    expect(heard).toEqual(['user_canceled']);
  });

  it('and writes nothing behind EndOfEarlyData, whoever asks when', () => {
    const server = createServerEngine({ ...serverConfig, ...takes() });
    const counts: number[] = [];
    const client = createClientEngine(
      { ...clientConfig, session: freshSession(), earlyData: true, emitSecrets: true },
      {
        event: () => counts.push(client.writeEarly(text('x'))),
        message: ({ bytes, direction }) => {
          // As soon as EndOfEarlyData is made there is no more room.
          if (direction === 'out' && bytes[0] === endOfEarlyData.type) expect(client.earlyRoom).toBe(0);
        },
        earlyData: () => client.writeEarly(text('y')),
      },
    );
    server.start();
    client.start();
    for (let i = 0; i < 3; i++) {
      server.receive(takeAll(client));
      client.receive(takeAll(server));
    }
    expect(server.connection?.earlyData).toEqual({ accepted: true });
    // Some before EndOfEarlyData, none when all was said.
    expect(counts).toContain(1);
    expect(counts.at(-1)).toBe(0);
  });

  it('[9846:5.5:2] and stops before they are used up', () => {
    let records = 0;
    const short = sealing('early', sealer => ({
      seal(type, content, padding) {
        records++;
        return sealer.seal(type, content, padding);
      },
      get remaining() {
        return 5 - records;
      },
    }));
    const ends = pair({ session: freshSession(), earlyData: true, versions: [short], recordSize: 10 }, takes());
    expect(ends.client.engine.earlyRoom).toBe(30);
    expect(ends.client.engine.writeEarly(text('x'))).toBe(1);
    expect(ends.client.engine.writeEarly(text('y'.repeat(90)))).toBe(20);
    expect(ends.client.engine.writeEarly(text('z'))).toBe(0);
    pump(ends);
    expect(ends.server.connected?.earlyData).toEqual({ accepted: true });
    expect(records).toBe(4);
  });

  it('and an alert that answers the HelloRetryRequest is in the clear', () => {
    const bad = encodeMessage(serverHello, {
      legacy_version: 0x0303,
      random: Uint8Array.from(
        'CF21AD74E59A6111BE1D8C021E65B891C2A211167ABB8C5E079E09E2C8A8339C'.match(/../g) ?? [],
        hex => Number.parseInt(hex, 16),
      ),
      legacy_session_id_echo: new Uint8Array(0),
      cipher_suite: 0x1301,
      legacy_compression_method: 0,
      extensions: [],
    });
    const ends = early();
    takeAll(ends.client.engine);
    ends.client.engine.receive(concat(Uint8Array.of(22, 3, 3, 0, bad.length), bad));
    expect(ends.client.error?.code).toBe('ERR_TLS_PROTOCOL_VERSION');
    expect(takeAll(ends.client.engine)[0]).toBe(ContentType.values.alert);
    expect(ends.client.earlySteps).toEqual(['offered', 'rejected']);
  });
});
