/** `pnpm bench:profile`: see {@link usage}. */
import { writeFileSync } from 'node:fs';
import type { Profiler } from 'node:inspector/promises';
import { parseArgs } from 'node:util';
import type { PageClientName } from './browser/clients.ts';
import { Tabs } from './browser/tabs.ts';
import { makeIdentities } from './identities.ts';
import { Pair } from './pair.ts';
import { profileLines } from './report/profile-report.ts';
import { type StackName, stackNames } from './stacks/all.ts';
import type { Beginning, CertificateKind, Group, Identity, Suite } from './stacks/stack.ts';

const usage = `pnpm bench:profile NAME [--client STACK] [--server STACK] [--browser] [--seconds N] [--warm-up N] [--top N]
                   [--certificate ecdsa-p256 | rsa-2048] [--group GROUP] [--suite SUITE] [--variant WORDS]

Takes CPU profiles of a client and a server, in a process each, after a warm-up; writes NAME-client.cpuprofile and
NAME-server.cpuprofile where it is called, for any viewer of V8's profiles, and prints where the time went.

NAME    handshakes, cached, resumed, early, up, down, round-trips
STACK   ${stackNames.join(', ')}; tlskit where it is not said

--browser profiles a client in Chromium, against node:tls: handshakes, up or down of tlskit/web where no other client is said.
`;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    client: { type: 'string' },
    server: { type: 'string', default: 'tlskit' },
    browser: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '5' },
    'warm-up': { type: 'string', default: '3' },
    top: { type: 'string', default: '25' },
    certificate: { type: 'string', default: 'ecdsa-p256' },
    group: { type: 'string', default: 'x25519' },
    suite: { type: 'string', default: 'TLS_AES_128_GCM_SHA256' },
    variant: { type: 'string' },
    help: { type: 'boolean' },
  },
});

const [name = ''] = positionals;
const [warmUp, length] = [Number(options['warm-up']) * 1000, Number(options.seconds) * 1000];
const choice = { group: options.group as Group, suite: options.suite as Suite };

/** Bytes of a transfer, of which there are as many as fit. */
const TRANSFER = 20e6;

/** Runs for so many milliseconds. */
type Run = (milliseconds: number) => Promise<unknown>;

const pageTasks = new Set(['handshakes', 'up', 'down']);
const processTasks = new Set([...pageTasks, 'cached', 'resumed', 'early', 'round-trips']);

if (options.help || !(options.browser ? pageTasks : processTasks).has(name)) console.log(usage);
else {
  const identity = (await makeIdentities())[options.certificate as CertificateKind];
  await (options.browser ? profilePage(identity) : profilePair(identity));
}

async function profilePair(identity: Identity): Promise<void> {
  const pair = new Pair(options.server as StackName);
  try {
    const run = await runOf(pair, identity);
    await run(warmUp);
    for (const peer of [pair.client, pair.server]) await peer.ask('startProfile', undefined);
    await run(length);
    tell('client', options.client ?? 'tlskit', await pair.client.ask('stopProfile', undefined));
    tell('server', options.server, await pair.server.ask('stopProfile', undefined));
  } finally {
    pair.stop();
  }
}

async function runOf(pair: Pair, identity: Identity): Promise<Run> {
  const beginnings: Readonly<Record<string, Beginning>> = { resumed: 'resumed', early: 'early' };
  const beginning = beginnings[name] ?? 'full';
  const port = await pair.listen({ identity, ...choice, earlyData: beginning === 'early' });
  const variant = name === 'cached' ? 'verdict cache' : options.variant;
  const settings = { port, identity: { root: identity.root }, ...choice, sessions: beginning !== 'full', variant };
  const asked = { stack: (options.client ?? 'tlskit') as StackName, settings };
  const atLeast = 1;
  switch (name) {
    case 'up':
    case 'down':
      return repeated(() => pair.client.ask('transfer', { ...asked, direction: name, bytes: TRANSFER }));
    case 'round-trips':
      return milliseconds => pair.client.ask('roundTrips', { ...asked, length: { milliseconds, atLeast } });
    default: {
      const task = beginning === 'early' ? 'requests' : 'connections';
      return milliseconds => pair.client.ask(task, { ...asked, beginning, length: { milliseconds, atLeast } });
    }
  }
}

function repeated(once: () => Promise<unknown>): Run {
  return async milliseconds => {
    const begin = performance.now();
    do await once();
    while (performance.now() - begin < milliseconds);
  };
}

async function profilePage(identity: Identity): Promise<void> {
  const tabs = await Tabs.open(false);
  try {
    const client = (options.client ?? 'tlskit/web') as PageClientName;
    const port = await tabs.listen('node:tls', { identity, ...choice });
    const settings = { identity: { root: identity.root }, ...choice };
    const run: Run =
      name === 'up' || name === 'down'
        ? repeated(() => tabs.call(client, 'transfer', [client, settings, port, name, TRANSFER]))
        : milliseconds => tabs.call(client, 'connections', [client, settings, port, { milliseconds, atLeast: 1 }]);
    await run(warmUp);
    tell('browser', client, await tabs.profile(client, () => run(length)));
  } finally {
    await tabs.stop();
  }
}

function tell(side: string, stack: string, profile: Profiler.Profile): void {
  const file = `${name}-${side}.cpuprofile`;
  writeFileSync(file, JSON.stringify(profile));
  console.log(profileLines(`${name}, ${side} (${stack}), ${file}`, profile, Number(options.top)).join('\n'));
}
