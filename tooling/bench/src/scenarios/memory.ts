/** Memory of connections that stand idle, each after 64 bytes there and back; one process a side. */
import { Pair } from '../pair.ts';
import type { Memory } from '../process/tasks.ts';
import { base, ours, type Pairing, raw } from './pairings.ts';
import type { Context, Figures, Scenario } from './scenario.ts';

interface Idle {
  readonly name: string;
  readonly connections: number;
  readonly client?: Memory;
  readonly server?: Memory;
  readonly failure?: string;
}

export const memory: Scenario = {
  name: 'memory',
  title: 'memory of an idle connection, at 10,000 of them',
  async run(context) {
    const rows: Idle[] = [];
    for (const pairing of [base, ours, raw]) {
      context.progress(`${context.plan.connections} connections, ${pairing.name}`);
      rows.push(await measure(pairing, context));
    }
    const first = rows[0] as Idle;
    const cell = (row: Idle, side: 'client' | 'server', key: keyof Memory) => {
      const [value, of] = [row[side]?.[key], first[side]?.[key]];
      if (value === undefined) return row.failure ?? '–';
      // What is next to nothing makes no ratio.
      return `${of === undefined || key !== 'resident' ? '' : `**${(value / of).toFixed(2)}** · `}${(value / 1000).toFixed(1)}`;
    };
    const columns = (['server', 'client'] as const).flatMap(side =>
      (['resident', 'heap', 'external'] as const).map(key => [side, key] as const),
    );
    return {
      sections: [
        {
          marker: 'memory',
          lines: [
            "kB (10³ bytes) for each connection, what the process had before taken off: the resident set, V8's heap, and buffers outside of it.",
            '',
            `| both ends | connections | ${columns.map(([side, key]) => `${side}: ${key}`).join(' | ')} |`,
            `|---|---:|${columns.map(() => '---:|').join('')}`,
            ...rows.map(
              row =>
                `| ${row.name} | ${row.connections} | ${columns.map(([side, key]) => cell(row, side, key)).join(' | ')} |`,
            ),
          ],
        },
      ],
      figures: figures(rows[1], first),
    };
  },
};

function figures(of: Idle | undefined, first: Idle): Figures {
  const ratio = (side: 'client' | 'server') => {
    const [value, against] = [of?.[side]?.resident, first[side]?.resident];
    return value === undefined || against === undefined ? (of?.failure ?? 'not measured') : value / against;
  };
  return { 'memory/server': ratio('server'), 'memory/client': ratio('client') };
}

/** Connections that come at a time, and those that are asked for together. */
const [AT_ONCE, BATCH] = [32, 250];

/** Milliseconds after which those that stand are enough: a machine may be busy with something else. */
const LONGEST = 100_000;

async function measure({ name, client, server }: Pairing, { identities, plan }: Context): Promise<Idle> {
  const pair = new Pair(server, { nodeOptions: ['--expose-gc'] });
  try {
    const suite = 'TLS_AES_128_GCM_SHA256' as const;
    const identity = identities['ecdsa-p256'];
    const port = await pair.listen({ identity, group: 'x25519', suite });
    const settings = { port, identity: { root: identity.root }, group: 'x25519' as const, suite };
    const asked = { stack: client, settings, atOnce: AT_ONCE };
    // What the first connections bring about once and for all is not theirs.
    await pair.client.ask('hold', { ...asked, count: Math.ceil(plan.connections / 20) });
    await pair.client.ask('letGo', undefined);
    const look = () => Promise.all([pair.client.ask('memory', undefined), pair.server.ask('memory', undefined)]);
    const before = await look();
    const begin = performance.now();
    let connections = 0;
    while (connections < plan.connections && performance.now() - begin < LONGEST) {
      const count = Math.min(BATCH, plan.connections - connections);
      connections = await pair.client.ask('hold', { ...asked, count });
    }
    const after = await look();
    const each = (i: 0 | 1, key: keyof Memory) => (after[i][key] - before[i][key]) / connections;
    const memoryOf = (i: 0 | 1): Memory => ({
      resident: each(i, 'resident'),
      heap: each(i, 'heap'),
      external: each(i, 'external'),
    });
    return { name, connections, client: memoryOf(0), server: memoryOf(1) };
  } catch (error) {
    return { name, connections: 0, failure: (error as Error).message };
  } finally {
    pair.stop();
  }
}
