/** What a process of the bench does when it is told: the one side of {@link PeerProcess}. */
import type { AeadName } from '@tlskit/tls-crypto';
import { loadStack, type StackName } from '../stacks/all.ts';
import type { ProviderName } from '../stacks/providers.ts';
import type {
  Beginning,
  BenchClient,
  BenchConnection,
  ClientSettings,
  Identity,
  ServerSettings,
} from '../stacks/stack.ts';
import { Lacking } from '../stacks/stack.ts';
import type { Primitive } from './primitives.ts';
import { startProfile, stopProfile } from './profiler.ts';
import { serve } from './serve.ts';
import { connections, hold, type Length, requests, roundTrips, type Turn, transfer } from './turns.ts';

interface Asked {
  readonly stack: StackName;
  readonly settings: ClientSettings;
}

/** Kept over turns, by what was asked for: so is a client that a program makes once. */
const clients = new Map<string, Promise<BenchClient>>();
let held: BenchConnection[] = [];

function clientOf({ stack, settings }: Asked): Promise<BenchClient> {
  const key = JSON.stringify([stack, settings]);
  let client = clients.get(key);
  if (client === undefined) {
    client = loadStack(stack).then(({ name, client: make }) => {
      if (make === undefined) throw new Lacking(`${name} has no client`);
      return make(settings);
    });
    clients.set(key, client);
  }
  return client;
}

export interface Usage {
  /** Milliseconds of CPU time since the process began. */
  readonly cpu: number;
}

export interface Memory {
  /** Bytes. */
  readonly resident: number;
  /** Of V8's heap, and of buffers and what else belongs to objects in it. */
  readonly heap: number;
  readonly external: number;
}

export const tasks = {
  async listen({ stack, settings }: { readonly stack: StackName; readonly settings: ServerSettings }): Promise<number> {
    const { name, listen } = await loadStack(stack);
    if (listen === undefined) throw new Lacking(`${name} has no server`);
    return listen(settings, serve);
  },

  /** Makes the client, so that what is measured begins with a connection. */
  async ready(asked: Asked): Promise<void> {
    await clientOf(asked);
  },

  async connections(asked: Asked & { readonly beginning: Beginning; readonly length: Length }): Promise<Turn> {
    return connections(await clientOf(asked), asked.beginning, asked.length);
  },

  async requests(asked: Asked & { readonly beginning: Beginning; readonly length: Length }): Promise<Turn> {
    return requests(await clientOf(asked), asked.beginning, asked.length);
  },

  async roundTrips(asked: Asked & { readonly length: Length }): Promise<Turn> {
    return onConnection(asked, connection => roundTrips(connection, 1, asked.length));
  },

  async transfer(asked: Asked & { readonly direction: 'up' | 'down'; readonly bytes: number }): Promise<Turn> {
    return onConnection(asked, connection => transfer(connection, asked.direction, asked.bytes, 1));
  },

  /** Holds so many connections more. @returns how many are held */
  async hold(asked: Asked & { readonly count: number; readonly atOnce: number }): Promise<number> {
    held.push(...(await hold(await clientOf(asked), asked.count, asked.atOnce)));
    return held.length;
  },

  async letGo(_: undefined): Promise<void> {
    for (const connection of held) connection.close();
    held = [];
  },

  async engineHandshakes({
    identity,
    length,
  }: {
    readonly identity: Identity;
    readonly length: Length;
  }): Promise<Turn> {
    return (await import('./engines.ts')).engineHandshakes(identity, length);
  },

  async engineTransfer({ identity, bytes }: { readonly identity: Identity; readonly bytes: number }): Promise<Turn> {
    return (await import('./engines.ts')).engineTransfer(identity, bytes);
  },

  async primitives({
    identity,
    length,
  }: {
    readonly identity: Identity;
    readonly length: Length;
  }): Promise<Primitive[]> {
    const { primitives } = await import('./primitives.ts');
    return primitives(await providerOf('node'), identity, length);
  },

  async aead(asked: {
    readonly provider: ProviderName;
    readonly aead: AeadName;
    readonly operation: 'seal' | 'open';
    readonly length: Length;
  }): Promise<Turn> {
    const { aeadTurn } = await import('./primitives.ts');
    return aeadTurn((await providerOf(asked.provider)).aeads[asked.aead], asked.operation, asked.length);
  },

  async gateway({ script }: { readonly script: string }): Promise<number> {
    return (await import('./gateway.ts')).gateway(script);
  },

  async usage(_: undefined): Promise<Usage> {
    const { user, system } = process.cpuUsage();
    return { cpu: (user + system) / 1000 };
  },

  /** What is left when the garbage is gone, as far as that can be told to go. */
  async memory(_: undefined): Promise<Memory> {
    for (let i = 0; i < 4; i++) {
      globalThis.gc?.();
      await new Promise(resolve => setTimeout(resolve, 50));
    }
    const { rss, heapUsed, external } = process.memoryUsage();
    return { resident: rss, heap: heapUsed, external };
  },

  startProfile: (_: undefined) => startProfile(),
  stopProfile: (_: undefined) => stopProfile(),
};

export type Tasks = typeof tasks;

async function providerOf(name: ProviderName) {
  return (await import('../stacks/providers.ts')).providers[name]();
}

async function onConnection<T>(asked: Asked, use: (connection: BenchConnection) => Promise<T>): Promise<T> {
  const connection = await (await clientOf(asked)).connect('full');
  try {
    await connection.received(1);
    return await use(connection);
  } finally {
    connection.close();
  }
}
