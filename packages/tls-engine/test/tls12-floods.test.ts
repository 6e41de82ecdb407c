/** TLS 1.2: what a peer may send without end and without use, in a handshake and behind it, and records that no record may be. */
import { type ClientHello, clientHello, decodeMessage, encodeMessage } from '@tlskit/tls-messages';
import { describe, expect, it } from 'vitest';
import type { ClientEngineConfig, ServerEngineConfig } from '../src/index.ts';
import {
  by,
  type Forger12,
  GCM,
  noError,
  other,
  plain,
  type Role,
  roles,
  stepwise,
  tapped,
  tappedPair,
} from './attacks12.ts';
import { type End, pair, pump, takeAll } from './support.ts';

const base = by(GCM);
const accept = { tls12: { renegotiation: 'accept' } } as const;
const flood = { code: 'ERR_TLS_FLOOD' };

/** A victim on a connection that stands, and who seals for its peer. */
function standing(
  role: Role,
  client: Partial<ClientEngineConfig> = {},
  server: Partial<ServerEngineConfig> = {},
): { victim: End; forger: Forger12; ends: ReturnType<typeof tappedPair> } {
  const ends = tappedPair({ ...base.client, ...client }, { ...base.server, ...server });
  pump(ends);
  noError(ends);
  return { victim: ends[role], forger: ends.forge(other(role)), ends };
}

/** Sends until somebody has had enough. @returns how often */
function until(victim: End, next: () => Uint8Array, most = 2000): number {
  for (let count = 0; count < most; count++) {
    if (victim.closed) return count;
    victim.engine.receive(next());
    victim.engine.takeOutput();
  }
  return most;
}

describe.each(roles)('a %s', role => {
  it('has enough of empty records of data, in a row', () => {
    const { victim, forger } = standing(role);
    const empty = () => forger.seal(23, new Uint8Array(0));
    for (let i = 0; i < 200; i++) {
      for (let k = 0; k < 20; k++) victim.engine.receive(empty());
      victim.engine.receive(forger.seal(23, Uint8Array.of(i)));
    }
    expect(victim.error).toBeUndefined();
    expect(victim.bytes.length).toBe(200);
    expect(until(victim, empty)).toBeLessThan(40);
    expect(victim.error).toMatchObject(flood);
  });

  it('has enough of warnings, in a row', () => {
    const { victim, forger } = standing(role);
    expect(until(victim, () => forger.seal(21, Uint8Array.of(1, 112)))).toBeLessThan(10);
    expect(victim.error).toMatchObject(flood);
  });

  it('has enough of no_renegotiation that nobody asked for', () => {
    const { victim, forger } = standing(role);
    expect(until(victim, () => forger.seal(21, Uint8Array.of(1, 100)))).toBeLessThan(10);
    expect(victim.error).toMatchObject(flood);
  });

  it('has enough of user_canceled', () => {
    const { victim, forger } = standing(role);
    expect(until(victim, () => forger.seal(21, Uint8Array.of(1, 90)))).toBeLessThan(10);
    expect(victim.error).toMatchObject(flood);
  });

  it('ends at a fatal alert, of any number, and at one of no level there is', () => {
    for (const description of [10, 20, 40, 80, 86, 100, 112, 199]) {
      const { victim, forger } = standing(role);
      victim.engine.receive(forger.seal(21, Uint8Array.of(2, description)));
      expect(victim.error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', sentBy: 'peer' });
    }
    for (const level of [0, 3, 255]) {
      const { victim, forger } = standing(role);
      victim.engine.receive(forger.seal(21, Uint8Array.of(level, 0)));
      expect(victim.error).toMatchObject({ alert: 'illegal_parameter', sentBy: 'us' });
    }
  });

  it('takes no alerts in pieces, nor two in one, nor empty records of other kinds [5246:6.2.1:2]', () => {
    for (const content of [[1], [1, 0, 1, 0], [2, 10, 0], []]) {
      const { victim, forger } = standing(role);
      victim.engine.receive(forger.seal(21, Uint8Array.from(content)));
      expect(victim.error).toMatchObject({ sentBy: 'us' });
      expect(victim.error?.alert).toMatch(/^(decode_error|unexpected_message)$/);
    }
    const { victim, forger } = standing(role);
    victim.engine.receive(forger.seal(22, new Uint8Array(0)));
    expect(victim.error).toMatchObject({ code: 'ERR_TLS_EMPTY_RECORD', alert: 'unexpected_message' });
  });

  it('takes no records of other types or versions [5246:6:2]', () => {
    for (const type of [0, 19, 25, 26, 99, 255]) {
      const { victim, forger } = standing(role);
      victim.engine.receive(forger.seal(type, Uint8Array.of(1)));
      expect(victim.error, `${type}`).toMatchObject({ code: 'ERR_TLS_RECORD_TYPE', alert: 'unexpected_message' });
    }
    for (const version of [0x0300, 0x0301, 0x0302, 0x0304, 0x0403, 0]) {
      const { victim, forger } = standing(role);
      victim.engine.receive(forger.seal(23, Uint8Array.of(1), { version }));
      expect(victim.error, `${version}`).toMatchObject({ code: 'ERR_TLS_RECORD_VERSION', alert: 'protocol_version' });
    }
  });

  it('takes no record twice, none out of turn, and none of its own back', () => {
    const replayed = standing(role);
    const record = replayed.forger.seal(23, Uint8Array.of(1));
    replayed.victim.engine.receive(record.slice());
    replayed.victim.engine.receive(record.slice());
    expect(replayed.victim.error).toMatchObject({ code: 'ERR_TLS_BAD_RECORD_MAC' });
    expect(replayed.victim.bytes).toEqual(Uint8Array.of(1));

    const skipped = standing(role);
    skipped.forger.seal(23, Uint8Array.of(1));
    skipped.victim.engine.receive(skipped.forger.seal(23, Uint8Array.of(2)));
    expect(skipped.victim.error).toMatchObject({ code: 'ERR_TLS_BAD_RECORD_MAC' });

    const reflected = standing(role);
    reflected.victim.engine.write(Uint8Array.of(3));
    reflected.victim.engine.receive(takeAll(reflected.victim.engine));
    expect(reflected.victim.error).toMatchObject({ code: 'ERR_TLS_BAD_RECORD_MAC' });
    expect(reflected.victim.received).toEqual([]);
  });

  it('refuses the messages of the other’s side, and of TLS 1.3, on a connection that stands', () => {
    for (const type of [2, 4, 5, 8, 11, 12, 13, 14, 15, 16, 20, 22, 24, 25, 99, role === 'client' ? 1 : 0]) {
      const { victim, forger } = standing(role);
      victim.engine.receive(forger.seal(22, Uint8Array.of(type, 0, 0, 1, 0)));
      expect(victim.error, `${type}`).toMatchObject({
        code: 'ERR_TLS_UNEXPECTED_MESSAGE',
        alert: 'unexpected_message',
      });
    }
  });

  it('reads ten thousand small records, and holds nothing of them', () => {
    const { victim, forger } = standing(role);
    for (let i = 0; i < 10_000; i++) victim.engine.receive(forger.seal(23, Uint8Array.of(i & 255)));
    expect(victim.error).toBeUndefined();
    expect(victim.received.length).toBe(10_000);
    expect(victim.engine.buffered).toEqual({ output: 0, unsent: 0, input: 0 });
  });

  it('has enough of change_cipher_spec at once', () => {
    const { victim, forger } = standing(role);
    expect(until(victim, () => forger.seal(20, Uint8Array.of(1)))).toBe(1);
  });
});

describe('HelloRequest', () => {
  const request = Uint8Array.of(0, 0, 0, 0);

  it('refused by a client again and again is enough at some time, also many in a record', () => {
    const { victim, forger } = standing('client');
    expect(until(victim, () => forger.seal(22, request))).toBeLessThan(40);
    expect(victim.error).toMatchObject(flood);
    const packed = standing('client');
    packed.victim.engine.receive(packed.forger.seal(22, new Uint8Array(4 * 1000)));
    expect(packed.victim.error).toMatchObject(flood);
  });

  it('while the client says hello already is passed over, within bounds', () => {
    const { victim, forger } = standing('client', accept);
    victim.engine.receive(forger.seal(22, request));
    expect(victim.engine.state).toBe('WAIT_SH');
    const hello = takeAll(victim.engine);
    expect(hello.length).toBeGreaterThan(100);
    victim.engine.receive(forger.seal(22, request));
    expect(takeAll(victim.engine).length).toBe(0);
    expect(until(victim, () => forger.seal(22, request))).toBeLessThan(40);
    expect(victim.error).toMatchObject(flood);
  });

  it('and no_renegotiation in turn are enough at some time, though each is taken', () => {
    const { victim, forger } = standing('client', accept);
    const count = until(victim, () =>
      Buffer.concat([forger.seal(22, request), forger.seal(21, Uint8Array.of(1, 100))]),
    );
    expect(count).toBeLessThan(40);
    expect(victim.error).toMatchObject(flood);
  });

  it('in a first handshake is passed over behind the ServerHello, within bounds', () => {
    const ends = pair(base.client, base.server);
    let count = 0;
    stepwise(ends, (from, record, index) => {
      if (from !== 'server' || index !== 0) return [record];
      const flight = record.subarray(5);
      const helloLength = 4 + (((flight[2] as number) << 8) | (flight[3] as number));
      const records = [plain(22, flight.subarray(0, helloLength))];
      for (; count < 20; count++) records.push(plain(22, request));
      return [...records, plain(22, flight.subarray(helloLength))];
    });
    noError(ends);
    expect(count).toBe(20);
    expect(ends.client.connected).toBeDefined();
  });
});

describe('ClientHello', () => {
  /** The hello of a renegotiation, by the client's own hand. */
  function hellos(change: (hello: ClientHello) => ClientHello = hello => hello): Uint8Array {
    const ends = pair(base.client, base.server);
    return encodeMessage(clientHello, change(decodeMessage(clientHello, takeAll(ends.client.engine).subarray(5))));
  }

  it('refused by a server again and again is enough at some time', () => {
    const { victim, forger } = standing('server');
    const hello = hellos();
    expect(until(victim, () => forger.seal(22, hello))).toBeLessThan(40);
    expect(victim.error).toMatchObject(flood);
  });

  it('within a renegotiation, a second time, is out of place', () => {
    const { victim, ends } = standing('server', accept, accept);
    ends.client.engine.renegotiate();
    victim.engine.receive(takeAll(ends.client.engine));
    expect(victim.engine.state).toBe('WAIT_CKE');
    victim.engine.receive(ends.forge('client', 2).seal(22, hellos()));
    expect(victim.error).toMatchObject({ code: 'ERR_TLS_UNEXPECTED_MESSAGE', alert: 'unexpected_message' });
  });

  it('in pieces of one byte is read, and the longest that is announced is refused at once', () => {
    const ends = pair(base.client, base.server);
    stepwise(ends, (from, record, index) => {
      if (from !== 'client' || index !== 0) return [record];
      return [...record.subarray(5)].map(byte => plain(22, Uint8Array.of(byte)));
    });
    noError(ends);
    const large = pair(base.client, base.server);
    large.server.engine.receive(plain(22, Uint8Array.of(1, 0xff, 0xff, 0xff)));
    expect(large.server.error).toMatchObject({ code: 'ERR_TLS_MESSAGE_TOO_LARGE' });
  });
});

describe('in a handshake', () => {
  it.each(roles)('warnings and empty records to a %s are bounded, or refused', role => {
    const ends = pair(base.client, base.server);
    const victim = ends[role];
    if (role === 'server') victim.engine.receive(takeAll(ends.client.engine));
    const count = until(victim, () => plain(21, Uint8Array.of(1, 112)));
    expect(count).toBeLessThan(10);
    for (const type of [20, 21, 22]) {
      const again = pair(base.client, base.server);
      if (role === 'server') again.server.engine.receive(takeAll(again.client.engine));
      again[role].engine.receive(plain(type, new Uint8Array(0)));
      expect(again[role].error, `${type}`).toMatchObject({ alert: 'unexpected_message', sentBy: 'us' });
    }
  });

  it('a hundred connections that end in the middle leave nothing behind', () => {
    for (let i = 0; i < 100; i++) {
      const tap = tapped();
      const ends = pair({ ...base.client, versions: [tap.version] }, base.server);
      stepwise(ends, (from, record, index) => (from === 'client' && index === 2 ? 'stop' : [record]));
      ends.server.engine.receiveEnd();
      ends.client.engine.abort();
      for (const end of [ends.client, ends.server]) {
        expect(end.closed).toBe(true);
        expect(end.engine.buffered.unsent + end.engine.buffered.input).toBe(0);
      }
    }
  });
});
