/** The web provider in Chromium beside the peers that run there: over WebSockets, which a relay carries on to `node:tls`. */
import type { CDPSession, Page as Tab } from 'playwright-core';
import { bundlePage, launch, pagesCpu } from '../browser/chromium.ts';
import type { PageClientName, PageSettings } from '../browser/clients.ts';
import type { Page } from '../browser/page.ts';
import { type Contestant, contest, type Outcome } from '../contest.ts';
import { PeerProcess } from '../process/peer-process.ts';
import type { Turn } from '../process/turns.ts';
import { Lacking } from '../stacks/stack.ts';
import { type Contender, clientFigures, clientTable, metrics } from './client-report.ts';
import { works } from './client-works.ts';
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
    const [server, gateway] = [new PeerProcess(), new PeerProcess()];
    const chromium = await launch();
    try {
      const script = await bundlePage();
      const url = `http://127.0.0.1:${await gateway.ask('gateway', { script })}/`;
      const cdp = await chromium.newBrowserCDPSession();
      const tabs = new Map<Client, Tab>();
      for (const client of clients) {
        // A context of its own is a process of its own.
        const tab = await (await chromium.newContext()).newPage();
        await tab.goto(url);
        tabs.set(client, tab);
      }
      const { lines, figures } = await measureAll(context, { server, cdp, tabs });
      return {
        sections: [{ marker: 'browser', lines: [`In Chromium ${chromium.version()}, headless.`, '', ...lines] }],
        figures,
      };
    } finally {
      await chromium.close();
      server.stop();
      gateway.stop();
    }
  },
};

interface Bench {
  readonly server: PeerProcess;
  readonly cdp: CDPSession;
  readonly tabs: ReadonlyMap<Client, Tab>;
}

async function measureAll(
  { plan, identities, progress }: Context,
  bench: Bench,
): Promise<{ lines: string[]; figures: Result['figures'] }> {
  const shorter = { ...plan, rounds: Math.ceil(plan.rounds / 2), turn: plan.turn * 0.6, warmUp: plan.warmUp / 2 };
  const lines: string[] = [];
  let figures: Figures = {};
  for (const { name, title, suite, group, certificate } of works) {
    // Browsers have no more of it than Node has.
    if (name === 'forge') continue;
    progress(title);
    const identity = identities[certificate];
    const server = { identity, suite, group };
    const tls = await bench.server.ask('listen', { stack: 'node:tls', settings: server });
    const net = await bench.server.ask('listen', { stack: 'net', settings: server });
    const settings: PageSettings = { identity: { root: identity.root }, suite, group };
    const contestants = metrics.map(([metric]) =>
      clients.map((client): Contestant => {
        const port = client.name === 'none' ? net : tls;
        const length = new TransferLength(plan.transfer / 4);
        return {
          name: client.label,
          turn: milliseconds =>
            measured(bench, client, async call => {
              if (metric === 'handshakes')
                return call('connections', [client.name, settings, port, { milliseconds, atLeast: plan.atLeast }]);
              const turn = await call('transfer', [client.name, settings, port, metric, length.bytes(milliseconds)]);
              length.saw(turn);
              return turn;
            }),
        };
      }),
    );
    const outcomes = await contest(contestants.flat(), shorter, progress);
    const [handshakes = [], up = [], down = []] = contestants.map(of => outcomes.splice(0, of.length)) as Outcome[][];
    lines.push(`**${title}**`, '', ...clientTable({ handshakes, up, down }), '');
    figures = { ...figures, ...clientFigures(`browser/${name}`, clients, { handshakes, up, down }) };
  }
  return { lines, figures };
}

type Call = <Name extends keyof Page>(name: Name, args: Parameters<Page[Name]>) => Promise<Turn>;

async function measured({ cdp, tabs }: Bench, client: Client, turn: (call: Call) => Promise<Turn>) {
  const tab = tabs.get(client) as Tab;
  const call: Call = (name, args) =>
    tab.evaluate(
      ([task, given]) => {
        const { page } = globalThis as unknown as { page: Record<string, (...args: unknown[]) => Promise<Turn>> };
        return page[task as string]?.(...(given as unknown[])) as Promise<Turn>;
      },
      [name, args] as const,
    );
  const before = await pagesCpu(cdp);
  const { units, milliseconds } = await turn(call).catch((error: Error) => {
    // Playwright puts its own words around those of the page.
    const [, name, message] = error.message.match(/^page\.evaluate: (\w+): (.*)$/m) ?? [];
    throw name === Lacking.name ? new Lacking(message) : new Error(message ?? error.message);
  });
  return { units, milliseconds, clientCpu: (await pagesCpu(cdp)) - before, serverCpu: Number.NaN };
}
