/** Resumption by the options of the Node face. */
import { createNodeProvider } from '@tlskit/tls-crypto-node';
import { describe, expect, it } from 'vitest';
import { createClientEngine } from '../src/engine.ts';
import { type ClientSession, MemorySessionStore, TicketKeys } from '../src/index.ts';
import { type ConnectOptions, connect, createServer, tls13 } from '../src/node/index.ts';
import { closed, credential, dial, listening, memoryPair, readAll, stop, trust } from './support.ts';

/** Connects, reads everything, and tells whether that was a resumption. */
async function visit(port: number, options: Partial<ConnectOptions>): Promise<boolean | undefined> {
  const client = dial(port, options);
  expect(String(await readAll(client))).toBe('hello');
  await closed(client);
  expect(client.info?.verified).toBe(true);
  expect(client.info?.peerCertificates).toHaveLength(1);
  return client.info?.resumed;
}

const greet = (socket: { end(text: string): unknown }) => void socket.end('hello');

describe('a client with sessions', () => {
  it('resumes from the second connection on', async () => {
    const { server, port } = await listening({}, greet);
    const sessions = new MemorySessionStore();
    expect([await visit(port, { sessions }), await visit(port, { sessions }), await visit(port, {})]).toEqual([
      false,
      true,
      false,
    ]);
    await stop(server);
  });

  it('does not at another server, under another trust, or by another name', async () => {
    const { server, port } = await listening({}, greet);
    const sessions = new MemorySessionStore({ maxPerServer: 32 });
    const kept: string[] = [];
    const watched = {
      put: (key: string, session: ClientSession) => {
        kept.push(key);
        sessions.put(key, session);
      },
      take: sessions.take.bind(sessions),
    };
    expect(await visit(port, { sessions: watched })).toBe(false);
    expect(kept).toEqual([`localhost:${port}`, `localhost:${port}`]);
    const insecure = dial(port, { sessions, trust: { insecure: 'accept any certificate' } });
    await readAll(insecure);
    expect(insecure.info?.resumed).toBe(false);
    expect(await visit(port, { sessions, host: '127.0.0.1' })).toBe(false);
    expect(await visit(port, { sessions, servername: false, verifyName: 'localhost' })).toBe(false);
    expect(await visit(port, { sessions, verifyName: '127.0.0.1' })).toBe(false);
    expect(await visit(port, { sessions })).toBe(true);
    await stop(server);
  });

  it('does not by a session of a server that anybody may have been', async () => {
    const { server, port } = await listening({}, greet);
    const sessions = new MemorySessionStore();
    const visited: unknown[] = [];
    for (const anybody of [true, false, true]) {
      const client = dial(port, { sessions, ...(anybody ? { trust: { insecure: 'accept any certificate' } } : {}) });
      await readAll(client);
      visited.push([client.info?.resumed, client.info?.verified]);
    }
    expect(visited).toEqual([
      [false, false],
      [false, true],
      [true, false],
    ]);
    await stop(server);
  });

  it('leaves sessions of versions that it does not speak where they are', async () => {
    const { server, port } = await listening({}, greet);
    const sessions = new MemorySessionStore();
    const older = {
      put: (key: string, session: ClientSession) => sessions.put(key, { ...session, version: 0x0303 }),
      take: sessions.take.bind(sessions),
    };
    expect(await visit(port, { sessions: older })).toBe(false);
    const kept = { put: () => {}, take: sessions.take.bind(sessions) };
    expect(await visit(port, { versions: [tls13], sessions: kept })).toBe(false);
    const left = sessions.take(`localhost:${port}`, () => true);
    expect([left?.version, left?.psk.some(byte => byte !== 0)]).toEqual([0x0303, true]);
    expect(sessions.take(`localhost:${port}`, () => true)).toBeDefined();
    await stop(server);
  });

  it('gives listeners a copy: what is kept is the store’s', async () => {
    const { server, port } = await listening({}, greet);
    const sessions = new MemorySessionStore();
    const client = dial(port, { sessions });
    client.on('session', session => session.psk.fill(0));
    await readAll(client);
    await closed(client);
    expect(await visit(port, { sessions })).toBe(true);
    await stop(server);
  });

  it('works over a transport of the caller’s', async () => {
    const tickets = new TicketKeys({ provider: createNodeProvider(), now: Date.now });
    const sessions = new MemorySessionStore();
    const resumed: (boolean | undefined)[] = [];
    for (let i = 0; i < 2; i++) {
      const { client, server } = memoryPair({ sessions }, { tickets });
      server.end('hello');
      await readAll(client);
      resumed.push(client.info?.resumed);
    }
    expect(resumed).toEqual([false, true]);
  });
});

describe('a server', () => {
  it.each([[false], [0]])('gives no tickets: %s', async none => {
    const { server, port } = await listening(none === false ? { tickets: false } : { ticketCount: 0 }, greet);
    const sessions = new MemorySessionStore();
    expect([await visit(port, { sessions }), await visit(port, { sessions })]).toEqual([false, false]);
    await stop(server);
  });

  it('shares tickets with another by sharing their keys', async () => {
    const tickets = new TicketKeys({ provider: createNodeProvider(), now: Date.now });
    const servers = await Promise.all([listening({ tickets }, greet), listening({ tickets }, greet)]);
    const memory = new MemorySessionStore();
    const sessions = {
      put: (_: string, session: ClientSession) => memory.put('both', session),
      take: (_: string, usable: (session: ClientSession) => boolean) => memory.take('both', usable),
    };
    const resumed = [];
    for (const { port } of servers) resumed.push(await visit(port, { sessions }));
    expect(resumed).toEqual([false, true]);
    for (const { server } of servers) await stop(server);
  });

  it('says how many, and for how long', async () => {
    const { server, port } = await listening({ ticketCount: 3, ticketLifetime: 60 }, greet);
    const lifetimes: number[] = [];
    const client = dial(port);
    client.on('session', ({ lifetime }) => lifetimes.push(lifetime));
    await readAll(client);
    expect(lifetimes).toEqual([60, 60, 60]);
    await stop(server);
  });
});

describe('options', () => {
  const server = (options: object) => () => createServer({ ...credential, ...options });
  const client = (options: object) => () => connect({ port: 1, trust, ...options });
  const cases: [what: string, make: () => unknown][] = [
    ['tickets', server({ tickets: true })],
    ['ticketCount', server({ ticketCount: 256 })],
    ['ticketLifetime', server({ ticketLifetime: 604_801 })],
    ['ticketLifetime', server({ ticketLifetime: 0 })],
    ['sessions', client({ sessions: new Map() })],
    ['session', client({ session: {} })],
  ];
  it.each(cases)('%s are checked', (what, make) => {
    expect(make).toThrow(
      expect.objectContaining({ code: 'ERR_TLS_INVALID_OPTION', message: expect.stringContaining(what) }),
    );
  });

  it('the engine takes one session', () => {
    const session = { psk: new Uint8Array(32).fill(1), version: 0x0304, cipherSuite: 0x1301 } as ClientSession;
    const engine = createClientEngine({
      trust: { insecure: 'accept any certificate' },
      servername: 'x.example',
      session,
    });
    engine.start();
    engine.abort();
    // It does not fit, and it was handed over.
    expect(session.psk).toEqual(new Uint8Array(32));
  });
});
