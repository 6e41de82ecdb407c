/** Early data that a server does not take is skipped (RFC 9846 §4.3.10), within bounds, and only where some may come. */
import { clientHello, decodeMessage, earlyDataRow, findExtension, makeExtension } from '@tlskit/tls-messages';
import type { RecordObservation } from '@tlskit/tls-record';
import { concat } from '@tlskit/tls-wire';
import { describe, expect, it } from 'vitest';
import { createServerEngine, defaultEngineLimits, type EngineVersion, type ServerEngineConfig } from '../src/index.ts';
import { tls13 } from '../src/tls13.ts';
import { asynchronous, credential, type Pair, pair, pump, serverConfig, takeAll } from './support.ts';

/** TLS 1.3 with a client that offers early data. */
const early: EngineVersion = {
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

/** A record that nobody can open, with so many bytes of fragment. */
const junk = (length: number) =>
  concat(Uint8Array.of(23, 3, 3, length >> 8, length & 255), new Uint8Array(length).fill(0xed));

/** A pair whose client sends these bytes behind its first flight of so many, the first being its ClientHello. */
function withEarly(bytes: Uint8Array, { hello = true, at = 0, server = {} }: Case = {}): Pair {
  const ends = pair({ ...(hello ? { versions: [early] } : {}) }, server);
  let flights = 0;
  pump(ends, (from, sent) => (from === 'client' && flights++ === at ? concat(sent, bytes) : sent));
  return ends;
}

interface Case {
  readonly hello?: boolean;
  readonly at?: number;
  readonly server?: Partial<ServerEngineConfig>;
}

const retrying = { groups: [0x0018] };
const some = concat(junk(100), junk(16_384), junk(1));

function expectConnected(ends: Pair, helloRetry: boolean): void {
  expect(ends.server.error).toBeUndefined();
  expect(ends.server.connected?.helloRetry).toBe(helloRetry);
  ends.client.engine.write(new TextEncoder().encode('late data'));
  pump(ends);
  expect(ends.server.text).toBe('late data');
}

describe('early data that is not taken', () => {
  it('is skipped by trial decryption', () => expectConnected(withEarly(some), false));

  it('is skipped by its type after a HelloRetryRequest', () =>
    expectConnected(withEarly(some, { server: retrying }), true));

  it.each([{}, retrying])('is skipped byte by byte too', server => {
    const ends = pair({ versions: [early] }, server);
    let first = true;
    pump(ends, (from, bytes) => {
      const whole = from === 'client' && first ? concat(bytes, some) : bytes;
      if (from !== 'client') return bytes;
      first = false;
      for (const byte of whole.subarray(0, -1)) ends.server.engine.receive(Uint8Array.of(byte));
      return whole.subarray(-1);
    });
    expectConnected(ends, server === retrying);
  });

  it('waits while the server looks for its certificate', async () => {
    const slow = { chain: credential.chain, key: asynchronous(credential.key) };
    const ends = withEarly(some, { server: { credentials: () => Promise.resolve(slow) } });
    for (let i = 0; i < 8; i++) {
      await new Promise(resolve => setImmediate(resolve));
      pump(ends);
    }
    expectConnected(ends, false);
  });

  it('stays away from the hello after a HelloRetryRequest', () => {
    const hellos: Uint8Array[] = [];
    const ends = pair({ versions: [early] }, retrying);
    pump(ends, (from, bytes) => {
      if (from === 'client' && hellos.length < 2) hellos.push(bytes.subarray(5));
      return bytes;
    });
    const offers = hellos.map(raw => {
      const length = 4 + (((raw[2] as number) << 8) | (raw[3] as number));
      return findExtension(decodeMessage(clientHello, raw.subarray(0, length)).extensions, earlyDataRow, 'CH');
    });
    expect(offers).toEqual([{}, undefined]);
  });
});

describe('early data is refused', () => {
  const cases: [what: string, bytes: Uint8Array, options: Case, code: string, alert: string][] = [
    ['where none was offered', junk(100), { hello: false }, 'ERR_TLS_BAD_RECORD_MAC', 'bad_record_mac'],
    [
      'where none was offered, after a HelloRetryRequest',
      junk(100),
      { hello: false, server: retrying },
      'ERR_TLS_RECORD_TYPE',
      'unexpected_message',
    ],
    ['behind the second flight', junk(100), { at: 1 }, 'ERR_TLS_BAD_RECORD_MAC', 'bad_record_mac'],
    [
      'behind the hello after a HelloRetryRequest',
      junk(100),
      { at: 1, server: retrying },
      'ERR_TLS_BAD_RECORD_MAC',
      'bad_record_mac',
    ],
    [
      'beyond the limit',
      concat(...Array.from({ length: 4 }, () => junk(16_384))),
      {},
      'ERR_TLS_FLOOD',
      'unexpected_message',
    ],
    [
      'beyond the limit, after a HelloRetryRequest',
      concat(...Array.from({ length: 4 }, () => junk(16_384))),
      { server: retrying },
      'ERR_TLS_FLOOD',
      'unexpected_message',
    ],
  ];
  it.each(cases)('%s', (_what, bytes, options, code, alert) => {
    const { client, server } = withEarly(bytes, options);
    expect(server.error).toMatchObject({ code, alert, sentBy: 'us' });
    expect(client.error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert });
  });

  it('within the second flight, of which a record has been opened', () => {
    const ends = pair({ versions: [early], recordSize: 20, compatibilityMode: false });
    ends.server.engine.receive(takeAll(ends.client.engine));
    ends.client.engine.receive(takeAll(ends.server.engine));
    const flight = takeAll(ends.client.engine);
    const first = 5 + (((flight[3] as number) << 8) | (flight[4] as number));
    expect(first).toBeLessThan(flight.length);
    ends.server.engine.receive(concat(junk(100), flight.subarray(0, first)));
    expect(ends.server.error).toBeUndefined();
    ends.server.engine.receive(concat(junk(100), flight.subarray(first)));
    expect(ends.server.error?.alert).toBe('bad_record_mac');
  });

  it('within the second ClientHello', () => {
    const ends = pair({ versions: [early] }, retrying);
    ends.server.engine.receive(takeAll(ends.client.engine));
    ends.client.engine.receive(takeAll(ends.server.engine));
    // The hello: cut in two records with one of early data between.
    const hello = takeAll(ends.client.engine).subarray(5);
    const part = (bytes: Uint8Array) => concat(Uint8Array.of(22, 3, 3, bytes.length >> 8, bytes.length & 255), bytes);
    ends.server.engine.receive(concat(part(hello.subarray(0, 50)), junk(100), part(hello.subarray(50))));
    expect(ends.server.error).toMatchObject({ code: 'ERR_TLS_RECORD_TYPE', alert: 'unexpected_message' });
  });

  it('counts to the byte, headers included', () => {
    const exactly = (limit: number) => ({
      server: { engineLimits: { ...defaultEngineLimits, maxSkippedEarlyData: limit } },
    });
    expectConnected(withEarly(concat(junk(95), junk(45)), exactly(150)), false);
    expect(withEarly(concat(junk(95), junk(46)), exactly(150)).server.error?.code).toBe('ERR_TLS_FLOOD');
  });

  it('is not shown to an inspector as anything else', () => {
    const records: RecordObservation[] = [];
    const server = createServerEngine(serverConfig, { record: record => records.push(record) });
    server.start();
    const client = pair({ versions: [early] }).client.engine;
    server.receive(concat(takeAll(client), junk(10)));
    expect(records.filter(({ direction }) => direction === 'in').map(({ type }) => type)).toEqual([22]);
  });
});
