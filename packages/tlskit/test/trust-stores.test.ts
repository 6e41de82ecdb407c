import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { createCA, toPem } from '@tlskit/tls-testing';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createClientEngine, createServerEngine } from '../src/engine.ts';
import { connect, extraRoots, nodeRoots, type Roots, systemRoots, type TlsError } from '../src/node/index.ts';
import { ca, credential, duplexPair, failure, localhost, memoryPair, openPair } from './support.ts';

let dir: string;
const write = (name: string, content: string | Uint8Array): string => {
  const path = join(dir, name);
  writeFileSync(path, content);
  return path;
};
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'tlskit-roots-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));
afterEach(() => void vi.unstubAllEnvs());

const hex = (roots: Roots) => roots.map(der => Buffer.from(der).toString('hex')).sort();
const subjectless = (pem: string) => Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64').toString('hex');
const refusal = (call: () => unknown): TlsError => {
  try {
    call();
  } catch (error) {
    return error as TlsError;
  }
  throw new Error('nothing was thrown');
};

describe('stores of roots', () => {
  it('node: those that Node brings along', () => {
    expect(hex(nodeRoots())).toEqual(rootCertificates.map(subjectless).sort());
    expect(nodeRoots()).toBe(nodeRoots());
  });

  it('extra: those of NODE_EXTRA_CA_CERTS, if it is set', () => {
    expect(extraRoots({ env: {} })).toEqual([]);
    expect(extraRoots({ env: { NODE_EXTRA_CA_CERTS: '' } })).toEqual([]);
    const file = write('extra.pem', ca.pem);
    expect(hex(extraRoots({ env: { NODE_EXTRA_CA_CERTS: file } }))).toEqual([subjectless(ca.pem)]);
  });

  it('system: the file of SSL_CERT_FILE, PEM or DER, and NODE_EXTRA_CA_CERTS', async () => {
    const other = await createCA();
    const [pem, der, both] = [
      write('a.pem', ca.pem),
      write('a.der', ca.certificate),
      write('both.pem', `${ca.pem}\n${other.pem}`),
    ];
    for (const file of [pem, der]) {
      expect(hex(systemRoots({ env: { SSL_CERT_FILE: file } }))).toEqual([subjectless(ca.pem)]);
    }
    const two = [subjectless(ca.pem), subjectless(other.pem)].sort();
    expect(hex(systemRoots({ env: { SSL_CERT_FILE: both } }))).toEqual(two);
    const extra = write('other.pem', other.pem);
    expect(hex(systemRoots({ env: { SSL_CERT_FILE: pem, NODE_EXTRA_CA_CERTS: extra } }))).toEqual(two);
    expect(hex(systemRoots({ env: { SSL_CERT_FILE: both, NODE_EXTRA_CA_CERTS: extra } }))).toEqual(two);
  });

  it('system: the folders of SSL_CERT_DIR, by hashed names or any, and beside the file', async () => {
    const [one, two, three] = [await createCA(), await createCA(), await createCA()];
    const [first, second] = [join(dir, 'first'), join(dir, 'second')];
    for (const folder of [first, second, join(first, 'sub')]) mkdirSync(folder);
    writeFileSync(join(first, 'root one.pem'), one.pem);
    symlinkSync(join(first, 'root one.pem'), join(first, '0123abcd.0'));
    symlinkSync(join(first, 'gone.pem'), join(first, '0123abce.0'));
    writeFileSync(join(first, 'README'), 'nothing here');
    writeFileSync(join(first, 'key.pem'), toPem('PRIVATE KEY', localhost.key));
    writeFileSync(join(second, 'two.crt'), two.pem);
    const directories = [first, '', second].join(delimiter);
    const found = systemRoots({ env: { SSL_CERT_DIR: directories } });
    expect(hex(found)).toEqual([one, two].map(({ pem }) => subjectless(pem)).sort());
    const env = { SSL_CERT_DIR: directories, SSL_CERT_FILE: write('three.pem', three.pem) };
    expect(systemRoots({ env })).toHaveLength(3);
  });

  it.skipIf(process.platform !== 'linux')(
    'system: the bundle of the distribution (where that is known: on Linux)',
    () => {
      expect(systemRoots({ env: {} }).length).toBeGreaterThan(50);
      expect(systemRoots({ env: {} })[0]).toBe(systemRoots({ env: {} })[0]);
    },
  );

  it('are read again when a file has changed', async () => {
    const other = await createCA();
    const file = write('changing.pem', ca.pem);
    const env = { SSL_CERT_FILE: file };
    expect(hex(systemRoots({ env }))).toEqual([subjectless(ca.pem)]);
    writeFileSync(file, other.pem);
    utimesSync(file, 1, 1);
    expect(hex(systemRoots({ env }))).toEqual([subjectless(other.pem)]);
  });

  it('are in no file that is enormous, which is not read', () => {
    const folder = join(dir, 'enormous');
    mkdirSync(folder);
    const file = join(folder, 'enormous.pem');
    writeFileSync(file, ca.pem);
    truncateSync(file, 2 ** 24 + 1);
    expect(refusal(() => systemRoots({ env: { SSL_CERT_FILE: file } })).message).toContain('the limit is 16777216');
    writeFileSync(join(folder, 'root.pem'), ca.pem);
    expect(hex(systemRoots({ env: { SSL_CERT_DIR: folder } }))).toEqual([subjectless(ca.pem)]);
  });

  it('leave out a certificate that does not parse', async () => {
    const broken = toPem('CERTIFICATE', Uint8Array.of(0x30, 0));
    const file = write('one-broken.pem', broken + ca.pem);
    expect(hex(systemRoots({ env: { SSL_CERT_FILE: file } }))).toEqual([subjectless(ca.pem)]);
    expect(refusal(() => systemRoots({ env: { SSL_CERT_FILE: write('broken.pem', broken) } })).message).toContain(
      'well-formed',
    );
  });

  it.each([
    ['SSL_CERT_FILE', 'no-such-file.pem', 'ENOENT'],
    ['SSL_CERT_FILE', '.', 'EISDIR'],
    ['NODE_EXTRA_CA_CERTS', 'no-such-file.pem', 'ENOENT'],
    ['SSL_CERT_DIR', 'no-such-folder', 'ENOENT'],
  ])('say what is wrong with %s of %s', (variable, name, message) => {
    const error = refusal(() => systemRoots({ env: { [variable]: join(dir, name) } }));
    expect(error).toMatchObject({ code: 'ERR_TLS_INVALID_OPTION', kind: 'usage' });
    expect(error.message).toContain(variable);
    expect(error.message).toContain(message);
    expect(error.message).toContain(join(dir, name));
  });

  it.each([
    ['text', 'no certificate is in this file'],
    ['-----BEGIN CERTIFICATE-----\nAAAA', 'does not end'],
    ['', 'no certificate is in this file'],
    ['-----BEGIN TRUSTED CERTIFICATE-----\nMAA=\n-----END TRUSTED CERTIFICATE-----\n', 'TRUSTED CERTIFICATE'],
  ])('say what is wrong with a file of %j', (content, message) => {
    const env = { SSL_CERT_FILE: write('wrong.pem', content) };
    expect(refusal(() => systemRoots({ env })).message).toContain(message);
    mkdirSync(join(dir, 'empty'), { recursive: true });
    const none = refusal(() => systemRoots({ env: { SSL_CERT_DIR: join(dir, 'empty') } }));
    expect(none.message).toContain('no certificate is in');
  });
});

describe('trust', () => {
  const info = async (roots: unknown) => {
    const { client, server } = await openPair({ trust: { roots } as never });
    client.destroy();
    server.destroy();
    return client.info?.verified;
  };

  it('takes stores by name, alone and among certificates', async () => {
    vi.stubEnv('SSL_CERT_FILE', write('system.pem', ca.pem));
    vi.stubEnv('SSL_CERT_DIR', '');
    vi.stubEnv('NODE_EXTRA_CA_CERTS', '');
    for (const roots of ['system', ['system'], ['node', 'system'], ['node', ca.pem], ['node', ca.certificate]]) {
      expect(await info(roots)).toBe(true);
    }
    vi.stubEnv('NODE_EXTRA_CA_CERTS', write('more.pem', ca.pem));
    for (const roots of ['extra', ['node', 'extra']]) expect(await info(roots)).toBe(true);
    for (const roots of ['node', ['node']]) {
      const { client, server } = memoryPair({ trust: { roots } });
      const [ours, theirs] = await Promise.all([failure(client), failure(server)]);
      expect(ours).toMatchObject({ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', alert: 'unknown_ca', sentBy: 'us' });
      expect(theirs).toMatchObject({ alert: 'unknown_ca', sentBy: 'peer' });
    }
  });

  it('takes them for clients too', async () => {
    vi.stubEnv('SSL_CERT_FILE', write('system.pem', ca.pem));
    const alice = await ca.issue('alice');
    const { client, server } = await openPair(
      { trust: { roots: [ca.pem] }, certificate: alice.pem.certificate, key: alice.pem.key },
      { clientAuth: 'require', trust: { roots: 'system' } },
    );
    expect(server.info).toMatchObject({ verified: true });
    client.destroy();
    server.destroy();
  });

  it('measures by them where nothing is refused', async () => {
    const { client, server } = await openPair({ trust: { insecure: 'accept any certificate', roots: 'node' } });
    expect(client.info).toMatchObject({ verified: false });
    client.destroy();
    server.destroy();
  });

  it('with the name of no store, or of an empty one, is refused', () => {
    const [transport] = duplexPair();
    const error = (roots: unknown) =>
      refusal(() => connect({ transport, servername: 'localhost', trust: { roots } as never }));
    for (const name of ['nodes', 'System', 'constructor']) {
      expect(error(name)).toMatchObject({ code: 'ERR_TLS_INVALID_OPTION' });
      expect(error([ca.pem, name]).message).toContain("'node', 'system', 'extra'");
    }
    vi.stubEnv('NODE_EXTRA_CA_CERTS', '');
    expect(error('extra').message).toContain('trusts nobody');
    vi.stubEnv('SSL_CERT_FILE', join(dir, 'no-such-file'));
    expect(error('system').message).toContain('SSL_CERT_FILE');
  });

  it('by name is of this face alone', () => {
    for (const roots of ['node', ['system']]) {
      const client = () => createClientEngine({ servername: 'localhost', trust: { roots } });
      expect(refusal(client).message).toContain('tlskit/node');
      const server = () => createServerEngine({ ...credential, clientAuth: 'require', trust: { roots } });
      expect(refusal(server).message).toContain('tlskit/node');
    }
  });
});
