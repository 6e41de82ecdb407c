/** Bytes are fed in memory that is overwritten right after: a transport may read into the same buffer again and again. */
import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import type { Engine } from '../src/index.ts';
import { asynchronous, credential, type End, type Pair, pair, provider, slowExchange, takeAll } from './support.ts';

const data = provider.random(100_000);

/** Feeds what there is in pieces of these lengths, all by way of one buffer. */
function feed(engine: Engine, bytes: Uint8Array, length: () => number): void {
  const buffer = Buffer.alloc(1 << 17);
  for (let at = 0; at < bytes.length; ) {
    const part = bytes.subarray(at, at + length());
    buffer.set(part);
    engine.receive(buffer.subarray(0, part.length));
    buffer.fill(0xee);
    at += part.length;
  }
}

async function run({ client, server }: Pair, length: () => number): Promise<void> {
  for (let quiet = 0; quiet < 3; ) {
    const up = takeAll(client.engine);
    const down = takeAll(server.engine);
    feed(server.engine, up, length);
    feed(client.engine, down, length);
    quiet = up.length + down.length > 0 ? 0 : quiet + 1;
    await new Promise(resolve => setImmediate(resolve));
  }
}

function expectAll(end: End): void {
  expect(end.error).toBeUndefined();
  expect(Buffer.concat(end.received).equals(Buffer.concat([data, data]))).toBe(true);
}

const lengths = {
  'all at once': () => 1 << 17,
  'pieces of any length': () => 1 + (randomBytes(2).readUInt16BE() % 9000),
  'one byte more than a record': () => 16_407,
  'pieces of three bytes': () => 3,
};

for (const [name, length] of Object.entries(lengths)) {
  it(`nothing of it is looked at later: ${name}`, async () => {
    const ends = pair();
    for (const { engine } of [ends.client, ends.server]) for (let i = 0; i < 2; i++) engine.write(data);
    await run(ends, length);
    expectAll(ends.client);
    expectAll(ends.server);
  });

  it(`nor while a handshake waits for its own side: ${name}`, async () => {
    const ends = pair(
      { provider: slowExchange() },
      { provider: slowExchange(), credentials: () => ({ ...credential, key: asynchronous(credential.key) }) },
    );
    for (const { engine } of [ends.client, ends.server]) for (let i = 0; i < 2; i++) engine.write(data);
    await run(ends, length);
    expectAll(ends.client);
    expectAll(ends.server);
  });
}
