import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { describe, expect, it } from 'vitest';
import { accept, connect } from '../src/node/index.ts';
import {
  closed,
  credential,
  dial,
  listening,
  memoryPair,
  openPair,
  readAll,
  sha256,
  stop,
  ticks,
  trust,
  until,
} from './support.ts';

const MEBIBYTE = 1 << 20;

describe('data', () => {
  it('goes a mebibyte each way over TCP, and both sides close in order', async () => {
    const up = randomBytes(MEBIBYTE);
    const down = randomBytes(MEBIBYTE);
    const { server, port } = await listening();
    const accepted = once(server, 'secureConnection');
    const client = dial(port);
    client.end(up);
    const received = readAll(client);
    const [socket] = await accepted;
    socket.end(down);
    expect(sha256(await readAll(socket))).toBe(sha256(up));
    expect(sha256(await received)).toBe(sha256(down));
    await Promise.all([closed(client), closed(socket)]);
    expect([client.errored, socket.errored]).toEqual([null, null]);
    server.close();
    await once(server, 'close');
    expect(server.connections.size).toBe(0);
  });

  it('goes a mebibyte each way over a transport in memory', async () => {
    const up = randomBytes(MEBIBYTE);
    const down = randomBytes(MEBIBYTE);
    const { client, server } = memoryPair();
    client.end(up);
    server.end(down);
    const [atServer, atClient] = await Promise.all([readAll(server), readAll(client)]);
    expect(sha256(atServer)).toBe(sha256(up));
    expect(sha256(atClient)).toBe(sha256(down));
  });

  it('goes when the flights of the handshake came in pieces', async () => {
    const piece = (bytes: Buffer, size: number) =>
      Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
    const { client, server } = await openPair({}, {}, (_, bytes) => ({ bytes: piece(bytes, 100) }));
    client.end('up');
    server.end('down');
    expect(String(await readAll(client)) + (await readAll(server))).toBe('downup');
  });

  it('that is written when the handshake is told complete goes with the end of the handshake', async () => {
    const chunks: string[] = [];
    const { client, server } = memoryPair({}, { tickets: false }, (from, bytes) => {
      // Types of records: handshake and change_cipher_spec are 22 and 20, what is protected is 23.
      const types: number[] = [];
      for (let at = 0; at < bytes.length; at += 5 + bytes.readUInt16BE(at + 3)) types.push(bytes[at] as number);
      chunks.push(`${from} ${types}`);
      return { bytes };
    });
    client.once('secureConnect', () => client.write('request'));
    expect(String((await once(server, 'data'))[0])).toBe('request');
    // change_cipher_spec, Finished, the request.
    expect(chunks.filter(chunk => chunk.startsWith('client'))).toEqual(['client 22', 'client 20,23,23']);
    client.destroy();
  });

  it('goes all the same, and the end of the handshake with it, where a listener throws', async () => {
    const others = process.listeners('uncaughtException');
    const reported: string[] = [];
    process.removeAllListeners('uncaughtException');
    process.on('uncaughtException', error => reported.push(error.message));
    try {
      const { client, server } = memoryPair();
      client.once('secureConnect', () => {
        client.write('request');
        throw new Error('after the write');
      });
      const [chunk] = await once(server, 'data');
      expect([String(chunk), reported]).toEqual(['request', ['after the write']]);
      client.destroy();
    } finally {
      process.removeAllListeners('uncaughtException');
      for (const listener of others) process.on('uncaughtException', listener);
    }
  });

  it('goes in many small writes, which share records', async () => {
    const records: number[] = [];
    const { client, server } = await openPair({
      inspect: { record: ({ direction }) => direction === 'out' && records.push(1) },
    });
    const before = records.length;
    const parts = Array.from({ length: 2000 }, (_, i) => Buffer.from(`${i} `));
    for (const part of parts) client.write(part);
    client.end();
    server.resume();
    const text = Buffer.concat(parts).toString();
    expect((await readAll(server)).toString()).toBe(text);
    expect(records.length - before).toBeLessThan(10);
    server.end();
  });

  it('may be written before the handshake, and waits for it outside of the engine', async () => {
    const { client, server } = memoryPair();
    client.write('early bird');
    expect(client.buffered.unsent).toBe(0);
    const [chunk] = await once(server, 'data');
    expect(String(chunk)).toBe('early bird');
    client.destroy();
    await closed(server);
  });

  it('goes from stream to stream in a pipeline', async () => {
    const data = randomBytes(300_000);
    const { client, server } = memoryPair();
    const echo = pipeline(server, server);
    client.end(data);
    expect(sha256(await readAll(client))).toBe(sha256(data));
    await echo;
  });

  it('goes over TLS within TLS', async () => {
    const outer = await openPair();
    const inner = {
      client: connect({ transport: outer.client, servername: 'localhost', trust }),
      server: accept(outer.server, credential),
    };
    inner.client.end('russian doll').resume();
    expect((await readAll(inner.server)).toString()).toBe('russian doll');
    inner.server.end();
    await closed(inner.client);
    await Promise.all([closed(outer.client), closed(outer.server)]);
    expect(outer.client.errored).toBe(null);
  });
});

describe('backpressure', () => {
  const chunk = randomBytes(10_000);

  it('stops a writer whose peer does not read, with little in memory', async () => {
    const { client, server, below } = await openPair();
    let callbacks = 0;
    let writes = 0;
    for (let i = 0; i < 1000; i++) {
      writes++;
      const more = client.write(chunk, () => callbacks++);
      if (!more) break;
    }
    // All that can move has moved when this is done.
    await ticks();
    for (; writes < 200; writes++) client.write(chunk, () => callbacks++);
    await ticks();
    expect(client.writableNeedDrain).toBe(true);
    expect(callbacks).toBeLessThan(40);
    // What was sealed and what was opened is about the size of the buffers; the rest is where the caller put it.
    const portion = 70_000;
    expect(client.buffered.output).toBeLessThanOrEqual(portion);
    expect(below.client.writableLength).toBeLessThanOrEqual(portion + 20_000);
    expect(below.server.readableLength).toBeLessThanOrEqual(portion + 20_000);
    expect(server.buffered.input).toBeLessThanOrEqual(20_000);
    expect(server.readableLength).toBeLessThanOrEqual(portion + 20_000);

    client.end();
    const received = await readAll(server);
    expect(sha256(received)).toBe(sha256(Buffer.concat(Array.from({ length: 200 }, () => chunk))));
    expect(callbacks).toBe(200);
  });

  it('lets a slow reader read at its own pace, with bounded buffers at all times', async () => {
    const data = randomBytes(2 * MEBIBYTE);
    const { server, port } = await listening();
    const accepted = once(server, 'secureConnection');
    const client = dial(port);
    client.end(data);
    const [socket] = await accepted;
    const parts: Buffer[] = [];
    let most = 0;
    for await (const part of socket) {
      most = Math.max(most, socket.readableLength, client.buffered.output, socket.buffered.input);
      parts.push(part);
      await new Promise(resolve => setImmediate(resolve));
    }
    expect(sha256(Buffer.concat(parts))).toBe(sha256(data));
    expect(most).toBeLessThan(200_000);
    await stop(server);
  });

  it('leaves in the kernel what nobody reads, both ways over TCP', async () => {
    const data = randomBytes(12 * MEBIBYTE);
    const { server, port } = await listening();
    const accepted = once(server, 'secureConnection');
    const client = dial(port);
    const [socket] = await accepted;
    for (const [writer, reader] of [
      [client, socket],
      [socket, client],
    ]) {
      for (let at = 0; at < data.length; at += MEBIBYTE) writer.write(data.subarray(at, at + MEBIBYTE));
      // The first bytes are in the reader's buffer, which nobody empties.
      await once(reader, 'readable');
      let held = -1;
      while (held !== reader.readableLength) {
        held = reader.readableLength;
        await new Promise(resolve => setTimeout(resolve, 200));
      }
      expect(held).toBeLessThan(200_000);
      expect(reader.buffered.input).toBeLessThan(20_000);
      expect(writer.buffered.output).toBeLessThan(200_000);
      expect(writer.writableLength).toBeGreaterThan(0);
      await new Promise(resolve => setTimeout(resolve, 50));
      // Nothing more came meanwhile: the transport is paused.
      expect(reader.readableLength).toBe(held);
      const hash = createHash('sha256');
      for (let length = 0; length < data.length; ) {
        const part = reader.read() as Buffer | null;
        if (part === null) await once(reader, 'readable');
        else {
          hash.update(part);
          length += part.length;
        }
      }
      expect(hash.digest('hex')).toBe(sha256(data));
    }
    await stop(server);
  });

  it('pauses and resumes with the reader', async () => {
    const { client, server } = await openPair();
    server.on('data', () => {});
    server.pause();
    client.write(Buffer.alloc(MEBIBYTE));
    await ticks();
    const held = server.readableLength;
    expect(held).toBeLessThan(200_000);
    server.resume();
    await once(client, 'drain');
    expect(client.writableLength).toBe(0);
    client.destroy();
    await closed(server);
  });
});

describe('half-close', () => {
  it('lets a side that has ended read on', async () => {
    const { client, server } = await openPair({}, { allowHalfOpen: true });
    client.end('question');
    expect((await readAll(server)).toString()).toBe('question');
    await ticks();
    expect(client.readableEnded).toBe(false);
    server.write('long ');
    await ticks();
    server.end('answer');
    expect((await readAll(client)).toString()).toBe('long answer');
    await Promise.all([closed(client), closed(server)]);
  });

  it('goes both ways', async () => {
    const { client, server } = await openPair({ allowHalfOpen: true }, {});
    server.end('greeting');
    expect((await readAll(client)).toString()).toBe('greeting');
    await ticks();
    client.end('thanks');
    expect((await readAll(server)).toString()).toBe('thanks');
    await Promise.all([closed(client), closed(server)]);
  });

  it('is over at once by default, when what was written is out', async () => {
    const { client, server } = await openPair();
    const data = randomBytes(400_000);
    server.write(data);
    client.end();
    server.resume();
    expect(sha256(await readAll(client))).toBe(sha256(data));
    await Promise.all([closed(client), closed(server)]);
    expect(server.errored).toBe(null);
  });

  it('works on a transport that closes with its peer by default', async () => {
    const { server, port } = await listening({ allowHalfOpen: true });
    const accepted = once(server, 'secureConnection');
    const transport = connectTcp({ port, host: '127.0.0.1' });
    const client = connect({ transport, servername: 'localhost', trust, allowHalfOpen: true });
    const [socket] = await accepted;
    socket.end('bye');
    expect((await readAll(client)).toString()).toBe('bye');
    // A socket of TCP would end itself behind its peer.
    await until(() => transport.readableEnded);
    await ticks();
    client.end('bye yourself');
    expect((await readAll(socket)).toString()).toBe('bye yourself');
    await Promise.all([closed(client), closed(socket)]);
    await stop(server);
  });
});
