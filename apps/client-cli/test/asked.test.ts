/** What is asked of a connection that stands, what judges it, and what is written of it. */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { createNodeProvider } from '@tlskit/tls-crypto-node';
import { createDecoder } from '@tlskit/tls-inspect';
import { readCapture } from '@tlskit/tls-inspect/pcapng';
import { createCA, createLog, toPem } from '@tlskit/tls-testing';
import { createCredential, TicketKeys } from 'tlskit';
import { type TlsSocket, tls12 } from 'tlskit/node';
import { describe, expect, it } from 'vitest';
import {
  ca,
  connect,
  echo,
  file,
  folder,
  localhost,
  run,
  Sink,
  silent,
  stopTheClock,
  tcpServer,
  tlsServer,
} from './support.ts';

describe('--export', () => {
  it.each([
    ['1.3', [], undefined],
    ['1.3', ['--export-context', 'c0ffee'], Buffer.from('c0ffee', 'hex')],
    ['1.2', [], undefined],
    ['1.2', ['--export-context', '0x'], new Uint8Array(0)],
  ])('TLS %s %j gives what the server has', async (version, args, context) => {
    const theirs: string[] = [];
    const port = await tlsServer(socket => {
      theirs.push(socket.exportKeyingMaterial('EXPORTER-test', context, 20).toString('hex'));
      silent(socket);
    });
    const asked = ['--tls', version, '--export', 'EXPORTER-test:20', '--export', 'EXPORTER:with:colons:1', ...args];
    const { json, code } = await connect(port, [...asked, '--json']);
    expect(json.exports).toEqual([
      { label: 'EXPORTER-test', context: args[1]?.replace('0x', '') ?? null, length: 20, value: theirs[0] },
      {
        label: 'EXPORTER:with:colons',
        context: expect.toBeOneOf([null, '', 'c0ffee']),
        length: 1,
        value: expect.any(String),
      },
    ]);
    expect(code).toBe(0);
    const { stderr } = await connect(port, asked);
    expect(stderr).toContain(`export        EXPORTER-test: ${theirs[1]}\n`);
  });

  it.each([
    ['EXPORTER-test', '--export is LABEL:LEN'],
    ['EXPORTER-test:0', 'the length of --export is 1 to 8160'],
    [':1', '--export is LABEL:LEN'],
  ])('%s is refused', async (text, message) => {
    const { code, stderr } = await run(['a:1', '--export', text]);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});

describe('--key-update', () => {
  /** Keeps what a server hears of its client's keys. */
  async function listening(options = {}) {
    const heard: boolean[] = [];
    const listener = (socket: TlsSocket): void => {
      socket.on('keyUpdate', update => 'requested' in update && heard.push(update.requested === true));
      echo(socket);
    };
    return { heard, port: await tlsServer(listener, options) };
  }

  it.each([
    ['--key-update', true, 1],
    ['--key-update=ours', false, 0],
  ])('%s', async (option, requested, peers) => {
    const { heard, port } = await listening();
    const { code, json } = await connect(port, [option, '--json']);
    expect(heard).toEqual([requested]);
    expect(json.keyUpdate).toEqual({ requested, ours: 1, peers });
    expect(code).toBe(0);
    const { stdout, stderr } = await connect(port, [option], { stdin: 'data under new keys' });
    expect(stdout.toString()).toBe('data under new keys');
    expect(stderr).toMatch(/^key update {4}ours/m);
  });

  it('is refused by TLS 1.2, which has none, after all that was seen is told', async () => {
    const { port } = await listening({ versions: [tls12] });
    const { code, stderr } = await connect(port, ['--key-update']);
    expect(stderr).toContain('protocol      TLSv1.2\n');
    expect(stderr).toContain('verdict       FAILED: --key-update: TLSv1.2 has no updates of keys');
    expect(code).toBe(5);
    expect((await run(['a:1', '--key-update=theirs'])).stderr).toContain('--key-update is ours or both, not "theirs"');
  });
});

describe('--fail-on', () => {
  const good = async () => tlsServer(silent);
  const p256 = { versions: [tls12], legacy: ['TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256'], cipherSuites: [] };

  it.each<[finding: string, options: object, args: string[]]>([
    ['tls1.2', { versions: [tls12] }, []],
    ['no-pq', { groups: ['x25519'] }, []],
    ['no-aead', p256, ['--legacy', 'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256']],
    ['expires<365d', {}, []],
    ['no-ocsp', {}, []],
    ['no-sct', {}, []],
    ['no-alpn', {}, ['--alpn', 'h2']],
    ['hello-retry', { groups: ['secp384r1'] }, []],
  ])('%s is found, before any data', async (finding, options, args) => {
    let received = 0;
    const listener = (socket: TlsSocket): void => void socket.on('data', data => (received += data.length));
    const port = await tlsServer(listener, options);
    const { code, stderr } = await connect(port, ['--fail-on', finding, ...args], { stdin: 'secret' });
    expect(stderr).toContain(`verdict       FAILED: ${finding}: `);
    expect([code, received]).toEqual([10, 0]);
    const { json } = await connect(port, [...args, '--fail-on', finding, '--json']);
    expect(json).toMatchObject({ verified: true, findings: [finding], error: { outcome: 'policy' }, exitCode: 10 });
  });

  it('no-fs is found of RSA key exchange, weak-key of certificates that --insecure takes', async () => {
    const { pem: weak } = await (await createCA()).issue({
      names: ['localhost'],
      key: 'rsa-1024',
      keyUsage: ['digitalSignature', 'keyEncipherment'],
    });
    const suite = 'TLS_RSA_WITH_AES_128_GCM_SHA256';
    const options = {
      certificate: weak.certificate,
      key: weak.key,
      versions: [tls12],
      legacy: [suite],
      cipherSuites: [],
    };
    const port = await tlsServer(silent, options);
    const args = ['-k', '--legacy', suite, '--fail-on', 'no-fs,weak-key,sha1,no-pq', '--json'];
    const { json } = await run([`localhost:${port}`, ...args]);
    expect(json.findings).toEqual(['no-fs', 'weak-key', 'no-pq']);
  });

  it('sha1 is found of certificates that --insecure takes', async () => {
    const { pem } = await ca.issue({ names: ['localhost'], claimedAlgorithm: '1.2.840.113549.1.1.5' });
    // Of itself no server of ours would show it.
    const own = createCredential({ provider: createNodeProvider(), certificate: pem.certificate, key: pem.key });
    const options = { certificate: undefined, key: undefined, selectCredential: () => own };
    const port = await tlsServer(silent, options);
    expect((await run([`localhost:${port}`, '-k', '--fail-on', 'sha1', '--json'])).json.findings).toEqual(['sha1']);
  });

  it('finds nothing of what is good', async () => {
    const ours = await createCA();
    const issued = await ours.issue({ names: ['localhost'], scts: [await createLog()] });
    const { certificate, key } = issued.pem;
    const credentials = [{ certificate, key, ocspResponse: await ours.ocsp(issued.certificate) }];
    const options = { certificate: undefined, key: undefined, credentials, alpn: ['h2'] };
    const port = await tlsServer(silent, options);
    const findings = 'tls1.2,no-pq,no-fs,no-aead,sha1,weak-key,expires<3d,no-ocsp,no-sct,hello-retry,no-alpn';
    const args = ['-k', '--alpn', 'h2', '--json', '--fail-on', findings];
    expect((await run([`localhost:${port}`, ...args])).json).toMatchObject({ findings: [], error: null });
    expect((await connect(await good(), ['--fail-on', 'tls1.2'])).code).toBe(0);
  });

  it.each([
    ['tls12', 'there is no finding "tls12", did you mean tls1.2?'],
    ['expires<30', 'did you mean expires<30d?'],
    ['no-alpn', '--fail-on no-alpn goes with --alpn'],
    ['not-resumed', '--fail-on not-resumed goes with --resume or --sess-in'],
    ['early-rejected', '--fail-on early-rejected goes with --early-data'],
    ['sha1,sha1', '--fail-on has "sha1" twice'],
  ])('%s is refused', async (text, message) => {
    const { code, stderr } = await run(['a:1', '--fail-on', text]);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});

describe('files', () => {
  it('--pcap has each connection with its secrets: what was said can be read', async () => {
    const port = await tlsServer(echo, { tickets: new TicketKeys({ provider: createNodeProvider(), now: Date.now }) });
    const path = join(folder(), 'capture');
    await connect(port, ['--pcap', path, '--resume'], { stdin: 'words on the wire' });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const { connections, keyLog } = readCapture(readFileSync(path));
    expect(connections).toHaveLength(2);
    const texts = connections.map(({ chunks }) => {
      const decoder = createDecoder({ provider: createNodeProvider(), keyLog });
      for (const { sender, bytes } of chunks) decoder.push(sender, bytes);
      decoder.finish();
      const { entries } = decoder;
      return entries.flatMap(({ messages }) => messages.map(({ name }) => name)).join();
    });
    expect(texts[0]).toMatch(/ClientHello,ServerHello,.*Certificate,.*Finished/);
    expect(texts[1]).not.toContain('Certificate');
  });

  it.each(['--pcap', '--trace'])('%s is for its owner alone, though the file was there for all', async option => {
    const port = await tlsServer(silent);
    const path = join(folder(), 'file');
    writeFileSync(path, 'what was there', { mode: 0o644 });
    expect((await connect(port, [`${option}=${path}`])).code).toBe(0);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(path, 'latin1')).not.toContain('what was there');
    // A device keeps its own.
    const { mode } = statSync('/dev/null');
    expect((await connect(port, [`${option}=/dev/null`])).code).toBe(0);
    expect(statSync('/dev/null').mode).toBe(mode);
  });

  it('--trace=FILE has the trace, and standard error has none of it', async () => {
    const port = await tlsServer(silent);
    const path = join(folder(), 'trace');
    const { stderr } = await connect(port, [`--trace=${path}`], { env: { FORCE_COLOR: '1' } });
    expect(readFileSync(path, 'utf8')).toMatch(/^Record .*: ClientHello/m);
    expect(readFileSync(path, 'utf8')).not.toContain('\x1b');
    expect(stderr).not.toContain('Record');
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });
});

it('--save-chain has what the server sent, though it was refused', async () => {
  const port = await tlsServer(silent);
  const path = join(folder(), 'chain');
  expect((await run([`localhost:${port}`, '--save-chain', path])).code).toBe(6);
  expect(readFileSync(path, 'utf8')).toBe(toPem('CERTIFICATE', localhost.certificate));
  const { code, stderr } = await connect(port, ['--save-chain', '/nonexistent/chain']);
  expect([code, stderr]).toEqual([2, expect.stringMatching(/^peer .*--save-chain: ENOENT/s)]);
  const json = await connect(port, ['--save-chain', '/nonexistent/chain', '--json']);
  expect(JSON.parse(json.stdout.toString())).toMatchObject({ verified: true, error: { code: 'ENOENT' }, exitCode: 2 });
  // What is wrong with the server counts more.
  expect((await run([`localhost:${port}`, '--save-chain', '/nonexistent/chain'])).code).toBe(6);
});

it('--crlf sends lines as the network has them, whatever chunks they come in', async () => {
  const port = await tlsServer(echo);
  const stdin = Readable.from(['a\nb\r', '\nc\r\n\n'].map(text => Buffer.from(text)));
  expect((await connect(port, ['--crlf'], { stdin })).stdout.toString()).toBe('a\r\nb\r\nc\r\n\r\n');
});

it('--export that the connection does not have is a failure, and what was seen is told', async () => {
  // A label that TLS itself has is for nobody else (RFC 5705 §4).
  const port = await tlsServer(silent, { versions: [tls12] });
  const { code, json } = await connect(port, ['--json', '--export', 'client finished:12']);
  expect([code, json.protocol]).toEqual([5, 'TLSv1.2']);
  expect(json.error.message).toMatch(/^--export client finished: /);
});

describe('colours', () => {
  class Terminal extends Sink {
    readonly isTTY = true;
  }

  it.each<[what: string, env: Record<string, string>, args: string[], terminal: boolean, expected: boolean]>([
    ['none in a file', {}, [], false, false],
    ['some on a terminal', {}, [], true, true],
    ['none where NO_COLOR is set', { NO_COLOR: '1' }, [], true, false],
    ['none where TERM is dumb', { TERM: 'dumb' }, [], true, false],
    ['some where FORCE_COLOR is set', { FORCE_COLOR: '1', NO_COLOR: '1' }, [], false, true],
    ['none where FORCE_COLOR is 0', { FORCE_COLOR: '0' }, [], true, false],
    ['none with --no-color', { FORCE_COLOR: '1' }, ['--no-color'], true, false],
  ])('%s', async (_, env, args, terminal, expected) => {
    const port = await tlsServer(silent);
    const stderr = terminal ? new Terminal() : new Sink();
    await connect(port, args, { env, stderr });
    expect(stderr.text.includes('\x1b[32mverified: ')).toBe(expected);
    expect(stderr.text.includes('\x1b')).toBe(expected);
  });
});

describe('many hosts', () => {
  it('have a line each, and the worst code', async () => {
    const [one, two] = [await tlsServer(silent), await tlsServer(silent, { alpn: ['h2'] })];
    const bad = (await ca.issue('example.com')).pem;
    const wrong = await tlsServer(silent, { certificate: bad.certificate, key: bad.key });
    const args = ['--json', '--cacert', file(ca.pem), '--alpn', 'h2'];
    const { code, stdout, stderr } = await run([
      'connect',
      `localhost:${one}`,
      `localhost:${two}`,
      `localhost:${wrong}`,
      ...args,
    ]);
    const lines = stdout
      .toString()
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line));
    const byPort = new Map(lines.map(line => [line.port, line]));
    expect([one, two, wrong].map(port => byPort.get(port).exitCode)).toEqual([0, 0, 7]);
    expect(byPort.get(two).alpn).toBe('h2');
    expect([code, stderr]).toEqual([7, '']);
  });

  it('come from a file or standard input too, and one that is silent holds nobody up', async () => {
    const port = await tlsServer(silent);
    const silentPort = await tcpServer(() => {});
    const list = `localhost:${silentPort} # first\n\n# nobody\nlocalhost:${port}\nlocalhost:${port}\r\n`;
    const pass = stopTheClock();
    /** Where the silent one's time is over once so many others are told of. */
    const told = (others: number): Sink =>
      new (class extends Sink {
        override _write(chunk: Buffer, encoding: BufferEncoding, callback: () => void): void {
          super._write(chunk, encoding, callback);
          if (this.text.split('\n').length === others + 1) pass(2000);
        }
      })();
    const args = ['--json', '--cacert', file(ca.pem), '--timeout', '2', '--parallel', '2'];
    const codes = ({ text }: Sink) =>
      text
        .trimEnd()
        .split('\n')
        .map(line => JSON.parse(line).exitCode);
    const two = told(2);
    const { code } = await run(['connect', '--hosts', file(list), ...args], { stdout: two });
    expect(codes(two)).toEqual([0, 0, 11]);
    expect(code).toBe(11);
    const three = told(3);
    await run(['connect', `localhost:${port}`, '--hosts', '-', ...args], { stdin: list, stdout: three });
    expect(codes(three)).toEqual([0, 0, 0, 11]);
  });

  it.each([
    [['a:1', 'b:1'], 'many go with --json'],
    [['--hosts', 'x'], '--hosts goes with --json'],
    [['a:1', 'b:1', '--json', '--trace'], '--trace is for one HOST:PORT'],
    [['a:1', 'b:1', '--json', '--sess-out', 'x'], '--sess-out is for one HOST:PORT'],
    [['--json', '--hosts', '/nonexistent'], '--hosts /nonexistent: ENOENT'],
    [['a:1', '--json', '--parallel', '0'], '--parallel is 1 to 1000'],
  ])('%j is refused', async (args, message) => {
    const { code, stderr } = await run(args);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });

  it('that are no hosts are refused by their line, before anything is sent', async () => {
    const { code, stderr } = await run(['connect', '--json', '--hosts', file('a:1\nb\n')]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('line 2: "b" is not HOST:PORT')]);
    expect((await run(['connect', '--json', '--hosts', file('# none\n')])).stderr).toContain(
      'there is no HOST:PORT in it',
    );
  });
});
