/** What becomes of a peer that wants another handshake (RFC 5246 §7.2.2, RFC 5746): it is warned, it is the end, or it gets so many. */
import { AlertLevel } from '@tlskit/tls-alerts';
import { finished12, helloRequest12 } from '@tlskit/tls-messages';
import { MemorySessionCache } from '@tlskit/tls-session';
import { describe, expect, it } from 'vitest';
import type { AlertObservation, ClientEngineConfig, ServerEngineConfig } from '../src/index.ts';
import { createClientEngine, createServerEngine } from '../src/index.ts';
import { clientConfig, type Pair, pump, sends, serverConfig, takeAll } from './support.ts';
import { accept, connect12, countOf, misbehaving12, noError, sessionOf, talk } from './support12.ts';
import { only12 } from './tls12-support.ts';

const abort = { tls12: { renegotiation: 'abort' } } as const;
const refuse = { tls12: { renegotiation: 'refuse' } } as const;
const other = { client: 'server', server: 'client' } as const;
const roles = ['client', 'server'] as const;

function asked(by: 'client' | 'server', ends: Pair): Pair {
  ends[by].engine.renegotiate();
  pump(ends);
  return ends;
}

describe('a peer that asks where that is the end', () => {
  it.each(roles)('hears no_renegotiation, which is fatal: the %s asks', who => {
    const ends = connect12(who === 'server' ? abort : {}, who === 'client' ? abort : {});
    noError(ends);
    talk(ends);
    asked(who, ends);
    expect(ends[other[who]].error).toMatchObject({
      code: 'ERR_TLS_NO_RENEGOTIATION',
      kind: 'negotiation',
      alert: 'no_renegotiation_RESERVED',
      sentBy: 'us',
    });
    expect(ends[who].error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'no_renegotiation_RESERVED' });
    expect(countOf(ends[who], 'renegotiation-refused')).toBe(0);
  });

  it.each([
    ['abort', AlertLevel.values.fatal],
    ['refuse', AlertLevel.values.warning],
  ] as const)('hears it at its level: %s', (renegotiation, level) => {
    const seen: AlertObservation[] = [];
    const client = createClientEngine({ ...clientConfig, ...only12, tls12: { renegotiation } });
    const server = createServerEngine({ ...serverConfig, ...only12 }, { alert: alert => seen.push(alert) });
    server.start();
    client.start();
    for (let i = 0; i < 4; i++) {
      server.receive(takeAll(client));
      client.receive(takeAll(server));
    }
    server.renegotiate();
    client.receive(takeAll(server));
    server.receive(takeAll(client));
    expect(seen).toEqual([{ direction: 'in', level, description: 100, name: 'no_renegotiation_RESERVED' }]);
    expect([client.closed, server.closed]).toEqual(Array(2).fill(renegotiation === 'abort'));
  });

  it('takes the session with it, as every fatal alert does [5246:7.2.2:1]', () => {
    const sessions = new MemorySessionCache({ now: () => serverConfig.now() });
    const server = { tls12: { ...abort.tls12, sessions } };
    const ends = connect12({ tls12: { sessionTickets: false } }, server);
    noError(ends);
    const session = { ...sessionOf(ends.client), psk: sessionOf(ends.client).psk.slice() };
    asked('client', ends);
    expect(ends.server.error).toMatchObject({ code: 'ERR_TLS_NO_RENEGOTIATION' });
    const next = connect12({ tls12: { sessionTickets: false }, session }, server);
    noError(next);
    expect(next.server.connected?.resumed).toBe(false);
  });

  it.each(roles)('is heard behind our own close_notify too: the %s asks', who => {
    const ends = connect12(who === 'server' ? abort : {}, who === 'client' ? abort : {});
    noError(ends);
    const refusing = ends[other[who]];
    refusing.engine.close();
    takeAll(refusing.engine);
    ends[who].engine.renegotiate();
    refusing.engine.receive(takeAll(ends[who].engine));
    // Nothing can be said any more.
    expect(refusing.error).toMatchObject({ code: 'ERR_TLS_NO_RENEGOTIATION', alert: undefined });
    expect(takeAll(refusing.engine)).toHaveLength(0);
  });

  it('gets one that was asked of it', () => {
    for (const who of roles) {
      const ends = connect12(who === 'client' ? abort : accept, who === 'server' ? abort : accept);
      asked(who, ends);
      noError(ends);
      expect(countOf(ends.server, 'renegotiated')).toBe(1);
      talk(ends);
    }
  });
});

describe('a bound', () => {
  it.each(roles)('on renegotiations ends the connection behind it: the %s asks', who => {
    const one = { tls12: { renegotiation: 'accept', maxRenegotiations: 1 } } as const;
    const ends = connect12(who === 'server' ? one : accept, who === 'client' ? one : accept);
    asked(who, ends);
    noError(ends);
    asked(who, ends);
    const error = {
      code: 'ERR_TLS_FLOOD',
      alert: 'unexpected_message',
      message: 'a renegotiation after the last of 1',
    };
    expect(ends[other[who]].error).toMatchObject(error);
    expect(ends[who].error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'unexpected_message' });
    expect(countOf(ends.client, 'renegotiated')).toBe(1);
  });
});

describe('a Finished', () => {
  const request = Uint8Array.of(helloRequest12.type, 0, 0, 0);
  it.each<[string, Partial<ClientEngineConfig>, Partial<ServerEngineConfig>]>([
    ['of one that accepts', accept, accept],
    ['of one that refuses', refuse, refuse],
  ])('with a HelloRequest in its record is refused %s', (_what, client, server) => {
    const versions = [
      misbehaving12('server', effect => (sends(effect, finished12) ? [effect, { ...effect, raw: request }] : effect)),
    ];
    const ends = connect12(client, { ...server, versions });
    expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_KEY_CHANGE_BOUNDARY', alert: 'unexpected_message' });
    expect(ends.client.connected).toBeUndefined();
    expect(ends.server.error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'unexpected_message' });
  });
});
