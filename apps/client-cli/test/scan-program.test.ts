import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { markdown } from '@tlskit/cli-kit';
import { findExtension, keyShareRow } from '@tlskit/tls-messages';
import { TlsError } from 'tlskit';
import { accept, tls13 } from 'tlskit/node';
import { describe, expect, it, onTestFinished } from 'vitest';
import { findingRows } from '../src/scan/findings.ts';
import { scanSections } from '../src/scan/options.ts';
import { summary, surveyPort } from './scan-support.ts';
import { schemaCheck } from './schema.ts';
import { play, servers } from './starttls-servers.ts';
import { ca, file, localhost, type Outcome, run, Sink, silent, stopTheClock, tcpServer, tlsServer } from './support.ts';

const check = schemaCheck('scan.schema.json');

function scan(port: number, args: readonly string[] = [], around: Parameters<typeof run>[1] = {}): Promise<Outcome> {
  // Where no time is told, the machine has as much as it needs.
  const time = args.includes('--connect-timeout') ? [] : ['--connect-timeout', '60'];
  return run(['scan', `localhost:${port}`, '--cacert', file(ca.pem), ...time, ...args], around);
}

describe('tlskit scan', () => {
  it('reports within 60 lines, none of which is long, and says nothing on standard error', async () => {
    const { code, stdout, stderr } = await scan(await tlsServer(silent, { alpn: ['h2'], preference: 'client' }));
    const lines = stdout.toString().trimEnd().split('\n');
    expect(lines.length).toBeLessThanOrEqual(60);
    expect(Math.max(...lines.map(line => line.length))).toBeLessThan(250);
    expect(lines).toContain('versions      TLS 1.3, TLS 1.2; not TLS 1.1, TLS 1.0, SSL 3.0, SSL 2.0');
    expect(lines).toContain('groups 1.3    X25519MLKEM768, x25519, secp256r1, secp384r1');
    expect(lines).toContain('ALPN          h2; others are refused');
    expect(lines.at(-1)).toBe('findings      none');
    expect(stderr).toBe('');
    expect(code).toBe(0);
  });

  it('prints JSON as its schema has it, and nothing else', async () => {
    const port = await tlsServer(silent, { legacy: ['TLS_RSA_WITH_AES_128_CBC_SHA'], ...(await rsa()) });
    const { code, json } = await scan(port, ['--json', '--policy', 'modern', '--fail-on', 'critical']);
    check(json);
    expect(json).toMatchObject({
      schemaVersion: 1,
      host: 'localhost',
      port,
      remoteAddress: '127.0.0.1',
      serverName: 'localhost',
      verifyName: 'localhost',
      complete: true,
      stopped: null,
      policy: 'modern',
      failOn: 'critical',
      exitCode: 0,
    });
    expect(json.findings.map(({ id }: { id: string }) => id)).toContain('no-forward-secrecy');
    expect(code).toBe(0);
  });

  it('has a schema that notices what is missing, more or other', async () => {
    const { json } = await scan(await tlsServer(silent), ['--json', '--max-connections', '4']);
    check(json);
    for (const wrong of [
      { ...json, more: 1 },
      { ...json, schemaVersion: 2 },
      { ...json, versions: [{ name: 'TLS 1.3' }] },
      { ...json, findings: [{ id: 'x', severity: 'awful', meaning: '', evidence: '' }] },
    ]) {
      expect(() => check(wrong)).toThrow(/not by/);
    }
    const { duration: _, ...less } = json;
    expect(() => check(less)).toThrow(/duration/);
  });

  it('exits with 10 from the severity of --fail-on on, and not below', async () => {
    // It has RSA key exchange, which is medium, and nothing worse.
    const port = await tlsServer(silent, { legacy: ['TLS_RSA_WITH_AES_128_GCM_SHA256'], ...(await rsa()) });
    expect((await scan(port, ['--fail-on', 'low'])).code).toBe(10);
    expect((await scan(port, ['--fail-on', 'medium'])).code).toBe(10);
    expect((await scan(port, ['--fail-on', 'high'])).code).toBe(0);
    expect((await scan(port)).code).toBe(0);
    const { code, stdout } = await scan(port, ['--quiet', '--policy', 'modern', '--fail-on', 'medium']);
    expect(stdout.toString()).toMatch(/^ {2}medium {3}no-forward-secrecy +TLS_RSA_WITH_AES_128_GCM_SHA256$/m);
    expect(stdout.toString()).toMatch(/^ {2}medium {3}policy-version +TLS 1\.2$/m);
    expect(code).toBe(10);
  });

  it.each<readonly [string, readonly string[], RegExp]>([
    ['nobody', [], /whom to scan is missing/],
    ['two', ['a:1', 'b:2'], /one HOST:PORT at a time/],
    ['no profile', ['a:1', '--policy', 'moden'], /--policy is modern or intermediate or old.*did you mean modern/],
    ['no severity', ['a:1', '--fail-on', 'bad'], /--fail-on is info or low/],
    ['another name of an option', ['a:1', '--severity', 'low'], /did you mean --fail-on/],
    ['no number', ['a:1', '--parallel', '99'], /--parallel is 1 to 16/],
    ['no time', ['a:1', '--connect-timeout', '0'], /above 0/],
    ['a contradiction', ['a:1', '--json', '--quiet'], /contradicts/],
  ])('takes %s for a mistake', async (_, args, message) => {
    const { code, stderr, stdout } = await run(['scan', ...args]);
    expect(stderr).toMatch(message);
    expect(stdout.length).toBe(0);
    expect(code).toBe(2);
  });

  it('shows its progress on a terminal, and takes it away', async () => {
    const stderr = Object.assign(new Sink(), { isTTY: true });
    await scan(await tlsServer(silent), [], { stderr });
    expect(stderr.text).toContain(`\r\x1b[K[${'.'.repeat(24)}] TLS 1.3, 1 connections`);
    expect(stderr.text.endsWith('\r\x1b[K')).toBe(true);
  });

  it('asks for the name that it is told, or for none, and judges by another', async () => {
    const names: (string | undefined)[] = [];
    const port = await tlsServer(silent, {
      onClientHello: ({ serverName }) => {
        names.push(serverName);
      },
    });
    const { json } = await scan(port, ['--json', '--noservername', '--verify-name', 'other.example']);
    // But for the question who answers to a name that nobody has.
    expect(new Set(names)).toEqual(new Set([undefined, 'unknown-name.invalid']));
    expect(json).toMatchObject({ serverName: null, verifyName: 'other.example' });
    expect(json.findings).toMatchObject([{ id: 'certificate-name' }]);
  });

  it('goes through STARTTLS with every connection', async () => {
    let asked = 0;
    const { certificate, key } = localhost.pem;
    const port = await tcpServer(socket => {
      play(socket, servers.smtp, {
        done: () => {
          asked++;
          silent(accept(socket, { certificate, key }).on('error', () => {}));
        },
      });
    });
    const { code, json } = await scan(port, ['--json', '--starttls', 'smtp']);
    expect(json.versions[0]).toMatchObject({ name: 'TLS 1.3', offered: true });
    expect(json).toMatchObject({ complete: true, connections: asked, certificates: [{ verified: true }] });
    expect(code).toBe(0);
    const refusing = await tcpServer(socket => socket.end('554 no service\r\n'));
    expect((await scan(refusing, ['--starttls', 'smtp'])).code).toBe(4);
  });

  it('has the same options and findings in README and docs', async () => {
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
    // The way there is the same for every command.
    const { 'The way there': _, ...own } = scanSections;
    for (const rows of Object.values(own)) expect(readme).toContain(markdown(rows));
    const docs = readFileSync(new URL('../../../docs/scan.md', import.meta.url), 'utf8');
    const table = Object.entries(findingRows).map(
      ([id, [severity, meaning]]) => `| \`${id}\` | ${severity} | ${meaning} |`,
    );
    expect(docs).toContain(`| finding | severity | what it means |\n|---|---|---|\n${table.join('\n')}\n`);
  });
});

describe('what is not all', () => {
  it('is printed as partial when the connections are used up', async () => {
    const port = await tlsServer(silent);
    const { code, stdout } = await scan(port, ['--max-connections', '10']);
    expect(stdout.toString()).toMatch(/^scan +PARTIAL: it used the 10 connections that it had; 10 connections/m);
    expect(stdout.toString()).toMatch(/TLS_AES_128_GCM_SHA256/);
    expect(code).toBe(11);
    const { json } = await scan(port, ['--json', '--max-connections', '10']);
    check(json);
    expect(json).toMatchObject({ complete: false, connections: 10, stopped: { reason: 'connections' }, exitCode: 11 });
  });

  it('is printed as partial when the time is up', async () => {
    const pass = stopTheClock();
    const port = await tlsServer(silent, {}, () => pass(10_000));
    const { code, json } = await scan(port, ['--json', '--delay', '10', '--timeout', '95', '--connect-timeout', '60']);
    expect(json).toMatchObject({ complete: false, connections: 10, stopped: { reason: 'timeout' } });
    expect(json.versions[0]).toMatchObject({ name: 'TLS 1.3', offered: true });
    expect(code).toBe(11);
  });

  it('keeps its distance between connections', async () => {
    const port = await tlsServer(silent);
    const { json } = await scan(port, ['--json', '--delay', '0.05', '--max-connections', '6']);
    // Milliseconds: a machine that is busy makes them more.
    expect(json.duration).toBeGreaterThan(240);
  });

  it('is printed as partial when the user has had enough', async () => {
    const stop = new AbortController();
    let count = 0;
    const port = await tlsServer(silent, { onClientHello: () => void (++count === 7 && stop.abort()) });
    const { json } = await scan(port, ['--json'], { signal: stop.signal });
    expect(json).toMatchObject({ complete: false, stopped: { reason: 'aborted' } });
  });

  it('is nothing where nobody listens, and where nobody speaks TLS', async () => {
    const closed = await scan(1, ['--json']);
    expect(closed.json).toMatchObject({ stopped: { reason: 'unreachable' }, versions: [], exitCode: 3 });
    expect(closed.code).toBe(3);
    const http = createServer((_, response) => void response.end('hello'));
    onTestFinished(() => void http.close());
    await new Promise<void>(resolve => http.listen(0, '127.0.0.1', resolve));
    const spoken = await scan((http.address() as AddressInfo).port, ['--json']);
    expect(spoken.json.versions.every(({ offered }: { offered: boolean }) => offered === false)).toBe(true);
    expect(spoken.code).toBe(5);
    const pass = stopTheClock();
    const port = await tcpServer(socket => socket.once('data', () => pass(100)));
    const mute = await scan(port, ['--json', '--connect-timeout', '0.1']);
    expect(mute.json).toMatchObject({ complete: false, stopped: { reason: 'unresponsive' } });
    expect(mute.code).toBe(11);
  });
});

describe('a server that means ill', () => {
  const random = (length: number): Buffer => Buffer.from(Array.from({ length }, () => Math.floor(Math.random() * 256)));

  /** A ServerHello of TLS 1.2 with this suite, and nothing behind it. */
  const helloOf = (suite: number): Buffer => {
    const body = Buffer.concat([Buffer.from([3, 3]), Buffer.alloc(32), Buffer.from([0, suite >> 8, suite & 0xff, 0])]);
    const message = Buffer.concat([Buffer.from([2, 0, 0, body.length]), body]);
    return Buffer.concat([Buffer.from([22, 3, 3, 0, message.length]), message]);
  };

  /** Writes this without end, as quickly as it is taken. */
  const endless = (socket: Socket, chunk: Buffer): void => {
    const write = (): void => {
      while (!socket.destroyed && socket.write(chunk));
      socket.once('drain', write);
    };
    write();
  };

  const many = (record: readonly number[]): Buffer =>
    Buffer.concat(Array.from({ length: 5000 }, () => Buffer.from(record)));

  let turn = 0;
  const answers: readonly ((socket: Socket) => void)[] = [
    socket => socket.destroy(),
    socket => socket.end(),
    socket => socket.end(random(300)),
    socket => socket.end(Buffer.from([21, 3, 3, 0, 2, 2, 40])),
    socket => socket.write(helloOf(0xc02f)),
    socket => socket.end(helloOf(0x1234)),
    socket => socket.end(helloOf(0xc02f).subarray(0, 20)),
  ];

  it.each<readonly [string, (socket: Socket) => void]>([
    ['closes at once', socket => socket.destroy()],
    ['closes when it has heard the hello', socket => socket.once('data', () => socket.end())],
    ['resets', socket => socket.once('data', () => socket.resetAndDestroy())],
    ['answers garbage', socket => socket.once('data', () => socket.end(random(1000)))],
    ['answers garbage without end', socket => endless(socket, random(65_536))],
    ['sends empty records without end', socket => endless(socket, many([20, 3, 3, 0, 0]))],
    ['sends warnings without end', socket => endless(socket, many([21, 3, 3, 0, 2, 1, 112]))],
    [
      'sends one message without end',
      socket => {
        socket.write(Buffer.concat([helloOf(0xc02f), Buffer.from([22, 3, 3, 64, 0, 11, 255, 255, 255])]));
        endless(socket, Buffer.alloc(16_380));
      },
    ],
    ['sends its messages byte by byte', socket => endless(socket, many([22, 3, 3, 0, 1, 2]))],
    ['says hello by halves', socket => socket.end(helloOf(0xc02f).subarray(0, 30))],
    ['chooses what nobody offered', socket => socket.end(helloOf(0x1234))],
    ['chooses the same suite always', socket => socket.end(helloOf(0xc02f))],
    ['answers every hello otherwise', socket => answers[turn++ % answers.length]!(socket)],
  ])('that %s ends a scan within its bounds', async (_, answer) => {
    const before = process.memoryUsage().rss;
    const port = await tcpServer(answer);
    const { code, json } = await scan(port, [
      '--json',
      '--connect-timeout',
      '2',
      '--timeout',
      '20',
      '--max-connections',
      '120',
    ]);
    check(json);
    expect(json.connections).toBeLessThanOrEqual(120);
    expect([5, 11, 0]).toContain(code);
    // Milliseconds: 120 connections of 2 s could take two minutes.
    expect(json.duration).toBeLessThan(40_000);
    expect(process.memoryUsage().rss - before).toBeLessThan(256 << 20);
  });

  it('that chooses what was not offered is told of', async () => {
    const port = await tcpServer(socket => socket.end(helloOf(0x1234)));
    const { result } = await surveyPort(port);
    expect(result.oddities).toContain('in TLS 1.2 it chose 0x1234, which was not offered');
  });

  it('that sends an extension which does not decode is told of', async () => {
    const [record, malformed] = [helloOf(0xc02f), [0, 5, 0, 16, 0, 1, 255]];
    const bytes = Buffer.concat([record, Buffer.from(malformed)]);
    bytes[4] = bytes.length - 5;
    bytes[8] = bytes.length - 9;
    const { result } = await surveyPort(await tcpServer(socket => socket.end(bytes)));
    expect(result.oddities).toContainEqual(expect.stringMatching(/^protocols and extensions: .* does not decode/));
  });

  it('that refuses hellos without shares is scanned with some', async () => {
    const port = await tlsServer(silent, {
      versions: [tls13],
      onClientHello: ({ hello }) => {
        const shares = findExtension(hello.extensions, keyShareRow, 'CH')?.client_shares ?? [];
        if (shares.length === 0) throw new TlsError('ERR_TLS_REFUSED', 'no shares');
      },
    });
    const { result } = await surveyPort(port);
    expect(summary(result)).toMatchObject({
      versions: ['TLS 1.3'],
      suites: { '1.3': ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'] },
      groups: { '1.3': ['x25519', 'secp256r1'] },
    });
  });

  it('whose handshakes fail later says what it said until then', async () => {
    // Its certificates are not what it signs with: hellos are answered, handshakes are not completed.
    const port = await tlsServer(silent, { versions: [tls13], alertFor: () => 'internal_error', onClientHello: fails });
    const { result } = await surveyPort(port);
    expect(result.versions[0]).toMatchObject({ offered: false, how: 'alert internal_error' });
  });
});

function fails(): never {
  throw new Error('broken');
}

async function rsa() {
  const { pem } = await ca.issue({
    names: ['localhost'],
    key: 'rsa-2048',
    keyUsage: ['digitalSignature', 'keyEncipherment'],
  });
  return { certificate: pem.certificate, key: pem.key };
}
