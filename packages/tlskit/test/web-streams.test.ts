/** Hostile and odd streams, below and above a connection: bounds, ends, aborts at every stage, and nothing that nobody handles. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createNobleProvider } from '../src/index.ts';
import {
  type AcceptTlsOptions,
  acceptTls,
  type ByteStreams,
  type StartTlsOptions,
  startTls,
  type TlsConnection,
  tls12,
  tls13,
} from '../src/web/index.ts';
import { credential, refusal, streamPipe, trust } from './support.ts';

const common = { provider: createNobleProvider(), groups: ['x25519', 'secp256r1'] };
const client = { ...common, trust, servername: 'localhost' };
const server = { ...common, ...credential };
const text = (value: string) => new TextEncoder().encode(value);
const pause = (milliseconds = 50) => new Promise(resolve => setTimeout(resolve, milliseconds));

function pair(
  streams = streamPipe(),
  clientOptions: Partial<StartTlsOptions> = {},
  serverOptions: Partial<AcceptTlsOptions> = {},
): [TlsConnection, TlsConnection] {
  return [
    startTls(streams[0], { ...client, ...clientOptions }),
    acceptTls(streams[1], { ...server, ...serverOptions }),
  ];
}

async function openPair(...args: Parameters<typeof pair>): Promise<[TlsConnection, TlsConnection]> {
  const connections = pair(...args);
  await Promise.all(connections.map(({ opened }) => opened));
  return connections;
}

const readAll = async ({ readable }: TlsConnection) => new Uint8Array(await new Response(readable).arrayBuffer());

async function say({ writable }: TlsConnection, ...chunks: Uint8Array[]): Promise<void> {
  const writer = writable.getWriter();
  for (const chunk of chunks) await writer.write(chunk);
  await writer.close();
}

/** What each promise and stream of a connection that failed says. */
async function codes({ opened, closed, readable, writable }: TlsConnection): Promise<unknown[]> {
  const told = [opened, closed, readable.getReader().read(), writable.getWriter().write(text('x'))];
  return Promise.all(
    told.map(promise =>
      promise.then(
        () => 'no error',
        error => (error as { code: string }).code,
      ),
    ),
  );
}

/** Rejections that nobody has handled, of this whole file. */
const unhandled: unknown[] = [];
const note = (error: unknown) => unhandled.push(error);
const others = process.listeners('unhandledRejection');

beforeEach(() => {
  process.removeAllListeners('unhandledRejection');
  process.on('unhandledRejection', note);
});

afterEach(async () => {
  await pause(20);
  process.removeAllListeners('unhandledRejection');
  for (const listener of others) process.on('unhandledRejection', listener);
  expect(unhandled.splice(0)).toEqual([]);
});

describe('an end', () => {
  it.each([[tls13], [tls12]])('of the peer does not cut off the answer to what came before it', async version => {
    const versions = [version];
    const [dialled, accepted] = await openPair(streamPipe(), { versions }, { versions });
    const data = new Uint8Array(400_000).map((_, i) => i * 5);
    const echoed = accepted.readable.pipeTo(accepted.writable);
    const back = readAll(dialled);
    await say(dialled, data);
    expect(Buffer.compare(await back, data)).toBe(0);
    await Promise.all([echoed, dialled.closed, accepted.closed]);
  });

  it('of the peer is heard behind what is unread, and closes our side when that is read', async () => {
    const [dialled, accepted] = await openPair();
    void say(accepted, text('last'));
    await pause();
    let closed = false;
    void dialled.closed.then(() => {
      closed = true;
    });
    const writer = dialled.writable.getWriter();
    await writer.write(text('still here'));
    expect(closed).toBe(false);
    expect(new TextDecoder().decode(await readAll(dialled))).toBe('last');
    expect(new TextDecoder().decode(await readAll(accepted))).toBe('still here');
    await Promise.all([dialled.closed, accepted.closed]);
  });

  it('of ours leaves the transport whole: there are some that lose both halves with one', async () => {
    const lossy = ({ readable, writable }: ByteStreams): ByteStreams => {
      let lose: (() => void) | undefined;
      const reader = readable.getReader();
      const writer = writable.getWriter();
      const lost = new Promise<never>((_, reject) => {
        lose = () => reject(new Error('operation canceled'));
      });
      lost.catch(() => {});
      return {
        readable: new ReadableStream<Uint8Array>({
          async pull(controller) {
            const { done, value } = await Promise.race([reader.read(), lost]);
            if (done) controller.close();
            else controller.enqueue(value);
          },
        }),
        writable: new WritableStream<Uint8Array>({
          write: chunk => writer.write(chunk),
          close() {
            lose?.();
            return writer.close();
          },
        }),
      };
    };
    const [a, b] = streamPipe();
    const [dialled, accepted] = await openPair([lossy(a), b], { allowHalfOpen: true }, { allowHalfOpen: true });
    await say(dialled, text('question'));
    expect(new TextDecoder().decode(await readAll(accepted))).toBe('question');
    await pause();
    await say(accepted, text('answer'));
    expect(new TextDecoder().decode(await readAll(dialled))).toBe('answer');
    await Promise.all([dialled.closed, accepted.closed]);
  });

  it.each([true, false])(
    'of the transport is truncation unless the peer told of it, also while nobody reads: told %s',
    async told => {
      const [a, b] = streamPipe();
      let cut: (() => void) | undefined;
      const cutter = new TransformStream<Uint8Array, Uint8Array>({
        start(controller) {
          cut = () => controller.terminate();
        },
      });
      const [dialled, accepted] = await openPair([{ ...a, readable: a.readable.pipeThrough(cutter) }, b]);
      const ended = told ? accepted.writable.close() : undefined;
      await pause(20);
      cut?.();
      if (told) await expect(dialled.closed).resolves.toBeUndefined();
      else await expect(dialled.closed).rejects.toEqual(refusal('ERR_TLS_TRUNCATED'));
      await Promise.allSettled([ended, accepted.close()]);
    },
  );
});

describe('what is held is bounded', () => {
  it('by the bytes, where a transport that takes nothing counts chunks', async () => {
    const [a, b] = streamPipe();
    let open = true;
    let held = 0;
    const writer = a.writable.getWriter();
    const counting = new WritableStream<Uint8Array>(
      {
        async write(chunk) {
          if (open) return writer.write(chunk);
          held += chunk.length;
          await new Promise(() => {});
        },
      },
      new CountQueuingStrategy({ highWaterMark: 16_384 }),
    );
    const [dialled] = await openPair([{ ...a, writable: counting }, b]);
    open = false;
    const above = dialled.writable.getWriter();
    let taken = 0;
    for (let i = 0; i < 200; i++) {
      const writing = above.write(new Uint8Array(1 << 16)).then(
        () => true,
        () => false,
      );
      if (!(await Promise.race([writing, pause(100).then(() => false)]))) break;
      taken++;
    }
    expect(taken).toBeGreaterThan(0);
    expect(taken).toBeLessThan(12);
    expect(held).toBeGreaterThan(0);
    await above.abort();
    await expect(dialled.closed).rejects.toEqual(refusal('ABORT_ERR'));
  });

  it('by the mark above, where nobody reads: the transport is not read either', async () => {
    const [a, b] = streamPipe();
    let taken = 0;
    const counted = a.readable.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, controller) {
          taken += chunk.length;
          controller.enqueue(chunk);
        },
      }),
    );
    const [dialled, accepted] = await openPair([{ ...a, readable: counted }, b], { highWaterMark: 20_000 });
    const before = taken;
    const writer = accepted.writable.getWriter();
    const writing = (async () => {
      for (let i = 0; i < 40; i++) await writer.write(new Uint8Array(50_000));
      await writer.close();
    })();
    await pause(200);
    // The mark, what is a chunk of the peer's, and what the pipes hold.
    expect(taken - before).toBeLessThan(400_000);
    expect(await readAll(dialled)).toHaveLength(2_000_000);
    await writing;
    await Promise.all([dialled.close(), accepted.close()]);
  });
});

describe('an abort', () => {
  it('before the handshake leaves the transport closed, and says nothing on it', async () => {
    const sent: Uint8Array[] = [];
    let closed = false;
    const streams = {
      readable: new ReadableStream<Uint8Array>({
        cancel() {
          closed = true;
        },
      }),
      writable: new WritableStream<Uint8Array>({ write: chunk => void sent.push(chunk) }),
    };
    const connection = startTls(streams, { ...client, signal: AbortSignal.abort(new Error('no longer wanted')) });
    expect(await codes(connection)).toEqual(Array(4).fill('ABORT_ERR'));
    await expect(connection.opened).rejects.toMatchObject({ cause: { message: 'no longer wanted' } });
    expect(sent).toEqual([]);
    await pause(1200);
    expect(closed).toBe(true);
  });

  it.each(['client', 'server'] as const)('of a %s in the handshake tells both, on either side', async role => {
    const controller = new AbortController();
    const [a, b] = streamPipe();
    const signal = controller.signal;
    // The other side has not begun yet.
    const ours = role === 'client' ? startTls(a, { ...client, signal }) : acceptTls(b, { ...server, signal });
    await pause(20);
    controller.abort();
    expect(await codes(ours)).toEqual(Array(4).fill('ABORT_ERR'));
    const theirs = role === 'client' ? acceptTls(b, server) : startTls(a, client);
    const [opened] = await codes(theirs);
    expect(['ERR_TLS_PEER_ALERT', 'ERR_TLS_TRUNCATED', 'ERR_TLS_CLOSED', 'ERR_TLS_USER_CANCELED']).toContain(opened);
  });

  it('by signal in the midst of data reaches reads and writes under way', async () => {
    const controller = new AbortController();
    const [dialled, accepted] = await openPair(streamPipe(), { signal: controller.signal });
    const reading = dialled.readable.getReader().read();
    const writing = dialled.writable.getWriter().write(new Uint8Array(3_000_000));
    for (const promise of [reading, writing]) promise.catch(() => {});
    await pause();
    controller.abort();
    for (const promise of [writing, reading, dialled.closed])
      await expect(promise).rejects.toEqual(refusal('ABORT_ERR'));
    // The handshake stood: that is not taken back.
    await expect(dialled.opened).resolves.toMatchObject({ verified: true });
    // A part is not taken for the whole (RFC 9846 §6.1).
    await expect(readAll(accepted)).rejects.toMatchObject({ code: 'ERR_TLS_PEER_ALERT' });
  });

  it('of the writable reaches a read under way; all that was written was sent, and the peer is told so', async () => {
    const [dialled, accepted] = await openPair();
    const reading = dialled.readable.getReader().read();
    reading.catch(() => {});
    const writer = dialled.writable.getWriter();
    await writer.write(text('all'));
    await writer.abort(new Error('enough'));
    await expect(reading).rejects.toEqual(refusal('ABORT_ERR'));
    await expect(dialled.closed).rejects.toMatchObject({ code: 'ABORT_ERR', cause: { message: 'enough' } });
    expect(new TextDecoder().decode(await readAll(accepted))).toBe('all');
    await Promise.allSettled([accepted.close()]);
  });

  it('after the end is nothing any more', async () => {
    const controller = new AbortController();
    const [dialled, accepted] = await openPair(streamPipe(), { signal: controller.signal });
    await Promise.all([dialled.close(), accepted.close()]);
    controller.abort();
    await expect(dialled.closed).resolves.toBeUndefined();
  });
});

describe('one half', () => {
  it('that is cancelled reads no more, and the other goes on', async () => {
    const [dialled, accepted] = await openPair();
    await dialled.readable.cancel();
    const writer = accepted.writable.getWriter();
    for (let i = 0; i < 20; i++) await writer.write(new Uint8Array(50_000));
    await say(dialled, text('and this?'));
    expect(new TextDecoder().decode(await readAll(accepted))).toBe('and this?');
    await writer.close();
    await Promise.all([dialled.closed, accepted.closed]);
  });

  it('that is closed before the handshake is complete closes behind it', async () => {
    const [dialled, accepted] = pair();
    await dialled.writable.close();
    expect(await readAll(accepted)).toHaveLength(0);
    await Promise.all([dialled.closed, accepted.closed, dialled.opened, accepted.opened]);
  });

  it('that is closed takes nothing more, and close() twice is close() once', async () => {
    const [dialled, accepted] = await openPair();
    const writer = dialled.writable.getWriter();
    const closing = dialled.close();
    await expect(writer.write(text('late'))).rejects.toEqual(refusal('ERR_TLS_CLOSED'));
    await Promise.all([closing, dialled.close(), accepted.close()]);
  });

  it('that the transport loses is an error of all: reading, writing, closed', async () => {
    for (const half of ['readable', 'writable'] as const) {
      const [a, b] = streamPipe();
      let lose: ((error: Error) => void) | undefined;
      const readable = a.readable.pipeThrough(
        new TransformStream<Uint8Array, Uint8Array>({
          start(controller) {
            if (half === 'readable') lose = error => controller.error(error);
          },
        }),
      );
      const below = a.writable.getWriter();
      const writable = new WritableStream<Uint8Array>({
        start(controller) {
          if (half === 'writable') lose = error => controller.error(error);
        },
        write: chunk => below.write(chunk),
      });
      const [dialled, accepted] = await openPair([{ readable, writable }, b]);
      lose?.(new Error('the line is cut'));
      const [opened, ...rest] = await codes(dialled);
      expect([half, opened, ...rest]).toEqual([half, 'no error', ...Array(3).fill('ERR_TLS_TRANSPORT')]);
      await Promise.allSettled([accepted.close()]);
    }
  });
});

it('a connection has the shape of a socket of workers', async () => {
  const [dialled, accepted] = await openPair();
  expect(dialled.readable).toBeInstanceOf(ReadableStream);
  expect(dialled.writable).toBeInstanceOf(WritableStream);
  for (const promise of [dialled.opened, dialled.closed]) expect(promise).toBeInstanceOf(Promise);
  expect(dialled.close()).toBeInstanceOf(Promise);
  // TLS within TLS: a connection is a transport.
  await accepted.close();
  await dialled.closed;
  const [outer, inner] = await openPair();
  const [within, other] = await openPair([outer, inner]);
  await say(within, text('deep'));
  expect(new TextDecoder().decode(await readAll(other))).toBe('deep');
  await Promise.all([within.closed, other.closed, outer.closed, inner.closed]);
});
