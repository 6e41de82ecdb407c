import type { BenchClient, BenchConnection, Target } from './client.ts';

export interface Figures {
  readonly client: BenchClient;
  /** Full handshakes a second. */
  readonly handshakes: number[];
  /** Megabytes (10^6 bytes) a second towards the server, and from it. */
  readonly up: number[];
  readonly down: number[];
  /** What it could not do, and why. */
  readonly failures: string[];
}

export interface Plan {
  /** Rounds in which every client takes its turn: what drifts hits all alike. */
  readonly rounds: number;
  /** Seconds of handshakes a round. */
  readonly seconds: number;
  /** Bytes a transfer; slow clients move a part of it. */
  readonly bytes: number;
}

/** Measures all clients in turn, round by round. */
export async function measure(clients: readonly BenchClient[], target: Target, plan: Plan): Promise<Figures[]> {
  const figures: Figures[] = clients.map(client => ({ client, handshakes: [], up: [], down: [], failures: [] }));
  for (let round = -1; round < plan.rounds; round++) {
    for (const entry of figures) {
      if (entry.failures.length > 0) continue;
      try {
        const sample = await measureOnce(entry.client, target, plan);
        // The first round warms up and is not counted.
        if (round < 0) continue;
        entry.handshakes.push(sample.handshakes);
        entry.up.push(sample.up);
        entry.down.push(sample.down);
      } catch (error) {
        entry.failures.push(error instanceof Error ? error.message : String(error));
      }
    }
  }
  return figures;
}

async function measureOnce(client: BenchClient, target: Target, plan: Plan) {
  const begin = performance.now();
  let count = 0;
  let elapsed = 0;
  while (elapsed < plan.seconds) {
    (await client.connect(target)).close();
    count++;
    elapsed = (performance.now() - begin) / 1000;
  }
  const connection = await client.connect(target);
  try {
    return { handshakes: count / elapsed, ...(await transfer(connection, plan.bytes)) };
  } finally {
    connection.close();
  }
}

/** Moves a small amount first, to know how much a second holds, then what fits about a second and a half. */
async function transfer(connection: BenchConnection, most: number): Promise<{ up: number; down: number }> {
  let total = 0;
  const download = async (bytes: number) => {
    const begin = performance.now();
    await connection.write(command('D', bytes));
    total += bytes;
    await connection.received(total);
    return bytes / (performance.now() - begin) / 1000;
  };
  const upload = async (bytes: number) => {
    const data = new Uint8Array(bytes);
    const begin = performance.now();
    await connection.write(command('U', bytes));
    await connection.write(data);
    total += 1;
    await connection.received(total);
    return bytes / (performance.now() - begin) / 1000;
  };
  const share = (megabytesPerSecond: number) => Math.min(most, Math.ceil(megabytesPerSecond * 1.5e6));
  return {
    up: await upload(share(await upload(1e6))),
    down: await download(share(await download(1e6))),
  };
}

function command(letter: 'D' | 'U', bytes: number): Uint8Array {
  const message = Buffer.alloc(9, letter);
  message.writeBigUInt64BE(BigInt(bytes), 1);
  return message;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}
