/** Two ends that do as they please, over a transport that cuts as it pleases. */
import { once } from 'node:events';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TlsSocket } from '../src/node/index.ts';
import { closed, memoryPair } from './support.ts';

type Act =
  | { readonly do: 'write'; readonly size: number }
  | { readonly do: 'wait' | 'pause' | 'resume' | 'update' | 'end' | 'destroy' | 'fail' };

const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('write' as const), size: fc.integer({ min: 0, max: 100_000 }) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom('wait' as const, 'pause' as const, 'resume' as const, 'update' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('end' as const, 'destroy' as const, 'fail' as const) }) },
);

/** What one end did and saw. */
class Player {
  readonly socket: TlsSocket;
  written = 0;
  read = 0;
  intact = true;
  ended = false;
  errors = 0;

  constructor(socket: TlsSocket) {
    this.socket = socket;
    socket.on('data', chunk => {
      // Byte n of the stream is n mod 251: whatever is lost, doubled or swapped shows.
      for (let i = 0; i < chunk.length; i++) this.intact &&= chunk[i] === (this.read + i) % 251;
      this.read += chunk.length;
    });
    socket.on('end', () => {
      this.ended = true;
    });
    socket.on('error', () => this.errors++);
  }

  async play(acts: readonly Act[]): Promise<void> {
    const { socket } = this;
    for (const step of acts) {
      if (socket.destroyed) return;
      switch (step.do) {
        case 'write':
          if (socket.writable) {
            socket.write(Buffer.from(Array.from({ length: step.size }, (_, i) => (this.written + i) % 251)));
            this.written += step.size;
          }
          break;
        case 'wait':
          for (let i = 0; i < 5; i++) await new Promise(resolve => setImmediate(resolve));
          break;
        case 'pause':
          socket.pause();
          break;
        case 'resume':
          socket.resume();
          break;
        case 'update':
          if (socket.info !== undefined && socket.writable) socket.updateKeys({ requestPeer: true });
          break;
        case 'end':
          socket.end();
          break;
        case 'destroy':
          socket.destroy();
          break;
        case 'fail':
          socket.destroy(new Error('of its own accord'));
      }
    }
    socket.resume();
    socket.end();
  }
}

describe('two ends that do as they please', () => {
  it('both close, with one error at most, and take nothing for the whole that is not', async () => {
    const script = fc.array(act, { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(script, script, fc.boolean(), fc.integer({ min: 1, max: 40_000 }), async (a, b, half, size) => {
        const pieces = (bytes: Buffer) =>
          Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
        const pair = memoryPair({ allowHalfOpen: half }, { allowHalfOpen: half }, (_, bytes) => ({
          bytes: bytes.length / size > 500 ? bytes : pieces(bytes),
        }));
        const peaceful = ![...a, ...b].some(step => step.do === 'destroy' || step.do === 'fail');
        const [client, server] = [new Player(pair.client), new Player(pair.server)];
        await Promise.all([client.play(a), server.play(b), closed(pair.client), closed(pair.server)]);
        for (const [one, other] of [
          [client, server],
          [server, client],
        ] as const) {
          expect(one.errors).toBeLessThanOrEqual(1);
          expect(one.intact).toBe(true);
          expect(one.read).toBeLessThanOrEqual(other.written);
          if (one.ended) expect(one.read).toBe(other.written);
          if (peaceful) expect([one.errors, one.ended]).toEqual([0, true]);
        }
        // The transports follow, when the last bytes are out.
        await Promise.all(Object.values(pair.below).map(below => below.closed || once(below, 'close')));
      }),
      { numRuns: 60 },
    );
  });
});
