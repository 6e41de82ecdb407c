/**
 * The small bundles of `.size-limit.json` are clients that work: each is bundled by its import lines, minified, and completes a handshake
 * with a server of ours that has everything.
 */
import { readFileSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createNodeProvider } from '@tlskit/tls-crypto-node';
import { createServerEngine, type Engine, type EngineHandlers } from '@tlskit/tls-engine';
import { tls13 } from '@tlskit/tls-engine/tls13';
import { createCA } from '@tlskit/tls-testing';
import { build } from 'esbuild';
import { afterAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'tlskit-small-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Row {
  readonly name: string;
  readonly import: Readonly<Record<string, string>>;
}
const rows: readonly Row[] = JSON.parse(readFileSync(join(root, '.size-limit.json'), 'utf8'));

/** The bundle of a row, as a module. */
// biome-ignore lint/suspicious/noExplicitAny: what a bundle exports is as its row says
async function bundled(name: string): Promise<Record<string, any>> {
  const row = rows.find(each => each.name === name);
  if (row === undefined) throw new Error(`no row ${name}`);
  const lines = Object.entries(row.import).map(
    ([path, names]) => `export ${names} from ${JSON.stringify(root + path)};`,
  );
  const outfile = join(folder, `${name.length}.mjs`);
  await build({
    stdin: { contents: lines.join('\n'), resolveDir: root },
    bundle: true,
    minify: true,
    format: 'esm',
    outfile,
    logLevel: 'silent',
  });
  return import(pathToFileURL(outfile).href);
}

const provider = createNodeProvider();
const limits = { maxMessageLength: 1 << 17, maxCertificates: 16, maxTickets: 16 };
const common = {
  random: (length: number) => provider.random(length),
  now: Date.now,
  cipherSuites: [0x1301, 0x1302, 0x1303],
  groups: [0x001d, 0x0017, 0x0018],
  signatureSchemes: [0x0403, 0x0503, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601],
  alpn: [] as string[],
  limits,
  emitSecrets: false,
} as const;

const roots = { ecdsa: await createCA({ key: 'ecdsa-p256' }), rsa: await createCA({ key: 'rsa-2048' }) };

/** A connection of the client that a bundle makes with a server that takes these groups. */
async function connection(
  make: (handlers: EngineHandlers) => Engine,
  { kind = 'ecdsa', groups = common.groups, host = 'localhost' }: Wanted = {},
) {
  const issued = await roots[kind].issue({ names: [host], key: kind === 'rsa' ? 'rsa-2048' : 'ecdsa-p256' });
  const credential = { chain: issued.chain, key: provider.importPrivateKey(issued.key) };
  const heard: string[] = [];
  const errors: unknown[] = [];
  const server = createServerEngine(
    {
      ...common,
      provider,
      groups,
      versions: [tls13],
      credentials: () => credential,
      preference: 'server',
      alpnMismatch: 'ignore',
    },
    { data: bytes => server.write(bytes) },
  );
  const client = make({
    data: bytes => heard.push(new TextDecoder().decode(bytes)),
    closed: error => errors.push(error),
  });
  server.start();
  client.start();
  if (!client.closed) client.write(new TextEncoder().encode('hello'));
  for (let moved = true; moved; ) {
    moved = false;
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      for (const part of from.takeOutput()) {
        moved = true;
        to.receive(Uint8Array.from(part));
      }
    }
  }
  return { client, heard, errors };
}

interface Wanted {
  readonly kind?: 'ecdsa' | 'rsa';
  readonly groups?: readonly number[];
  readonly host?: string;
}

describe('the engine alone', async () => {
  const { createClientEngine, client13 } = await bundled(
    'TLS 1.3 client engine, without cryptography and certificates',
  );
  const verifier = {
    trust: 'all',
    verify: ({ chain }: { chain: readonly Uint8Array[] }) => ({
      publicKey: leafKey(chain[0] as Uint8Array),
      verified: true,
      expires: Number.MAX_SAFE_INTEGER,
      trust: 'all',
    }),
  };
  let leafKey: (der: Uint8Array) => unknown = () => undefined;
  const config = {
    ...common,
    provider,
    versions: [client13()],
    serverName: 'localhost',
    peerName: 'localhost',
    verifier,
    keyShares: [0x001d],
    compatibilityMode: true,
  };

  it.each([
    ['with its first share', [0x001d]],
    ['after a HelloRetryRequest', [0x0018]],
  ] as const)('connects %s', async (_name, groups) => {
    const { parseCertificate } = await import('@tlskit/tls-x509');
    leafKey = der => provider.importPublicKey(parseCertificate(der).spki);
    const { client, heard } = await connection(handlers => createClientEngine(config, handlers), { groups });
    expect(client.connection).toMatchObject({ version: 0x0304, group: groups[0], resumed: false });
    expect(heard.join('')).toBe('hello');
  });

  it.each([
    ['alpn', { alpn: ['h2'] }],
    ['earlyData', { earlyData: true }],
    ['heartbeat', { heartbeat: 'peer_allowed_to_send' }],
    ['credentials', { credentials: () => undefined }],
    ['ocsp', { certificates: { ocsp: true } }],
    ['recordSizeLimit', { recordSizeLimit: 100 }],
    ['psks', { pskOnly: true }],
  ])('says that it lacks %s', async (option, asked) => {
    const { errors } = await connection(handlers => createClientEngine({ ...config, ...asked }, handlers));
    expect(errors[0]).toMatchObject({
      code: 'ERR_TLS_INVALID_OPTION',
      message: expect.stringContaining(option),
    });
  });
});

describe('a client with certificates and noble', async () => {
  const b = await bundled('TLS 1.3 client with noble and certificates');
  const noble = b.withExtras(b.createBareProvider(), b.sha2, b.aesGcm, b.nistGroups, b.ecdsaKeys, b.rsaKeys);
  const trust = { roots: [roots.ecdsa.pem, roots.rsa.pem] };
  const verifier = b.createCertificateVerifier({ provider: noble, trust });
  const config = {
    ...common,
    provider: noble,
    cipherSuites: [0x1301, 0x1302],
    groups: [0x0017, 0x0018],
    versions: [b.client13()],
    serverName: 'localhost',
    peerName: 'localhost',
    verifier,
    keyShares: [0x0017],
    compatibilityMode: true,
  };

  it.each([
    ['P-256, ECDSA', {}],
    ['P-384, ECDSA, by a HelloRetryRequest', { groups: [0x0018] }],
    ['P-256, RSA', { kind: 'rsa' }],
  ] as const)('connects: %s', async (_name, wanted) => {
    const { client, heard } = await connection(handlers => b.createClientEngine(config, handlers), wanted);
    expect(client.connection?.peer).toMatchObject({ verified: true });
    expect(heard.join('')).toBe('hello');
  });

  it('refuses another name', async () => {
    const { errors } = await connection(handlers => b.createClientEngine(config, handlers), { host: 'elsewhere' });
    expect(errors[0]).toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID', alert: 'bad_certificate' });
  });

  it('refuses a root that it does not know', async () => {
    const strict = b.createCertificateVerifier({ provider: noble, trust: { roots: [roots.rsa.pem] } });
    const { errors } = await connection(handlers => b.createClientEngine({ ...config, verifier: strict }, handlers));
    expect(errors[0]).toMatchObject({ kind: 'certificate', alert: 'unknown_ca' });
  });
});
