/** The web provider in Chromium beside the peers that run there: over WebSockets, which a relay carries on to `node:tls`. */
import type { PageClientName, PageSettings } from '../browser/clients.ts';
import { Tabs } from '../browser/tabs.ts';
import { type Contestant, contest, type Outcome, type Sample } from '../contest.ts';
import type { Turn } from '../process/turns.ts';
import { type Contender, clientFigures, clientTable, metrics } from './client-report.ts';
import { clientPlan, works } from './client-works.ts';
import { TransferLength } from './data.ts';
import type { Context, Figures, Result, Scenario } from './scenario.ts';

interface Client extends Contender {
  readonly name: PageClientName;
  readonly label: string;
}

const clients: readonly Client[] = [
  { name: 'tlskit/web', label: 'tlskit/web, web provider', kind: 'web', ours: true },
  {
    name: 'tlskit/web, WebAssembly',
    label: 'tlskit/web, web provider, AEAD of libsodium (WebAssembly)',
    kind: 'web',
    ours: true,
    isPlugged: true,
  },
  { name: 'tlskit/web, noble', label: 'tlskit/web, noble provider', kind: 'pure', ours: true },
  { name: 'subtls', label: 'subtls (WebCrypto)', kind: 'web', ours: false },
  { name: '@reclaimprotocol/tls, WebCrypto', label: '@reclaimprotocol/tls (WebCrypto)', kind: 'web', ours: false },
  { name: '@reclaimprotocol/tls, pure', label: '@reclaimprotocol/tls (pure JavaScript)', kind: 'pure', ours: false },
  { name: 'none', label: 'the WebSocket alone', kind: 'native', ours: false },
];

export const browser: Scenario = {
  name: 'browser',
  title: 'clients in Chromium beside each other, by suite',
  async run(context) {
    const tabs = await Tabs.open(true);
    try {
      const { lines, figures } = await measureAll(context, tabs);
      return {
        sections: [{ marker: 'browser', lines: [`In Chromium ${tabs.version}, headless.`, '', ...lines] }],
        figures,
      };
    } finally {
      await tabs.stop();
    }
  },
};

async function measureAll(context: Context, tabs: Tabs): Promise<{ lines: string[]; figures: Result['figures'] }> {
  const { plan, identities, progress } = context;
  const lines: string[] = [];
  let figures: Figures = {};
  for (const { name, title, suite, group, certificate } of works) {
    // Browsers have no more of it than Node has.
    if (name === 'forge') continue;
    progress(title);
    const own = clientPlan(plan, name);
    const identity = identities[certificate];
    const server = { identity, suite, group };
    const tls = await tabs.listen('node:tls', server);
    const net = await tabs.listen('net', server);
    const settings: PageSettings = { identity: { root: identity.root }, suite, group };
    const contestants = metrics.map(([metric]) =>
      clients.map((client): Contestant => {
        const port = client.name === 'none' ? net : tls;
        const length = new TransferLength(plan.transfer);
        return {
          name: client.label,
          warmUp: metric === 'handshakes' ? own.handshakes : undefined,
          turn: milliseconds =>
            measured(tabs, async () => {
              if (metric === 'handshakes') {
                const wanted = { milliseconds, atLeast: plan.atLeast };
                return tabs.call(client.name, 'connections', [client.name, settings, port, wanted]);
              }
              return length.fit(milliseconds, bytes =>
                tabs.call(client.name, 'transfer', [client.name, settings, port, metric, bytes]),
              );
            }),
        };
      }),
    );
    const outcomes = await contest(contestants.flat(), own, context);
    const [handshakes = [], up = [], down = []] = contestants.map(of => outcomes.splice(0, of.length)) as Outcome[][];
    lines.push(`**${title}**`, '', ...clientTable({ handshakes, up, down }), '');
    figures = { ...figures, ...clientFigures(`browser/${name}`, clients, { handshakes, up, down }) };
  }
  return { lines, figures };
}

async function measured(tabs: Tabs, turn: () => Promise<Turn>): Promise<Sample> {
  const before = await tabs.cpu();
  const { units, milliseconds } = await turn();
  return { units, milliseconds, clientCpu: (await tabs.cpu()) - before, serverCpu: Number.NaN };
}
