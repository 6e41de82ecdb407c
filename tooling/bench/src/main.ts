/**
 * `pnpm bench [--quick] [--write]`: clients of TLS 1.3 in JavaScript against one node:tls server in another process, over loopback,
 * in turn, round by round. Chain and name are verified by all. `--write` puts the table into docs/performance.md.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { pureJsCrypto } from '@reclaimprotocol/tls/purejs-crypto';
import { webcryptoCrypto } from '@reclaimprotocol/tls/webcrypto';
import { createNobleProvider } from '@tlskit/tls-crypto-noble';
import { createNodeProvider } from '@tlskit/tls-crypto-node';
import { createCA } from '@tlskit/tls-testing';
import { lemonClient } from './clients/lemon.ts';
import { nodeClient } from './clients/node.ts';
import { reclaimClient } from './clients/reclaim.ts';
import { subtlsClient } from './clients/subtls.ts';
import { tlskitClient } from './clients/tlskit.ts';
import { measure } from './measure.ts';
import { report } from './report.ts';

const { values: options } = parseArgs({ options: { quick: { type: 'boolean' }, write: { type: 'boolean' } } });
const plan = options.quick ? { rounds: 1, seconds: 0.5, bytes: 20e6 } : { rounds: 5, seconds: 2, bytes: 200e6 };

const ca = await createCA();
const issued = await ca.issue('localhost');
const server = fork(fileURLToPath(new URL('./server.js', import.meta.url)));
server.send({ key: issued.pem.key, cert: issued.pem.certificate });
const [{ port }] = (await once(server, 'message')) as [{ port: number }];

const clients = [
  nodeClient,
  tlskitClient(createNodeProvider()),
  tlskitClient(createNobleProvider()),
  lemonClient,
  subtlsClient,
  reclaimClient('WebCrypto', webcryptoCrypto),
  reclaimClient('pure JavaScript', pureJsCrypto),
];
const target = { host: '127.0.0.1', port, ca: { pem: ca.pem, der: ca.certificate } };
try {
  const table = report(await measure(clients, target, plan), `pnpm bench${options.quick ? ' --quick' : ''}`);
  console.log(table);
  if (options.write) {
    const file = fileURLToPath(new URL('../../../docs/performance.md', import.meta.url));
    const [before, after] = readFileSync(file, 'utf8').split(/<!-- clients -->[\s\S]*<!-- \/clients -->/);
    writeFileSync(file, `${before}<!-- clients -->\n${table}<!-- /clients -->${after}`);
  }
} finally {
  server.kill();
}
