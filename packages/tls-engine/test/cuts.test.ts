/** Peers that dribble, and peers that go away: at every byte of a handshake. */
import { describe, expect, it } from 'vitest';
import { createClientEngine, createServerEngine } from '../src/index.ts';
import { clientConfig, End, pair, pump, serverConfig, takeAll } from './support.ts';

describe('bytes as they come', () => {
  it('one at a time', () => {
    const ends = pair({ keyShares: [] });
    for (let quiet = false; !quiet; ) {
      quiet = true;
      for (const [from, to] of [
        [ends.client, ends.server],
        [ends.server, ends.client],
      ] as const) {
        for (const byte of takeAll(from.engine)) {
          quiet = false;
          to.engine.receive(Uint8Array.of(byte));
        }
      }
    }
    expect(ends.client.connected).toBeDefined();
    expect(ends.server.connected).toBeDefined();
  });

  it('all at once: a whole flight, data and the end in one piece', () => {
    const ends = pair();
    ends.server.engine.receive(takeAll(ends.client.engine));
    ends.client.engine.receive(takeAll(ends.server.engine));
    ends.client.engine.write(new TextEncoder().encode('hello'));
    ends.client.engine.close();
    ends.server.engine.receive(takeAll(ends.client.engine));
    expect(ends.server.text).toBe('hello');
    expect(ends.server.ended).toBe(true);
    expect(ends.server.error).toBeUndefined();
  });
});

/** What each side sends in a handshake, in one piece. */
function flights(): { up: Uint8Array; down: Uint8Array } {
  const ends = pair();
  const parts = { client: [] as Uint8Array[], server: [] as Uint8Array[] };
  pump(ends, (from, bytes) => {
    parts[from].push(bytes);
    return bytes;
  });
  return { up: Buffer.concat(parts.client), down: Buffer.concat(parts.server) };
}

function expectTruncated(end: End, at: number): void {
  expect(end.closed, `cut at ${at}`).toBe(true);
  expect(end.error?.code, `cut at ${at}`).toBe('ERR_TLS_TRUNCATED');
  expect(end.engine.parked).toBe(false);
  expect(end.engine.wantsInput).toBe(false);
  expect(end.engine.state).toBe('CLOSED');
}

describe('a peer that closes', () => {
  it('the server, at every byte of its flight', () => {
    const length = flights().down.length;
    expect(length).toBeGreaterThan(500);
    for (let cut = 0; cut < length; cut++) {
      const ends = pair();
      ends.server.engine.receive(takeAll(ends.client.engine));
      const down = takeAll(ends.server.engine);
      // Signatures vary in length by a byte or two: near the end there may be nothing left to cut off.
      ends.client.engine.receive(down.subarray(0, Math.min(cut, down.length - 1)));
      ends.client.engine.receiveEnd();
      expectTruncated(ends.client, cut);
      expect(ends.client.connected).toBeUndefined();
    }
  });

  it('the client, at every byte of its ClientHello', () => {
    const client = new End(createClientEngine, clientConfig);
    client.engine.start();
    const hello = takeAll(client.engine);
    for (let cut = 0; cut < hello.length; cut++) {
      const server = new End(createServerEngine, serverConfig);
      server.engine.start();
      server.engine.receive(hello.slice(0, cut));
      server.engine.receiveEnd();
      expectTruncated(server, cut);
    }
  });

  it('the client, at every byte of its second flight', () => {
    const { up } = flights();
    const second = up.length - firstFlightLength();
    expect(second).toBeGreaterThan(50);
    for (let cut = 0; cut < second; cut++) {
      const ends = pair();
      ends.server.engine.receive(takeAll(ends.client.engine));
      ends.client.engine.receive(takeAll(ends.server.engine));
      ends.server.engine.receive(takeAll(ends.client.engine).subarray(0, cut));
      ends.server.engine.receiveEnd();
      expectTruncated(ends.server, cut);
      expect(ends.server.connected).toBeUndefined();
    }
  });

  it('while the server waits for its signer: what comes of that is forgotten', async () => {
    let release = (_: Uint8Array) => {};
    const sign = () =>
      new Promise<Uint8Array>(resolve => {
        release = resolve;
      });
    const { key, chain } = (await serverConfig.credentials({} as never)) as never as {
      key: object;
      chain: Uint8Array[];
    };
    const ends = pair({}, { credentials: () => ({ chain, key: { ...key, sign } as never }) });
    pump(ends);
    expect(ends.server.engine.parked).toBe(true);
    ends.server.engine.receiveEnd();
    expectTruncated(ends.server, -1);
    const late = new Uint8Array(64).fill(7);
    release(late);
    await new Promise(resolve => setImmediate(resolve));
    expect(late.every(byte => byte === 0)).toBe(true);
    expect(ends.server.connected).toBeUndefined();
  });
});

function firstFlightLength(): number {
  const client = new End(createClientEngine, clientConfig);
  client.engine.start();
  return takeAll(client.engine).length;
}
