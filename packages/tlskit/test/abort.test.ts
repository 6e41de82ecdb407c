import { getEventListeners, once } from 'node:events';
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { connect, type TlsError } from '../src/node/index.ts';
import {
  clientError,
  closed,
  dial,
  failure,
  listening,
  memoryPair,
  openPair,
  readAll,
  stop,
  ticks,
  trust,
} from './support.ts';

/** Whatever nobody handled: there must be none, whenever a connection is aborted. */
const unhandled: unknown[] = [];
const keep = (reason: unknown) => unhandled.push(reason);

/** Accepts, and never answers. */
let silent: Server;
let silentPort: number;

beforeAll(async () => {
  process.on('unhandledRejection', keep);
  silent = createTcpServer(socket => socket.on('error', () => {}).resume());
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  silentPort = (silent.address() as AddressInfo).port;
});

afterAll(async () => {
  silent.close();
  await once(silent, 'close');
  process.removeListener('unhandledRejection', keep);
  expect(unhandled).toEqual([]);
});

/** A server that never finds its certificate: its handshake waits for ever. */
const undecided = { selectCredential: () => new Promise<never>(() => {}) };

describe('a signal', () => {
  it('that was raised before makes no connection at all', async () => {
    let connections = 0;
    const count = () => connections++;
    silent.on('connection', count);
    const reason = new Error('changed my mind');
    const client = dial(silentPort, { signal: AbortSignal.abort(reason) });
    expect(await failure(client)).toMatchObject({ code: 'ABORT_ERR', cause: reason });
    await ticks();
    expect(connections).toBe(0);
    silent.off('connection', count);
  });

  it('ends a search for the host', async () => {
    const abort = new AbortController();
    const client = connect({ host: 'slow.test', port: 443, trust, signal: abort.signal, tcp: { lookup: () => {} } });
    setImmediate(() => abort.abort());
    expect((await failure(client)).code).toBe('ABORT_ERR');
  });

  it('ends a handshake, of which the peer is told', async () => {
    const { server, port } = await listening(undecided);
    const told = clientError(server);
    const alerts: string[] = [];
    const abort = new AbortController();
    const client = dial(port, {
      signal: abort.signal,
      inspect: {
        record: ({ direction, type, content }) => {
          if (direction === 'out' && type === 21) alerts.push(Buffer.from(content).toString('hex'));
          else if (direction === 'out') setTimeout(() => abort.abort(), 10);
        },
      },
    });
    const error = await failure(client);
    expect(error).toMatchObject({ code: 'ABORT_ERR', alert: 'user_canceled' });
    // RFC 9846 §6.1: user_canceled, at warning level, and a close_notify behind it.
    expect(alerts).toEqual(['015a', '0100']);
    expect(await told).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'user_canceled' });
    await stop(server);
  });

  it('ends a connection in order when nothing is left to be sent', async () => {
    const abort = new AbortController();
    const { client, server } = await openPair({ signal: abort.signal });
    client.write('that was all');
    abort.abort();
    const gone = failure(client);
    expect((await readAll(server)).toString()).toBe('that was all');
    expect((await gone).code).toBe('ABORT_ERR');
    await closed(server);
    expect(server.errored).toBe(null);
  });

  it('is let go of when the connection is over', async () => {
    const abort = new AbortController();
    const { client, server } = await openPair({ signal: abort.signal });
    expect(getEventListeners(abort.signal, 'abort')).toHaveLength(1);
    client.end();
    for (const each of [client, server]) each.resume();
    await Promise.all([closed(client), closed(server)]);
    expect(getEventListeners(abort.signal, 'abort')).toEqual([]);
  });
});

describe('destroy', () => {
  it('right after connect leaves nothing behind', async () => {
    const client = dial(silentPort);
    client.destroy();
    await closed(client);
    await expect(client.opened).rejects.toMatchObject({ code: 'ERR_TLS_CLOSED' });
  });

  it('during the handshake tells the peer', async () => {
    const { client, server } = memoryPair({}, undecided);
    await ticks();
    client.destroy();
    expect(await failure(server)).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'user_canceled' });
  });

  it('of a server during the handshake tells the client', async () => {
    const { client, server } = memoryPair({}, undecided);
    await ticks();
    server.destroy();
    expect(await failure(client)).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'user_canceled' });
  });

  it('says close_notify when all was sent', async () => {
    const { client, server } = await openPair();
    client.write('complete');
    client.destroy();
    expect((await readAll(server)).toString()).toBe('complete');
    await closed(client);
  });

  it('says that something went wrong when something was left, so that nobody takes it for the whole', async () => {
    const { client, server } = await openPair();
    client.write(Buffer.alloc(1 << 20));
    client.destroy();
    await expect(readAll(server)).rejects.toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'internal_error' });
    await closed(client);
  });

  it("with an error of the caller's is that error here, and internal_error there", async () => {
    const { client, server } = await openPair();
    const told = failure(server);
    const mine = new Error('the disk is full');
    client.destroy(mine);
    expect(await failure(client)).toBe(mine);
    expect(await told).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'internal_error' });
  });

  it('answers every write that was not done', async () => {
    const { client, server } = await openPair();
    server.on('error', () => {});
    const errors: unknown[] = [];
    for (let i = 0; i < 5; i++) client.write(Buffer.alloc(300_000), error => errors.push(error));
    client.destroy();
    await closed(client);
    await new Promise(resolve => setImmediate(resolve));
    expect(errors).toHaveLength(5);
    expect(errors.every(error => error instanceof Error)).toBe(true);
  });
});

describe('the time that a handshake may take', () => {
  it('ends a client, and says so', async () => {
    const client = dial(silentPort, { handshakeTimeout: 500 });
    expect(await failure(client)).toMatchObject({
      code: 'ERR_TLS_HANDSHAKE_TIMEOUT',
      alert: 'user_canceled',
      state: 'WAIT_SH',
    });
  });

  it("ends a server's side, and says so", async () => {
    const { server, port } = await listening({ ...undecided, handshakeTimeout: 30 });
    const late = clientError(server);
    const client = dial(port);
    const [theirs, ours] = await Promise.all([failure(client), late]);
    expect(ours.code).toBe('ERR_TLS_HANDSHAKE_TIMEOUT');
    expect(theirs).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'user_canceled' });
    await stop(server);
  });

  it('is 30 seconds, and for the handshake alone', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const quick = await openPair();
      const slow = memoryPair({}, undecided);
      await ticks();
      const late = Promise.all([failure(slow.client), failure(slow.server)]);
      vi.advanceTimersByTime(29_999);
      await ticks();
      expect([slow.client.destroyed, slow.server.destroyed]).toEqual([false, false]);
      vi.advanceTimersByTime(1);
      expect((await late).map(({ code }) => code)).toEqual(['ERR_TLS_HANDSHAKE_TIMEOUT', 'ERR_TLS_HANDSHAKE_TIMEOUT']);
      vi.advanceTimersByTime(60_000);
      quick.client.end('still here');
      expect((await readAll(quick.server)).toString()).toBe('still here');
    } finally {
      vi.useRealTimers();
    }
  });

  it('may be without end', async () => {
    const { client, server } = memoryPair({ handshakeTimeout: 0 }, { ...undecided, handshakeTimeout: 0 });
    await ticks();
    expect(client.destroyed).toBe(false);
    server.on('error', () => {});
    client.destroy();
    await closed(server);
  });
});

describe('the time that nothing moves', () => {
  const searching = () =>
    connect({ host: 'slow.test', port: 443, trust, tcp: { lookup: () => {} }, handshakeTimeout: 1 });

  it('is told also while the transport connects, of which handshakeTimeout says nothing', async () => {
    const client = searching();
    await new Promise<void>(resolve => client.setTimeout(30, resolve));
    expect(client.destroyed).toBe(false);
    client.destroy();
    await closed(client);
  });

  it('is told no more to a listener that is named with 0', async () => {
    const client = searching();
    const listener = () => {};
    client.setTimeout(60_000, listener);
    expect(client.listeners('timeout')).toEqual([listener]);
    client.setTimeout(0, listener);
    client.setTimeout(0, () => {});
    expect(client.listeners('timeout')).toEqual([]);
    client.destroy();
    await closed(client);
  });
});

describe('what is over', () => {
  /** Sockets and timers that keep the process alive. */
  const alive = () => process.getActiveResourcesInfo().filter(name => /TCP|Timeout/.test(name)).length;

  it('keeps no process alive', async () => {
    const before = alive();
    const { server, port } = await listening({}, socket => socket.end('bye'));
    const { server: waiting, port: waitingPort } = await listening(undecided);
    const abort = new AbortController();
    const clients = [
      dial(port),
      dial(port, { servername: 'example.org' }),
      dial(port, { signal: AbortSignal.abort() }),
      dial(waitingPort, { signal: abort.signal }),
      dial(waitingPort, { handshakeTimeout: 20 }),
    ];
    expect(alive()).toBeGreaterThan(before);
    setTimeout(() => abort.abort(), 20);
    for (const client of clients) client.on('error', () => {}).resume();
    await Promise.all(clients.map(closed));
    await Promise.all([stop(server), stop(waiting)]);
    // Handles that are closed are counted for some rounds of the event loop.
    for (let i = 0; i < 20 && alive() > before; i++) await new Promise(resolve => setImmediate(resolve));
    // Fewer, when some of an earlier test were still counted at first.
    expect(alive()).toBeLessThanOrEqual(before);
  });
});

describe('opened', () => {
  it('is the description, or the error', async () => {
    const { client } = await openPair();
    expect(await client.opened).toBe(client.info);
    const refused = dial(silentPort, { handshakeTimeout: 1 });
    const error = await failure(refused);
    const told = await refused.opened.catch((reason: TlsError) => reason);
    expect(told).toBe(error);
  });
});
