/** Every flag that changes the handshake changes the bytes on the wire, in its own place; and every flag is looked at. */
import { createHash, createPrivateKey } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createNodeProvider } from '@tlskit/tls-crypto-node';
import { parseCertificate } from '@tlskit/tls-x509';
import { TicketKeys } from 'tlskit';
import { accept, type TlsServerOptions } from 'tlskit/node';
import { afterAll, describe, expect, it } from 'vitest';
import { connectOptions } from '../src/connect/options.ts';
import { pkcs12 } from './pkcs12.ts';
import { ca, file, localhost, run } from './support.ts';
import { asking, differences, wireServer } from './wire.ts';

/** What a flag does, beside the same command line without it. */
interface Change {
  /** On both command lines. */
  readonly base?: () => readonly string[];
  readonly args: () => readonly string[];
  readonly server?: () => TlsServerOptions;
  /** How many connections the second command line makes, of which the last is looked at; 1 unless given. */
  readonly connections?: number;
  /** What differs on the wire, among more; nothing where it is empty. */
  readonly changes: readonly string[];
}

const own = await ca.issue({ subject: { CN: 'client' }, names: ['client.example'] });
const encryptedKey = createPrivateKey(own.pem.key).export({
  type: 'pkcs8',
  format: 'pem',
  cipher: 'aes-256-cbc',
  passphrase: 'secret',
});
const psk = '000102030405060708090a0b0c0d0e0f';
const pskServer = () => ({ pskLookup: () => ({ key: Buffer.from(psk, 'hex') }) });
/** Tickets that outlive a server: one gives them, another takes them. */
const tickets = new TicketKeys({ provider: createNodeProvider(), now: Date.now });
const resumable = (): TlsServerOptions => ({
  tickets,
  earlyData: { guard: { window: 60_000, firstTime: () => true } },
});
const sessionFile = await session();
const trusted = () => ['--cacert', file(ca.pem)];
const pin = `sha256//${createHash('sha256').update(parseCertificate(localhost.certificate).spki).digest('base64')}`;

/** A file with a session that allows early data. */
async function session(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'tlskit-wire-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const [path, root] = [join(folder, 'session'), join(folder, 'root')];
  writeFileSync(root, ca.pem);
  const { certificate, key } = localhost.pem;
  const tcp = createServer(transport => void accept(transport, { certificate, key, ...resumable() }).resume());
  await once(tcp.listen(0, '127.0.0.1'), 'listening');
  const { port } = tcp.address() as AddressInfo;
  const { code, stderr } = await run([
    `localhost:${port}`,
    '--quiet',
    '--cacert',
    root,
    '--sess-out',
    path,
    '--resume',
  ]);
  tcp.close();
  expect([code, stderr]).toEqual([0, '']);
  return path;
}

/** For each option what it changes, or why that is nothing. */
const table: Record<keyof typeof connectOptions, readonly Change[] | string> = {
  cacert: [{ args: trusted, changes: ['alert'] }],
  insecure: [{ args: () => ['-k'], changes: ['alert'] }],
  pin: [
    { base: trusted, args: () => ['--pin', pin.replace(/.{8}=$/, 'AAAAAAA=')], changes: ['alert'] },
    { base: () => ['-k'], args: () => ['--pin', pin], changes: [] },
    { base: () => ['-k'], args: () => ['--pin', pin.replace(/.{8}=$/, 'AAAAAAA=')], changes: ['alert'] },
  ],
  status: [{ base: trusted, args: () => ['--status'], changes: ['alert'] }],
  servername: [
    { args: () => ['--servername', 'other.example', '-k'], base: () => [], changes: ['alert', 'server_name'] },
  ],
  noservername: [{ base: trusted, args: () => ['--noservername'], changes: ['server_name'] }],
  'verify-name': [{ base: trusted, args: () => ['--verify-name', 'other.example'], changes: ['alert'] }],
  cert: [
    {
      base: trusted,
      args: () => ['--cert', file(own.pem.certificate + own.pem.key)],
      server: () => asking(ca),
      changes: ['certificate'],
    },
  ],
  key: [
    {
      base: trusted,
      args: () => ['--cert', file(own.certificate), '--key', file(own.pem.key)],
      server: () => asking(ca),
      changes: ['certificate'],
    },
  ],
  p12: [
    {
      base: trusted,
      args: () => ['--p12', file(pkcs12), '--pass', 'env:SECRET'],
      server: () => ({ clientAuth: 'request', trust: { insecure: 'accept any certificate' } }),
      changes: ['certificate'],
    },
  ],
  pass: [
    {
      base: trusted,
      args: () => [
        '--cert',
        file(own.pem.certificate),
        '--key',
        file(encryptedKey as string),
        '--pass',
        file('secret\n'),
      ],
      server: () => asking(ca),
      changes: ['certificate'],
    },
  ],
  psk: [
    {
      base: trusted,
      args: () => ['--psk', psk],
      server: pskServer,
      changes: ['pre_shared_key'],
    },
  ],
  'psk-identity': [
    {
      base: () => ['--psk', psk],
      args: () => ['--psk-identity', 'me'],
      server: pskServer,
      changes: ['pre_shared_key'],
    },
  ],
  'psk-hash': [
    {
      base: () => ['--psk', psk],
      args: () => ['--psk-hash', 'SHA-384'],
      server: pskServer,
      changes: ['pre_shared_key'],
    },
  ],
  tls: [
    { base: trusted, args: () => ['--tls', '1.3'], changes: ['supported_versions'] },
    { base: trusted, args: () => ['--tls', '1.2'], changes: ['supported_versions'] },
  ],
  ciphersuites: [
    { base: trusted, args: () => ['--ciphersuites', 'TLS_AES_256_GCM_SHA384'], changes: ['cipher_suites'] },
  ],
  legacy: [{ base: trusted, args: () => ['--legacy', 'TLS_RSA_WITH_AES_128_GCM_SHA256'], changes: ['cipher_suites'] }],
  groups: [{ base: trusted, args: () => ['--groups', 'P-256'], changes: ['key_share', 'supported_groups'] }],
  sigalgs: [{ base: trusted, args: () => ['--sigalgs', 'ecdsa_secp256r1_sha256'], changes: ['signature_algorithms'] }],
  alpn: [{ base: trusted, args: () => ['--alpn', 'h2'], changes: ['application_layer_protocol_negotiation'] }],
  resume: [{ base: trusted, args: () => ['--resume'], server: resumable, connections: 2, changes: ['pre_shared_key'] }],
  'sess-in': [
    { base: trusted, args: () => ['--sess-in', sessionFile], server: resumable, changes: ['pre_shared_key'] },
  ],
  'early-data': [
    {
      base: () => [...trusted(), '--sess-in', sessionFile],
      args: () => ['--early-data', file('early words')],
      server: resumable,
      changes: ['data', 'early_data', 'end_of_early_data'],
    },
  ],
  'resend-early-data': [
    {
      // Those who take none say so by their ticket, and before it is spent.
      base: () => [...trusted(), '--sess-in', sessionFile, '--early-data', file('early words')],
      args: () => ['--resend-early-data'],
      server: () => ({ ...resumable(), earlyData: false }),
      changes: ['data'],
    },
  ],
  'key-update': [
    { base: trusted, args: () => ['--key-update'], changes: ['key_update'] },
    { base: trusted, args: () => ['--key-update=ours'], changes: ['key_update'] },
  ],
  'sess-out': 'it keeps what the server gives anyway',
  export: 'it is computed by each side for itself',
  'export-context': 'it is computed by each side for itself',
  keylog: 'it writes what is known here',
  pcap: 'it writes what is known here',
  'save-chain': 'it writes what is known here',
  crlf: 'it is about data',
  'fail-on': 'it judges when the handshake is complete',
  hosts: 'it says whom to connect to',
  parallel: 'it says how many at a time',
  'no-color': 'it says it without colours',
  // What they change comes before TLS: starttls.test.ts, target.test.ts and proxy.test.ts look at it.
  starttls: 'TLS begins later, and is the same',
  'starttls-name': 'TLS begins later, and is the same',
  proxy: 'TLS goes another way, and is the same',
  'proxy-cacert': 'TLS goes another way, and is the same',
  ipv4: 'it says where TCP goes',
  ipv6: 'it says where TCP goes',
  resolve: 'it says where TCP goes',
  'connect-to': 'it says where TCP goes',
  trace: 'it shows what is known here',
  json: 'it says in another form what is reported, and moves no data',
  timeout: 'it ends what takes too long',
  quiet: 'it says less',
};

describe('on the wire', () => {
  it('every option is looked at', () => {
    expect(Object.keys(table).sort()).toEqual(Object.keys(connectOptions).sort());
  });

  const rows = Object.entries(table).flatMap(([name, entry]) =>
    typeof entry === 'string' ? [] : entry.map((change, i) => [name, i, change] as const),
  );

  it.each(rows)(
    '--%s, %i',
    async (name, _, { base = () => [], args, server = () => ({}), connections = 1, changes }) => {
      const { port, seen, closed } = await wireServer(server());
      const env = { SECRET: 'secret' };
      const shared = base();
      await run([`localhost:${port}`, '--json', ...shared], { env });
      await closed();
      await run([`localhost:${port}`, '--json', ...shared, ...args()], { env });
      expect(args().some(arg => arg.replace(/^-k$/, '--insecure').replace(/=.*/, '') === `--${name}`)).toBe(true);
      await closed();
      expect(seen).toHaveLength(1 + connections);
      const differs = differences(seen[0]!, seen.at(-1)!);
      expect(differs).toEqual(changes.length === 0 ? [] : expect.arrayContaining([...changes]));
    },
  );
});
