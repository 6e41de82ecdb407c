/** Data while TLS 1.2 renegotiates: between our change_cipher_spec and the peer's Finished none may be sent (RFC 5246 §7.4.9). */
import { describe, expect, it } from 'vitest';
import { createNobleProvider } from '../src/index.ts';
import { tls12 } from '../src/node/index.ts';
import { acceptTls, startTls } from '../src/web/index.ts';
import {
  closed,
  credential,
  failure,
  gated,
  hold,
  openPair,
  type Pair,
  readAll,
  refusal,
  streamPipe,
  ticks,
  trust,
} from './support.ts';

const options = { versions: [tls12], tls12: { renegotiation: 'accept' } } as const;
const FINISHED = 20;

/** Counts the messages Finished of one side, and calls `then` when it has sent so many. */
function finishedOut(count: number, then: () => void) {
  let seen = 0;
  return {
    message: ({ direction, bytes }: { readonly direction: string; readonly bytes: Uint8Array }) => {
      if (direction === 'out' && bytes[0] === FINISHED && ++seen === count) then();
    },
  };
}

interface Stalled extends Pair {
  readonly release: () => void;
}

/** A pair in a renegotiation, the client of which waits for the Finished of the server. @param side whose bytes are kept */
async function stalled(side: 'client' | 'server' = 'server'): Promise<Stalled> {
  let release = () => {};
  const inspect = finishedOut(2, () => {
    release = hold(pair.below[side]);
  });
  const pair: Pair = await openPair({ ...options, inspect }, options);
  pair.client.resume();
  pair.client.renegotiate();
  await ticks();
  expect(pair.client.buffered.unsent).toBe(0);
  return { ...pair, release: () => release() };
}

describe('between our Finished and that of the peer', () => {
  it('data waits outside of the engine, and is sent when the renegotiation is complete, with our close_notify behind it', async () => {
    const { client, server, release } = await stalled();
    let answered = 0;
    client.end(Buffer.alloc(5000), () => answered++);
    await ticks();
    expect([client.buffered.unsent, client.writableLength, answered]).toEqual([0, 5000, 0]);
    const heard = readAll(server);
    release();
    expect(await heard).toHaveLength(5000);
    await Promise.all([closed(client), closed(server)]);
    expect([client.errored, server.errored, answered]).toEqual([null, null, 1]);
  });

  it('data that waits is not said to be sent: destroy tells the peer that something went wrong', async () => {
    const { client, server, release } = await stalled();
    client.write(Buffer.alloc(5000));
    await ticks();
    client.destroy();
    const failed = failure(server);
    release();
    expect(await failed).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'internal_error' });
  });

  it('a writer is stopped', async () => {
    const { client, server } = await stalled();
    let callbacks = 0;
    for (let i = 0; i < 200; i++) client.write(Buffer.alloc(10_000), () => callbacks++);
    await ticks();
    expect([callbacks, client.buffered.unsent, client.writableNeedDrain]).toEqual([0, 0, true]);
    for (const each of [client, server]) each.on('error', () => {}).destroy();
  });

  it('the close_notify of the peer is answered at once, and is an error where data waits', async () => {
    const { client, server, release } = await stalled('client');
    client.write(Buffer.alloc(5000));
    await ticks();
    const heard = closed(server.resume());
    const failed = failure(client);
    server.end();
    expect((await failed).code).toBe('ERR_TLS_CLOSED');
    release();
    await heard;
  });
});

describe('with streams of the platform, between our Finished and that of the peer', () => {
  const common = { ...options, provider: createNobleProvider(), groups: ['x25519', 'secp256r1'] };
  const data = new Uint8Array(5000);

  async function stalledStreams(signal?: AbortSignal) {
    const [a, below] = streamPipe();
    const b = gated(below);
    let release: () => void = () => {};
    const inspect = finishedOut(2, () => {
      release = b.hold();
    });
    const client = startTls(a, { ...common, trust, servername: 'localhost', inspect, signal });
    const server = acceptTls(b, { ...common, ...credential });
    await Promise.all([client.opened, server.opened]);
    client.renegotiate();
    await ticks();
    return { client, server, release: () => release() };
  }

  it('data waits, and is sent when the renegotiation is complete, with our close_notify behind it', async () => {
    const { client, server, release } = await stalledStreams();
    const writer = client.writable.getWriter();
    let answered = false;
    const writing = writer.write(data).then(() => {
      answered = true;
    });
    const closing = writer.close();
    await ticks();
    expect(answered).toBe(false);
    const heard = new Response(server.readable).arrayBuffer();
    release();
    expect((await heard).byteLength).toBe(data.length);
    const drained = client.readable.cancel();
    await Promise.all([writing, closing, drained, client.closed, server.closed]);
  });

  it('data that waits is not said to be sent: an abort tells the peer that something went wrong', async () => {
    const abort = new AbortController();
    const { client, server, release } = await stalledStreams(abort.signal);
    const writing = client.writable.getWriter().write(data);
    await ticks();
    abort.abort();
    await expect(writing).rejects.toEqual(refusal('ABORT_ERR'));
    const heard = new Response(server.readable).arrayBuffer();
    release();
    await expect(heard).rejects.toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'internal_error' });
  });
});
