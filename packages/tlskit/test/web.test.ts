/** TLS over pairs of the platform's streams: both roles, both versions, backpressure, and every way to end. */
import { once } from 'node:events';
import { connect as netConnect } from 'node:net';
import { Duplex } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createNobleProvider, MemoryReplayGuard, MemorySessionStore, TicketKeys } from '../src/index.ts';
import { createServer } from '../src/node/index.ts';
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

const provider = createNobleProvider();
const text = (value: string) => new TextEncoder().encode(value);
const groups = ['x25519', 'secp256r1'];

function pair(
  client: Partial<StartTlsOptions> = {},
  server: Partial<AcceptTlsOptions> = {},
  streams = streamPipe(),
): [TlsConnection, TlsConnection] {
  const common = { provider, groups };
  return [
    startTls(streams[0], { ...common, trust, servername: 'localhost', ...client }),
    acceptTls(streams[1], { ...common, ...credential, ...server }),
  ];
}

async function readAll({ readable }: TlsConnection): Promise<Uint8Array> {
  return new Uint8Array(await new Response(readable).arrayBuffer());
}

async function say({ writable }: TlsConnection, ...chunks: Uint8Array[]): Promise<void> {
  const writer = writable.getWriter();
  for (const chunk of chunks) await writer.write(chunk);
  await writer.close();
}

describe('a pair of streams', () => {
  it.each([
    ['TLSv1.3', [tls13]],
    ['TLSv1.2', [tls12]],
  ] as const)('carries %s both ways, to the ends', async (protocol, versions) => {
    const open = { alpn: ['h2'], allowHalfOpen: true };
    const [client, server] = pair({ versions, ...open }, open);
    const heard = readAll(server);
    const answered = readAll(client);
    await Promise.all([say(client, text('hello '), text('there')), say(server, text('and back'))]);
    expect(new TextDecoder().decode(await heard)).toBe('hello there');
    expect(new TextDecoder().decode(await answered)).toBe('and back');
    expect(await client.opened).toMatchObject({ protocol, alpn: 'h2', verified: true });
    expect(await server.opened).toMatchObject({ protocol, serverName: 'localhost' });
    await Promise.all([client.closed, server.closed]);
    expect(client.info).toEqual(await client.opened);
  });

  it('offers both versions unless they are named', async () => {
    const [client, server] = pair({}, { versions: [tls12] });
    expect((await client.opened).protocol).toBe('TLSv1.2');
    await Promise.all([client.close(), readAll(server)]);
  });

  it('moves a lot, and no more than is read', async () => {
    const [client, server] = pair();
    const data = new Uint8Array(1_000_000).map((_, i) => i * 7);
    let sent = 0;
    const writer = client.writable.getWriter();
    const writing = (async () => {
      for (let at = 0; at < data.length; at += 50_000) {
        await writer.write(data.subarray(at, at + 50_000));
        sent = at + 50_000;
      }
      await writer.close();
    })();
    await server.opened;
    await new Promise(resolve => setTimeout(resolve, 200));
    // Both streams' marks, what is sealed at once, and what the pipe holds.
    expect(sent).toBeGreaterThan(0);
    expect(sent).toBeLessThan(500_000);
    expect(Buffer.compare(await readAll(server), data)).toBe(0);
    await writing;
    await Promise.all([client.closed, server.close()]);
  });

  it('reads into buffers of the reader', async () => {
    const [client, server] = pair();
    const reader = server.readable.getReader({ mode: 'byob' });
    void say(client, text('hello'));
    const first = await reader.read(new Uint8Array(3));
    expect(first).toEqual({ done: false, value: text('hel') });
    const second = await reader.read(new Uint8Array(3));
    expect(second).toEqual({ done: false, value: text('lo') });
    expect((await reader.read(new Uint8Array(3))).done).toBe(true);
    await Promise.all([server.closed, client.closed]);
  });

  it('goes on writing after the peer has ended its side where that was asked for', async () => {
    const [client, server] = pair({}, { allowHalfOpen: true });
    await say(client, text('question'));
    expect(new TextDecoder().decode(await readAll(server))).toBe('question');
    await say(server, text('answer'));
    expect(new TextDecoder().decode(await readAll(client))).toBe('answer');
    await Promise.all([client.closed, server.closed]);
  });

  it('closes its side behind the peer otherwise', async () => {
    const [client, server] = pair();
    await say(client);
    await readAll(server);
    await Promise.all([client.closed, server.closed]);
    await expect(server.writable.getWriter().write(text('late'))).rejects.toEqual(refusal('ERR_TLS_CLOSED'));
  });

  it('resumes sessions, and sends early data', async () => {
    const sessions = new MemorySessionStore();
    const early: string[] = [];
    const serverOptions = {
      tickets: new TicketKeys({ provider, now: Date.now }),
      earlyData: { guard: new MemoryReplayGuard() },
      onEarlyData: (chunk: Uint8Array) => early.push(new TextDecoder().decode(chunk)),
    };
    const [first, firstServer] = pair({ sessions }, serverOptions);
    const heard = readAll(first);
    await firstServer.opened;
    await say(firstServer, text('x'));
    await heard;
    await first.closed;
    const [second, server] = pair({ sessions, earlyData: text('GET /') }, serverOptions);
    expect(await second.opened).toMatchObject({ resumed: true, earlyData: { accepted: true } });
    expect(second.earlyDataSent).toBe(true);
    await server.opened;
    expect(early).toEqual(['GET /']);
    await Promise.all([second.close(), server.close()]);
  });

  it('exports the same at both ends, and updates keys', async () => {
    const updates: unknown[] = [];
    const [client, server] = pair({}, { onKeyUpdate: update => updates.push(update) });
    await Promise.all([client.opened, server.opened]);
    expect(client.exportKeyingMaterial('EXPORTER-test')).toEqual(server.exportKeyingMaterial('EXPORTER-test'));
    expect(client.channelBinding('tls-exporter')).toEqual(server.channelBinding('tls-exporter'));
    const heard = readAll(server);
    client.updateKeys({ requestPeer: true });
    await say(client, text('under new keys'));
    expect(new TextDecoder().decode(await heard)).toBe('under new keys');
    expect(updates).toContainEqual(expect.objectContaining({ direction: 'read' }));
    await Promise.all([client.closed, server.closed]);
    expect(() => client.exportKeyingMaterial('EXPORTER-test')).toThrow(refusal('ERR_TLS_INVALID_STATE'));
  });
});

describe('what goes wrong', () => {
  it('is told everywhere at once: a certificate that nobody vouches for', async () => {
    const [client, server] = pair({ trust: { pins: ['sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA='] } });
    const error = refusal('ERR_TLS_CERT_PIN');
    await expect(client.opened).rejects.toEqual(error);
    await expect(client.closed).rejects.toEqual(error);
    await expect(readAll(client)).rejects.toEqual(error);
    await expect(client.writable.getWriter().write(text('x'))).rejects.toEqual(error);
    await expect(server.opened).rejects.toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'unknown_ca' });
  });

  it('is truncation where the transport ends without close_notify, behind what came before', async () => {
    const [clientEnd, serverEnd] = streamPipe();
    let cut: (() => void) | undefined;
    const cutter = new TransformStream<Uint8Array, Uint8Array>({
      start(controller) {
        cut = () => controller.terminate();
      },
    });
    const streams: [ByteStreams, ByteStreams] = [
      clientEnd,
      { readable: serverEnd.readable.pipeThrough(cutter), writable: serverEnd.writable },
    ];
    const [client, server] = pair({}, {}, streams);
    const writer = client.writable.getWriter();
    await writer.write(text('whole'));
    await Promise.all([client.opened, server.opened]);
    await new Promise(resolve => setTimeout(resolve, 50));
    cut?.();
    await new Promise(resolve => setTimeout(resolve, 50));
    const reader = server.readable.getReader();
    expect(await reader.read()).toEqual({ done: false, value: text('whole') });
    await expect(reader.read()).rejects.toEqual(refusal('ERR_TLS_TRUNCATED'));
    await expect(server.closed).rejects.toEqual(refusal('ERR_TLS_TRUNCATED'));
  });

  it('is a damaged record', async () => {
    let damage = false;
    const [client, server] = pair(
      {},
      {},
      streamPipe(chunk => (damage ? chunk.map((byte, i) => (i === chunk.length - 1 ? byte ^ 1 : byte)) : chunk)),
    );
    await Promise.all([client.opened, server.opened]);
    damage = true;
    void say(client, text('x')).catch(() => {});
    await expect(readAll(server)).rejects.toEqual(refusal('ERR_TLS_BAD_RECORD_MAC'));
    await expect(client.closed).rejects.toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'bad_record_mac' });
  });

  it('is a transport that fails, gives no bytes, or says nothing', async () => {
    const failing = new ReadableStream<Uint8Array>({ start: controller => controller.error(new Error('gone')) });
    const [end] = streamPipe();
    const options = { provider, groups, trust, servername: 'localhost' };
    await expect(startTls({ ...end, readable: failing }, options).opened).rejects.toEqual(refusal('ERR_TLS_TRANSPORT'));
    const texts = new ReadableStream({ start: controller => controller.enqueue('text') });
    await expect(startTls({ ...streamPipe()[0], readable: texts }, options).opened).rejects.toEqual(
      refusal('ERR_TLS_TRANSPORT'),
    );
    const silent = startTls(streamPipe()[0], { ...options, handshakeTimeout: 20 });
    await expect(silent.closed).rejects.toEqual(refusal('ERR_TLS_HANDSHAKE_TIMEOUT'));
  });

  it('is an abort, by signal or stream', async () => {
    const controller = new AbortController();
    const [client, server] = pair({ signal: controller.signal });
    await Promise.all([client.opened, server.opened]);
    controller.abort();
    await expect(client.closed).rejects.toEqual(refusal('ABORT_ERR'));
    await expect(readAll(server)).resolves.toHaveLength(0);
    const [other, otherServer] = pair();
    await Promise.all([other.opened, otherServer.opened]);
    await other.writable.abort();
    await expect(other.closed).rejects.toEqual(refusal('ABORT_ERR'));
    const before = startTls(streamPipe()[0], { provider, groups, trust, servername: 'x', signal: AbortSignal.abort() });
    await expect(before.opened).rejects.toEqual(refusal('ABORT_ERR'));
  });

  it('is an abort at once, also while a peer who does not read holds up what was written', async () => {
    const [client, server] = pair();
    await Promise.all([client.opened, server.opened]);
    const writer = client.writable.getWriter();
    const written = expect(writer.write(new Uint8Array(5_000_000))).rejects.toEqual(refusal('ABORT_ERR'));
    await new Promise(resolve => setTimeout(resolve, 50));
    await writer.abort(new Error('enough'));
    await written;
    await expect(client.closed).rejects.toEqual(refusal('ABORT_ERR'));
  });

  it('is a store of sessions that throws', async () => {
    const store = new MemorySessionStore();
    store.take = () => {
      throw new Error('the store is broken');
    };
    const [client] = pair({ sessions: store });
    await expect(client.opened).rejects.toMatchObject({ code: 'ERR_TLS_INTERNAL', message: 'the store is broken' });
    await expect(client.closed).rejects.toEqual(refusal('ERR_TLS_INTERNAL'));
  });

  it('is nothing that a listener throws: the platform reports it', async () => {
    const others = process.listeners('uncaughtException');
    const reported: string[] = [];
    process.removeAllListeners('uncaughtException');
    process.on('uncaughtException', error => reported.push(error.message));
    try {
      const broken = (name: string) => () => {
        throw new Error(name);
      };
      const inspect = { record: broken('record'), event: broken('event') };
      const [client, server] = pair({ keyLog: broken('keyLog'), inspect, onKeyUpdate: broken('onKeyUpdate') });
      await Promise.all([client.opened, server.opened]);
      server.updateKeys();
      await say(server, text('all the same'));
      expect(new TextDecoder().decode(await readAll(client))).toBe('all the same');
      await Promise.all([client.close(), server.close()]);
      expect(new Set(reported)).toEqual(new Set(['record', 'event', 'keyLog', 'onKeyUpdate']));
    } finally {
      process.removeAllListeners('uncaughtException');
      for (const listener of others) process.on('uncaughtException', listener);
    }
  });

  it('of whatever sort leaves nobody waiting for an answer', async () => {
    const heartbeat = 'peer_allowed_to_send';
    const [client, server] = pair({ heartbeat }, { heartbeat });
    await Promise.all([client.opened, server.opened]);
    const closed = client.close();
    const unanswered = expect(server.heartbeat()).rejects.toEqual(refusal('ERR_TLS_CLOSED'));
    await Promise.all([closed, server.close()]);
    await unanswered;
  });

  it('is what is no option, no transport, and nothing that can be written', async () => {
    const [end, other] = streamPipe();
    const options = { provider, groups, trust, servername: 'localhost' };
    const bad = refusal('ERR_TLS_INVALID_OPTION');
    expect(() => startTls(end, { ...options, sevrername: 'x' } as never)).toThrow(bad);
    expect(() => startTls(end, { provider, servername: 'localhost' })).toThrow(bad);
    expect(() => startTls({} as never, options)).toThrow(bad);
    expect(() => acceptTls(other, { provider, ...credential, onEarlyData: 1 } as never)).toThrow(bad);
    end.readable.getReader();
    expect(() => startTls(end, options)).toThrow(bad);
    const [client, server] = pair();
    await Promise.all([client.opened, server.opened]);
    await expect(client.writable.getWriter().write('text' as never)).rejects.toEqual(bad);
  });
});

it('talks to a server over TCP by the streams of a socket', async () => {
  const server = createServer({ ...credential }, socket => socket.pipe(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const tcp = netConnect({ port: (server.address() as { port: number }).port, host: '127.0.0.1', allowHalfOpen: true });
  await once(tcp, 'connect');
  const client = startTls(Duplex.toWeb(tcp) as unknown as ByteStreams, {
    provider,
    groups,
    trust,
    servername: 'localhost',
  });
  const data = new Uint8Array(300_000).map((_, i) => i * 3);
  const echoed = readAll(client);
  await say(client, data);
  expect(Buffer.compare(await echoed, data)).toBe(0);
  await client.closed;
  server.close();
});
