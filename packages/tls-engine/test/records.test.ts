/** Records that a peer may send, and must not (RFC 9846 §5): made by hand, under the keys that the peer's key log tells. */
import { concat } from '@tlskit/tls-wire';
import { describe, expect, it } from 'vitest';
import { type End, forger, pair, pump, takeAll } from './support.ts';

const HANDSHAKE = 22;
const DATA = 23;
const ALERT = 21;
const CCS = Uint8Array.of(20, 3, 3, 0, 1, 1);

/** A connected client and the means to play its server. */
function connected(): { client: End; seal: ReturnType<typeof forger> } {
  const ends = pair({}, { emitSecrets: true, cipherSuites: [0x1301] });
  pump(ends);
  expect(ends.client.connected).toBeDefined();
  return { client: ends.client, seal: forger(ends.server.events, 'SERVER_TRAFFIC_SECRET_0') };
}

/** A client that has read the ServerHello and waits for the rest, and the means to play its server. */
function midway(): { client: End; seal: ReturnType<typeof forger> } {
  const ends = pair({}, { emitSecrets: true, cipherSuites: [0x1301] });
  ends.server.engine.receive(takeAll(ends.client.engine));
  const flight = takeAll(ends.server.engine);
  ends.client.engine.receive(flight.slice(0, 5 + (((flight[3] as number) << 8) | (flight[4] as number))));
  expect(ends.client.engine.state).toBe('WAIT_EE');
  return { client: ends.client, seal: forger(ends.server.events, 'SERVER_HANDSHAKE_TRAFFIC_SECRET') };
}

describe('records after the handshake', () => {
  it('carry data with any padding, and may be empty, within bounds', () => {
    const { client, seal } = connected();
    client.engine.receive(seal(DATA, Uint8Array.of(1, 2), 1000));
    for (let i = 0; i < 32; i++) client.engine.receive(seal(DATA, new Uint8Array(0), i));
    client.engine.receive(seal(DATA, Uint8Array.of(3)));
    expect([...client.bytes]).toEqual([1, 2, 3]);
    for (let i = 0; i < 33; i++) client.engine.receive(seal(DATA, new Uint8Array(0)));
    expect(client.error).toMatchObject({ code: 'ERR_TLS_FLOOD' });
  });

  it('many in one piece are all read', () => {
    const { client, seal } = connected();
    client.engine.receive(concat(...Array.from({ length: 100 }, (_, i) => seal(DATA, Uint8Array.of(i)))));
    expect(client.bytes).toHaveLength(100);
  });

  it.each([
    [
      'a bad tag',
      'ERR_TLS_BAD_RECORD_MAC',
      'bad_record_mac',
      (record: Uint8Array) => record.with(record.length - 1, (record.at(-1) as number) ^ 1),
    ],
    ['a changed header', 'ERR_TLS_BAD_RECORD_MAC', 'bad_record_mac', (record: Uint8Array) => record.with(2, 4)],
    ['a change_cipher_spec', 'ERR_TLS_CHANGE_CIPHER_SPEC', 'unexpected_message', () => CCS],
    ['plaintext', 'ERR_TLS_RECORD_TYPE', 'unexpected_message', () => Uint8Array.of(HANDSHAKE, 3, 3, 0, 1, 0)],
    ['a plaintext alert', 'ERR_TLS_RECORD_TYPE', 'unexpected_message', () => Uint8Array.of(ALERT, 3, 3, 0, 2, 1, 0)],
  ])('%s: %s', (_what, code, alert, change) => {
    const { client, seal } = connected();
    client.engine.receive(change(seal(DATA, Uint8Array.of(1))));
    expect(client.error).toMatchObject({ code, alert, sentBy: 'us' });
    expect(client.bytes).toHaveLength(0);
  });

  it('repeated or out of order are not authentic', () => {
    for (const order of [
      [0, 0],
      [1, 0],
    ]) {
      const { client, seal } = connected();
      const records = [seal(DATA, Uint8Array.of(1)), seal(DATA, Uint8Array.of(2))];
      for (const i of order) client.engine.receive((records[i] as Uint8Array).slice());
      expect(client.error?.code).toBe('ERR_TLS_BAD_RECORD_MAC');
    }
  });

  it('data between the parts of a handshake message is unexpected', () => {
    const { client, seal } = connected();
    client.engine.receive(seal(HANDSHAKE, Uint8Array.of(24, 0, 0)));
    client.engine.receive(seal(DATA, Uint8Array.of(1)));
    expect(client.error).toMatchObject({ code: 'ERR_TLS_UNEXPECTED_MESSAGE', rfc: 'RFC 9846 §5.1' });
  });

  it.each([
    ['a close_notify', [1, 0], 'ERR_TLS_UNEXPECTED_MESSAGE', 'us'],
    ['a user_canceled', [1, 90], 'ERR_TLS_UNEXPECTED_MESSAGE', 'us'],
    ['an error alert', [2, 80], 'ERR_TLS_PEER_ALERT', 'peer'],
  ] as const)('%s between the parts of a handshake message: %s %s', (_what, content, code, sentBy) => {
    const { client, seal } = connected();
    client.engine.receive(seal(HANDSHAKE, Uint8Array.of(24, 0, 0)));
    client.engine.receive(seal(ALERT, Uint8Array.from(content)));
    expect(client.error).toMatchObject({ code, sentBy });
    expect(client.ended).toBe(false);
  });

  it('a message behind a KeyUpdate in its record is refused: keys change at a record boundary', () => {
    const { client, seal } = connected();
    client.engine.receive(seal(HANDSHAKE, Uint8Array.of(24, 0, 0, 1, 0, 24, 0, 0, 1, 0)));
    expect(client.error).toMatchObject({ code: 'ERR_TLS_KEY_CHANGE_BOUNDARY', alert: 'unexpected_message' });
  });

  it('under the old keys after a KeyUpdate are not authentic', () => {
    const { client, seal } = connected();
    client.engine.receive(seal(HANDSHAKE, Uint8Array.of(24, 0, 0, 1, 0)));
    client.engine.receive(seal(DATA, Uint8Array.of(1)));
    expect(client.error?.code).toBe('ERR_TLS_BAD_RECORD_MAC');
  });

  it('two alerts in one record do not decode', () => {
    const { client, seal } = connected();
    client.engine.receive(seal(ALERT, Uint8Array.of(1, 0, 1, 0)));
    expect(client.error).toMatchObject({ code: 'ERR_TLS_DECODE', alert: 'decode_error' });
  });
});

describe('records during the handshake', () => {
  it('change_cipher_spec is dropped, within bounds, and only in its one form', () => {
    const { client } = midway();
    for (let i = 0; i < 32; i++) client.engine.receive(CCS.slice());
    expect(client.error).toBeUndefined();
    client.engine.receive(CCS.slice());
    expect(client.error).toMatchObject({ code: 'ERR_TLS_FLOOD' });
    for (const bytes of [
      [20, 3, 3, 0, 1, 2],
      [20, 3, 3, 0, 2, 1, 1],
      [20, 3, 3, 0, 0],
    ]) {
      const other = midway().client;
      other.engine.receive(Uint8Array.from(bytes));
      expect(other.error).toMatchObject({ code: 'ERR_TLS_CHANGE_CIPHER_SPEC', alert: 'unexpected_message' });
    }
  });

  it('application data is unexpected', () => {
    const { client, seal } = midway();
    client.engine.receive(seal(DATA, Uint8Array.of(1)));
    expect(client.error).toMatchObject({ code: 'ERR_TLS_UNEXPECTED_MESSAGE', state: 'WAIT_EE' });
  });

  it('an alert in plaintext is refused: a server that has sent its ServerHello has keys', () => {
    const { client } = midway();
    client.engine.receive(Uint8Array.of(ALERT, 3, 3, 0, 2, 2, 80));
    expect(client.error).toMatchObject({ code: 'ERR_TLS_RECORD_TYPE', alert: 'unexpected_message', sentBy: 'us' });
  });

  it('an alert under the keys of the handshake is understood', () => {
    const { client, seal } = midway();
    client.engine.receive(seal(ALERT, Uint8Array.of(2, 80)));
    expect(client.error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'internal_error' });
  });

  it('EncryptedExtensions in plaintext behind the ServerHello is refused', () => {
    const ends = pair();
    ends.server.engine.receive(takeAll(ends.client.engine));
    const flight = takeAll(ends.server.engine);
    const end = 5 + (((flight[3] as number) << 8) | (flight[4] as number));
    const hello = flight.slice(5, end);
    const both = concat(hello, Uint8Array.of(8, 0, 0, 2, 0, 0));
    ends.client.engine.receive(concat(Uint8Array.of(22, 3, 3, both.length >> 8, both.length & 255), both));
    expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_KEY_CHANGE_BOUNDARY', alert: 'unexpected_message' });
  });
});

describe('while the handshake waits', () => {
  it('input is held back, and more than the bound is an error', () => {
    const never = new Promise<never>(() => {});
    const { client, server } = pair({ verifier: { trust: 'slow', verify: () => never } });
    server.engine.receive(takeAll(client.engine));
    client.engine.receive(takeAll(server.engine));
    expect(client.engine.parked).toBe(true);
    for (let i = 0; i < 80 && !client.closed; i++)
      client.engine.receive(concat(Uint8Array.of(23, 3, 3, 64, 0), new Uint8Array(16_384)));
    expect(client.engine.wantsInput).toBe(false);
    expect(client.error).toMatchObject({ code: 'ERR_TLS_FLOOD' });
  });

  it('an alert of the peer, and an abort, reach it', () => {
    const never = new Promise<never>(() => {});
    const slow = { trust: 'slow', verify: () => never };
    const { client, server } = pair({ verifier: slow }, { emitSecrets: true, cipherSuites: [0x1301] });
    server.engine.receive(takeAll(client.engine));
    const flight = takeAll(server.engine);
    // Up to the Certificate: what stands behind it in the same record waits with the flow.
    client.engine.receive(flight);
    expect(client.engine.parked).toBe(true);
    client.engine.abort();
    expect(client.error?.code).toBe('ABORT_ERR');
    expect(client.engine.parked).toBe(false);
  });

  it('a plaintext alert reaches a server that waits for a certificate to be chosen', () => {
    const { client, server } = pair({}, { credentials: () => new Promise<never>(() => {}) });
    server.engine.receive(takeAll(client.engine));
    expect(server.engine.parked).toBe(true);
    server.engine.receive(Uint8Array.of(ALERT, 3, 3, 0, 2, 2, 80));
    expect(server.error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'internal_error' });
  });

  it('more is wanted while only the part of a record is there: it may become an alert', () => {
    const { client, server } = pair({}, { credentials: () => new Promise<never>(() => {}) });
    server.engine.receive(takeAll(client.engine));
    server.engine.receive(Uint8Array.of(ALERT, 3, 3, 0, 2));
    expect(server.engine.wantsInput).toBe(true);
    server.engine.receive(Uint8Array.of(2, 80));
    expect(server.error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'internal_error' });
  });

  it('nothing more is wanted while a whole record is held', () => {
    const { client, server } = pair({}, { credentials: () => new Promise<never>(() => {}) });
    server.engine.receive(takeAll(client.engine));
    server.engine.receive(Uint8Array.of(23, 3, 3, 0, 1, 0));
    expect(server.engine.wantsInput).toBe(false);
    expect(server.closed).toBe(false);
  });
});
