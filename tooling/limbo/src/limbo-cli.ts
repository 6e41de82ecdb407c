#!/usr/bin/env node
/**
 * `pnpm limbo FILE [--provider noble|node]… [--handshakes] [--times]`: judges every case of a suite in x509-limbo's schema, JSON or
 * gzipped; with `--handshakes` by a real handshake, where the case carries a key. Exit code 0 when we agree on all of them, with both
 * providers unless one is named; 1 at a difference; 2 for a file that is no suite. `--times` prints the time of each.
 */
import { parseArgs } from 'node:util';
import { withExtras } from '@tlskit/tls-crypto';
import { createNobleProvider } from '@tlskit/tls-crypto-noble';
import { legacyExtras } from '@tlskit/tls-crypto-noble/legacy';
import { createNodeProvider } from '@tlskit/tls-crypto-node';
import { readSuite } from './cases.ts';
import { shakeHands } from './handshake.ts';
import { report, runSuite } from './suite.ts';
import { judge } from './verdict.ts';

/** Both verify by DSA, so that a key of it is refused for what it is. */
const providers = { node: createNodeProvider, noble: () => withExtras(createNobleProvider(), ...legacyExtras) };

process.exitCode = await main();

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      provider: { type: 'string', multiple: true },
      handshakes: { type: 'boolean' },
      times: { type: 'boolean' },
    },
  });
  const names = values.provider ?? Object.keys(providers);
  const [path] = positionals;
  if (path === undefined || positionals.length > 1 || !names.every(isProvider)) {
    console.log('usage: limbo FILE [--provider noble|node]... [--handshakes] [--times]');
    return 2;
  }
  try {
    const outcome = await runSuite(
      readSuite(path),
      names.map(name => providers[name]()),
      ({ provider, id, time }) => {
        if (values.times) console.log(`${time.toFixed(2).padStart(8)} ms  ${provider.padEnd(5)}  ${id}`);
      },
      values.handshakes ? shakeHands : judge,
    );
    for (const line of report(outcome)) console.log(line);
    return outcome.agreeing === outcome.cases && outcome.cases > 0 ? 0 : 1;
  } catch (error) {
    console.log(`${path}: ${error instanceof Error ? error.message : error}`);
    return 2;
  }
}

function isProvider(name: string): name is keyof typeof providers {
  return Object.hasOwn(providers, name);
}
