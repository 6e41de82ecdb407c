/** Every alert of the registry, both ways (RFC 9846 §6). */
import { AlertDescription, type AlertName, TlsError } from '@tlskit/tls-alerts';
import { describe, expect, it } from 'vitest';
import { type AlertObservation, createClientEngine, createServerEngine } from '../src/index.ts';
import { clientConfig, type End, forger, pair, pump, serverConfig, takeAll } from './support.ts';

const ALERT = 21;
const names = Object.entries(AlertDescription.values) as [AlertName, number][];
const closure: readonly AlertName[] = ['close_notify', 'user_canceled'];
const errors = names.filter(([name]) => !closure.includes(name));
const unknown = [1, 9, 23, 99, 118, 222, 255];

/** A connected client, and the means to play its server. */
function connected(): { client: End; server: End; seal: ReturnType<typeof forger> } {
  const ends = pair({}, { emitSecrets: true, cipherSuites: [0x1301] });
  pump(ends);
  expect(ends.client.connected).toBeDefined();
  return { ...ends, seal: forger(ends.server.events, 'SERVER_TRAFFIC_SECRET_0') };
}

describe('an error alert that is received', () => {
  const wanted = (description: number, alert: string) => ({
    code: 'ERR_TLS_PEER_ALERT',
    sentBy: 'peer',
    alert,
    alertNumber: description,
  });

  it.each(errors)('%s (%d) ends a handshake, whatever its level [9846:6:3]', (name, description) => {
    for (const level of [0, 1, 2, 255]) {
      const { client } = pair();
      takeAll(client.engine);
      client.engine.receive(Uint8Array.of(ALERT, 3, 3, 0, 2, level, description));
      expect(client.error).toMatchObject({ ...wanted(description, name), state: 'WAIT_SH' });
      expect(takeAll(client.engine)).toHaveLength(0);
    }
  });

  it.each(errors)(
    '%s (%d) ends a connection that stands, whatever its level [9846:6:1] [9846:6.2:1]',
    (name, description) => {
      for (const level of [0, 1, 2, 255]) {
        const { client, seal } = connected();
        client.engine.receive(seal(ALERT, Uint8Array.of(level, description)));
        client.engine.receive(seal(23, Uint8Array.of(1)));
        expect(client.error).toMatchObject(wanted(description, name));
        expect(client.bytes).toHaveLength(0);
        expect(() => client.engine.write(Uint8Array.of(1))).toThrow(
          expect.objectContaining({ code: 'ERR_TLS_CLOSED' }),
        );
        // An alert is not answered by another.
        expect(takeAll(client.engine)).toHaveLength(0);
      }
    },
  );

  it.each(unknown)('of the unknown number %d is one too [9846:6:4]', description => {
    for (const level of [1, 2]) {
      const { client, seal } = connected();
      client.engine.receive(seal(ALERT, Uint8Array.of(level, description)));
      expect(client.error).toMatchObject(wanted(description, 'general_error'));
    }
  });
});

describe('a closure alert that is received', () => {
  it.each([0, 1, 2, 255])('close_notify ends the reading side, whatever its level: %d', level => {
    const { client, server, seal } = connected();
    client.engine.receive(seal(ALERT, Uint8Array.of(level, 0)));
    client.engine.receive(seal(23, Uint8Array.of(1)));
    expect([client.ended, client.closed, client.bytes.length]).toEqual([true, false, 0]);
    client.engine.write(Uint8Array.of(7));
    server.engine.receive(takeAll(client.engine));
    expect([...server.bytes]).toEqual([7]);
  });

  it.each([0, 1, 2, 255])('user_canceled ends nothing, whatever its level: %d', level => {
    const { client, seal } = connected();
    client.engine.receive(seal(ALERT, Uint8Array.of(level, 90)));
    client.engine.receive(seal(23, Uint8Array.of(1)));
    expect([...client.bytes]).toEqual([1]);
    client.engine.receive(seal(ALERT, Uint8Array.of(1, 0)));
    expect([client.ended, client.error]).toEqual([true, undefined]);
  });

  it('user_canceled and close_notify in a handshake are told as the former', () => {
    const { client } = pair();
    client.engine.receive(Uint8Array.of(ALERT, 3, 3, 0, 2, 1, 90));
    expect(client.closed).toBe(false);
    client.engine.receive(Uint8Array.of(ALERT, 3, 3, 0, 2, 1, 0));
    expect(client.error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'user_canceled', alertNumber: 90 });
  });
});

describe('a record of alerts', () => {
  const plain = (...content: number[]) => Uint8Array.of(ALERT, 3, 3, 0, content.length, ...content);
  it.each([
    ['without any [9846:5.4:2]', [], 'ERR_TLS_EMPTY_RECORD', 'unexpected_message'],
    ['with half of one [9846:5.1:8]', [2], 'ERR_TLS_DECODE', 'decode_error'],
    ['with one and a half', [2, 40, 2], 'ERR_TLS_DECODE', 'decode_error'],
    ['with two [9846:5.1:9]', [1, 90, 1, 0], 'ERR_TLS_DECODE', 'decode_error'],
  ] as const)('%s is refused, in plaintext and protected', (_what, content, code, alert) => {
    const { client } = pair();
    client.engine.receive(plain(...content));
    expect(client.error).toMatchObject({ code, alert, sentBy: 'us' });
    const other = connected();
    other.client.engine.receive(other.seal(ALERT, Uint8Array.from(content), 3));
    expect(other.client.error).toMatchObject({ code, alert, sentBy: 'us' });
    pump(other);
    expect(other.server.error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert });
  });
});

describe('an alert that is sent', () => {
  it.each(names)('%s, by name, before the handshake is complete', (name, description) => {
    const { client, server } = pair();
    takeAll(client.engine);
    client.engine.abort(name);
    const level = name === 'close_notify' || name === 'user_canceled' ? 1 : 2;
    const close = name === 'user_canceled' ? [ALERT, 3, 3, 0, 2, 1, 0] : [];
    expect([...takeAll(client.engine)]).toEqual([ALERT, 3, 3, 0, 2, level, description, ...close]);
    expect(client.error).toMatchObject({ code: 'ABORT_ERR', alert: name, sentBy: 'us' });
    expect(server.closed).toBe(false);
  });

  it.each(errors)('%s (%d), by name, on a connection that stands [9846:6:3]', (name, alertNumber) => {
    const seen: AlertObservation[] = [];
    const ends = {
      client: createClientEngine(clientConfig, { alert: alert => seen.push(alert) }),
      server: createServerEngine(serverConfig, { alert: alert => seen.push(alert) }),
    };
    ends.server.start();
    ends.client.start();
    for (let i = 0; i < 4; i++) {
      ends.server.receive(takeAll(ends.client));
      ends.client.receive(takeAll(ends.server));
    }
    ends.server.abort(name);
    ends.client.receive(takeAll(ends.server));
    expect([ends.server.closed, ends.client.closed]).toEqual([true, true]);
    // Also of those that are warnings where nothing ends by them.
    const level = 2;
    expect(seen).toEqual([
      { direction: 'out', level, description: alertNumber, name },
      { direction: 'in', level, description: alertNumber, name },
    ]);
  });

  it('is the one that the application chose for its error', () => {
    const refuse = () => {
      throw new TlsError('ERR_TLS_REFUSED', 'not today', { alert: 'access_denied' });
    };
    const ends = pair({}, { onClientHello: refuse });
    pump(ends);
    expect(ends.server.error).toMatchObject({ code: 'ERR_TLS_REFUSED', alert: 'access_denied' });
    expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'access_denied', alertNumber: 49 });
  });

  it('may conceal the reason', () => {
    const asked: [string, AlertName][] = [];
    const conceal = (error: TlsError, alert: AlertName): AlertName => {
      asked.push([error.code, alert]);
      return 'general_error';
    };
    const ends = pair({ cipherSuites: [0x1301] }, { cipherSuites: [0x1302], alertFor: conceal });
    pump(ends);
    expect(asked).toEqual([['ERR_TLS_NO_SHARED_CIPHER', 'handshake_failure']]);
    expect(ends.server.error).toMatchObject({ code: 'ERR_TLS_NO_SHARED_CIPHER', alert: 'general_error' });
    expect(ends.client.error).toMatchObject({ alert: 'general_error', alertNumber: 117 });
  });

  it('is the usual one where its choice fails', () => {
    const broken = () => {
      throw new Error('broken');
    };
    const ends = pair({ cipherSuites: [0x1301] }, { cipherSuites: [0x1302], alertFor: broken });
    pump(ends);
    expect(ends.client.error).toMatchObject({ alert: 'handshake_failure' });
  });
});
