/** `tlskit decode`: whatever is found out of bytes, and what is wrong with them. */
import { readFileSync, writeFileSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { join } from 'node:path';
import { encodeCapture } from '@tlskit/tls-inspect/pcapng';
import { loadCertificates } from '@tlskit/tls-x509';
import { tls12, tls13 } from 'tlskit/node';
import { describe, expect, it } from 'vitest';
import { connect, echo, file, folder, localhost, run, tcpServer, tlsServer } from './support.ts';

const der = Buffer.from(loadCertificates(localhost.pem.certificate)[0]!);

/** A path whose contents are bytes. */
function binary(bytes: Uint8Array): string {
  const path = join(folder(), 'bytes');
  writeFileSync(path, bytes);
  return path;
}

/** What a connection of ours to a server that sends everything back said, with its secrets. */
async function recorded(
  versions: Parameters<typeof tlsServer>[1],
): Promise<{ path: string; keyLog: string; bare: string }> {
  const chunks: { sender: 'client' | 'server'; bytes: Uint8Array; time: number }[] = [];
  const port = await tlsServer(echo, versions);
  const between = await tcpServer(near => {
    const far = connectTcp(port, '127.0.0.1');
    near.on('data', bytes => chunks.push({ sender: 'client', bytes, time: 0 }));
    far.on('data', bytes => chunks.push({ sender: 'server', bytes, time: 0 }));
    near.pipe(far).pipe(near);
  });
  const keys = join(folder(), 'keys');
  const { code } = await connect(between, ['--quiet', '--keylog', keys], { stdin: 'the secret words' });
  expect(code).toBe(0);
  const keyLog = readFileSync(keys, 'utf8');
  return { path: binary(encodeCapture({ chunks, keyLog })), bare: binary(encodeCapture({ chunks })), keyLog: keys };
}

describe('the form', () => {
  it.each([
    ['binary', () => der],
    ['hex', () => der.toString('hex')],
    ['hex', () => der.toString('hex').replace(/../g, '0x$&, ')],
    ['hex', () => der.toString('hex').toUpperCase().match(/../g)!.join(':')],
    ['base64', () => der.toString('base64')],
    ['base64', () => der.toString('base64').replace(/.{64}/g, '$&\n')],
    ['pem', () => localhost.pem.certificate],
  ] as const)('%s is found out', async (form, written) => {
    const { code, json } = await run(['decode', '-', '--json'], { stdin: written() });
    expect(json).toMatchObject({ form, source: { kind: 'stdin' }, items: [{ kind: 'certificate' }], error: null });
    expect(Buffer.from(json.items[0].section.bytes, 'hex')).toEqual(der);
    expect(code).toBe(0);
  });

  it('may be digits in place of a file', async () => {
    const { code, stdout } = await run(['decode', '1503030002022a']);
    expect(stdout.toString()).toContain('The alert bad_certificate');
    expect(stdout.toString()).toMatch(/0005 {2}02 .* level: fatal \(2\)/);
    expect(code).toBe(0);
  });

  it.each([
    ['hex', '16 03 0g', '"g" is no hexadecimal digit at character 7'],
    ['hex', '160', '3 hexadecimal digits, which are no whole bytes'],
    ['base64', 'AAA*', '"*" is not of base64 at character 3'],
    ['pem', 'words', 'no block of PEM'],
    ['pem', '-----BEGIN X-----\nAAAA\n', 'PEM block "X" of line 1 does not end'],
  ])('%s that it is not is told with its place: %j', async (form, text, message) => {
    const { code, stdout, stderr } = await run(['decode', '-', '--from', form], { stdin: text });
    expect(stderr).toBe(`tlskit: -: ${message}\n`);
    expect([code, stdout.length]).toEqual([5, 0]);
  });
});

describe('DER', () => {
  it('of several blocks is each shown by its label', async () => {
    const { code, stdout } = await run(['decode', file(localhost.pem.certificate + localhost.pem.key)]);
    const text = stdout.toString();
    expect(text).toMatch(/^CERTIFICATE, \d+ bytes\n/);
    expect(text).toMatch(/^PRIVATE KEY, \d+ bytes\n/m);
    expect(text).toContain('extnID: subjectAltName (2.5.29.17)');
    expect(text).toContain('dNSName: "localhost"');
    expect(text).toContain('privateKeyAlgorithm AlgorithmIdentifier: SEQUENCE, 19 bytes');
    expect(code).toBe(0);
  });

  it('that is cut short is shown as far as it goes, with the place', async () => {
    const { code, json } = await run(['decode', '-', '--json', '--as', 'certificate'], { stdin: der.subarray(0, 100) });
    expect(json.items[0].error).toEqual({
      message: `a value of ${der.length - 4} bytes, of which 96 are there`,
      offset: 0,
    });
    expect(json.exitCode).toBe(5);
    expect(code).toBe(5);
    const { stdout } = await run(['decode', binary(Buffer.concat([der, der])), '--as', 'certificate']);
    expect(stdout.toString()).toContain(`MALFORMED: ${der.length} bytes too many, at byte ${der.length}\n`);
  });
});

describe('messages and records', () => {
  it('of TLS are told apart from each other', async () => {
    const hello = `0100002d0303${'00'.repeat(32)}000002130101000002ffff`;
    const records = await run(['decode', `16030100${(hello.length / 2).toString(16)}${hello}`, '--json']);
    expect(records.json.items[0]).toMatchObject({ kind: 'connection', client: null, records: [{ sender: 'client' }] });
    const messages = await run(['decode', '08000002' + '0000' + '14000002' + 'abcd', '--json']);
    expect(messages.json.items[0].messages.map((each: { name: string }) => each.name)).toEqual([
      'EncryptedExtensions',
      'Finished',
    ]);
    const cut = await run(['decode', '--as', 'messages', '08000002' + '0000' + '14000020' + 'abcd', '--json']);
    expect(cut.json.items[0].error).toEqual({ message: expect.stringContaining('not all there'), offset: 6 });
    expect(cut.code).toBe(5);
  });

  it('of TLS 1.2 are read as such when told', async () => {
    const told = '14000002abcd';
    expect((await run(['decode', told, '--tls', '1.2', '--brief'])).stdout.toString()).toContain('Finished');
  });
});

describe('a capture', () => {
  it.each([
    ['TLS 1.3', tls13],
    ['TLS 1.2', tls12],
  ])('of %s is opened with the secrets inside, or of a key log', async (_, version) => {
    const { path, bare, keyLog } = await recorded({ versions: [version] });
    const inside = await run(['decode', path]);
    expect(inside.stdout.toString()).toMatch(/^connection 1: 192\.0\.2\.1:49152 → 192\.0\.2\.2:443, \d+ records\n/);
    expect(inside.stdout.toString()).toContain('"the secret words"');
    expect(inside.code).toBe(0);
    const without = await run(['decode', bare]);
    expect(without.stdout.toString()).not.toContain('the secret words');
    expect(without.stdout.toString()).toContain('there are no keys for it');
    // That nobody has the keys is no fault of what was captured.
    expect(without.code).toBe(0);
    const beside = await run(['decode', bare, '--keylog', keyLog, '--connection', '1', '--json']);
    const { records, client, gaps } = beside.json.items[0];
    expect(client).toEqual({ address: '192.0.2.1', port: 49152 });
    expect(gaps).toEqual({});
    const data = records.flatMap((record: { messages: { name: string; section: { bytes: string } }[] }) =>
      record.messages
        .filter(({ name }) => name === 'application data')
        .map(({ section }) => Buffer.from(section.bytes, 'hex').toString()),
    );
    expect(data).toEqual(['the secret words', 'the secret words']);
    const brief = await run(['decode', path, '--brief']);
    expect(brief.stdout.toString()).toMatch(/client → server: ClientHello offers TLS 1\.[23]/);
    expect(brief.stdout.toString().split('\n').length).toBeLessThan(20);
  });

  it('says what of it is no TLS, and what was passed over', async () => {
    const chunks = [
      { sender: 'server', bytes: Buffer.from('220 ready\r\n'), time: 0 },
      { sender: 'client', bytes: Buffer.from('1503030002022a', 'hex'), time: 0 },
    ] as const;
    const { stdout } = await run(['decode', binary(encodeCapture({ chunks }))]);
    expect(stdout.toString()).toContain('1 record behind 11 bytes of something else');
    const none = await run(['decode', binary(encodeCapture({ chunks: chunks.slice(0, 1) }))]);
    expect(none.stdout.toString()).toContain('no TLS');
    const cut = await run(['decode', binary(encodeCapture({ chunks }).subarray(0, -10)), '--json']);
    expect(cut.json.error).toEqual({ message: expect.stringContaining('of a block'), offset: expect.any(Number) });
    expect(cut.code).toBe(5);
  });
});

describe('is refused', () => {
  it.each([
    [['decode'], 'what to decode is missing'],
    [['decode', 'a', 'b'], 'one thing at a time, and not also "b"'],
    [['decode', '-', '--as', 'certificat'], 'did you mean certificate?'],
    [['decode', '-', '--from', 'hexx'], 'did you mean hex?'],
    [['decode', '-', '--tls', '1.3,1.2'], '--tls is one version here'],
    [['decode', '-', '--brief', '--json'], '--brief contradicts --json'],
    [['decode', '/nonexistent/file'], 'ENOENT'],
    [['decode', 'ffffffff'], 'say so by --as'],
    [['decode', '1503030002022a', '--as', 'capture'], 'this is no capture'],
    [['decode', '1503030002022a', '--keylog', '/nonexistent/keys'], '--keylog /nonexistent/keys: ENOENT'],
  ])('%j', async (args, message) => {
    const { code, stderr } = await run(args);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });

  it('a connection that a capture does not have', async () => {
    const path = binary(encodeCapture({ chunks: [] }));
    expect((await run(['decode', path, '--connection', '2'])).stderr).toContain('there are 1 connections');
  });
});
