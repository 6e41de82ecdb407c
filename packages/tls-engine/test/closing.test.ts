/** The end of connections (RFC 9846 §6). */
import type { PeerVerifier } from '@tlskit/tls-handshake';
import { describe, expect, it } from 'vitest';
import { createClientEngine } from '../src/index.ts';
import { clientConfig, End, pair, pump, slowExchange, takeAll, verifier } from './support.ts';

const text = (value: string) => new TextEncoder().encode(value);

function connected(): ReturnType<typeof pair> {
  const ends = pair();
  pump(ends);
  expect(ends.client.connected).toBeDefined();
  expect(ends.server.connected).toBeDefined();
  return ends;
}

describe('close_notify', () => {
  it.each(['client', 'server'] as const)('of the %s ends one direction, the other goes on', who => {
    const ends = connected();
    const closer = ends[who];
    const other = who === 'client' ? ends.server : ends.client;
    closer.engine.write(text('last words'));
    closer.engine.close();
    pump(ends);
    expect(other.text).toBe('last words');
    expect(other.ended).toBe(true);
    expect(other.closed).toBe(false);
    expect(() => closer.engine.write(text('more'))).toThrow(expect.objectContaining({ code: 'ERR_TLS_CLOSED' }));
    other.engine.write(text('still here'));
    pump(ends);
    expect(closer.text).toBe('still here');
    other.engine.close();
    pump(ends);
    for (const end of [closer, other]) {
      expect(end.closed).toBe(true);
      expect(end.error).toBeUndefined();
    }
  });

  it('asked for during the handshake comes after it, behind what was written', () => {
    const ends = pair();
    ends.client.engine.write(text('request'));
    ends.client.engine.close();
    pump(ends);
    expect(ends.server.text).toBe('request');
    expect(ends.server.ended).toBe(true);
  });

  it('is the end: what comes behind it is ignored', () => {
    const ends = connected();
    ends.client.engine.close();
    const bytes = takeAll(ends.client.engine);
    ends.server.engine.receive(Buffer.concat([bytes, Buffer.from('garbage')]));
    expect(ends.server.ended).toBe(true);
    expect(ends.server.error).toBeUndefined();
  });

  it('before the handshake is complete is an error that says so', () => {
    const ends = pair();
    ends.client.engine.receive(Uint8Array.of(21, 3, 3, 0, 2, 1, 0));
    expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'close_notify', state: 'WAIT_SH' });
  });

  it('a transport that ends without it is truncation', () => {
    const ends = connected();
    ends.server.engine.write(text('half a sen'));
    pump(ends);
    ends.client.engine.receiveEnd();
    expect(ends.client.text).toBe('half a sen');
    expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_TRUNCATED', alert: undefined });
    // The peer, who may still listen, is told that our side ends too.
    ends.server.engine.receive(takeAll(ends.client.engine));
    expect(ends.server.ended).toBe(true);
  });

  it('and what else came before the transport ended is read, also when the handshake had to wait', async () => {
    const slow: PeerVerifier = { trust: 'slow', verify: async evidence => verifier.verify(evidence) };
    const ends = pair({ verifier: slow });
    ends.server.engine.receive(takeAll(ends.client.engine));
    ends.client.engine.receive(takeAll(ends.server.engine));
    ends.server.engine.abort();
    ends.client.engine.receive(takeAll(ends.server.engine));
    ends.client.engine.receiveEnd();
    expect(ends.client.engine.parked).toBe(true);
    expect(ends.client.closed).toBe(false);
    await new Promise(resolve => setImmediate(resolve));
    expect([ends.client.ended, ends.client.error]).toEqual([true, undefined]);
  });

  it('a transport that ends while the handshake waits, with nothing to be read, is truncation', () => {
    const never = new Promise<never>(() => {});
    const ends = pair({ verifier: { trust: 'slow', verify: () => never } });
    ends.server.engine.receive(takeAll(ends.client.engine));
    ends.client.engine.receive(takeAll(ends.server.engine));
    ends.client.engine.receiveEnd();
    expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_TRUNCATED' });
  });

  it('a transport that ends after it is in order', () => {
    const ends = connected();
    ends.server.engine.close();
    pump(ends);
    ends.client.engine.receiveEnd();
    expect(ends.client.error).toBeUndefined();
  });
});

describe('alerts', () => {
  it('of the peer end the connection, with name, sender and state', () => {
    const ends = pair();
    ends.client.engine.receive(Uint8Array.of(21, 3, 3, 0, 2, 2, 40));
    expect(ends.client.error).toMatchObject({
      code: 'ERR_TLS_PEER_ALERT',
      kind: 'alert',
      alert: 'handshake_failure',
      sentBy: 'peer',
      state: 'WAIT_SH',
    });
    expect(takeAll(ends.client.engine)).toHaveLength(firstHelloLength());
  });

  it('are errors whatever their level, unknown ones too', () => {
    for (const [level, description] of [
      [1, 40],
      [0, 47],
      [2, 222],
      [1, 41],
    ]) {
      const { client } = pair();
      client.engine.receive(Uint8Array.of(21, 3, 3, 0, 2, level as number, description as number));
      expect(client.error?.code).toBe('ERR_TLS_PEER_ALERT');
    }
  });

  it('of the wrong length are decode errors', () => {
    const { client } = pair();
    client.engine.receive(Uint8Array.of(21, 3, 3, 0, 3, 2, 40, 0));
    expect(client.error).toMatchObject({ code: 'ERR_TLS_DECODE', alert: 'decode_error' });
  });

  it('user_canceled is passed over, within bounds', () => {
    const { client } = pair();
    const cancel = Uint8Array.of(21, 3, 3, 0, 2, 1, 90);
    for (let i = 0; i < 4; i++) client.engine.receive(cancel.slice());
    expect(client.closed).toBe(false);
    client.engine.receive(cancel.slice());
    expect(client.error?.code).toBe('ERR_TLS_FLOOD');
  });
});

describe('abort', () => {
  it('during the handshake tells user_canceled and close_notify', () => {
    const ends = pair();
    takeAll(ends.client.engine);
    ends.client.engine.abort();
    expect([...takeAll(ends.client.engine)]).toEqual([21, 3, 3, 0, 2, 1, 90, 21, 3, 3, 0, 2, 1, 0]);
    expect(ends.client.error).toMatchObject({ code: 'ABORT_ERR', alert: 'user_canceled' });
  });

  it('before the ClientHello tells nothing', () => {
    const idle = createClientEngine(clientConfig);
    const parked = new End(createClientEngine, { ...clientConfig, provider: slowExchange() });
    parked.engine.start();
    expect(parked.engine.parked).toBe(true);
    for (const engine of [idle, parked.engine]) {
      engine.abort();
      expect(engine.closed).toBe(true);
      expect(takeAll(engine)).toHaveLength(0);
    }
    expect(parked.error).toMatchObject({ code: 'ABORT_ERR', alert: undefined });
  });

  it('afterwards tells close_notify', () => {
    const ends = connected();
    ends.client.engine.abort();
    pump(ends);
    expect(ends.server.ended).toBe(true);
    expect(ends.client.error).toMatchObject({ code: 'ABORT_ERR', alert: 'close_notify' });
  });

  it('is the end: nothing is taken or given any more', () => {
    const ends = connected();
    ends.client.engine.abort();
    takeAll(ends.client.engine);
    ends.client.engine.receive(new Uint8Array(10));
    ends.client.engine.receiveEnd();
    ends.client.engine.close();
    expect(() => ends.client.engine.write(text('x'))).toThrow(expect.objectContaining({ code: 'ERR_TLS_CLOSED' }));
    expect(() => ends.client.engine.updateKeys()).toThrow(expect.objectContaining({ code: 'ERR_TLS_INVALID_STATE' }));
    expect(takeAll(ends.client.engine)).toHaveLength(0);
  });
});

function firstHelloLength(): number {
  return takeAll(pair().client.engine).length;
}

describe('leave', () => {
  it('tells the peer what an abort tells it, and nobody here', () => {
    const early = pair();
    takeAll(early.client.engine);
    early.client.engine.leave();
    expect([...takeAll(early.client.engine)]).toEqual([21, 3, 3, 0, 2, 1, 90, 21, 3, 3, 0, 2, 1, 0]);
    const ends = connected();
    ends.client.engine.leave();
    pump(ends);
    expect(ends.server.ended).toBe(true);
    for (const { closed, error } of [early.client, ends.client]) expect([closed, error]).toEqual([true, undefined]);
    ends.client.engine.leave();
    expect(takeAll(ends.client.engine)).toHaveLength(0);
  });

  it('says what the application wants to be said of an end', () => {
    const ends = pair({ alertFor: () => 'internal_error' });
    pump(ends);
    ends.client.engine.leave();
    pump(ends);
    expect(ends.server.error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'internal_error' });
  });
});
