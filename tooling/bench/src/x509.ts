/**
 * `pnpm bench:x509 [--rounds N] [--write]`: how long it takes to parse a chain of certificates, to build its path and to validate it,
 * beside other libraries in one process, in turn, round by round. Everything is done anew each time but where a row says otherwise.
 * `--write` puts the table into docs/performance.md.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createNobleProvider } from '@tlskit/tls-crypto-noble';
import { createNodeProvider } from '@tlskit/tls-crypto-node';
import { createCA, type KeyKind, type TestCA } from '@tlskit/tls-testing';
import { type Chain, type ChainValidator, nodeX509, peculiarX509, pkijsEngine, tlskit } from './chain-validators.ts';
import { median } from './stats.ts';

const { values: options } = parseArgs({
  options: { rounds: { type: 'string', default: '40' }, write: { type: 'boolean' } },
});
const rounds = Number(options.rounds);

/** Milliseconds that a validator runs before the next one has its turn. */
const turn = 25;

const validators: readonly ChainValidator[] = [
  nodeX509,
  tlskit(createNodeProvider(), 'nothing'),
  tlskit(createNodeProvider(), 'roots'),
  tlskit(createNodeProvider(), 'roots and certificates'),
  tlskit(createNobleProvider(), 'nothing'),
  tlskit(createNobleProvider(), 'roots'),
  tlskit(createNobleProvider(), 'roots and certificates'),
  peculiarX509,
  pkijsEngine,
];

const chains = [
  await makeChain('P-256 under RSA-2048', ['rsa-2048', 'rsa-2048', 'ecdsa-p256']),
  await makeChain('P-384 under RSA-2048', ['rsa-2048', 'rsa-2048', 'ecdsa-p384']),
  await makeChain('all RSA-2048', ['rsa-2048', 'rsa-2048', 'rsa-2048']),
  await makeChain('all P-256', ['ecdsa-p256', 'ecdsa-p256', 'ecdsa-p256']),
  await makeChain('5: P-256 under RSA-2048', ['rsa-2048', 'rsa-2048', 'rsa-2048', 'rsa-2048', 'ecdsa-p256']),
];

const table = report(await measure());
console.log(table);
if (options.write) {
  const file = fileURLToPath(new URL('../../../docs/performance.md', import.meta.url));
  const [before, after] = readFileSync(file, 'utf8').split(/<!-- x509 -->[\s\S]*<!-- \/x509 -->/);
  writeFileSync(file, `${before}<!-- x509 -->\n${table}<!-- /x509 -->${after}`);
}

/** Kinds of keys from the root to the leaf. */
async function makeChain(name: string, kinds: readonly KeyKind[]): Promise<Chain> {
  const [first, ...below] = kinds;
  const leafKind = below.pop() as KeyKind;
  const host = 'www.example.com';
  const root = await createCA({ key: first as KeyKind, subject: { C: 'XX', O: 'Example Trust', CN: 'Example Root' } });
  let issuer: TestCA = root;
  for (const [i, key] of below.entries()) {
    issuer = await issuer.intermediate({ key, subject: { C: 'XX', O: 'Example Trust', CN: `Example CA ${i + 1}` } });
  }
  const { chain } = await issuer.issue({
    key: leafKind,
    names: [host, 'example.com'],
    extendedKeyUsage: ['serverAuth'],
  });
  return { name, host, chain, root: root.certificate };
}

/** Milliseconds each, one of every turn, by validator and chain. */
async function measure(): Promise<number[][][]> {
  const runs = validators.map(validator => chains.map(chain => validator.prepare(chain)));
  const samples = runs.map(of => of.map((): number[] => []));
  // The first rounds warm up.
  for (let round = -4; round < rounds; round++) {
    for (const [v, of] of runs.entries()) {
      for (const [c, run] of of.entries()) {
        const sample = await timeOf(run);
        if (round >= 0) samples[v]?.[c]?.push(sample);
      }
    }
  }
  return samples;
}

async function timeOf(run: () => void | Promise<void>): Promise<number> {
  const begin = performance.now();
  for (let count = 1; ; count++) {
    const promise = run();
    // What is synchronous is not charged for a turn of the microtask queue.
    if (promise !== undefined) await promise;
    const elapsed = performance.now() - begin;
    if (elapsed >= turn) return elapsed / count;
  }
}

function report(samples: readonly (readonly (readonly number[])[])[]): string {
  const rows = validators.map(({ name, checks }, v) => {
    const cells = chains.map((_, c) => {
      const times = samples[v]?.[c] as readonly number[];
      const sorted = [...times].sort((a, b) => a - b);
      const at = (share: number) => (sorted[Math.floor(share * (sorted.length - 1))] as number).toFixed(2);
      const ratio = median(times) / median(samples[0]?.[c] as readonly number[]);
      return `**${median(times).toFixed(2)}** (${at(0.1)}–${at(0.9)}) ×${ratio.toFixed(1)}`;
    });
    return `| ${name} | ${cells.join(' | ')} | ${checks} |`;
  });
  const cpu = cpus();
  const versions = ['@peculiar/x509', 'pkijs'].map(name => `${name} ${versionOf(name)}`).join(', ');
  return [
    `Measured with \`pnpm bench:x509 --rounds ${rounds}\` on Node ${process.versions.node} (OpenSSL ${process.versions.openssl}), ${versions}; ${cpu.length} × ${cpu[0]?.model ?? 'unknown'}, ${new Date().toISOString().slice(0, 10)}.`,
    'Each cell: milliseconds, the median of the rounds, from the tenth to the ninetieth percentile, and the ratio of medians to the first row.',
    '',
    `| validator | ${chains.map(({ name }) => name).join(' | ')} | what it checks |`,
    `|---|${chains.map(() => '---|').join('')}---|`,
    ...rows,
    '',
  ].join('\n');
}

function versionOf(name: string): string {
  const main = createRequire(import.meta.url).resolve(name);
  const folder = main.slice(0, main.lastIndexOf(`/${name}/`) + name.length + 2);
  return (JSON.parse(readFileSync(`${folder}package.json`, 'utf8')) as { version: string }).version;
}
