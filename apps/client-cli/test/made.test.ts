/** `tlskit ca` and `tlskit keygen`: what they write, who may read it, and what OpenSSL makes of it. */
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decryptPrivateKey, loadPkcs12 } from '@tlskit/tls-x509/encrypted';
import { accept } from 'tlskit/node';
import { describe, expect, it } from 'vitest';
import { outputOf } from '../../../tooling/interop/src/programs.ts';
import { forPeer } from '../../../tooling/interop/test/support.ts';
import { provider } from '../src/cert/provider.ts';
import { keyKinds } from '../src/keys/kinds.ts';
import { echo, file, folder, run, tcpServer } from './support.ts';

const warning = 'tlskit: keys and certificates that are made here are for tests: trust them nowhere else\n';

/** What was written, by file names. */
function written(stdout: Buffer, out: string): string[] {
  return [...stdout.toString().matchAll(/^(\S+) {2,}\S/gm)].map(([, path = '']) => path.slice(out.length + 1));
}

describe('tlskit ca', () => {
  it('writes an authority and a leaf, and keys for their owner alone', async () => {
    const out = join(folder(), 'new', 'pki');
    const { code, stdout, stderr } = await run(['ca', '--out', out]);
    const files = [
      'root.pem',
      'root.key',
      'intermediate.pem',
      'intermediate.key',
      'localhost.pem',
      'localhost-chain.pem',
      'localhost.key',
    ];
    expect(written(stdout, out)).toEqual(files);
    for (const name of files)
      expect(statSync(join(out, name)).mode & 0o777).toBe(name.endsWith('.key') ? 0o600 : 0o644);
    expect(stderr).toBe(warning);
    expect(code).toBe(0);
    const judged = await run([
      'cert',
      join(out, 'localhost-chain.pem'),
      '--roots',
      join(out, 'root.pem'),
      '--name',
      '::1',
      '--json',
    ]);
    expect(judged.json).toMatchObject({
      verified: true,
      asSent: { inOrder: true },
      path: [{ number: 1 }, { number: 2 }, { trusted: true }],
    });
  });

  it('serves a connection of ours', async () => {
    const out = folder();
    await run(['ca', '--out', out, '--key', 'ed25519', '--ca-key', 'ecdsa-p384', 'a.test,*.b.test']);
    const [certificate, key] = ['a.test-chain.pem', 'a.test.key'].map(name =>
      readFileSync(join(out, name), 'utf8'),
    ) as [string, string];
    const port = await tcpServer(transport => echo(accept(transport, { certificate, key })));
    const args = [`localhost:${port}`, '--cacert', join(out, 'root.pem'), '--servername', 'x.b.test', '--json'];
    const { code, json } = await run(args);
    expect(json).toMatchObject({ verified: true, signatureScheme: { name: 'ed25519' } });
    expect(code).toBe(0);
  });

  it('writes nothing over, unless it is told to', async () => {
    const out = folder();
    writeFileSync(join(out, 'intermediate.key'), 'mine');
    const { code, stderr } = await run(['ca', '--out', out]);
    expect(stderr).toContain('intermediate.key is there already: --force writes over it');
    expect([code, existsSync(join(out, 'root.pem'))]).toEqual([2, false]);
    expect((await run(['ca', '--out', out, '--force'])).code).toBe(0);
    expect(readFileSync(join(out, 'intermediate.key'), 'utf8')).toContain('PRIVATE KEY');
    expect(statSync(join(out, 'intermediate.key')).mode & 0o777).toBe(0o600);
  });

  it('makes what is out of date when told so', async () => {
    const out = folder();
    await run(['ca', '--out', out, '--from', '2020-01-01', '--days', '30', '--no-intermediate', '--client', 'alice']);
    expect(existsSync(join(out, 'intermediate.pem'))).toBe(false);
    const args = ['cert', join(out, 'alice-chain.pem'), '--roots', join(out, 'root.pem'), '--purpose', 'client'];
    expect((await run(args)).code).toBe(8);
    const then = await run([...args, '--time', '2020-01-15', '--json']);
    expect(then.json).toMatchObject({ verified: true, certificates: [{ notAfter: '2020-01-31T00:00:00.000Z' }] });
  });

  it('writes PKCS#12 that we read', async () => {
    const out = folder();
    await run(['ca', 'a.test', '--out', out, '--p12', '--passphrase-file', file('sécret\n')]);
    const { certificate } = loadPkcs12(provider, readFileSync(join(out, 'a.test.p12')), 'sécret');
    expect(certificate).toHaveLength(2);
    expect(() => loadPkcs12(provider, readFileSync(join(out, 'a.test.p12')), 'secret')).toThrow('passphrase is wrong');
  });

  it.each([
    [['a.test', 'a.test,b.test'], 'two certificates would both be a.test.pem'],
    [['root'], 'two certificates would both be root.pem'],
    [['--key', 'rsa'], 'did you mean rsa-2048?'],
    [['--days', '0'], '--days is 1 to 3650'],
    [['--from', 'tomorrow'], '--from is like 2026-12-31'],
    [['--passphrase-file', '/dev/null'], '--passphrase-file goes with --p12'],
    [['a.test,,b'], 'NAME has an empty item'],
    [['bücher.example'], 'is no name in ASCII'],
    [['--out', '/dev/null/x'], '/dev/null/x/root.pem: '],
  ])('%j is refused', async (args, message) => {
    const { code, stderr } = await run(['ca', ...(args.includes('--out') ? [] : ['--out', folder()]), ...args]);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });
});

describe('tlskit keygen', () => {
  it.each(keyKinds.filter(kind => !kind.startsWith('rsa-4')))('%s', async kind => {
    const { code, stdout, stderr } = await run(['keygen', kind]);
    const pkcs8 = decryptPrivateKey(stdout.toString(), '');
    expect(provider.importPrivateKey(pkcs8).spki.length).toBeGreaterThan(40);
    expect([code, stderr]).toEqual([0, warning]);
  });

  it('writes a key, and its public half, to files', async () => {
    const [out, publicOut] = [join(folder(), 'key.pem'), join(folder(), 'public.pem')];
    const { stdout, stderr } = await run([
      'keygen',
      '--out',
      out,
      '--public',
      publicOut,
      '--passphrase-file',
      file('secret\n'),
    ]);
    expect(stdout.length).toBe(0);
    expect(stderr).toBe(`${out}: private key, ecdsa-p256, encrypted\n${publicOut}: public key, ecdsa-p256\n${warning}`);
    expect(statSync(out).mode & 0o777).toBe(0o600);
    const key = provider.importPrivateKey(decryptPrivateKey(readFileSync(out), 'secret'));
    expect(readFileSync(publicOut, 'utf8')).toBe(
      `-----BEGIN PUBLIC KEY-----\n${Buffer.from(key.spki).toString('base64').replace(/.{64}/g, '$&\n')}\n-----END PUBLIC KEY-----\n`,
    );
    const again = await run(['keygen', '--out', out]);
    expect(again.stderr).toContain('is there already');
    expect(again.code).toBe(2);
    expect(again.stdout.length).toBe(0);
  });

  it.each([
    [['ed25519', '--form', 'sec1'], '--form sec1 is of EC keys, not of ed25519'],
    [['rsa-pss', '--form', 'pkcs1'], '--form pkcs1 is of RSA keys, not of rsa-pss'],
    [['ed25591'], 'did you mean ed25519?'],
    [['ed25519', 'ed448'], 'one key at a time'],
    [['--passphrase-file', '/dev/null'], 'empty first line'],
    [['--form', 'sec1', '--passphrase-file', '/dev/null'], '--passphrase-file contradicts --form'],
  ])('%j is refused', async (args, message) => {
    const { code, stderr } = await run(['keygen', ...args]);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });
});

forPeer('openssl', 'what was made, openssl', () => {
  const openssl = (...args: string[]): string => outputOf('openssl', args);

  it.each(['ecdsa-p256', 'ecdsa-p521', 'ed448', 'rsa-2048', 'rsa-pss'])('verifies certificates of %s', async kind => {
    const out = folder();
    const at = (name: string): string => join(out, name);
    await run(['ca', 'a.test,192.0.2.7', '--client', 'alice', '--key', kind, '--out', out, '--p12']);
    const chain = ['-CAfile', at('root.pem'), '-untrusted', at('intermediate.pem'), '-x509_strict'];
    expect(
      openssl('verify', ...chain, '-purpose', 'sslserver', '-verify_hostname', 'a.test', at('a.test.pem')),
    ).toContain(': OK');
    expect(openssl('verify', ...chain, '-verify_ip', '192.0.2.7', at('a.test.pem'))).toContain(': OK');
    expect(openssl('verify', ...chain, '-purpose', 'sslclient', at('alice.pem'))).toContain(': OK');
    const [ofKey, ofCertificate] = [
      openssl('pkey', '-in', at('a.test.key'), '-pubout'),
      openssl('x509', '-in', at('a.test.pem'), '-pubkey', '-noout'),
    ];
    expect(ofKey).toBe(ofCertificate);
    const p12 = openssl('pkcs12', '-in', at('a.test.p12'), '-passin', 'pass:', '-nodes');
    expect(p12.match(/-----BEGIN [A-Z ]+-----/g)).toEqual(
      expect.arrayContaining(['-----BEGIN PRIVATE KEY-----', ...Array(2).fill('-----BEGIN CERTIFICATE-----')]),
    );
  });

  it.each([
    [['ecdsa-p384'], /^-----BEGIN PRIVATE KEY/, []],
    [['ecdsa-p384', '--form', 'sec1'], /^-----BEGIN EC PRIVATE KEY/, []],
    [['rsa-2048', '--form', 'pkcs1'], /^-----BEGIN RSA PRIVATE KEY/, []],
    [['ed25519', '--passphrase-file', 'PASS'], /^-----BEGIN ENCRYPTED PRIVATE KEY/, ['-passin', 'pass:secret']],
    [['dsa-2048'], /^-----BEGIN PRIVATE KEY/, []],
  ] as const)('reads keys: %j', async (args, pattern, reading) => {
    const out = join(folder(), 'key');
    await run(['keygen', ...args.map(arg => (arg === 'PASS' ? file('secret') : arg)), '--out', out]);
    expect(readFileSync(out, 'utf8')).toMatch(pattern);
    expect(openssl('pkey', '-in', out, ...reading, '-noout', '-text')).toMatch(/Private-Key/);
    const der = join(folder(), 'der');
    await run(['keygen', ...args.map(arg => (arg === 'PASS' ? file('secret') : arg)), '--der', '--out', der]);
    expect(openssl('pkey', '-inform', 'DER', '-in', der, ...reading, '-noout', '-text')).toMatch(/Private-Key/);
  });
});
