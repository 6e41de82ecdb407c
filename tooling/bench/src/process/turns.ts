/** What a client does in its turn, in its own process or page, where it is timed. */
import type { Beginning, BenchClient, BenchConnection } from '../stacks/stack.ts';
import { ORDER, order, request } from './orders.ts';

/** How long a turn is. */
export interface Length {
  readonly milliseconds: number;
  readonly atLeast: number;
}

export interface Turn {
  /** How many connections, bytes, or whatever was counted. */
  readonly units: number;
  readonly milliseconds: number;
}

/** Connections one after another, each until both ends say that it stands. */
export async function connections(client: BenchClient, beginning: Beginning, length: Length): Promise<Turn> {
  if (beginning !== 'full') await prime(client);
  return repeat(length, async () => {
    const connection = await client.connect(beginning);
    await connection.received(1);
    if (beginning === 'resumed') await connection.session?.();
    connection.close();
  });
}

/** Connections with a request of 64 bytes and its answer, the request as early as may be. */
export async function requests(client: BenchClient, beginning: Beginning, length: Length): Promise<Turn> {
  if (beginning !== 'full') await prime(client);
  const message = request(new Uint8Array(64));
  // What is early is answered as it is, without an order.
  const early = message.subarray(ORDER);
  return repeat(length, async () => {
    const connection = await client.connect(beginning, early);
    if (beginning !== 'early') await connection.write(message);
    await connection.received(1 + early.length);
    if (beginning !== 'full') await connection.session?.();
    connection.close();
  });
}

/** Makes the session that the next connection resumes. */
async function prime(client: BenchClient): Promise<void> {
  const connection = await client.connect('full');
  await connection.received(1);
  await connection.session?.();
  connection.close();
}

/** 64 bytes there and back, one after another, on a connection. */
export async function roundTrips(connection: BenchConnection, before: number, length: Length): Promise<Turn> {
  let total = before;
  const message = new Uint8Array(64).fill(0x62);
  // More than anybody does in a turn.
  await connection.write(order('R', 2 ** 40));
  return repeat(length, async () => {
    await connection.write(message);
    total += message.length;
    await connection.received(total);
  });
}

async function repeat({ milliseconds, atLeast }: Length, once: () => Promise<void>): Promise<Turn> {
  const begin = performance.now();
  for (let units = 1; ; units++) {
    await once();
    const elapsed = performance.now() - begin;
    if (elapsed >= milliseconds && units >= atLeast) return { units, milliseconds: elapsed };
  }
}

const block = new Uint8Array(1 << 20).fill(0x63);

/** Moves bytes in one direction over a connection, on which so many bytes have come before. */
export async function transfer(
  connection: BenchConnection,
  direction: 'up' | 'down',
  bytes: number,
  before: number,
): Promise<Turn> {
  const begin = performance.now();
  await connection.write(order(direction === 'up' ? 'U' : 'D', bytes));
  if (direction === 'up') {
    for (let at = 0; at < bytes; at += block.length) await connection.write(block.subarray(0, bytes - at));
  }
  await connection.received(before + (direction === 'up' ? 1 : bytes));
  return { units: bytes, milliseconds: performance.now() - begin };
}

/** Stands up connections, so many at a time, on each of which 64 bytes have gone there and back, and keeps them. */
export async function hold(client: BenchClient, count: number, atOnce: number): Promise<BenchConnection[]> {
  const held: BenchConnection[] = [];
  const message = request(new Uint8Array(64));
  const worker = async () => {
    while (held.length + pending < count) {
      pending++;
      const connection = await client.connect('full');
      await connection.write(message);
      await connection.received(1 + 64);
      held.push(connection);
      pending--;
    }
  };
  let pending = 0;
  await Promise.all(Array.from({ length: atOnce }, worker));
  return held;
}
