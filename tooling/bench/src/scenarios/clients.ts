/** tlskit's portable and web providers beside other TLS stacks in JavaScript: clients of one `node:tls` server. */
import { Pairs } from '../pairs.ts';
import type { StackName } from '../stacks/all.ts';
import { type ClientKind, type ClientOutcomes, type Contender, clientFigures, clientTable } from './client-report.ts';
import { clientPlan, type Work, works } from './client-works.ts';
import { transferCourse } from './data.ts';
import { base, type Course, type Pairing, runWith } from './pairings.ts';
import type { Context, Figures, Scenario } from './scenario.ts';

interface Client extends Contender {
  readonly stack: StackName;
  readonly label: string;
}

const client = (stack: StackName, kind: ClientKind, label: string = stack): Client => ({
  stack,
  label,
  kind,
  ours: stack.startsWith('tlskit'),
  isPlugged: stack === 'tlskit, web and WebAssembly',
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

export const others: Scenario = {
  name: 'clients',
  title: 'clients in JavaScript beside each other, by suite',
  async run(context) {
    const lines: string[] = [];
    let figures: Figures = {};
    const pairs = new Pairs({}, true);
    try {
      for (const work of works) {
        context.progress(work.title);
        const taking = clients.filter(({ stack }) => work.clients?.includes(stack) ?? stack !== 'node-forge');
        const outcomes = await measure(pairs, work, taking, { ...context, plan: clientPlan(context.plan, work.name) });
        lines.push(`**${work.title}**`, '', ...clientTable(outcomes), '');
        figures = { ...figures, ...clientFigures(`clients/${work.name}`, taking, outcomes) };
      }
    } finally {
      pairs.stop();
    }
    return { sections: [{ marker: 'clients', lines }], figures };
  },
};

async function measure(pairs: Pairs, work: Work, taking: readonly Client[], context: Context): Promise<ClientOutcomes> {
  const { suite, group, certificate } = work;
  const server = { identity: context.identities[certificate], suite, group };
  const handshakes: Course = {
    name: 'handshakes',
    server,
    client: { suite, group },
    warmUp: context.plan.handshakes,
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
  const [first = [], up = [], down = []] = await runWith(pairs, [handshakes, ...transfers], pairings, context);
  return { handshakes: first, up, down };
}
