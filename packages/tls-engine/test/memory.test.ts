import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { pair, pump } from './support.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function handshakes(count: number): void {
  for (let i = 0; i < count; i++) {
    const ends = pair();
    pump(ends);
    ends.client.engine.write(Uint8Array.of(i));
    ends.client.engine.close();
    ends.server.engine.close();
    pump(ends);
    if (!ends.server.closed || ends.server.received.length !== 1) throw new Error(`handshake ${i} did not complete`);
  }
}

async function heapUsed(): Promise<number> {
  // Finalizers of native objects run between turns of the event loop.
  for (let i = 0; i < 3; i++) {
    collectGarbage();
    await new Promise(resolve => setImmediate(resolve));
  }
  return process.memoryUsage().heapUsed;
}

it('after 10,000 handshakes the heap is within a tenth of what it was after the first thousand', async () => {
  handshakes(1000);
  const before = await heapUsed();
  handshakes(9000);
  const after = await heapUsed();
  expect(after).toBeLessThan(before * 1.1);
}, 300_000);
