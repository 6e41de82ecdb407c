/** What was written and is on its way when the peer has closed its side: that says nothing of ours (RFC 9846 §6.1). */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { tls12, tls13 } from '../src/node/index.ts';
import { closed, failure, hold, openPair, type Pair, readAll, ticks } from './support.ts';

const data = randomBytes(8000);

afterEach(() => {
  vi.useRealTimers();
});

/** A pair whose client has ended, and whose server writes to a transport that keeps it all. */
async function stalled(...options: Parameters<typeof openPair>): Promise<Pair & { release: () => void }> {
  const pair = await openPair(...options);
  const release = hold(pair.below.server);
  pair.server.write(data);
  pair.client.end('last words');
  return { ...pair, release };
}

async function ended(pair: Pair): Promise<void> {
  pair.server.resume();
  await once(pair.server, 'end');
}

const open = { allowHalfOpen: true };

describe('data behind the close_notify of the peer', () => {
  it.each([
    ['TLSv1.3', true],
    ['TLSv1.3', false],
    ['TLSv1.2', true],
  ] as const)('waits as long as the transport does: %s, half open %s', async (version, allowHalfOpen) => {
    const versions = [version === 'TLSv1.3' ? tls13 : tls12];
    const both = { versions, allowHalfOpen };
    const pair = await stalled(both, both);
    const { client, server, below, release } = pair;
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    await ended(pair);
    server.end();
    await ticks();
    vi.advanceTimersByTime(60_000);
    await ticks();
    expect([server.writableFinished, below.server.destroyed]).toEqual([false, false]);
    const heard = readAll(client);
    release();
    expect(await heard).toEqual(data);
    await Promise.all([closed(client), closed(server)]);
    expect([client.errored, server.errored, server.writableFinished]).toEqual([null, null, true]);
  });

  it.each([true, false])('is not said to be sent when the transport loses it: after the end %s', async after => {
    const pair = await stalled({}, open);
    const { client, server, below } = pair;
    client.on('error', () => {});
    await ended(pair);
    if (after) server.end();
    await ticks();
    below.server.destroy(new Error('reset'));
    expect(await failure(server)).toMatchObject({ code: 'ERR_TLS_TRANSPORT', cause: { message: 'reset' } });
    expect(server.writableFinished).toBe(false);
  });

  it('that is lost is told of behind what was received', async () => {
    const { client, server, below } = await stalled({}, open);
    client.on('error', () => {});
    await once(server, 'readable');
    below.server.destroy(new Error('reset'));
    await ticks();
    expect([server.destroyed, String(server.read())]).toEqual([false, 'last words']);
    expect((await failure(server)).code).toBe('ERR_TLS_TRANSPORT');
  });

  it('that is lost is told of at once to whoever ends, and does not read', async () => {
    const { client, server, below } = await stalled({}, open);
    client.on('error', () => {});
    await ticks();
    server.end();
    below.server.destroy(new Error('reset'));
    expect((await failure(server)).code).toBe('ERR_TLS_TRANSPORT');
  });

  it('is all that matters: our close_notify may be lost', async () => {
    const pair = await stalled({}, open);
    const { client, server, below, release } = pair;
    await ended(pair);
    const heard = once(client, 'data');
    release();
    expect((await heard)[0]).toEqual(data);
    hold(below.server);
    server.end();
    await ticks();
    client.on('error', () => {});
    below.server.destroy(new Error('reset'));
    await closed(server);
    expect([server.errored, server.writableFinished]).toEqual([null, true]);
  });

  it('is given up by destroy, in a moment', async () => {
    const pair = await stalled({}, open);
    const { client, server, below } = pair;
    client.on('error', () => {});
    await ended(pair);
    server.end();
    await ticks();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    server.destroy();
    await closed(server);
    expect([server.writableFinished, below.server.destroyed]).toEqual([false, false]);
    vi.advanceTimersByTime(1000);
    expect(below.server.destroyed).toBe(true);
  });
});
