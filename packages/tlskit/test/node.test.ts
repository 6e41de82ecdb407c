import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { dial, listening, memoryPair, readAll, sha256 } from './support.ts';

describe('a connection', () => {
  it('carries a mebibyte each way over TCP', async () => {
    const up = randomBytes(1 << 20);
    const down = randomBytes(1 << 20);
    const { server, port } = await listening();
    const accepted = once(server, 'secureConnection');
    const client = dial(port);
    client.end(up);
    const received = readAll(client);
    const [socket] = await accepted;
    socket.end(down);
    expect(sha256(await readAll(socket))).toBe(sha256(up));
    expect(sha256(await received)).toBe(sha256(down));
    server.close();
    await once(server, 'close');
  });

  it('carries a mebibyte each way over memory', async () => {
    const up = randomBytes(1 << 20);
    const down = randomBytes(1 << 20);
    const { client, server } = memoryPair();
    client.end(up);
    server.end(down);
    const [atServer, atClient] = await Promise.all([readAll(server), readAll(client)]);
    expect(sha256(atServer)).toBe(sha256(up));
    expect(sha256(atClient)).toBe(sha256(down));
    expect(await client.opened).toMatchObject({ protocol: 'TLSv1.3', verified: true });
  });
});
