/** TLS over a WebSocket, here one without a network. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createNobleProvider } from '../src/index.ts';
import { acceptTls, startTls, webSocketStreams } from '../src/web/index.ts';
import { returnsChunks } from '../src/web/transport.ts';
import { credential, trust } from './support.ts';

/** One end of a WebSocket, as far as streams need it. */
class FakeSocket extends EventTarget {
  readonly OPEN = 1;
  readyState = 0;
  binaryType = 'blob';
  bufferedAmount = 0;
  readonly sent: unknown[] = [];
  peer: FakeSocket | undefined;

  send(data: Uint8Array): void {
    if (this.readyState !== 1) throw new Error('not open');
    this.sent.push(data);
    const copy = Uint8Array.from(data).buffer;
    queueMicrotask(() => this.peer?.dispatchEvent(new MessageEvent('message', { data: copy })));
  }

  open(): void {
    this.readyState = 1;
    this.dispatchEvent(new Event('open'));
  }

  close(): void {
    this.end(true);
    queueMicrotask(() => this.peer?.end(true));
  }

  end(wasClean: boolean): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.dispatchEvent(Object.assign(new Event('close'), { code: wasClean ? 1000 : 1006, wasClean }));
  }
}

function sockets(): [FakeSocket, FakeSocket] {
  const [a, b] = [new FakeSocket(), new FakeSocket()];
  a.peer = b;
  b.peer = a;
  return [a, b];
}

/** One that keeps what it is given until it is sent. */
class KeepingSocket extends FakeSocket {
  override send(data: Uint8Array): void {
    this.sent.push(data.buffer);
    setTimeout(() => {
      this.peer?.dispatchEvent(new MessageEvent('message', { data: Uint8Array.from(data).buffer }));
    }, 2);
  }
}

/** Carries so much that memory is used again where it may be. @returns messages, and the buffers that they were in */
async function carried(a: FakeSocket, b: FakeSocket): Promise<{ messages: number; buffers: number }> {
  a.peer = b;
  b.peer = a;
  const dialled = startTls(streams(a), client);
  const accepted = acceptTls(streams(b), server);
  a.open();
  b.open();
  const data = Uint8Array.from({ length: 400_000 }, (_, i) => (i * 31) % 251);
  const writer = dialled.writable.getWriter();
  const written = writer.write(data).then(() => writer.close());
  expect(new Uint8Array(await new Response(accepted.readable).arrayBuffer())).toEqual(data);
  await written;
  const buffers = a.sent.map(sent => (sent instanceof Uint8Array ? sent.buffer : sent));
  return { messages: buffers.length, buffers: new Set(buffers).size };
}

const streams = (socket: FakeSocket) => webSocketStreams(socket as unknown as WebSocket);
// A provider that makes nobody wait: flights are then whole.
const common = { provider: createNobleProvider(), groups: ['x25519'] };
const client = { ...common, trust, servername: 'localhost' };
const server = { ...common, ...credential };
const bytes = new TextEncoder().encode('hello');

describe('memory of messages', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it('is used again where the platform is a browser, whose own send copies', async () => {
    class Own extends FakeSocket {}
    // What a proxy of a function says of itself is what a function of the platform says.
    Object.assign(Own.prototype, { send: new Proxy(FakeSocket.prototype.send, {}) });
    vi.stubGlobal('WebSocket', Own);
    vi.stubGlobal('Window', class {});
    const { messages, buffers } = await carried(new Own(), new FakeSocket());
    expect(buffers).toBeLessThan(messages);
  });

  it.each([
    ['a library, though it is the global one', false, true],
    ['a platform that is no browser', true, false],
  ])('is left to %s', async (_, isNative, inBrowser) => {
    class Global extends KeepingSocket {}
    if (isNative) Object.assign(Global.prototype, { send: new Proxy(KeepingSocket.prototype.send, {}) });
    vi.stubGlobal('WebSocket', Global);
    if (inBrowser) vi.stubGlobal('Window', class {});
    const { messages, buffers } = await carried(new Global(), new FakeSocket());
    expect(buffers).toBe(messages);
  });
});

describe('webSocketStreams', () => {
  it('waits for the socket to open, carries a flight in a message, and closes it in the end', async () => {
    const [a, b] = sockets();
    const dialled = startTls(streams(a), client);
    const accepted = acceptTls(streams(b), server);
    expect(a.binaryType).toBe('arraybuffer');
    await new Promise(resolve => setTimeout(resolve, 20));
    expect(a.sent).toHaveLength(0);
    a.open();
    b.open();
    await Promise.all([dialled.opened, accepted.opened]);
    expect(a.sent).toHaveLength(2);
    const writer = dialled.writable.getWriter();
    await writer.write(bytes);
    await writer.close();
    expect(new Uint8Array(await new Response(accepted.readable).arrayBuffer())).toEqual(bytes);
    await Promise.all([dialled.closed, accepted.closed]);
    await new Promise(resolve => setTimeout(resolve, 20));
    expect([a.readyState, b.readyState]).toEqual([3, 3]);
  });

  it('waits while the socket holds much', async () => {
    const [a] = sockets();
    a.open();
    const writer = streams(a).writable.getWriter();
    a.bufferedAmount = 2_000_000;
    let written = false;
    const writing = writer.write(bytes).then(() => {
      written = true;
    });
    await new Promise(resolve => setTimeout(resolve, 40));
    expect(written).toBe(false);
    a.bufferedAmount = 0;
    await writing;
  });

  it('looks again soon while the socket sends, and less often where it does not', async () => {
    const [a] = sockets();
    a.open();
    let looks = 0;
    let held = 1_500_000;
    let sends = true;
    Object.defineProperty(a, 'bufferedAmount', {
      get: () => {
        looks++;
        if (sends) held -= 10_000;
        return held;
      },
    });
    const writer = streams(a).writable.getWriter();
    await writer.write(bytes);
    expect(held).toBeLessThanOrEqual(1 << 20);
    held = 1_500_000;
    sends = false;
    looks = 0;
    const writing = writer.write(bytes);
    await new Promise(resolve => setTimeout(resolve, 200));
    // Of 200 looks of a millisecond each there are 1, 2, 4, 8, 16, 16, …
    expect(looks).toBeLessThan(60);
    held = 0;
    await writing;
  });

  it('memory of a message is used again when the message is sent, not before', async () => {
    const toServer = new TransformStream<Uint8Array, Uint8Array>();
    const toClient = new TransformStream<Uint8Array, Uint8Array>();
    const wire = toServer.writable.getWriter();
    const buffers = new Set<ArrayBufferLike>();
    let messages = 0;
    const slow = returnsChunks(
      new WritableStream<Uint8Array>({
        async write(chunk) {
          messages++;
          buffers.add(chunk.buffer);
          await new Promise(resolve => setTimeout(resolve, 2));
          await wire.write(Uint8Array.from(chunk));
        },
      }),
    );
    const dialled = startTls({ readable: toClient.readable, writable: slow }, client);
    const accepted = acceptTls({ readable: toServer.readable, writable: toClient.writable }, server);
    const data = Uint8Array.from({ length: 700_000 }, (_, i) => (i * 31) % 251);
    const writer = dialled.writable.getWriter();
    void writer.write(data);
    const reader = accepted.readable.getReader();
    const received = new Uint8Array(data.length);
    for (let at = 0; at < data.length; ) {
      const { value = new Uint8Array(0) } = await reader.read();
      received.set(value, at);
      at += value.length;
    }
    expect(received).toEqual(data);
    expect(messages).toBeGreaterThan(buffers.size);
    await dialled.close().catch(() => {});
  });

  it('tells of text, of an end that is not clean, and of a socket that is closed', async () => {
    const lost = expect.objectContaining({ code: 'ERR_TLS_TRANSPORT' });
    const [a] = sockets();
    a.open();
    const first = streams(a);
    a.dispatchEvent(new MessageEvent('message', { data: 'text' }));
    await expect(first.readable.getReader().read()).rejects.toEqual(lost);
    expect(a.readyState).toBe(3);
    const [b] = sockets();
    const second = streams(b);
    const writing = second.writable.getWriter().write(bytes);
    b.end(false);
    await expect(writing).rejects.toEqual(lost);
    await expect(second.readable.getReader().read()).rejects.toEqual(lost);
    await expect(startTls(streams(b), client).opened).rejects.toEqual(lost);
  });
});
