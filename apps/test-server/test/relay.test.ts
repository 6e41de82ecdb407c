/** The WebSocket relay: what passes, and who may not. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, connect as connectTcp, createServer } from 'node:net';
import { lookedUp } from '@tlskit/cli-kit';
import fc from 'fast-check';
import { startTls, webSocketStreams } from 'tlskit/web';
import { describe, expect, it, onTestFinished } from 'vitest';
import { binaryFrame, closeFrame, FrameError, FrameReader, pongFrame } from '../src/relay/frames.ts';
import { isLoopback, mayAsk, mayConnect, parseTarget } from '../src/relay/targets.ts';
import { run, serve } from './support.ts';

/** As a client sends it. */
function masked(first: number, payload: Uint8Array): Buffer {
  const mask = randomBytes(4);
  const { length } = payload;
  const size =
    length <= 125
      ? Buffer.of(0x80 | length)
      : length <= 0xffff
        ? Buffer.of(0xfe, length >> 8, length & 255)
        : Buffer.concat([
            Buffer.of(0xff, 0, 0, 0, 0),
            Buffer.of(length >>> 24, (length >> 16) & 255, (length >> 8) & 255, length & 255),
          ]);
  return Buffer.concat([Buffer.of(first), size, mask, payload.map((byte, index) => byte ^ mask[index & 3]!)]);
}

describe('frames', () => {
  it('are read however they are cut', () => {
    const payloads = [0, 1, 125, 126, 65_535, 65_536].map(length => randomBytes(length));
    const bytes = Buffer.concat([
      ...payloads.map(payload => masked(0x82, payload)),
      masked(0x89, Buffer.from('hi')),
      masked(0x88, Buffer.of(3, 232)),
    ]);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: bytes.length }), { maxLength: 20 }), cuts => {
        const reader = new FrameReader();
        const ends = [...cuts, bytes.length].sort((a, b) => a - b);
        const events = ends.flatMap((end, index) => [
          ...reader.push(Uint8Array.from(bytes.subarray(ends[index - 1] ?? 0, end))),
        ]);
        const data = Buffer.concat(events.flatMap(event => (event.type === 'data' ? [event.bytes] : [])));
        expect(data.equals(Buffer.concat(payloads))).toBe(true);
        expect(events.filter(({ type }) => type !== 'data')).toEqual([
          { type: 'ping', bytes: new Uint8Array(Buffer.from('hi')) },
          { type: 'close' },
        ]);
      }),
      { numRuns: 30 },
    );
  });

  it.each([
    ['text', masked(0x81, Buffer.from('hi')), 1003],
    ['no mask', Buffer.of(0x82, 1, 0, 0, 0, 0, 0), 1002],
    ['a reserved bit', masked(0xc2, Buffer.of(1)), 1002],
    ['an unknown opcode', masked(0x83, Buffer.of(1)), 1002],
    ['a continuation of nothing', masked(0x80, Buffer.of(1)), 1002],
    ['a cut ping', masked(0x09, Buffer.of(1)), 1002],
    ['a long ping', masked(0x89, Buffer.alloc(126)), 1002],
    ['a message in a message', Buffer.concat([masked(0x02, Buffer.of(1)), masked(0x82, Buffer.of(1))]), 1002],
    ['a length beyond all bounds', Buffer.of(0x82, 0xff, 255, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0), 1009],
  ])('are refused: %s', (_, bytes, code) => {
    const reader = new FrameReader();
    try {
      for (const event of reader.push(Uint8Array.from(bytes))) expect(event.type).toBe('data');
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(FrameError);
      expect((error as FrameError).code).toBe(code);
    }
  });

  it('are written as short as they can be', () => {
    const header = (length: number) => Buffer.from(binaryFrame(new Uint8Array(length))[0]!).toString('hex');
    expect([0, 125, 126, 65_535, 65_536].map(header)).toEqual([
      '8200',
      '827d',
      '827e007e',
      '827effff',
      '827f0000000000010000',
    ]);
    expect(Buffer.concat(closeFrame(1000)).toString('hex')).toBe('880203e8');
    expect(Buffer.concat(pongFrame(Uint8Array.of(7))).toString('hex')).toBe('8a0107');
  });
});

describe('targets', () => {
  it('are HOST:PORT', () => {
    expect(parseTarget('Example.com:443')).toEqual({ host: 'example.com', port: 443 });
    expect(parseTarget('[::1]:1')).toEqual({ host: '::1', port: 1 });
    for (const text of [
      '',
      'a',
      'a:0',
      'a:65536',
      'a:b',
      '::1:1',
      '[a]:1',
      'a/b:1',
      'a b:1',
      ':1',
      'a\0.localhost:1',
      'a%.localhost:1',
      'ä:1',
    ])
      expect(parseTarget(text)).toBeUndefined();
  });

  it('are loopback without a list, and the list with one', () => {
    for (const host of ['localhost', 'a.localhost', '127.0.0.1', '127.9.9.9', '::1'])
      expect(isLoopback({ host })).toBe(true);
    for (const host of [
      '127.0.0.1.example.com',
      '127.1',
      '0.0.0.0',
      'example.com',
      '10.0.0.1',
      '::',
      'localhost.example.com',
    ]) {
      expect(mayConnect({ host, port: 1 }, undefined)).toBe(false);
    }
    const list = [{ host: 'example.com', port: 443 }];
    expect(mayConnect({ host: 'example.com', port: 443 }, list)).toBe(true);
    expect(mayConnect({ host: 'example.com', port: 80 }, list)).toBe(false);
    expect(mayConnect({ host: 'localhost', port: 443 }, list)).toBe(false);
  });

  it('of this machine are not asked for elsewhere', () => {
    expect(['localhost', 'a.localhost', '127.0.0.1', 'a.example'].map(lookedUp)).toEqual([
      'localhost',
      'localhost',
      '127.0.0.1',
      'a.example',
    ]);
  });

  it('are for pages of this machine, and those that are named', () => {
    for (const origin of [
      undefined,
      'http://localhost:5173',
      'https://127.0.0.1',
      'http://[::1]:80',
      'https://named.example',
    ]) {
      expect(mayAsk(origin, ['https://named.example'])).toBe(true);
    }
    for (const origin of [
      'null',
      '',
      'https://evil.example',
      'https://localhost.evil.example',
      'file://localhost',
      'http://named.example',
    ]) {
      expect(mayAsk(origin, ['https://named.example'])).toBe(false);
    }
  });
});

/** A WebSocket's opening handshake. */
function opening(port: number, path: string, headers: Record<string, string>) {
  const socket = connectTcp({ host: '127.0.0.1', port });
  const all = {
    host: 'x',
    upgrade: 'websocket',
    connection: 'Upgrade',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    'sec-websocket-version': '13',
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`);
  return socket;
}

/** The first that comes back. */
async function upgrade(port: number, path: string, headers: Record<string, string> = {}): Promise<string> {
  const socket = opening(port, path, headers);
  const [bytes] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return bytes.toString('latin1');
}

/** All that comes back: the head of the answer, and the frames behind it. */
async function upgradeToEnd(port: number, path: string, headers: Record<string, string>) {
  const bytes = Buffer.concat(await opening(port, path, headers).toArray());
  const end = bytes.indexOf('\r\n\r\n') + 4;
  return { head: bytes.toString('latin1', 0, end), frames: bytes.subarray(end) };
}

describe('--relay', () => {
  const relayed = async (args: readonly string[] = []) => {
    const server = await serve(['--www', '--relay', '0', ...args]);
    return { server, relay: JSON.parse(server.stdout.text).relay.port as number };
  };

  it('carries TLS of tlskit/web to this server and to others of this machine', async () => {
    const { server, relay } = await relayed();
    const { WebSocket } = globalThis as { WebSocket?: typeof globalThis.WebSocket };
    for (const path of ['', `127.0.0.1:${server.port}`, `localhost:${server.port}`, `any.localhost:${server.port}`]) {
      const socket =
        WebSocket === undefined
          ? await plainWebSocket(relay, `/${path}`)
          : webSocketStreams(new WebSocket(`ws://127.0.0.1:${relay}/${path}`));
      const trust = { roots: readFileSync(server.ca, 'utf8') };
      const connection = startTls(socket, { servername: 'localhost', trust });
      const writer = connection.writable.getWriter();
      await writer.write(new TextEncoder().encode('GET /healthz HTTP/1.0\r\n\r\n'));
      expect(await new Response(connection.readable).text()).toMatch(/\r\n\r\nok\n$/);
    }
  });

  it('answers the opening handshake as RFC 6455 §1.3 has it', async () => {
    const { relay } = await relayed();
    expect(await upgrade(relay, '/')).toMatch(
      /^HTTP\/1\.1 101 .*\r\nsec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=\r\n/s,
    );
  });

  it('leads nowhere else, and serves no pages of strangers', async () => {
    const { relay } = await relayed();
    expect(await upgrade(relay, '/example.com:443')).toMatch(/^HTTP\/1\.1 403 /);
    expect(await upgrade(relay, '/nonsense')).toMatch(/^HTTP\/1\.1 404 /);
    expect(await upgrade(relay, '/%zz')).toMatch(/^HTTP\/1\.1 404 /);
    // For whoever looks it up, it ends at the NUL.
    expect(await upgrade(relay, '/192.0.2.1%00.localhost:9')).toMatch(/^HTTP\/1\.1 404 /);
    expect(await upgrade(relay, '/', { origin: 'https://evil.example' })).toMatch(/^HTTP\/1\.1 403 /);
    expect(await upgrade(relay, '/', { origin: 'http://localhost:5173' })).toMatch(/^HTTP\/1\.1 101 /);
    expect(await upgrade(relay, '/', { 'sec-websocket-version': '8' })).toMatch(/^HTTP\/1\.1 426 /);
    expect(await upgrade(relay, '/', { 'sec-websocket-key': 'short' })).toMatch(/^HTTP\/1\.1 400 /);
  });

  it('says why to pages that ask for it, in codes that scripts see', async () => {
    const { relay } = await relayed(['--relay-connections', '1']);
    const asks = { 'sec-websocket-protocol': 'other, tlskit-relay' };
    const code = async (path: string, headers: Record<string, string> = asks) => {
      const answer = await upgradeToEnd(relay, path, headers);
      expect(answer.head).toMatch(/^HTTP\/1\.1 101 .*\r\nsec-websocket-protocol: tlskit-relay\r\n/s);
      return [answer.frames.readUInt16BE(2), answer.frames.toString('latin1', 4)];
    };
    expect(await code('/example.com:443')).toEqual([4403, 'Forbidden']);
    expect(await code('/nonsense')).toEqual([4404, 'Not Found']);
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const { port } = closed.address() as AddressInfo;
    closed.close();
    expect(await code(`/127.0.0.1:${port}`)).toEqual([4502, 'Bad Gateway']);
    // Not to pages that may not ask at all.
    expect(await upgrade(relay, '/', { ...asks, origin: 'https://evil.example' })).toMatch(/^HTTP\/1\.1 403 /);
    // Who does not ask for it gets no protocol that it did not name.
    expect(await upgrade(relay, '/')).not.toMatch(/sec-websocket-protocol/);
  });

  it('carries as many as it is told, and none that is silent', async () => {
    const request = `GET / HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`;
    const standing = async (...args: readonly string[]) => {
      const { relay } = await relayed(['--relay-connections', '1', ...args]);
      const socket = connectTcp(relay, '127.0.0.1');
      const gone = once(socket, 'close');
      socket.write(request);
      expect(String((await once(socket, 'data'))[0])).toMatch(/^HTTP\/1\.1 101 /);
      return { relay, socket: socket.resume(), gone };
    };
    const patient = await standing();
    expect(await upgrade(patient.relay, '/')).toMatch(/^HTTP\/1\.1 503 /);
    patient.socket.destroy();
    const { relay, gone } = await standing('--idle-timeout', '1');
    await gone;
    expect(await upgrade(relay, '/')).toMatch(/^HTTP\/1\.1 101 /);
  });

  it('leads to what --relay-to names, and to no other port; what is not there is 502', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const { port } = closed.address() as AddressInfo;
    closed.close();
    const { relay, server } = await relayed([
      '--relay-to',
      `127.0.0.1:${port}`,
      '--relay-origin',
      'https://named.example',
    ]);
    expect(await upgrade(relay, `/127.0.0.1:${port}`)).toMatch(/^HTTP\/1\.1 502 /);
    expect(await upgrade(relay, `/127.0.0.1:${server.port}`)).toMatch(/^HTTP\/1\.1 403 /);
    expect(await upgrade(relay, '/', { origin: 'https://named.example' })).toMatch(/^HTTP\/1\.1 101 /);
  });

  it('ends with the server', async () => {
    const { relay, server } = await relayed();
    const socket = connectTcp({ host: '127.0.0.1', port: relay });
    socket.on('error', () => {});
    await once(socket, 'connect');
    expect(await server.stop()).toBe(0);
    await once(socket.resume(), 'close');
  });

  it.each([
    [['--relay-to', 'a:1'], '--relay-to goes with --relay'],
    [['--relay', '0', '--relay-to', 'nonsense'], '--relay-to is HOST:PORT, not "nonsense"'],
    [['--relay', '65536'], '--relay is 0 to 65535'],
  ])('%j is refused', async (args, message) => {
    expect(await run(args)).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
  });
});

/** What a page has, where this Node has none: bytes in masked frames, and bytes out of frames. */
async function plainWebSocket(port: number, path: string) {
  const socket = connectTcp({ host: '127.0.0.1', port });
  onTestFinished(() => void socket.destroy());
  socket.write(
    `GET ${path} HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-version: 13\r\n\r\n`,
  );
  let rest = Buffer.alloc(0);
  const chunks = socket[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  const more = async () => {
    const { value, done } = await chunks.next();
    if (!done) rest = Buffer.concat([rest, value]);
    return !done;
  };
  while (!rest.includes('\r\n\r\n')) await more();
  expect(rest.toString('latin1')).toMatch(/^HTTP\/1\.1 101 /);
  rest = rest.subarray(rest.indexOf('\r\n\r\n') + 4);
  const readable = new ReadableStream<Uint8Array>({
    async pull(controller) {
      for (;;) {
        const short = (rest[1] ?? 0) & 0x7f;
        const header = short === 126 ? 4 : short === 127 ? 10 : 2;
        const length =
          rest.length < header
            ? Number.NaN
            : short === 126
              ? rest.readUInt16BE(2)
              : short === 127
                ? Number(rest.readBigUInt64BE(2))
                : short;
        if (rest.length >= header + length) {
          const [opcode, payload] = [rest[0]! & 15, new Uint8Array(rest.subarray(header, header + length))];
          rest = rest.subarray(header + length);
          if (opcode === 8) return controller.close();
          return controller.enqueue(payload);
        }
        if (!(await more())) return controller.close();
      }
    },
  });
  const writable = new WritableStream<Uint8Array>({
    write: bytes => void socket.write(masked(0x82, bytes)),
  });
  return { readable, writable };
}
