/** Memory of what was sent is given back, and never before. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { Releaser } from '../src/node/release.ts';
import { dial, listening, readAll, sha256 } from './support.ts';

const socket = (writableLength: number, destroyed = false) => ({ writableLength, destroyed });
const lengths = (parts: readonly Uint8Array[]) => parts.map(({ length }) => length);

describe('memory that has served', () => {
  it('is given back when the socket holds nothing any more', () => {
    const parts = [new Uint8Array(5), new Uint8Array(16_401), new Uint8Array(21), new Uint8Array(4096)];
    new Releaser(socket(0)).written(parts, false);
    expect(lengths(parts)).toEqual([5, 0, 21, 0]);
  });

  it('is left while any of it may still wait', () => {
    const busy = socket(1);
    const releaser = new Releaser(busy);
    const [first, second] = [[new Uint8Array(16_401).fill(7)], [new Uint8Array(16_401).fill(7)]];
    releaser.written(first, true);
    expect(lengths(first)).toEqual([16_401]);
    releaser.drained();
    expect(lengths(first)).toEqual([16_401]);
    releaser.written(second, true);
    busy.writableLength = 0;
    releaser.drained();
    expect([...lengths(first), ...lengths(second)]).toEqual([16_401, 0]);
    expect(first[0]?.every(octet => octet === 7)).toBe(true);
  });

  it('is left where the socket went, and where nobody will say that it is empty', () => {
    const gone = [new Uint8Array(16_401)];
    new Releaser(socket(0, true)).written(gone, true);
    expect(lengths(gone)).toEqual([16_401]);
    const busy = socket(1);
    const releaser = new Releaser(busy);
    releaser.written(gone, false);
    busy.writableLength = 0;
    releaser.drained();
    expect(lengths(gone)).toEqual([16_401]);
  });

  it('is left where others have a share in the buffer', () => {
    const buffer = new ArrayBuffer(20_000);
    new Releaser(socket(0)).written(
      [new Uint8Array(buffer, 0, 10_000), new Uint8Array(buffer, 10_000), Buffer.from(buffer, 1, 19_999)],
      false,
    );
    expect(buffer.byteLength).toBe(20_000);
  });

  it('is no memory of the caller’s, and goes to a peer that reads late as it was', async () => {
    const { server, port } = await listening();
    const accepted = once(server, 'secureConnection');
    const client = dial(port);
    const [atServer] = await accepted;
    const data = randomBytes(1 << 23);
    const expected = sha256(data);
    for (const end of [client, atServer]) end.end(data);
    await new Promise(resolve => setTimeout(resolve, 50));
    for (const end of [client, atServer]) expect(sha256(await readAll(end))).toBe(expected);
    expect(sha256(data)).toBe(expected);
    server.close();
  });
});
