/** Whom `tlskit connect` believes, and what it says of whom it does not. */
import { createHash } from 'node:crypto';
import { createCA } from '@tlskit/tls-testing';
import { parseCertificate } from '@tlskit/tls-x509';
import { tls12 } from 'tlskit/node';
import { describe, expect, it } from 'vitest';
import { ca, connect, file, localhost, run, silent, tlsServer } from './support.ts';
import { wireServer } from './wire.ts';

const pinOf = (der: Uint8Array): string =>
  `sha256//${createHash('sha256').update(parseCertificate(der).spki).digest('base64')}`;
/** Stands for the file of the root, which there is while a test runs. */
const file0 = 'ROOT';
const rootFile = (arg: string): string => (arg === file0 ? file(ca.pem) : arg);
const stranger = pinOf((await createCA()).certificate);

describe('--pin', () => {
  it.each([
    ['of the certificate', [pinOf(localhost.certificate)], 0],
    ['of its authority', [pinOf(ca.certificate)], 0],
    ['of one of several', [stranger, pinOf(localhost.certificate)], 0],
    ['of one of several, as curl has them', [`${stranger};${pinOf(localhost.certificate)}`], 0],
    ['as the library has it', [pinOf(localhost.certificate).replace('//', '/')], 0],
    ['of somebody else', [stranger], 6],
  ])('%s', async (_, pins, exit) => {
    const port = await tlsServer(silent);
    const { code, json } = await connect(port, ['--json', ...pins.flatMap(pin => ['--pin', pin])]);
    const error = { code: 'ERR_TLS_CERT_PIN', outcome: 'chain', alert: 'unknown_ca', sentBy: 'us' };
    expect(json).toMatchObject(exit === 0 ? { verified: true, error: null } : { verified: false, error });
    expect(code).toBe(exit);
  });

  it('is beside everything else that is verified: a key alone does not do', async () => {
    const port = await tlsServer(silent);
    const pin = pinOf(localhost.certificate);
    expect((await run([`localhost:${port}`, '--pin', pin])).code).toBe(6);
    expect((await connect(port, ['--pin', pin, '--verify-name', 'example.com'])).code).toBe(7);
  });

  it('with --insecure is all that counts, and of the certificate alone', async () => {
    const port = await tlsServer(silent);
    const insecure = (pin: string) => run([`localhost:${port}`, '-k', '--pin', pin, '--json']);
    expect(await insecure(pinOf(localhost.certificate))).toMatchObject({ code: 0 });
    expect((await insecure(pinOf(ca.certificate))).json).toMatchObject({
      exitCode: 6,
      error: { code: 'ERR_TLS_CERT_PIN' },
    });
  });

  it.each(['sha256//', `sha1//${'A'.repeat(43)}=`, `sha256//${'A'.repeat(43)}`, `sha256//${'A'.repeat(42)}B=`])(
    '%s is none',
    async pin => {
      const { code, stderr } = await run(['a:1', '--pin', pin]);
      expect([code, stderr]).toEqual([2, expect.stringContaining('--pin is sha256// and the base64 of 32 bytes')]);
    },
  );
});

describe('--status', () => {
  const stapling = (ocspResponse: Uint8Array | undefined, options = {}) => {
    const { certificate, key } = localhost.pem;
    const credentials = [{ certificate, key, ocspResponse }];
    return tlsServer(silent, { certificate: undefined, key: undefined, credentials, ...options });
  };

  it.each([
    ['1.3', []],
    ['1.2', [tls12]],
  ])('wants a good response: TLS %s', async (version, versions) => {
    const options = versions.length === 0 ? {} : { versions };
    const good = await stapling(await ca.ocsp(localhost.certificate), options);
    const { code, json } = await connect(good, ['--status', '--json']);
    expect(json).toMatchObject({ verified: true, protocol: `TLSv${version}`, ocspResponse: expect.any(String) });
    expect(code).toBe(0);
    const none = await connect(await stapling(undefined, options), ['--status', '--json']);
    expect(none.json).toMatchObject({
      exitCode: 9,
      error: { code: 'ERR_TLS_CERT_STATUS_UNKNOWN', outcome: 'revoked' },
    });
    expect((await connect(await stapling(undefined, options))).code).toBe(0);
  });

  it.each([
    ['1.3', []],
    ['1.2', [tls12]],
  ])('what is revoked is refused without it too, and shown: TLS %s', async (_, versions) => {
    const revoked = await ca.ocsp({
      responses: [{ certificate: localhost.certificate, status: { revokedAt: new Date(0), reason: 1 } }],
    });
    const port = await stapling(revoked, versions.length === 0 ? {} : { versions });
    const { code, json } = await connect(port, ['--json']);
    expect(json).toMatchObject({
      ocspResponse: Buffer.from(revoked).toString('base64'),
      chain: [{ subject: 'CN=localhost', der: Buffer.from(localhost.certificate).toString('base64') }],
      error: { code: 'CERT_REVOKED', alert: 'certificate_revoked', outcome: 'revoked' },
    });
    expect(code).toBe(9);
  });

  it('contradicts --insecure', async () => {
    const { code, stderr } = await run(['a:1', '-k', '--status']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('--status contradicts --insecure')]);
  });
});

describe('a bad verdict', () => {
  it.each<[what: string, args: readonly string[], exit: number]>([
    ['of the chain', [], 6],
    ['of a pin', ['--cacert', file0, '--pin', stranger], 6],
    ['of the name', ['--cacert', file0, '--verify-name', 'example.com'], 7],
    ['of the status', ['--cacert', file0, '--status'], 9],
  ])('%s lets no application data onto the wire', async (_, args, exit) => {
    for (const version of ['1.3', '1.2']) {
      const { port, seen, closed } = await wireServer();
      const around = { stdin: 'secret' };
      const { code } = await run([`localhost:${port}`, '--tls', version, ...args.map(rootFile)], around);
      await closed();
      expect([code, seen[0]?.data, seen[0]?.alert]).toEqual([exit, undefined, expect.any(String)]);
      const good = await wireServer();
      await connect(good.port, ['--tls', version], around);
      await good.closed();
      expect(good.seen[0]?.data).toBe('secret');
    }
  });
});

describe('a chain that is refused', () => {
  it.each(['1.3', '1.2'])('is shown whole: TLS %s', async version => {
    const other = await createCA();
    const between = await other.intermediate({ subject: { CN: 'Between' } });
    const { certificate, key } = (await between.issue('localhost')).pem;
    const port = await tlsServer(silent, { certificate, key });
    const { json } = await connect(port, ['--json', '--tls', version]);
    expect(json.chain.map(({ subject }: { subject: string }) => subject)).toEqual(['CN=localhost', 'CN=Between']);
    expect(json).toMatchObject({ protocol: `TLSv${version}`, verified: false, exitCode: 6 });
  });
});

describe('--psk', () => {
  const key = '000102030405060708090a0b0c0d0e0f';
  const server = (identity = 'Client_identity') =>
    tlsServer(silent, {
      pskLookup: given => (Buffer.from(given).toString() === identity ? { key: Buffer.from(key, 'hex') } : undefined),
    });

  it('takes a server that has the key, and no certificate', async () => {
    const port = await server();
    const { code, stderr } = await run([`localhost:${port}`, '--psk', key]);
    expect(stderr).toContain('verdict       verified: the server has the pre-shared key\n');
    expect(code).toBe(0);
    const { json } = await run([`localhost:${port}`, '--psk', key, '--json']);
    expect(json.pskIdentity).toBe(Buffer.from('Client_identity').toString('base64'));
    const unknown = await run([`localhost:${port}`, '--psk', key, '--psk-identity', 'me', '--json']);
    expect(unknown.json).toMatchObject({ verified: false, exitCode: 5 });
  });

  it('takes either where certificates are said too', async () => {
    const port = await server();
    const { code, json } = await connect(port, ['--psk', key, '--psk-identity', 'me', '--json']);
    expect(json).toMatchObject({ verified: true, pskIdentity: null });
    expect(code).toBe(0);
  });

  it.each([
    [['--psk', 'secret'], '--psk has hexadecimal digits'],
    [['--psk', '00'], 'key of a psk has 16 bytes or more'],
    [['--psk-identity', 'me'], '--psk-identity goes with --psk'],
    [['--psk', key, '--psk-hash', 'md5'], '--psk-hash is sha256 or sha384'],
    [['--key', 'x'], '--key goes with --cert'],
    [['--pass', 'x'], '--pass goes with --cert or --p12'],
    [['--cert', 'x', '--p12', 'y'], '--cert contradicts --p12'],
    [['--p12', '/nonexistent'], '--p12 /nonexistent: ENOENT'],
    [['--cert', file2(), '--pass', 'env:NOBODY'], '--pass env:NOBODY: there is no such variable'],
    [['--servername', 'a b'], '--servername: "a b" is not a host name'],
    [['--verify-name', 'a/b'], '--verify-name: "a/b" is not a host name'],
  ])('%j is refused', async (args, message) => {
    const { code, stderr } = await run(['a:1', ...args]);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});

/** A certificate without its key. */
function file2(): string {
  return new URL('../package.json', import.meta.url).pathname;
}

it('a certificate of ours without its key is refused before anything is sent', async () => {
  const { code, stderr } = await run(['a:1', '--cert', file(localhost.pem.certificate)]);
  expect([code, stderr]).toEqual([2, expect.stringContaining('tlskit: ')]);
});
