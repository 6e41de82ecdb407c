/** Streams of the platform: what is on its way when the peer has closed its side (RFC 9846 §6.1), and readers that wait for more than comes. */
import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createNobleProvider } from '../src/index.ts';
import { acceptTls, startTls, type TlsConnection } from '../src/web/index.ts';
import { credential, type Gate, gated, refusal, streamPipe, ticks, trust } from './support.ts';

const common = { provider: createNobleProvider(), groups: ['x25519', 'secp256r1'], allowHalfOpen: true };
const data = new Uint8Array(randomBytes(8000));

afterEach(() => {
  vi.useRealTimers();
});

interface Ends {
  readonly client: TlsConnection;
  readonly server: TlsConnection;
  readonly below: Gate;
}

async function openPair(options: { readonly allowHalfOpen?: boolean } = {}): Promise<Ends> {
  const [a, b] = streamPipe();
  const below = gated(b);
  const client = startTls(a, { ...common, trust, servername: 'localhost', ...options });
  const server = acceptTls(below, { ...common, ...credential, ...options });
  await Promise.all([client.opened, server.opened]);
  return { client, server, below };
}

const readAll = async ({ readable }: TlsConnection) => new Uint8Array(await new Response(readable).arrayBuffer());

/** The client has ended, and what the server writes is kept. */
async function stalled() {
  const ends = await openPair();
  await Promise.all([ends.client.writable.close(), readAll(ends.server)]);
  const release = ends.below.hold();
  const writer = ends.server.writable.getWriter();
  await writer.write(data);
  return { ...ends, release, writer };
}

/** Whether it is settled by now. */
async function settled(promise: Promise<unknown>): Promise<boolean> {
  await ticks();
  const other = Symbol();
  return (await Promise.race([promise.catch(() => {}), Promise.resolve(other)])) !== other;
}

const fakeTimers = () => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });

describe('data behind the close_notify of the peer', () => {
  it('waits as long as the transport does', async () => {
    fakeTimers();
    const { client, server, release, writer } = await stalled();
    const closing = writer.close();
    await ticks();
    vi.advanceTimersByTime(60_000);
    expect([await settled(closing), await settled(server.closed)]).toEqual([false, false]);
    const heard = readAll(client);
    release();
    expect(await heard).toEqual(data);
    await Promise.all([closing, client.closed, server.closed]);
  });

  it('is not said to be sent when the transport loses it', async () => {
    const { client, server, release, writer } = await stalled();
    const closing = writer.close();
    closing.catch(() => {});
    await ticks();
    release(new Error('reset'));
    await expect(server.closed).rejects.toEqual(refusal('ERR_TLS_TRANSPORT'));
    await expect(closing).rejects.toEqual(refusal('ERR_TLS_TRANSPORT'));
    client.close();
  });

  it('is all that matters: our close_notify may be lost', async () => {
    const { client, server, below, release, writer } = await stalled();
    const reader = client.readable.getReader();
    release();
    expect((await reader.read()).value).toEqual(data);
    const lose = below.hold();
    const closing = writer.close();
    await ticks();
    lose(new Error('reset'));
    await Promise.all([closing, server.closed]);
    client.close();
  });

  it('is given up by an abort', async () => {
    const { server, writer } = await stalled();
    const closing = writer.close();
    closing.catch(() => {});
    await ticks();
    writer.abort(new Error('enough')).catch(() => {});
    await expect(server.closed).rejects.toMatchObject({ code: 'ABORT_ERR', cause: { message: 'enough' } });
  });
});

describe('close()', () => {
  it('counts its second from when all is out', async () => {
    fakeTimers();
    const { client, server, below } = await openPair();
    const release = below.hold();
    await server.writable.getWriter().write(data);
    const closing = server.close();
    await ticks();
    vi.advanceTimersByTime(60_000);
    expect(await settled(closing)).toBe(false);
    const heard = readAll(client);
    release();
    expect(await heard).toEqual(data);
    vi.advanceTimersByTime(1000);
    await closing;
    client.close();
  });
});

/** Errors that nobody has handled. */
async function uncaught(during: () => Promise<void>): Promise<string[]> {
  const others = process.listeners('uncaughtException');
  const found: string[] = [];
  process.removeAllListeners('uncaughtException');
  process.on('uncaughtException', error => found.push(error.message));
  try {
    await during();
  } finally {
    process.removeAllListeners('uncaughtException');
    for (const listener of others) process.on('uncaughtException', listener);
  }
  return found;
}

/** The platform errors the stream itself, by a TypeError, when it ends within an element. */
describe('a reader that waits for the rest of an element', () => {
  const wide = () => new Uint16Array(4);

  it.each(['unread', 'read'] as const)(
    'ends with its stream when the peer closes, and so does the connection: %s before',
    async when => {
      const found = await uncaught(async () => {
        const { client, server } = await openPair({ allowHalfOpen: false });
        const reader = client.readable.getReader({ mode: 'byob' });
        const writer = server.writable.getWriter();
        if (when === 'read') {
          await writer.write(Uint8Array.of(1, 2, 3));
          expect((await reader.read(wide())).value).toHaveLength(1);
        }
        const reading = reader.read(wide());
        if (when === 'unread') await writer.write(Uint8Array.of(1));
        await Promise.all([expect(reading).rejects.toThrow(TypeError), writer.close(), client.closed, server.closed]);
      });
      expect(found).toEqual([]);
    },
  );

  it('ends with its stream when the connection is closed', async () => {
    const { client, server } = await openPair({ allowHalfOpen: false });
    const reading = client.readable.getReader({ mode: 'byob' }).read(wide());
    await server.writable.getWriter().write(Uint8Array.of(1));
    await ticks();
    const refused = expect(reading).rejects.toThrow(TypeError);
    await Promise.all([client.close(), server.close(), refused]);
  });
});
