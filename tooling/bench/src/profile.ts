/** `pnpm bench:profile`: see {@link usage}. */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { makeIdentities } from './identities.ts';
import { Pair } from './pair.ts';
import { profileLines } from './report/profile-report.ts';
import { type StackName, stackNames } from './stacks/all.ts';
import type { Beginning, CertificateKind, Group } from './stacks/stack.ts';

const usage = `pnpm bench:profile NAME [--client STACK] [--server STACK] [--seconds N] [--warm-up N] [--top N]
                   [--certificate ecdsa-p256 | rsa-2048] [--group x25519 | X25519MLKEM768] [--variant WORDS]

Takes CPU profiles of a client and a server, in a process each, after a warm-up; writes NAME-client.cpuprofile and
NAME-server.cpuprofile where it is called, for any viewer of V8's profiles, and prints where the time went.

NAME    handshakes, cached, resumed, early, up, down, round-trips
STACK   ${stackNames.join(', ')}; tlskit where it is not said
`;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    client: { type: 'string', default: 'tlskit' },
    server: { type: 'string', default: 'tlskit' },
    seconds: { type: 'string', default: '5' },
    'warm-up': { type: 'string', default: '3' },
    top: { type: 'string', default: '25' },
    certificate: { type: 'string', default: 'ecdsa-p256' },
    group: { type: 'string', default: 'x25519' },
    variant: { type: 'string' },
    help: { type: 'boolean' },
  },
});

const [name = ''] = positionals;
const milliseconds = Number(options.seconds) * 1000;
const pair = new Pair(options.server as StackName);

const sameAsEver = async (beginning: Beginning, variant = options.variant) => {
  const asked = await ask(beginning !== 'full', variant);
  return (length: number) =>
    pair.client.ask(beginning === 'early' ? 'requests' : 'connections', {
      ...asked,
      beginning,
      length: { milliseconds: length, atLeast: 1 },
    });
};

const transfers = async (direction: 'up' | 'down') => {
  const asked = await ask(false);
  return async (length: number) => {
    const begin = performance.now();
    while (performance.now() - begin < length) await pair.client.ask('transfer', { ...asked, direction, bytes: 50e6 });
  };
};

const runs: Readonly<Record<string, () => Promise<(milliseconds: number) => Promise<unknown>>>> = {
  handshakes: () => sameAsEver('full'),
  cached: () => sameAsEver('full', 'verdict cache'),
  resumed: () => sameAsEver('resumed'),
  early: () => sameAsEver('early'),
  up: () => transfers('up'),
  down: () => transfers('down'),
  'round-trips': async () => {
    const asked = await ask(false);
    return length => pair.client.ask('roundTrips', { ...asked, length: { milliseconds: length, atLeast: 1 } });
  },
};

const make = runs[name];
try {
  if (options.help || make === undefined) console.log(usage);
  else await profile(await make());
} finally {
  pair.stop();
}

async function ask(sessions: boolean, variant = options.variant) {
  const identity = (await makeIdentities())[options.certificate as CertificateKind];
  const group = options.group as Group;
  const port = await pair.listen({ identity, group, earlyData: name === 'early' });
  const settings = { port, identity: { root: identity.root }, group, sessions, variant };
  return { stack: options.client as StackName, settings };
}

async function profile(run: (milliseconds: number) => Promise<unknown>): Promise<void> {
  await run(Number(options['warm-up']) * 1000);
  const sides = { client: pair.client, server: pair.server };
  for (const side of Object.values(sides)) await side.ask('startProfile', undefined);
  await run(milliseconds);
  for (const [side, peer] of Object.entries(sides)) {
    const taken = await peer.ask('stopProfile', undefined);
    const file = `${name}-${side}.cpuprofile`;
    writeFileSync(file, JSON.stringify(taken));
    const stack = side === 'client' ? options.client : options.server;
    console.log(profileLines(`${name}, ${side} (${stack}), ${file}`, taken, Number(options.top)).join('\n'));
  }
}
