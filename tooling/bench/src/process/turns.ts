/** What a client does in its turn. All of it runs in the client's process, and is timed there. */
import type { Beginning, BenchClient, BenchConnection } from '../stacks/stack.ts';
import { ORDER, order } from './serve.ts';

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
  const request = Buffer.concat([order('R', 64), new Uint8Array(64)]);
  // What is early is answered as it is, without an order.
  const early = request.subarray(ORDER);
  return repeat(length, async () => {
    const connection = await client.connect(beginning, early);
    if (beginning !== 'early') await connection.write(request);
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

/**
 * The same for what is synchronous and waits for nobody: by CPU time, as `openssl speed` does it, so that other programs on the machine
 * take no part in it.
 */
export function repeatNow({ milliseconds, atLeast }: Length, once: () => void): Turn {
  const [begin, before] = [performance.now(), cpuTime()];
  for (let units = 1; ; units++) {
    once();
    if (units >= atLeast && performance.now() - begin >= milliseconds)
      return { units, milliseconds: cpuTime() - before };
  }
}

/** Milliseconds of CPU time of this process. */
export function cpuTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
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
  const request = Buffer.concat([order('R', 64), new Uint8Array(64)]);
  const worker = async () => {
    while (held.length + pending < count) {
      pending++;
      const connection = await client.connect('full');
      await connection.write(request);
      await connection.received(1 + 64);
      held.push(connection);
      pending--;
    }
  };
  let pending = 0;
  await Promise.all(Array.from({ length: atOnce }, worker));
  return held;
}
