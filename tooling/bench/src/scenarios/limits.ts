/** What the machine could do at best, and what share of it is ours: AEAD, socket, and the handshake's primitives. */
import { spawn } from 'node:child_process';
import type { AeadName } from '@tlskit/tls-crypto';
import { type Contestant, contest, type Outcome, type Sample } from '../contest.ts';
import { PeerProcess } from '../process/peer-process.ts';
import type { Primitive } from '../process/primitives.ts';
import type { Turn } from '../process/turns.ts';
import { plain, rateOf, spread } from '../report/table.ts';
import type { ProviderName } from '../stacks/providers.ts';
import { median, summary } from '../stats.ts';
import type { Context, Figures, Scenario } from './scenario.ts';

export const limits: Scenario = {
  name: 'limits',
  title: 'against openssl speed, TCP alone, and the sum of the primitives',
  async run(context) {
    const aead = await measureAeads(context);
    const handshake = await measureHandshake(context);
    const bulk = shareOfBulk(aead, context.figures);
    return {
      sections: [
        {
          marker: 'limits',
          lines: [...aead.lines, '', ...bulk, '', ...handshake.lines],
        },
      ],
      figures: handshake.figures,
    };
  },
};

const megabytes = { rate: 'MB/s', one: 'MB', size: 1e6, digits: 0, cpuDigits: 3 };

interface Row {
  readonly name: string;
  readonly aead: AeadName;
  /** Absent for OpenSSL's own. */
  readonly of?: { readonly provider: ProviderName; readonly operation: 'seal' | 'open' };
}

const operations = ['seal', 'open'] as const;

const providers: readonly (readonly [string, ProviderName, readonly AeadName[]])[] = [
  ['node provider', 'node', ['aes-128-gcm', 'chacha20-poly1305']],
  ['noble provider', 'noble', ['aes-128-gcm', 'chacha20-poly1305']],
  ['libsodium (WebAssembly)', 'sodium', ['chacha20-poly1305']],
];

const rows: readonly Row[] = (['aes-128-gcm', 'chacha20-poly1305'] as const).flatMap((aead): Row[] => [
  { name: `\`openssl speed\`, ${aead}`, aead },
  ...providers
    .filter(([, , aeads]) => aeads.includes(aead))
    .flatMap(([name, provider]) =>
      operations.map(operation => ({ name: `${name}, ${aead}, ${operation}`, aead, of: { provider, operation } })),
    ),
]);

interface Aeads {
  readonly lines: readonly string[];
  /** MB/s of AES-128-GCM by `openssl speed`. */
  readonly openssl: number;
}

async function measureAeads(context: Context): Promise<Aeads> {
  const { plan } = context;
  const processes = new Map<ProviderName, PeerProcess>();
  const processOf = (name: ProviderName) => {
    const process = processes.get(name) ?? new PeerProcess();
    processes.set(name, process);
    return process;
  };
  const contestants = rows.map(
    ({ name, aead, of }): Contestant => ({
      name,
      async turn(milliseconds) {
        if (of === undefined) return alone(await opensslSpeed(aead, milliseconds));
        const length = { milliseconds, atLeast: plan.atLeast };
        return alone(await processOf(of.provider).ask('aead', { ...of, aead, length }));
      },
    }),
  );
  try {
    const short = { ...plan, rounds: Math.ceil(plan.rounds / 2), turn: plan.turn / 4, warmUp: plan.warmUp / 4 };
    const outcomes = await contest(contestants, short, context);
    const rates = outcomes.map(({ samples }) => samples.map(sample => rateOf(sample, megabytes)));
    const best = (aead: AeadName) => median(rates[rows.findIndex(row => row.aead === aead)] ?? []);
    return {
      openssl: best('aes-128-gcm'),
      lines: [
        '**AEAD, 16 KiB at a time, by CPU time**',
        '',
        '| what | MB/s | share of the limit |',
        '|---|---:|---:|',
        ...rows.map(({ name, aead }, i) => `| ${name} | ${cells(outcomes[i], rates[i], best(aead))} |`),
      ],
    };
  } finally {
    for (const process of processes.values()) process.stop();
  }
}

function cells(outcome: Outcome | undefined, rates: readonly number[] = [], best: number): string {
  if (rates.length === 0) return `${outcome?.failure} | –`;
  return `${spread(summary(rates), 0)} | ${percent(median(rates) / best)}`;
}

function percent(share: number): string {
  return Number.isFinite(share) ? `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %` : '–';
}

/** Of a process that is watched by nobody else. */
function alone({ units, milliseconds }: Turn): Sample {
  return { units, milliseconds, clientCpu: Number.NaN, serverCpu: Number.NaN };
}

/** What OpenSSL's own program tells: whole seconds alone. @throws Error where there is no openssl */
async function opensslSpeed(aead: AeadName, milliseconds: number): Promise<Turn> {
  const seconds = Math.max(1, Math.round(milliseconds / 1000));
  const args = ['speed', '-mr', '-evp', aead, '-bytes', '16384', '-seconds', String(seconds)];
  const child = spawn('openssl', args, { stdio: ['ignore', 'pipe', 'ignore'] });
  let output = '';
  child.stdout.on('data', data => (output += data));
  await new Promise<void>((resolve, reject) => {
    child.on('error', () => reject(new Error('there is no program openssl')));
    child.on('close', () => resolve());
  });
  const rate = Number(output.match(/^\+F:.*:([\d.]+)$/m)?.[1]);
  if (!(rate > 0)) throw new Error('openssl speed told nothing');
  return { units: rate, milliseconds: 1000 };
}

/** Bulk over loopback against TCP alone and the AEAD alone, by CPU time: both ends of both. */
function shareOfBulk({ openssl }: Aeads, figures: Figures): string[] {
  const line = (direction: 'up' | 'down') => {
    const [ours, net] = [figures[`bulk/${direction}/cpu`], figures[`bulk/net/${direction}/cpu`]];
    if (typeof ours !== 'number' || typeof net !== 'number')
      return `| ${direction} | ${ours ?? 'not measured'} | | | |`;
    const aead = (2 * 1000) / openssl;
    return `| ${direction} | ${plain(net, 3)} | ${plain(aead, 3)} | ${plain(ours, 3)} | ${percent((net + aead) / ours)} |`;
  };
  return [
    '**Bulk data, CPU ms/MB of both ends together**',
    '',
    '| direction | `net` alone | AES-128-GCM by `openssl speed`, sealed and opened | tlskit | share of the limit |',
    '|---|---:|---:|---:|---:|',
    line('up'),
    line('down'),
  ];
}

interface Handshake {
  readonly lines: readonly string[];
  readonly figures: Figures;
}

async function measureHandshake(context: Context): Promise<Handshake> {
  const { plan, identities, figures } = context;
  const [engines, alones] = [new PeerProcess(), new PeerProcess()];
  const identity = identities['ecdsa-p256'];
  const seen = new Map<Sample, readonly Primitive[]>();
  const inMemory: Contestant = {
    name: 'both engines',
    warmUp: plan.handshakes,
    turn: async milliseconds =>
      alone(await engines.ask('engineHandshakes', { identity, length: { milliseconds, atLeast: plan.atLeast } })),
  };
  const primitives: Contestant = {
    name: 'primitives',
    async turn(milliseconds) {
      const length = { milliseconds: milliseconds / 10, atLeast: plan.atLeast };
      const each = await alones.ask('primitives', { identity, length });
      const sample = { units: 1, milliseconds: 1000 * sum(each), clientCpu: Number.NaN, serverCpu: Number.NaN };
      seen.set(sample, each);
      return sample;
    },
  };
  try {
    const [together, apart] = await contest([inMemory, primitives], plan, context);
    const lost = together?.failure ?? apart?.failure;
    if (together === undefined || apart === undefined || lost !== undefined) throw new Error(lost);
    // Not every round that was measured counts.
    const counted = apart.samples.map(sample => seen.get(sample) ?? []);
    const total = median(counted.map(sum));
    const time = median(together.samples.map(({ units, milliseconds }) => milliseconds / units));
    const overLoopback = loopback(figures);
    const ratio = median(
      together.samples.map(({ units, milliseconds }, i) => milliseconds / units / sum(counted[i] ?? [])),
    );
    return {
      figures: {
        'limits/memory': ratio,
        'limits/loopback': typeof overLoopback === 'number' ? overLoopback / total : overLoopback,
      },
      lines: [
        '**A full handshake, both ends: x25519, TLS_AES_128_GCM_SHA256, P-256, by the node provider; CPU time**',
        '',
        '| primitive | times | µs each | µs |',
        '|---|---:|---:|---:|',
        ...(counted[0] ?? []).map(({ name, count }, i) => {
          const each = median(counted.map(list => list[i]?.each ?? Number.NaN));
          return `| ${name} | ${count} | ${plain(each, 1)} | ${plain(each * count, 0)} |`;
        }),
        `| sum | | | **${plain(1000 * total, 0)}** |`,
        `| both engines in one process, no socket | | | **${plain(1000 * time, 0)}**: ${plain(ratio, 2)} × the sum |`,
        typeof overLoopback === 'number'
          ? `| over loopback, both processes, what \`net\` takes taken off | | | **${plain(1000 * overLoopback, 0)}**: ${plain(overLoopback / total, 2)} × the sum |`
          : `| over loopback | | | ${overLoopback} |`,
      ],
    };
  } finally {
    engines.stop();
    alones.stop();
  }
}

/** Milliseconds. */
function sum(list: readonly Primitive[]): number {
  return list.reduce((total, { count, each }) => total + (count * each) / 1000, 0);
}

/** Milliseconds of CPU time of a handshake over loopback, of both ends, that of TCP alone taken off. */
function loopback(figures: Figures): number | string {
  const [ours, net] = [figures['handshakes/cpu'], figures['handshakes/net/cpu']];
  if (typeof ours !== 'number' || typeof net !== 'number') return 'not measured in this run';
  return ours - net;
}
