/** False Start (RFC 7918): data before the server's Finished, and what may be exported by then. */
import type { Effect } from '@tlskit/tls-handshake';
import { finished12 } from '@tlskit/tls-messages';
import { toHex } from '@tlskit/tls-wire';
import { describe, expect, it } from 'vitest';
import type { ClientEngineConfig, ServerEngineConfig } from '../src/index.ts';
import { type Pair, pair, sends, takeAll } from './support.ts';
import { GCM, misbehaving12 } from './support12.ts';
import { only12 } from './tls12-support.ts';

const always = { tls12: { falseStart: 'without-alpn' } } as const;
const withAlpn = { tls12: { falseStart: true } } as const;
const h2 = { alpn: ['h2'] };
const hello = new TextEncoder().encode('hello');

/** Up to the client's Finished: the server has not said its own. */
function halfway(client: Partial<ClientEngineConfig>, server: Partial<ServerEngineConfig> = {}): Pair {
  const ends = pair({ ...only12, ...client }, { ...only12, ...server });
  ends.server.engine.receive(takeAll(ends.client.engine));
  ends.client.engine.receive(takeAll(ends.server.engine));
  expect(ends.client.connected).toBeUndefined();
  return ends;
}

function startOf({ client }: Pair) {
  const event = client.events.find(({ type }) => type === 'false-start');
  return event?.type === 'false-start' ? event : undefined;
}

describe('a client that starts falsely', () => {
  it.each([
    ['with ALPN', { ...withAlpn, ...h2 }, h2, 'h2'],
    ['without, where it says so', always, {}, undefined],
  ] as const)('%s is told when it may, and writes before the handshake is complete', (_what, client, server, alpn) => {
    const ends = halfway(client, server);
    expect(startOf(ends)).toMatchObject({ alpn });
    expect(ends.client.engine.maySend).toBe(true);
    ends.client.engine.write(hello);
    ends.server.engine.receive(takeAll(ends.client.engine));
    expect(ends.server.text).toBe('hello');
    expect(ends.client.connected).toBeUndefined();
    ends.client.engine.receive(takeAll(ends.server.engine));
    expect(ends.client.connected?.alpn).toBe(alpn);
  });

  it('exports what the server exports, and what it itself exports afterwards', () => {
    const ends = halfway({ ...withAlpn, ...h2 }, h2);
    const context = Uint8Array.of(1, 2);
    const early = startOf(ends)?.exportKeyingMaterial('EXPORTER-test', context, 32);
    ends.server.engine.receive(takeAll(ends.client.engine));
    ends.client.engine.receive(takeAll(ends.server.engine));
    const [client, server] = [ends.client, ends.server].map(end =>
      end.connected?.exportKeyingMaterial('EXPORTER-test', context, 32),
    );
    expect(early && toHex(early)).toMatch(/^[0-9a-f]{64}$/);
    expect([early, client]).toEqual([server, server]);
  });

  it('exports nothing by an exporter of before when the handshake is complete, or has failed', () => {
    const done = halfway({ ...withAlpn, ...h2 }, h2);
    done.server.engine.receive(takeAll(done.client.engine));
    done.client.engine.receive(takeAll(done.server.engine));
    const failed = halfway({ ...withAlpn, ...h2 }, h2);
    failed.client.engine.abort();
    for (const ends of [done, failed]) {
      expect(() => startOf(ends)?.exportKeyingMaterial('EXPORTER-test', undefined, 32)).toThrow('the exporter secret');
    }
  });

  it('is told by the Finished that somebody changed a hello, and ends', () => {
    let sent: Effect | undefined;
    const versions = [
      misbehaving12('server', effect => {
        if (!sends(effect, finished12)) return effect;
        sent = { ...effect, raw: effect.raw.with(15, (effect.raw[15] as number) ^ 1) };
        return sent;
      }),
    ];
    const ends = halfway({ ...withAlpn, ...h2 }, { ...h2, versions });
    ends.client.engine.write(hello);
    ends.server.engine.receive(takeAll(ends.client.engine));
    ends.client.engine.receive(takeAll(ends.server.engine));
    expect(sent).toBeDefined();
    expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_BAD_FINISHED', alert: 'decrypt_error' });
  });
});

describe('a client waits', () => {
  it.each<[string, Partial<ClientEngineConfig>, Partial<ServerEngineConfig>]>([
    ['that was not told to start falsely', h2, h2],
    ['for a protocol, where there is none', withAlpn, {}],
    ['where no protocol was chosen', { ...withAlpn, ...h2 }, {}],
    ['by a suite of CBC', { ...always, cipherSuites: [0xc009] }, { cipherSuites: [0xc009, GCM] }],
  ])('%s', (_what, client, server) => {
    const ends = halfway(client, server);
    expect([startOf(ends), ends.client.engine.maySend]).toEqual([undefined, false]);
    ends.client.engine.write(hello);
    ends.server.engine.receive(takeAll(ends.client.engine));
    expect(ends.server.text).toBe('');
    ends.client.engine.receive(takeAll(ends.server.engine));
    ends.server.engine.receive(takeAll(ends.client.engine));
    expect(ends.server.text).toBe('hello');
  });
});
