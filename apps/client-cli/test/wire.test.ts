/** Every flag that changes the handshake changes the bytes on the wire, in its own place; and every flag is looked at. */
import { createHash, createPrivateKey } from 'node:crypto';
import { parseCertificate } from '@tlskit/tls-x509';
import type { TlsServerOptions } from 'tlskit/node';
import { describe, expect, it } from 'vitest';
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
const trusted = () => ['--cacert', file(ca.pem)];
const pin = `sha256//${createHash('sha256').update(parseCertificate(localhost.certificate).spki).digest('base64')}`;

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
  keylog: 'it writes what is known here',
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

  it.each(rows)('--%s, %i', async (name, _, { base = () => [], args, server = () => ({}), changes }) => {
    const { port, seen } = await wireServer(server());
    const env = { SECRET: 'secret' };
    const shared = base();
    await run([`localhost:${port}`, '--json', ...shared], { env });
    await run([`localhost:${port}`, '--json', ...shared, ...args()], { env });
    expect(args().some(arg => arg.replace(/^-k$/, '--insecure') === `--${name}`)).toBe(true);
    expect(seen).toHaveLength(2);
    const differs = differences(seen[0]!, seen[1]!);
    expect(differs).toEqual(changes.length === 0 ? [] : expect.arrayContaining([...changes]));
  });
});
