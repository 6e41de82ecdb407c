/** Records at the borders of what RFC 9846 §5 allows, before and after they are protected, at both ends. */
import { concat } from '@tlskit/tls-wire';
import { describe, expect, it } from 'vitest';
import { type End, type Forger, forger, pair, pump, takeAll } from './support.ts';

const [CCS, ALERT, HANDSHAKE, DATA] = [20, 21, 22, 23];
const MAX = 2 ** 14;
const none = new Uint8Array(0);

/** Both ends connected, one of them played by somebody who has its keys. */
function connected(played: 'client' | 'server'): { end: End; other: End; seal: Forger } {
  const ends = pair({ emitSecrets: true, cipherSuites: [0x1301] }, { emitSecrets: true });
  pump(ends);
  expect(ends.client.connected).toBeDefined();
  const other = ends[played];
  const seal = forger(other.events, `${played === 'client' ? 'CLIENT' : 'SERVER'}_TRAFFIC_SECRET_0`);
  return { end: played === 'client' ? ends.server : ends.client, other, seal };
}

/** A client that has read the ServerHello, and the keys of its server. */
function midway(): { end: End; seal: Forger } {
  const ends = pair({}, { emitSecrets: true, cipherSuites: [0x1301] });
  ends.server.engine.receive(takeAll(ends.client.engine));
  const flight = takeAll(ends.server.engine);
  ends.client.engine.receive(flight.slice(0, 5 + (((flight[3] as number) << 8) | (flight[4] as number))));
  return { end: ends.client, seal: forger(ends.server.events, 'SERVER_HANDSHAKE_TRAFFIC_SECRET') };
}

const plain = (type: number, length: number, content: Uint8Array = new Uint8Array(length)) =>
  concat(Uint8Array.of(type, 3, 3, length >> 8, length & 255), content);

describe.each(['client', 'server'] as const)('a record of a %s whose content', played => {
  it('has 2^14 bytes, or is padded up to that, is taken', () => {
    const { end, seal } = connected(played);
    end.engine.receive(seal(DATA, new Uint8Array(MAX).fill(1)));
    end.engine.receive(seal(DATA, Uint8Array.of(2), MAX - 1));
    end.engine.receive(seal(DATA, none, MAX));
    expect([end.error, end.bytes.length]).toEqual([undefined, MAX + 1]);
  });

  it.each([
    ['has 2^14 + 1 bytes [9846:5.4:5]', (seal: Forger) => seal(DATA, new Uint8Array(MAX + 1))],
    ['is padded beyond 2^14 [9846:5.4:5]', (seal: Forger) => seal(DATA, Uint8Array.of(1), MAX)],
    ['is nothing but padding, and too long', (seal: Forger) => seal(DATA, none, MAX + 1)],
    ['makes a record of 2^14 + 257 bytes [9846:5.2:2] [9846:5.2:5]', () => plain(DATA, MAX + 257)],
  ])('%s is a record_overflow', (_what, record) => {
    const { end, other, seal } = connected(played);
    end.engine.receive(record(seal));
    expect(end.error).toMatchObject({ code: 'ERR_TLS_RECORD_OVERFLOW', alert: 'record_overflow' });
    expect(end.bytes).toHaveLength(0);
    other.engine.receive(takeAll(end.engine));
    expect(other.error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'record_overflow' });
  });

  it.each([
    [
      'is not there: handshake [9846:5.1:7] [9846:5.4:2]',
      (seal: Forger) => seal(HANDSHAKE, none),
      'ERR_TLS_EMPTY_RECORD',
    ],
    [
      'is not there: handshake, padded [9846:5.1:7]',
      (seal: Forger) => seal(HANDSHAKE, none, 100),
      'ERR_TLS_EMPTY_RECORD',
    ],
    ['is not there: alert [9846:5.4:2]', (seal: Forger) => seal(ALERT, none), 'ERR_TLS_EMPTY_RECORD'],
    ['is a change_cipher_spec [9846:5:2]', (seal: Forger) => seal(CCS, Uint8Array.of(1)), 'ERR_TLS_CHANGE_CIPHER_SPEC'],
    [
      'is of type 0: padding alone [9846:5.4:4]',
      (seal: Forger) => seal.raw(new Uint8Array(100)),
      'ERR_TLS_RECORD_TYPE',
    ],
    ['is nothing at all [9846:5.4:4]', (seal: Forger) => seal.raw(none), 'ERR_TLS_RECORD_TYPE'],
    ['is of type 25 [9846:5:5]', (seal: Forger) => seal(25, Uint8Array.of(1)), 'ERR_TLS_RECORD_TYPE'],
    ['is of type 255 [9846:5:5]', (seal: Forger) => seal(255, Uint8Array.of(1)), 'ERR_TLS_RECORD_TYPE'],
    ['is not protected: handshake', () => plain(HANDSHAKE, 4, Uint8Array.of(24, 0, 0, 0)), 'ERR_TLS_RECORD_TYPE'],
    ['is not protected: of type 0', () => plain(0, 1), 'ERR_TLS_RECORD_TYPE'],
  ])('%s is unexpected_message', (_what, record, code) => {
    const { end, other, seal } = connected(played);
    end.engine.receive(record(seal));
    expect(end.error).toMatchObject({ code, alert: 'unexpected_message' });
    other.engine.receive(takeAll(end.engine));
    expect(other.error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'unexpected_message' });
  });

  it('is in as many pieces as it has bytes is one message', () => {
    const { end, other, seal } = connected(played);
    for (const byte of [24, 0, 0, 1, 0]) end.engine.receive(seal(HANDSHAKE, Uint8Array.of(byte), 3));
    expect([end.error, end.events.filter(event => event.type === 'key-update')]).toMatchObject([
      undefined,
      [{ direction: 'read', requested: false, answers: false }],
    ]);
    expect(other.closed).toBe(false);
  });
});

describe('a record of a handshake', () => {
  it.each([
    ['empty: handshake', HANDSHAKE, 0, 'ERR_TLS_EMPTY_RECORD', 'unexpected_message'],
    ['empty: alert', ALERT, 0, 'ERR_TLS_EMPTY_RECORD', 'unexpected_message'],
    ['of 2^14 + 1 bytes [9846:5.1:13]', HANDSHAKE, MAX + 1, 'ERR_TLS_RECORD_OVERFLOW', 'record_overflow'],
    ['application data [9846:5.1:15]', DATA, 10, 'ERR_TLS_RECORD_TYPE', 'unexpected_message'],
    ['of type 24', 24, 10, 'ERR_TLS_RECORD_TYPE', 'unexpected_message'],
  ] as const)('before there are keys: %s', (_what, type, length, code, alert) => {
    for (const who of ['client', 'server'] as const) {
      const ends = pair();
      takeAll(ends.client.engine);
      ends[who].engine.receive(plain(type, length));
      expect(ends[who].error).toMatchObject({ code, alert });
      expect([...takeAll(ends[who].engine).slice(0, 6)]).toEqual([ALERT, 3, 3, 0, 2, 2]);
    }
  });

  it.each([
    ['empty [9846:5.4:2]', (seal: Forger) => seal(HANDSHAKE, none, 10), 'ERR_TLS_EMPTY_RECORD', 'unexpected_message'],
    [
      'of padding alone [9846:5.4:4]',
      (seal: Forger) => seal.raw(new Uint8Array(9)),
      'ERR_TLS_RECORD_TYPE',
      'unexpected_message',
    ],
    [
      'too long [9846:5.4:5]',
      (seal: Forger) => seal(HANDSHAKE, new Uint8Array(MAX + 1)),
      'ERR_TLS_RECORD_OVERFLOW',
      'record_overflow',
    ],
    [
      'change_cipher_spec [9846:5:2]',
      (seal: Forger) => seal(CCS, Uint8Array.of(1)),
      'ERR_TLS_CHANGE_CIPHER_SPEC',
      'unexpected_message',
    ],
    ['empty application data', (seal: Forger) => seal(DATA, none), 'ERR_TLS_UNEXPECTED_MESSAGE', 'unexpected_message'],
  ])('under its keys: %s', (_what, record, code, alert) => {
    const { end, seal } = midway();
    end.engine.receive(record(seal));
    expect(end.error).toMatchObject({ code, alert });
  });

  it('may have one byte of it: all of a handshake goes through, and data behind it', () => {
    const ends = pair({ recordSize: 1 }, { recordSize: 1 });
    pump(ends);
    ends.client.engine.write(new Uint8Array(100).fill(1));
    ends.client.engine.updateKeys({ requestPeer: true });
    ends.client.engine.close();
    pump(ends);
    expect([ends.server.bytes.length, ends.server.ended, ends.server.error]).toEqual([100, true, undefined]);
  });

  it('may have all of a flight: a server’s is one record, whatever is in it', () => {
    const { client, server } = pair({}, { emitSecrets: true });
    server.engine.receive(takeAll(client.engine));
    const flight = takeAll(server.engine);
    const types: number[] = [];
    for (let at = 0; at < flight.length; at += 5 + (((flight[at + 3] as number) << 8) | (flight[at + 4] as number))) {
      types.push(flight[at] as number);
    }
    expect(types).toEqual([HANDSHAKE, CCS, DATA]);
    client.engine.receive(flight);
    expect(client.connected).toBeDefined();
  });
});
