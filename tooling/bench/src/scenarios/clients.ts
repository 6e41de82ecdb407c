/** tlskit's portable and web providers beside other TLS stacks in JavaScript: clients of one `node:tls` server each. */
import type { Outcome } from '../contest.ts';
import { rateOf, rateTable, type Unit } from '../report/table.ts';
import type { StackName } from '../stacks/all.ts';
import type { CertificateKind, Group, Suite } from '../stacks/stack.ts';
import { median } from '../stats.ts';
import { bulkUnit, transferCourse } from './data.ts';
import { handshakeUnit } from './handshakes.ts';
import { base, type Course, type Pairing, runCourses } from './pairings.ts';
import type { Context, Figures, Scenario } from './scenario.ts';

/** What a client does its public-key work with decides whom it is compared with. */
type Kind = 'native' | 'web' | 'pure';

interface Client {
  readonly stack: StackName;
  readonly label: string;
  readonly kind: Kind;
  readonly ours: boolean;
}

const client = (stack: StackName, kind: Kind, label: string = stack): Client => ({
  stack,
  label,
  kind,
  ours: stack.startsWith('tlskit'),
});

const clients: readonly Client[] = [
  client('node:tls', 'native', 'node:tls (OpenSSL)'),
  client('tlskit', 'native', 'tlskit, node provider'),
  client('tlskit, web', 'web', 'tlskit, web provider'),
  client('tlskit, web and WebAssembly', 'web', 'tlskit, web provider, AEAD of libsodium (WebAssembly)'),
  client('tlskit/web', 'web', 'tlskit/web, web provider'),
  client('tlskit, noble', 'pure', 'tlskit, noble provider'),
  client('lemon-tls', 'native', 'lemon-tls (node:crypto)'),
  client('subtls', 'web', 'subtls (WebCrypto)'),
  client('@reclaimprotocol/tls, WebCrypto', 'web', '@reclaimprotocol/tls (WebCrypto)'),
  client('@reclaimprotocol/tls, pure', 'pure', '@reclaimprotocol/tls (pure JavaScript)'),
  client('node-forge', 'pure'),
];

interface Work {
  readonly name: string;
  readonly title: string;
  readonly suite?: Suite;
  readonly group?: Group;
  readonly certificate: CertificateKind;
  /** Where not all take part. */
  readonly clients?: readonly StackName[];
}

const works: readonly Work[] = [
  { name: 'preferred', title: 'Whatever suite and group each prefers, P-256 certificates', certificate: 'ecdsa-p256' },
  {
    name: 'aes',
    title: 'TLS_AES_128_GCM_SHA256, secp256r1, P-256 certificates',
    suite: 'TLS_AES_128_GCM_SHA256',
    group: 'secp256r1',
    certificate: 'ecdsa-p256',
  },
  {
    name: 'chacha',
    title: 'TLS_CHACHA20_POLY1305_SHA256, x25519, P-256 certificates',
    suite: 'TLS_CHACHA20_POLY1305_SHA256',
    group: 'x25519',
    certificate: 'ecdsa-p256',
  },
  {
    name: 'forge',
    title:
      'TLS_RSA_WITH_AES_128_CBC_SHA, RSA-2048 certificates: all that node-forge has (it by TLS 1.1, the others by TLS 1.2)',
    suite: 'TLS_RSA_WITH_AES_128_CBC_SHA',
    certificate: 'rsa-2048',
    clients: ['node:tls', 'tlskit, web', 'tlskit, noble', 'node-forge'],
  },
];

type Metric = 'handshakes' | 'up' | 'down';
const metrics: readonly (readonly [Metric, Unit])[] = [
  ['handshakes', handshakeUnit],
  ['up', { ...bulkUnit, digits: 1 }],
  ['down', { ...bulkUnit, digits: 1 }],
];

export const others: Scenario = {
  name: 'clients',
  title: 'clients in JavaScript beside each other, by suite',
  async run(context) {
    const { plan } = context;
    // There are many of them: fewer and shorter turns.
    const shorter = {
      ...plan,
      rounds: Math.ceil(plan.rounds / 2),
      turn: plan.turn * 0.6,
      warmUp: plan.warmUp / 2,
      transfer: plan.transfer / 4,
    };
    const lines: string[] = [];
    let figures: Figures = {};
    for (const work of works) {
      context.progress(work.title);
      const taking = clients.filter(({ stack }) => work.clients?.includes(stack) ?? stack !== 'node-forge');
      const outcomes = await measure(work, taking, { ...context, plan: shorter });
      lines.push(`**${work.title}**`, '', ...table(outcomes), '');
      figures = { ...figures, ...figuresOfWork(work.name, taking, outcomes) };
    }
    return { sections: [{ marker: 'clients', lines }], figures };
  },
};

/** By metric, in the order of the clients. */
type Outcomes = Readonly<Record<Metric, readonly Outcome[]>>;

async function measure(work: Work, taking: readonly Client[], context: Context): Promise<Outcomes> {
  const { suite, group, certificate } = work;
  const server = { identity: context.identities[certificate], suite, group };
  const handshakes: Course = {
    name: 'handshakes',
    server,
    client: { suite, group },
    turn: (pair, asked, milliseconds) =>
      pair.client.ask('connections', {
        ...asked,
        beginning: 'full',
        length: { milliseconds, atLeast: context.plan.atLeast },
      }),
  };
  const transfers = (['up', 'down'] as const).map(direction => ({
    ...transferCourse(direction, context),
    server,
    client: { suite, group },
  }));
  const pairings = taking.map(({ stack, label }): Pairing => ({ ...base, client: stack, name: label }));
  const [first = [], up = [], down = []] = await runCourses([handshakes, ...transfers], pairings, context);
  return { handshakes: first, up, down };
}

/** The three rates side by side, and each client's own CPU time: the server is the same for all. */
function table(outcomes: Outcomes): string[] {
  const parts = metrics.map(([metric, unit]) => {
    const of = outcomes[metric];
    const rows = rateTable(of, of[0] as Outcome, unit, 'client').slice(2);
    return rows.map(row => row.split('|').slice(2, 4));
  });
  const head = metrics.map(
    ([metric, { rate, one }]) => `${metric === 'handshakes' ? rate : `${rate} ${metric}`} | CPU ms/${one}`,
  );
  return [
    `| client | ${head.join(' | ')} |`,
    `|---|${metrics.map(() => '---:|---:|').join('')}`,
    ...outcomes.handshakes.map(({ name }, i) => `| ${name} |${parts.map(part => part[i]?.join('|')).join('|')}|`),
  ];
}

/**
 * Ours against the best of the others, of those that do their public-key work as we do or by less: the web provider against all but
 * those on `node:crypto`, the portable one against those in pure JavaScript.
 */
function figuresOfWork(name: string, taking: readonly Client[], outcomes: Outcomes): Figures {
  const figures: Record<string, number | string> = {};
  for (const [metric, unit] of metrics) {
    const samples = (i: number) => outcomes[metric][i]?.samples ?? [];
    /** More is better of both: units a second, and units for a millisecond of the client's CPU time. */
    const scales = {
      '': (i: number) => median(samples(i).map(sample => rateOf(sample, unit))),
      '/cpu': (i: number) => median(samples(i).map(({ units, clientCpu }) => units / clientCpu)),
    };
    for (const [scale, of] of Object.entries(scales)) {
      const best = (ours: boolean, ...kinds: Kind[]) =>
        Math.max(
          0,
          ...taking.flatMap((one, i) => (one.ours === ours && kinds.includes(one.kind) && of(i) > 0 ? [of(i)] : [])),
        );
      const against = (ours: number, than: number) =>
        than > 0 ? (ours > 0 ? ours / than : 'not measured') : 'no peer does it';
      figures[`clients/${name}/${metric}/web${scale}`] = against(best(true, 'web'), best(false, 'web', 'pure'));
      figures[`clients/${name}/${metric}/noble${scale}`] = against(best(true, 'pure'), best(false, 'pure'));
      figures[`clients/${name}/${metric}/portable${scale}`] = against(
        best(true, 'web', 'pure'),
        best(false, 'web', 'pure'),
      );
    }
  }
  return figures;
}
