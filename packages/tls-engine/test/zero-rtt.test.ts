/** 0-RTT (RFC 9846 §2.3, §4.3.10, §8): what is taken, what is not and goes on without, and who is told of it. */

import { clientHello, decodeMessage, ExtensionType, findExtension, preSharedKeyRow } from '@tlskit/tls-messages';
import { type ClientSession, MemoryReplayGuard, type ReplayGuard, TicketKeys } from '@tlskit/tls-session';
import { describe, expect, it } from 'vitest';
import {
  type ClientEngineConfig,
  createClientEngine,
  defaultEngineLimits,
  type ServerEngineConfig,
} from '../src/index.ts';
import {
  asynchronous,
  clientConfig,
  credential,
  type Pair,
  pair,
  provider,
  pump,
  slowExchange,
  takeAll,
} from './support.ts';

type Client = Partial<ClientEngineConfig>;
type Server = Partial<ServerEngineConfig>;

const START = clientConfig.now();
const at = (time: number) => () => time;
/** The clock of the keys stands still, so that only sessions age. */
const tickets = new TicketKeys({ provider, now: at(START) });
const MAX = 100;
const WINDOW = 10_000;
const takes = (guard: ReplayGuard = new MemoryReplayGuard({ window: WINDOW })): Server => ({
  tickets,
  earlyData: { maxSize: MAX, guard },
});
const text = (value: string) => new TextEncoder().encode(value);
const textOf = (parts: readonly Uint8Array[]) => parts.map(part => new TextDecoder().decode(part)).join('');

/** A session that allows early data, made by a full handshake. */
function freshSession(client: Client = {}, server: Server = {}): ClientSession {
  const ends = pair(client, { ...takes(), ...server });
  pump(ends);
  const session = ends.client.events.flatMap(event => (event.type === 'session' ? [event.session] : []))[0];
  if (session === undefined) throw new Error(`no ticket came: ${ends.client.error ?? ends.server.error}`);
  return session;
}

/** A pair whose client has written early data, which is not on its way yet. */
function early(client: Client = {}, server: Server = {}, data = 'early'): Pair {
  const ends = pair({ session: freshSession(), earlyData: true, ...client }, { ...takes(), ...server });
  ends.client.engine.writeEarly(text(data));
  return ends;
}

function expectAccepted(ends: Pair, data = 'early'): void {
  expect([ends.client.error, ends.server.error]).toEqual([undefined, undefined]);
  expect(ends.client.connected).toMatchObject({ resumed: true, earlyData: { accepted: true } });
  expect(ends.server.connected).toMatchObject({ resumed: true, earlyData: { accepted: true } });
  expect(textOf(ends.server.early)).toBe(data);
  expectOpen(ends);
}

/** That the handshake was completed without it, and the connection is of use. */
function expectRejected(ends: Pair, byServer: string, byClient = 'declined'): void {
  expect([ends.client.error, ends.server.error]).toEqual([undefined, undefined]);
  expect(ends.server.connected?.earlyData).toEqual({ accepted: false, refusal: byServer });
  expect(ends.client.connected?.earlyData).toEqual({ accepted: false, refusal: byClient });
  expect([ends.client.engine.earlyData, ends.server.engine.earlyData]).toEqual(['rejected', 'rejected']);
  expect(ends.client.earlySteps).toEqual(['offered', 'rejected']);
  expect(ends.server.early).toEqual([]);
  expectOpen(ends);
}

function expectOpen(ends: Pair): void {
  // RFC 9846 §4.3.10: nothing is resent by itself.
  expect(ends.server.received).toEqual([]);
  ends.client.engine.write(text('up'));
  ends.server.engine.write(text('down'));
  pump(ends);
  expect([ends.server.text, ends.client.text]).toEqual(['up', 'down']);
}

describe('early data', () => {
  it('goes out behind the first ClientHello and is told from other data', () => {
    const ends = early();
    expect(ends.client.engine.earlyData).toBe('offered');
    expect(ends.client.engine.earlyRoom).toBe(MAX - 5);
    ends.server.engine.receive(takeAll(ends.client.engine));
    expect(textOf(ends.server.early)).toBe('early');
    expect(ends.server.connected).toBeUndefined();
    expect(ends.server.engine.state).toBe('WAIT_EOED');
    pump(ends);
    expectAccepted(ends);
    expect(ends.client.earlySteps).toEqual(['offered', 'accepted']);
    expect(ends.server.earlySteps).toEqual(['accepted']);
  });

  it('may be none at all', () => {
    const ends = pair({ session: freshSession(), earlyData: true }, takes());
    pump(ends);
    expectAccepted(ends, '');
  });

  it('may be written until the second flight, also when the server has accepted it', () => {
    const ends = early();
    ends.server.engine.receive(takeAll(ends.client.engine));
    const flight = takeAll(ends.server.engine);
    // All but the last byte of the server's Finished.
    ends.client.engine.receive(flight.subarray(0, -1));
    expect(ends.client.engine.earlyData).toBe('offered');
    expect(ends.client.engine.writeEarly(text(' and more'))).toBe(9);
    ends.client.engine.receive(flight.subarray(-1));
    expect(ends.client.engine.earlyData).toBe('accepted');
    expect(ends.client.engine.earlyRoom).toBe(0);
    expect(ends.client.engine.writeEarly(text('late'))).toBe(0);
    pump(ends);
    expectAccepted(ends, 'early and more');
  });

  it('is bounded by what the ticket allows', () => {
    const ends = early({}, {}, 'x'.repeat(MAX - 1));
    expect(ends.client.engine.writeEarly(text('yz'))).toBe(1);
    expect(ends.client.engine.writeEarly(text('z'))).toBe(0);
    pump(ends);
    expectAccepted(ends, `${'x'.repeat(MAX - 1)}y`);
  });

  it('[9846:4.3.11.3:1] is answered before the handshake is complete', () => {
    const ends = early();
    ends.server.engine.receive(takeAll(ends.client.engine));
    expect(ends.server.engine.maySend).toBe(true);
    ends.server.engine.write(text('answer'));
    ends.server.engine.close();
    const flight = takeAll(ends.server.engine);
    expect(ends.server.connected).toBeUndefined();
    ends.client.engine.receive(flight);
    expect(ends.client.text).toBe('answer');
    // The end waits for the tickets.
    expect(ends.client.ended).toBe(false);
    pump(ends);
    expect(ends.client.events.filter(event => event.type === 'session')).toHaveLength(1);
    expect(ends.client.ended).toBe(true);
  });

  it('without any, nothing is said before the handshake is complete', () => {
    const ends = pair({ session: freshSession() }, takes());
    ends.server.engine.receive(takeAll(ends.client.engine));
    expect(ends.server.engine.maySend).toBe(false);
    ends.server.engine.write(text('down'));
    ends.client.engine.receive(takeAll(ends.server.engine));
    expect(ends.client.text).toBe('');
    pump(ends);
    expect(ends.client.text).toBe('down');
  });

  it('survives byte by byte, and slow keys, tickets and guards', async () => {
    const guard = { window: WINDOW, firstTime: () => Promise.resolve(true) };
    const slow = {
      issue: tickets.issue.bind(tickets),
      redeem: (ticket: Uint8Array) => Promise.resolve().then(() => tickets.redeem(ticket)),
    };
    const session = freshSession();
    const ends = pair(
      { session, earlyData: true, provider: slowExchange() },
      { ...takes(guard), tickets: slow, provider: slowExchange() },
    );
    const settle = () => new Promise(resolve => setImmediate(resolve));
    await settle();
    ends.client.engine.writeEarly(text('early'));
    for (let i = 0; i < 4; i++) {
      pump(ends, (from, bytes) => {
        const to = from === 'client' ? ends.server.engine : ends.client.engine;
        for (const byte of bytes.subarray(0, -1)) to.receive(Uint8Array.of(byte));
        return bytes.subarray(-1);
      });
      await settle();
    }
    expectAccepted(ends);
  });

  it('is cut into records of the size that is configured', () => {
    const ends = early({ recordSize: 10 }, {}, 'x'.repeat(25));
    pump(ends);
    expect(ends.server.early.map(part => part.length)).toEqual([10, 10, 5]);
    expectAccepted(ends, 'x'.repeat(25));
  });
});

describe('the secrets of early data', () => {
  const context = new Uint8Array(3);

  it('give both sides the same keying material, before and after, and other than the later exporter', () => {
    const ends = early();
    const [client, server] = [ends.client.engine, ends.server.engine];
    const before = client.exportEarlyKeyingMaterial('EXPORTER-test', context, 20);
    server.receive(takeAll(client));
    expect(server.exportEarlyKeyingMaterial('EXPORTER-test', context, 20)).toEqual(before);
    pump(ends);
    expect(client.exportEarlyKeyingMaterial('EXPORTER-test', context, 20)).toEqual(before);
    expect(server.exportEarlyKeyingMaterial('EXPORTER-test', context, 20)).toEqual(before);
    expect(ends.client.connected?.exportKeyingMaterial('EXPORTER-test', context, 20)).not.toEqual(before);
  });

  it('are not there where early data is not, or not any more', () => {
    const none = pair({ session: freshSession() }, takes());
    pump(none);
    const rejected = early({}, { earlyData: undefined });
    pump(rejected);
    const over = early();
    pump(over);
    over.client.engine.abort();
    for (const { engine } of [none.client, none.server, rejected.client, rejected.server, over.client]) {
      expect(() => engine.exportEarlyKeyingMaterial('EXPORTER-test', context, 20)).toThrow(
        expect.objectContaining({ code: 'ERR_TLS_INVALID_STATE' }),
      );
    }
  });

  it('are in the key logs of both', () => {
    const ends = early({ emitSecrets: true }, { emitSecrets: true });
    pump(ends);
    const secrets = ({ events }: Pair['client']) =>
      events.flatMap(event => (event.type === 'secret' ? [[event.label as string, event.secret.join()] as const] : []));
    const client = new Map(secrets(ends.client));
    const server = new Map(secrets(ends.server));
    expect(
      secrets(ends.client)
        .map(([label]) => label)
        .slice(0, 2),
    ).toEqual(['CLIENT_EARLY_TRAFFIC_SECRET', 'EARLY_EXPORTER_SECRET']);
    for (const label of ['CLIENT_EARLY_TRAFFIC_SECRET', 'EARLY_EXPORTER_SECRET']) {
      expect(server.get(label)).toBe(client.get(label));
    }
    expect(client.get('EARLY_EXPORTER_SECRET')).not.toBe(client.get('EXPORTER_SECRET'));
  });
});

describe('a client offers none', () => {
  function expectNone(client: Client, server: Server = {}): void {
    const ends = pair({ earlyData: true, ...client }, { ...takes(), ...server });
    expect(ends.client.engine.earlyRoom).toBe(0);
    expect(ends.client.engine.writeEarly(text('early'))).toBe(0);
    pump(ends);
    expect(ends.client.connected).toBeDefined();
    expect(ends.client.connected?.earlyData).toBeUndefined();
    expect(ends.server.connected?.earlyData).toBeUndefined();
    expect(ends.client.engine.earlyData).toBe('none');
    expect(ends.client.earlySteps).toEqual([]);
    expectOpen(ends);
  }

  it('without a session', () => expectNone({}));
  // RFC 9846 §F.5
  it('[9846:F.5:3] unless it is asked for', () => expectNone({ session: freshSession(), earlyData: undefined }));
  it('with a session that allows none', () => expectNone({ session: freshSession({}, { earlyData: undefined }) }));
  it('with a session of a suite that it does not offer', () =>
    expectNone({ session: freshSession({ cipherSuites: [0x1301] }), cipherSuites: [0x1303] }));
  it('with a session of a protocol that it does not offer', () =>
    expectNone({ session: freshSession({ alpn: ['h2'] }, { alpn: ['h2'] }), alpn: ['h3'] }, { alpn: ['h3'] }));
  it('[9846:4.3.10:1] with a key that is not a ticket', () => {
    const psk = { identity: text('id'), key: new Uint8Array(32).fill(7), hash: 'sha256' } as const;
    const ends = pair({ earlyData: true, psks: [psk] }, { ...takes(), pskLookup: () => psk });
    expect(ends.client.engine.earlyRoom).toBe(0);
    pump(ends);
    expect(ends.server.connected?.pskIdentity).toEqual(psk.identity);
    expect(ends.server.connected?.earlyData).toBeUndefined();
  });
});

describe('a server rejects it, and the handshake goes on', () => {
  it('[9846:F.5:3] unless it is to take some', () => {
    const ends = early({}, { earlyData: undefined });
    pump(ends);
    expectRejected(ends, 'disabled');
    expect(ends.client.connected?.resumed).toBe(true);
  });

  it('where the ticket allows more than it takes now', () => {
    const ends = early({}, { earlyData: { maxSize: MAX - 1, guard: new MemoryReplayGuard() } });
    pump(ends);
    expectRejected(ends, 'disabled');
  });

  it('where the ticket is not known', () => {
    const ends = early({}, { tickets: new TicketKeys({ provider, now: at(START) }) });
    pump(ends);
    expectRejected(ends, 'not-resumed', 'not-resumed');
    expect(ends.client.connected?.resumed).toBe(false);
  });

  it('[9846:4.3.10:6] where the key is not the first', () => {
    // The ticket is passed over, a key from outside behind it is taken.
    const psk = { identity: text('id'), key: new Uint8Array(32).fill(7), hash: 'sha256' } as const;
    const ends = early({ psks: [psk] }, { tickets: undefined, pskLookup: id => (id.length === 2 ? psk : undefined) });
    pump(ends);
    expectRejected(ends, 'not-resumed', 'not-resumed');
    expect(ends.server.connected?.pskIdentity).toEqual(psk.identity);
  });

  it('[9846:4.3.10:4] after a HelloRetryRequest', () => {
    const ends = early({}, { groups: [0x0018] });
    pump(ends);
    expectRejected(ends, 'hello-retry', 'hello-retry');
    expect(ends.client.connected).toMatchObject({ resumed: true, helloRetry: true });
  });

  it('[9846:4.3.10:7] where it chooses another suite', () => {
    const ends = early({ session: freshSession({}, { cipherSuites: [0x1303] }) }, { cipherSuites: [0x1301, 0x1303] });
    pump(ends);
    expectRejected(ends, 'cipher-suite');
    expect(ends.client.connected?.resumed).toBe(true);
  });

  it.each([
    { before: ['h2'], now: ['h3'], selected: 'h3' },
    { before: [], now: ['h3'], selected: 'h3' },
    { before: ['h2'], now: [], selected: undefined },
  ])('[9846:4.3.10:7] where it chooses another protocol: $before, then $now', ({ before, now, selected }) => {
    const alpn = ['h2', 'h3'];
    const ends = early({ session: freshSession({ alpn }, { alpn: before }), alpn }, { alpn: now });
    pump(ends);
    expectRejected(ends, 'alpn');
    expect(ends.client.connected).toMatchObject({ resumed: true, alpn: selected });
  });

  it.each([
    { what: 'twice the same suite and protocol', alpn: ['h2'], suite: 0x1303 },
    { what: 'no protocol', alpn: [], suite: 0x1302 },
  ])('but not $what', ({ alpn, suite }) => {
    const same = { alpn, cipherSuites: [suite] };
    const ends = early({ session: freshSession(same, same), ...same }, same);
    pump(ends);
    expectAccepted(ends);
  });

  it('where another name is asked for', () => {
    const session = { ...freshSession(), serverName: 'other.example' };
    const ends = early({ session, serverName: 'other.example' });
    pump(ends);
    expectRejected(ends, 'not-resumed', 'not-resumed');
  });

  it('within the bound, and no more', () => {
    // A header, the content, and what protection adds.
    const limits = { ...defaultEngineLimits, maxSkippedEarlyData: 5 + 5 + 17 };
    const just = early({}, { earlyData: undefined, engineLimits: limits });
    pump(just);
    expectRejected(just, 'disabled');
    const over = early({}, { earlyData: undefined, engineLimits: limits }, 'early!');
    pump(over);
    expect(over.server.error).toMatchObject({ code: 'ERR_TLS_FLOOD', alert: 'unexpected_message' });
    // Who might take some skips as much more.
    const replayed = takes({ window: WINDOW, firstTime: () => false });
    const more = early({}, { ...replayed, engineLimits: { ...limits, maxSkippedEarlyData: 22 } }, 'x'.repeat(MAX));
    pump(more);
    expectRejected(more, 'replay');
  });
});

describe('fresh is', () => {
  /** The client's clock stands at its start when the ticket comes; its ages are what it says. */
  function aged(client: number, server: number): Pair {
    const ends = early({ now: at(START + client) }, { now: at(START + server) });
    pump(ends);
    return ends;
  }

  it.each([
    { client: 0, server: 0 },
    { client: 0, server: WINDOW },
    { client: WINDOW, server: 0 },
    { client: 50_000, server: 60_000 },
    { client: 60_000, server: 50_000 },
  ])('[9846:4.3.10:3] a ticket of $client ms for the client, $server for the server', ({ client, server }) => {
    const ends = aged(client, server);
    expectAccepted(ends);
    expect(ends.server.connected?.ticketAgeSkew).toBe(client - server);
    expect(ends.client.connected?.ticketAgeSkew).toBeUndefined();
  });

  it.each([
    { client: 0, server: WINDOW + 1 },
    { client: WINDOW + 1, server: 0 },
    { client: 50_000, server: 60_001 },
  ])('[9846:4.3.10:3] not a ticket of $client ms for the client, $server for the server', ({ client, server }) => {
    const ends = aged(client, server);
    expectRejected(ends, 'ticket-age');
    expect(ends.server.connected).toMatchObject({ resumed: true, ticketAgeSkew: client - server });
  });

  it('counted modulo 2^32', () => {
    const random = (length: number) => (length === 4 ? new Uint8Array(4).fill(0xff) : provider.random(length));
    const session = freshSession({}, { random });
    expect(session.ticketAgeAdd).toBe(2 ** 32 - 1);
    const ends = early({ session, now: at(START + 5000) }, { now: at(START + 5000) });
    pump(ends);
    expectAccepted(ends);
  });
});

describe('a replay', () => {
  /** A client's first flight with early data, recorded. */
  function recorded(): Uint8Array {
    const client = createClientEngine({ ...clientConfig, session: freshSession(), earlyData: true });
    client.start();
    client.writeEarly(text('early'));
    return takeAll(client);
  }

  it('[9846:8:2] of a first flight is not taken, and not refused either', () => {
    const guard = new MemoryReplayGuard({ window: WINDOW });
    const flight = recorded();
    const [first, second] = [pair({}, takes(guard)), pair({}, takes(guard))];
    first.server.engine.receive(flight);
    expect(textOf(first.server.early)).toBe('early');
    second.server.engine.receive(flight);
    expect(second.server.early).toEqual([]);
    expect(second.server.error).toBeUndefined();
    expect(second.server.engine.earlyData).toBe('rejected');
    // It waits for what whoever replays cannot make.
    expect(second.server.engine.state).toBe('WAIT_FINISHED');
  });

  it('[9846:8.2:2] is known by the binder that was validated, and by nothing else', () => {
    const seen: Uint8Array[] = [];
    const firstTime = (identifier: Uint8Array) => seen.push(identifier.slice()) > 0;
    const flight = recorded();
    const { server } = pair({}, takes({ window: WINDOW, firstTime }));
    server.engine.receive(flight);
    const [binder] = seen;
    expect(binder).toHaveLength(32);
    // The binder is what the ClientHello ends with.
    const hello = 5 + (((flight[3] as number) << 8) | (flight[4] as number));
    expect(flight.slice(hello - 32, hello)).toEqual(binder);
  });

  it('[9846:8.2:1] is what a guard says it is, whatever the guard knows', () => {
    const ends = early({}, takes({ window: WINDOW, firstTime: () => false }));
    pump(ends);
    expectRejected(ends, 'replay');
    expect(ends.server.connected?.resumed).toBe(true);
  });

  it.each([
    {
      how: 'throws',
      fails: (error: Error) => {
        throw error;
      },
    },
    { how: 'rejects', fails: (error: Error) => Promise.reject(error) },
  ])('[9846:8.2:1] is feared where the guard fails ($how), and the handshake goes on', async ({ fails }) => {
    const error = new Error('no database');
    const ends = early({}, takes({ window: WINDOW, firstTime: () => fails(error) }));
    pump(ends);
    await new Promise(setImmediate);
    pump(ends);
    expectRejected(ends, 'replay');
    expect(ends.server.events).toContainEqual({ type: 'failure', of: 'replayGuard', error });
  });

  it.each<{ what: string; client: Client; server: Server }>([
    { what: 'rejected for its age', client: {}, server: { now: at(START + WINDOW + 1) } },
    { what: 'rejected for its suite', client: {}, server: { cipherSuites: [0x1303, 0x1301] } },
    { what: 'not offered', client: { earlyData: undefined }, server: {} },
  ])('is not asked about where early data is $what', ({ client, server }) => {
    let asked = 0;
    const firstTime = () => ++asked > 0;
    const ends = early(client, { ...takes({ window: WINDOW, firstTime }), ...server });
    pump(ends);
    expect(ends.server.connected?.resumed).toBe(true);
    expect(asked).toBe(0);
  });
});

describe('the messages of a client', () => {
  /** All that it sends, and whether the server took its early data. */
  function sent(client: Client, server: Server = {}) {
    const messages: Uint8Array[] = [];
    const config = { ...clientConfig, session: freshSession(), earlyData: true, ...client };
    const engine = createClientEngine(config, {
      message: ({ direction, bytes }) => direction === 'out' && messages.push(bytes),
    });
    const ends = pair({}, { ...takes(), ...server });
    engine.start();
    for (let i = 0; i < 4; i++) {
      ends.server.engine.receive(takeAll(engine));
      engine.receive(takeAll(ends.server.engine));
    }
    expect(engine.connection).toBeDefined();
    const hellos = messages.filter(([type]) => type === 1).map(raw => decodeMessage(clientHello, raw).extensions);
    return { types: messages.map(([type]) => type), hellos, accepted: engine.connection?.earlyData?.accepted };
  }

  it('[9846:4.6:1] have an EndOfEarlyData where early data is accepted', () =>
    expect(sent({})).toMatchObject({ types: [1, 5, 20], accepted: true }));

  it('[9846:4.6:2] have none where it is rejected', () => {
    expect(sent({}, { earlyData: undefined })).toMatchObject({ types: [1, 20], accepted: false });
    expect(sent({}, { groups: [0x0018] })).toMatchObject({ types: [1, 1, 20], accepted: false });
  });

  it('[9846:4.3.10:5] have no early_data in a second ClientHello', () => {
    const { early_data, pre_shared_key } = ExtensionType.values;
    const [first, second] = sent({}, { groups: [0x0018] }).hellos.map(hello => hello.map(e => e.extension_type));
    expect(first).toEqual(expect.arrayContaining([early_data, pre_shared_key]));
    expect(second).toContain(pre_shared_key);
    expect(second).not.toContain(early_data);
  });

  it('[9846:4.3.10:2] have the key of early data first', () => {
    const session = freshSession();
    const psk = { identity: text('id'), key: new Uint8Array(32).fill(7), hash: 'sha256' } as const;
    const { hellos, accepted } = sent({ session, psks: [psk] });
    const offered = findExtension(hellos[0] ?? [], preSharedKeyRow, 'CH')?.identities.map(each => each.identity);
    expect(offered).toEqual([session.ticket, psk.identity]);
    expect(accepted).toBe(true);
  });
});

describe('other handshakes', () => {
  it('without compatibility mode there is no change_cipher_spec', () => {
    const types: number[][] = [];
    for (const compatibilityMode of [true, false]) {
      const ends = early({ compatibilityMode });
      types.push(recordTypes(takeAll(ends.client.engine)));
    }
    // RFC 9846 §E.4: immediately behind the first ClientHello, and not once more.
    expect(types).toEqual([
      [22, 20, 23],
      [22, 23],
    ]);
    const ends = early({}, { groups: [0x0018] });
    const sent: number[] = [];
    pump(ends, (from, bytes) => {
      if (from === 'client') sent.push(...recordTypes(bytes));
      return bytes;
    });
    expect(sent).toEqual([22, 20, 23, 22, 23]);
  });

  it('a certificate that is looked for by promise is no matter, since none is', () => {
    const ends = early(
      {},
      { credentials: () => Promise.resolve({ ...credential, key: asynchronous(credential.key) }) },
    );
    pump(ends);
    expectAccepted(ends);
  });
});

function recordTypes(bytes: Uint8Array): number[] {
  const types: number[] = [];
  for (let i = 0; i < bytes.length; i += 5 + (((bytes[i + 3] as number) << 8) | (bytes[i + 4] as number))) {
    types.push(bytes[i] as number);
  }
  return types;
}
