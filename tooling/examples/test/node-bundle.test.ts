/** `tlskit/node` as Node loads it: one module, which gets along with the packages that it has copies of. */

import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TlsError } from '@tlskit/tls-alerts';
import { CryptoError } from '@tlskit/tls-crypto';
import { tls12 } from '@tlskit/tls-engine/tls12';
import { tls13 } from '@tlskit/tls-engine/tls13';
import { createCA } from '@tlskit/tls-testing';
import { DecodeError, EncodeError } from '@tlskit/tls-wire';
import { afterAll, describe, expect, it } from 'vitest';

const file = new URL('../../../packages/tlskit/dist/bundle/node.js', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('../../../packages/tlskit/package.json', import.meta.url), 'utf8'));
const bundle: typeof import('tlskit/node') = await import(file.href);

const ca = await createCA();
const { pem } = await ca.issue('localhost');

describe('tlskit/node for Node', () => {
  it('is the module of the condition', () => {
    const target = new URL(manifest.exports['./node'].node, new URL('../../../packages/tlskit/', import.meta.url));
    expect(fileURLToPath(target)).toBe(fileURLToPath(file));
  });

  it('loads nothing but modules of Node', () => {
    const specifiers = [...readFileSync(file, 'utf8').matchAll(/\bfrom\s*"([^"]+)"|\bimport\s*\(?\s*"([^"]+)"/g)];
    const names = specifiers.map(([, from, imported]) => from ?? imported ?? '');
    expect(names.length).toBeGreaterThan(3);
    expect(names.filter(name => !name.startsWith('node:'))).toEqual([]);
  });

  it('has the names of the modules that it is made of', async () => {
    const source = await import('tlskit/node');
    expect(Object.keys(bundle).sort()).toEqual(Object.keys(source).sort());
  });

  it('shows a line of itself with an error that nobody catches, and not all', () => {
    const wrong = `import { connect } from ${JSON.stringify(file.href)}; connect({ nonsense: 1 });`;
    const { stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', wrong], { encoding: 'utf8' });
    expect(stderr).toContain('ERR_TLS_INVALID_OPTION');
    expect(stderr.length).toBeLessThan(3000);
  });

  it('runs nothing of its late modules when it is imported, and then what is called', () => {
    expect(lateModulesRun('')).toEqual([0, 0, 0]);
    const { privateKey } = generateKeyPairSync('ec', {
      namedCurve: 'P-256',
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'right' },
    });
    const options = JSON.stringify({ certificate: pem.certificate, key: privateKey, passphrase: 'wrong' });
    const decrypting = `try { createServer(${options}); } catch ({ code }) { if (code !== 'ERR_TLS_PASSPHRASE') throw code; }`;
    expect(lateModulesRun(decrypting).sort()).toEqual([0, 0, 1]);
  });

  it('comes with the licences of what is in it', () => {
    const text = readFileSync(new URL('THIRD-PARTY-LICENSES.txt', file), 'utf8');
    for (const name of ['@noble/ciphers', '@noble/curves', '@noble/hashes']) expect(text).toContain(`${name}\n`);
  });
});

describe('errors of another copy', () => {
  it('are errors of ours, and only those', () => {
    expect(bundle.TlsError).not.toBe(TlsError);
    const theirs = new bundle.TlsError('ERR_TLS_CLOSED', 'over');
    expect(theirs).toBeInstanceOf(TlsError);
    expect(new TlsError('ERR_TLS_CLOSED', 'over')).toBeInstanceOf(bundle.TlsError);
    expect(TlsError.from(theirs)).toBe(theirs);
    expect(new CryptoError('misuse', 'no')).not.toBeInstanceOf(TlsError);
    expect(new DecodeError('short', 0)).not.toBeInstanceOf(EncodeError);
    expect(new Error('plain')).not.toBeInstanceOf(bundle.TlsError);
  });
});

describe('with versions of another copy', async () => {
  const trust = { roots: [ca.pem] };
  const server = bundle.createServer(
    { certificate: pem.certificate, key: pem.key, versions: [tls13, tls12], alpn: ['h2'] },
    socket => {
      socket.on('data', data => socket.write(data));
      socket.on('error', () => {});
    },
  );
  server.listen(0);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  afterAll(() => {
    server.close();
  });

  it.each([
    ['both of another', [tls13, tls12], 'TLSv1.3'],
    ['one of each', [tls13, bundle.tls12], 'TLSv1.3'],
    ['the other of each', [bundle.tls13, tls12], 'TLSv1.3'],
    ['TLS 1.2 of another', [tls12], 'TLSv1.2'],
  ] as const)('a client connects: %s', async (_name, versions, protocol) => {
    const socket = bundle.connect({ host: 'localhost', port, trust, versions, alpn: ['h2'] });
    expect(await socket.opened).toMatchObject({ protocol, alpn: 'h2', verified: true });
    socket.write('both ways');
    expect(String((await once(socket, 'data'))[0])).toBe('both ways');
    socket.destroy();
  });

  it('what a verifier of another copy throws keeps its code and alert', async () => {
    const verifier = {
      trust: 'mine',
      verify() {
        throw new TlsError('CERT_REVOKED', 'not this one');
      },
    };
    const socket = bundle.connect({ host: 'localhost', port, verifier });
    socket.opened.catch(() => {});
    const [error] = await once(socket, 'error');
    expect(error).toMatchObject({ name: 'TlsError', code: 'CERT_REVOKED', alert: 'certificate_revoked' });
  });
});

interface Coverage {
  readonly result: readonly {
    readonly url: string;
    readonly functions: readonly { readonly functionName: string; readonly ranges: readonly { count: number }[] }[];
  }[];
}

/** How often each late module was run by a program that imports the bundle. */
function lateModulesRun(program: string): number[] {
  const folder = mkdtempSync(join(tmpdir(), 'tlskit-coverage-'));
  try {
    const source = `import { createServer } from ${JSON.stringify(file.href)}; ${program}`;
    const env = { ...process.env, NODE_V8_COVERAGE: folder };
    const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', source], {
      encoding: 'utf8',
      env,
    });
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const coverage = readdirSync(folder).map((name): Coverage => JSON.parse(readFileSync(join(folder, name), 'utf8')));
    return coverage
      .flatMap(({ result }) => result.filter(({ url }) => url === file.href))
      .flatMap(({ functions }) => functions.filter(({ functionName }) => /^lateModule\d*$/.test(functionName)))
      .map(({ ranges }) => ranges[0]?.count ?? Number.NaN);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
