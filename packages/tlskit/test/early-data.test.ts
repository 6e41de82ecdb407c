/** 0-RTT by the options of the faces (RFC 9846 §2.3): asked for, told of, answered, and sent again only by who says so. */
import { connect as netConnect } from 'node:net';
import { createNodeProvider } from '@tlskit/tls-crypto-node';
import { describe, expect, it } from 'vitest';
import { createClientEngine, createServerEngine } from '../src/engine.ts';
import { type ClientSession, MemoryReplayGuard, MemorySessionStore, TicketKeys } from '../src/index.ts';
import {
  type AcceptOptions,
  accept,
  type ConnectOptions,
  connect,
  createServer,
  type EarlyDataOffer,
  type TlsServerOptions,
  type TlsSocket,
} from '../src/node/index.ts';
import {
  closed,
  credential,
  dial,
  duplexPair,
  failure,
  listening,
  memoryPair,
  readAll,
  stop,
  ticks,
  trust,
  until,
} from './support.ts';

const request = Buffer.from('GET /');

/** A server that answers what it reads, whenever that is, by the name of the event; and a client's store with a session of its. */
async function answering(options: Partial<TlsServerOptions> = {}) {
  const seen: string[] = [];
  const { server, port } = await listening({ earlyData: {}, ...options }, socket => {
    socket.on('data', data => {
      seen.push(`data ${data}`);
      socket.end(`late ${data}`);
    });
  });
  const sessions = new MemorySessionStore();
  const first = dial(port, { sessions, alpn: options.alpn });
  first.end('hello');
  await readAll(first);
  await closed(first);
  seen.splice(0);
  return { server, port, sessions, seen };
}

/** What a client sends that has early data, before it hears anything. */
async function firstFlight(sessions: MemorySessionStore, port: number): Promise<Buffer> {
  const flight: Buffer[] = [];
  const [transport, other] = duplexPair();
  other.on('data', (chunk: Buffer) => flight.push(chunk));
  // Over a transport of the caller's the server is known by its name.
  sessions.put('localhost', sessions.take(`localhost:${port}`, () => true) as ClientSession);
  const client = connect({ transport, servername: 'localhost', trust, sessions, earlyData: request });
  client.on('error', () => {});
  await ticks();
  client.destroy();
  return Buffer.concat(flight);
}

/** Sends it to a server, and waits for the end. */
async function sendFlight(port: number, flight: Buffer): Promise<void> {
  const socket = netConnect(port, '127.0.0.1');
  socket.end(flight);
  await new Promise(resolve => socket.resume().once('close', resolve));
}

/** A client that sends what did not go early by itself, as an application does. */
async function ask(port: number, options: Partial<ConnectOptions>) {
  const client = dial(port, options);
  client.on('secureConnect', () => {
    if (!client.earlyDataSent && !options.resendEarlyData) client.write(request);
  });
  const answer = String(await readAll(client));
  await closed(client);
  return { answer, sent: client.earlyDataSent, outcome: client.info?.earlyData };
}

const never = { window: 10_000, firstTime: () => false };

describe('a client with early data', () => {
  it('sends it with the ClientHello where a session allows it', async () => {
    const { server, port, sessions, seen } = await answering();
    const offers: EarlyDataOffer[] = [];
    server.on('earlyData', (chunk, socket, offer) => {
      seen.push(`early ${chunk} ${socket.info}`);
      offers.push(offer);
      socket.end(`early ${chunk}`);
    });
    const { answer, sent, outcome } = await ask(port, { sessions, earlyData: request });
    expect({ answer, sent, outcome, seen }).toEqual({
      answer: 'early GET /',
      sent: true,
      outcome: { accepted: true },
      seen: ['early GET / undefined'],
    });
    expect(offers).toEqual([{ maxSize: 16_384, alpn: undefined, serverName: 'localhost' }]);
    await stop(server);
  });

  it('is read when the handshake is complete where nobody listens for it', async () => {
    const { server, port, sessions, seen } = await answering();
    const { answer, outcome } = await ask(port, { sessions, earlyData: request });
    expect({ answer, outcome, seen }).toEqual({
      answer: 'late GET /',
      outcome: { accepted: true },
      seen: ['data GET /'],
    });
    await stop(server);
  });

  it('sends it by itself again never [9846:F.5:3]', async () => {
    const { server, port, sessions, seen } = await answering({ earlyData: { guard: never } });
    server.on('earlyData', () => seen.push('early'));
    const client = dial(port, { sessions, earlyData: request });
    await client.opened;
    expect(client.info?.earlyData).toEqual({ accepted: false, refusal: 'declined' });
    expect(client.earlyDataSent).toBe(false);
    await new Promise(resolve => setTimeout(resolve, 20));
    expect(seen).toEqual([]);
    client.write('my own');
    expect(String(await readAll(client))).toBe('late my own');
    await stop(server);
  });

  it('sends it again where it is told to, before all else', async () => {
    const tickets = new TicketKeys({ provider: createNodeProvider(), now: Date.now });
    const sessions = new MemorySessionStore();
    for (const outcome of [undefined, { accepted: false, refusal: 'declined' }]) {
      const options = { sessions, earlyData: request, resendEarlyData: true };
      const { client, server } = memoryPair(options, { tickets, earlyData: { guard: never } });
      client.end('?');
      server.once('end', () => server.end());
      expect(String(await readAll(server))).toBe('GET /?');
      await readAll(client);
      expect(client.earlyDataSent).toBe(true);
      expect(client.info?.earlyData).toEqual(outcome);
    }
  });

  it('and sends it late where there is no session, or none that allows so much', async () => {
    const { server, port, sessions } = await answering({ earlyData: { maxSize: request.length - 1 } });
    const fresh = await ask(port, { sessions: new MemorySessionStore(), earlyData: request, resendEarlyData: true });
    expect(fresh).toEqual({ answer: 'late GET /', sent: true, outcome: undefined });
    const small = await ask(port, { sessions, earlyData: request, resendEarlyData: true });
    expect(small).toEqual({ answer: 'late GET /', sent: true, outcome: undefined });
    const untold = await ask(port, { sessions, earlyData: request });
    expect(untold).toMatchObject({ sent: false, outcome: undefined });
    await stop(server);
  });

  it('but not to a server that ends the connection with its last word', async () => {
    const { server: own, port, sessions } = await answering();
    await stop(own);
    sessions.put('localhost', sessions.take(`localhost:${port}`, () => true) as ClientSession);
    const [transport, other] = duplexPair();
    const server = createServerEngine({ ...credential, provider: createNodeProvider() });
    server.start();
    other.on('data', (chunk: Buffer) => {
      server.receive(chunk);
      if (server.state !== 'WAIT_FINISHED') return;
      server.abort('access_denied');
      other.write(Buffer.concat(server.takeOutput()));
    });
    const options = { servername: 'localhost', trust, sessions, earlyData: request, resendEarlyData: true };
    const client = connect({ transport, ...options });
    expect(await failure(client)).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'access_denied' });
    expect(client.info?.earlyData).toEqual({ accepted: false, refusal: 'not-resumed' });
    expect(client.earlyDataSent).toBe(false);
  });

  it('[9846:4.3.10:12] but not for another protocol than it was made for', async () => {
    const tickets = new TicketKeys({ provider: createNodeProvider(), now: Date.now });
    const guard = new MemoryReplayGuard();
    const sessions = new MemorySessionStore();
    const visit = async (alpn: string) => {
      const { client, server } = memoryPair(
        { sessions, alpn: ['a', 'b'], earlyData: request, resendEarlyData: true },
        { tickets, alpn: [alpn], earlyData: { guard } },
      );
      const read: string[] = [];
      server.on('data', data => read.push(String(data)));
      await Promise.all([client.opened, server.opened]);
      await ticks();
      const result = {
        sent: client.earlyDataSent,
        outcome: client.info?.earlyData,
        reason: server.info?.earlyData,
        read,
      };
      client.destroy();
      await closed(server);
      return result;
    };
    expect(await visit('a')).toMatchObject({ sent: true, outcome: undefined, read: ['GET /'] });
    expect(await visit('a')).toMatchObject({ sent: true, outcome: { accepted: true }, read: ['GET /'] });
    expect(await visit('b')).toEqual({
      sent: false,
      outcome: { accepted: false, refusal: 'declined' },
      reason: { accepted: false, refusal: 'alpn' },
      read: [],
    });
  });

  it('may decide by a function, that is told what holds', async () => {
    const { server, port, sessions } = await answering({ alpn: ['shout'] });
    const asked: EarlyDataOffer[] = [];
    const source = (data: Uint8Array | undefined) => (offer: EarlyDataOffer) => {
      asked.push(offer);
      return data;
    };
    const alpn = ['shout'];
    expect(await ask(port, { sessions, alpn, earlyData: source(request) })).toMatchObject({ sent: true });
    expect(await ask(port, { sessions, alpn, earlyData: source(undefined) })).toMatchObject({ sent: false });
    expect(await ask(port, { sessions, alpn, earlyData: source(Buffer.alloc(16_385)) })).toMatchObject({ sent: false });
    expect(asked).toEqual(
      Array.from({ length: 3 }, () => ({ maxSize: 16_384, alpn: 'shout', serverName: 'localhost' })),
    );
    await stop(server);
  });

  it('has an early exporter, and lines in the key log', async () => {
    const { server, port, sessions } = await answering();
    const lines: string[] = [];
    const material = (socket: TlsSocket) => socket.exportEarlyKeyingMaterial('EXPORTER-test');
    const got: Buffer[] = [];
    server.on('earlyData', (chunk, socket) => {
      got.push(material(socket));
      socket.end(chunk);
    });
    const client = dial(port, { sessions, earlyData: request, keyLog: line => lines.push(line) });
    expect(() => material(client)).toThrow(expect.objectContaining({ code: 'ERR_TLS_INVALID_STATE' }));
    await client.opened;
    got.push(material(client));
    expect(got[0]).toHaveLength(32);
    expect(got[0]).toEqual(got[1]);
    expect(client.exportKeyingMaterial('EXPORTER-test')).not.toEqual(got[0]);
    await readAll(client);
    const labels = lines.map(line => line.split(' ')[0]);
    expect(labels.slice(0, 2)).toEqual(['CLIENT_EARLY_TRAFFIC_SECRET', 'EARLY_EXPORTER_SECRET']);
    await stop(server);
  });
});

describe('a server that takes early data', () => {
  it('[9846:F.5:4] answers before the handshake is complete, and can tell', async () => {
    const tickets = new TicketKeys({ provider: createNodeProvider(), now: Date.now });
    const earlyData = { guard: new MemoryReplayGuard() };
    const sessions = new MemorySessionStore();
    const first = memoryPair({ sessions }, { tickets, earlyData });
    first.server.end('bye');
    await readAll(first.client);

    // What the client says when its early data is there is held back.
    let held = false;
    const { client, server } = memoryPair({ sessions, earlyData: request }, { tickets, earlyData }, (from, bytes) =>
      from === 'client' && held ? {} : { bytes },
    );
    const answer: string[] = [];
    client.on('data', data => answer.push(String(data)));
    server.on('earlyData', chunk => {
      held = true;
      server.write(`you said ${chunk}`);
    });
    await until(() => answer.length > 0);
    expect(answer).toEqual(['you said GET /']);
    expect(server.info).toBeUndefined();
    expect(client.info?.earlyData).toEqual({ accepted: true });
    client.destroy();
    server.destroy();
  });

  it('takes a flight that is recorded and sent again for none, and says nothing', async () => {
    const { server, port, sessions } = await answering();
    const early: string[] = [];
    server.on('earlyData', chunk => early.push(String(chunk)));
    const flight = await firstFlight(sessions, port);
    for (let i = 0; i < 2; i++) await sendFlight(port, flight);
    expect(early).toEqual(['GET /']);
    await stop(server);
  });

  it('takes it for none under other options too, whose guard did not see it [9846:8:2]', async () => {
    const { server, port, sessions } = await answering({ earlyData: { guard: new MemoryReplayGuard() } });
    const early: string[] = [];
    server.on('earlyData', chunk => early.push(String(chunk)));
    const flight = await firstFlight(sessions, port);
    await sendFlight(port, flight);
    server.setOptions({ ...credential, earlyData: {} });
    await sendFlight(port, flight);
    server.setOptions({ ...credential });
    server.setOptions({ ...credential, earlyData: {} });
    await sendFlight(port, flight);
    expect(early).toEqual(['GET /']);
    await stop(server);
  });

  it('is taken by a server that begins to take it, and goes on to be when other options come', async () => {
    const { server, port, sessions } = await answering({ earlyData: undefined });
    expect((await ask(port, { sessions, earlyData: request })).sent).toBe(false);
    for (let i = 0; i < 2; i++) {
      server.setOptions({ ...credential, earlyData: {} });
      await ask(port, { sessions });
      expect((await ask(port, { sessions, earlyData: request })).outcome).toEqual({ accepted: true });
    }
    await stop(server);
  });

  it('goes on to be taken when options were refused, whose guard would have been another', async () => {
    const { server, port, sessions } = await answering();
    await ask(port, { sessions });
    const tickets = new TicketKeys({ provider: createNodeProvider(), now: Date.now });
    expect(() => server.setOptions({ ...credential, tickets, earlyData: { maxSize: 0 } })).toThrow('maxSize');
    server.setOptions({ ...credential, earlyData: {} });
    expect((await ask(port, { sessions, earlyData: request })).outcome).toEqual({ accepted: true });
    await stop(server);
  });

  it('says nothing more of it once it is destroyed', async () => {
    const { server, port, sessions } = await answering();
    const before: boolean[] = [];
    server.on('earlyData', (_, socket) => {
      before.push(socket.destroyed);
      socket.destroy();
    });
    const client = dial(port, { sessions, earlyData: Buffer.alloc(1000), recordSize: 100 });
    await closed(client.resume());
    expect(before).toEqual([false]);
    await stop(server);
  });

  it('keeps its order when somebody begins to listen amid it', async () => {
    const tickets = new TicketKeys({ provider: createNodeProvider(), now: Date.now });
    const earlyData = { guard: new MemoryReplayGuard() };
    const sessions = new MemorySessionStore();
    const first = memoryPair({ sessions }, { tickets, earlyData });
    first.server.end('bye');
    await readAll(first.client);

    const got: string[] = [];
    const take = (chunk: Buffer) => got.push(String(chunk));
    let records = 0;
    const inspect: AcceptOptions['inspect'] = {
      record: ({ epoch }) => epoch === 'early' && ++records === 2 && server.on('earlyData', take),
    };
    const { client, server } = memoryPair(
      { sessions, earlyData: Buffer.from('abcd'), recordSize: 1 },
      { tickets, earlyData, inspect },
    );
    server.on('data', take);
    await Promise.all([client.opened, server.opened]);
    await ticks();
    expect(got.join('')).toBe('abcd');
    client.destroy();
    server.destroy();
  });

  it('tells the reason to its own side, and ages', async () => {
    const { server, port, sessions } = await answering({ earlyData: { guard: never } });
    const infos: unknown[] = [];
    server.on('secureConnection', ({ info }) => infos.push(info?.earlyData, info?.ticketAgeSkew));
    await ask(port, { sessions, earlyData: request });
    expect(infos).toEqual([{ accepted: false, refusal: 'replay' }, expect.any(Number)]);
    await stop(server);
  });

  it('refuses it for a while after its start, where tickets are older', async () => {
    const tickets = new TicketKeys({ provider: createNodeProvider(), now: Date.now });
    const { server, port, sessions } = await answering({ tickets });
    expect(await ask(port, { sessions, earlyData: request })).toMatchObject({ outcome: { accepted: false } });
    await stop(server);
  });
});

describe('the engine’s face', () => {
  it('has it too', () => {
    const tickets = new TicketKeys({ provider: createNodeProvider(), now: Date.now });
    const guard = new MemoryReplayGuard();
    const sessions: ClientSession[] = [];
    const early: [string, boolean][] = [];
    const run = (session: ClientSession | undefined) => {
      const server = createServerEngine(
        { ...credential, tickets, earlyData: { guard, maxSize: 50 }, provider: createNodeProvider() },
        { data: (bytes, isEarly) => early.push([String(Buffer.from(bytes)), isEarly]) },
      );
      const client = createClientEngine(
        { trust, servername: 'localhost', session, earlyData: true, provider: createNodeProvider() },
        { event: event => event.type === 'session' && sessions.push(event.session) },
      );
      server.start();
      client.start();
      const written = client.writeEarly(Buffer.alloc(60, 'x'));
      for (let i = 0; i < 4; i++) {
        for (const part of client.takeOutput()) server.receive(part);
        for (const part of server.takeOutput()) client.receive(part);
      }
      return { written, status: client.earlyData };
    };
    expect(run(undefined)).toEqual({ written: 0, status: 'none' });
    expect(run(sessions[0])).toEqual({ written: 50, status: 'accepted' });
    expect(early).toEqual([['x'.repeat(50), true]]);
  });
});

describe('nonsense is refused', () => {
  const sessions = new MemorySessionStore();
  it.each<[what: string, options: Partial<ConnectOptions>]>([
    ['early data without sessions', { earlyData: request }],
    ['early data with no sessions', { earlyData: request, sessions: false }],
    ['no bytes', { earlyData: Buffer.alloc(0), sessions }],
    ['text', { earlyData: 'GET /' as never, sessions }],
    ['data to send again, and none', { resendEarlyData: true, sessions }],
    ['a wish that is none', { earlyData: request, resendEarlyData: 1 as never, sessions }],
  ])('of a client: %s', (_what, options) => {
    expect(() => connect({ port: 1, ...options })).toThrow(expect.objectContaining({ code: 'ERR_TLS_INVALID_OPTION' }));
  });

  it.each<[what: string, options: AcceptOptions['earlyData']]>([
    ['no size', { maxSize: 0 }],
    ['too large a size', { maxSize: 2 ** 32 }],
    ['a guard that is none', { guard: {} as never }],
    ['a guard without a window', { guard: { window: 0, firstTime: () => true } }],
    ['a name that is none', { maxSze: 1 } as never],
    ['true', true as never],
  ])('of a server: %s', (_what, earlyData) => {
    expect(() => createServer({ ...credential, earlyData })).toThrow(
      expect.objectContaining({ code: 'ERR_TLS_INVALID_OPTION' }),
    );
  });

  it('of a single connection: no guard to share', () => {
    const [transport] = duplexPair();
    expect(() => accept(transport, { ...credential, earlyData: {} })).toThrow(/guard/);
    expect(() => createServerEngine({ ...credential, earlyData: {} })).toThrow(/guard/);
    expect(() => createClientEngine({ trust, servername: 'a', earlyData: 1 as never })).toThrow(/earlyData/);
  });
});
