import { once } from 'node:events';
import { createServer } from 'node:net';
import { createCA } from '@tlskit/tls-testing';
import { describe, expect, it } from 'vitest';
import { exitCode, exitCodes } from '../src/exit-codes.ts';
import {
  ca,
  connect,
  file,
  folder,
  openInput,
  run,
  SlowSink,
  silent,
  stopTheClock,
  tcpServer,
  tlsServer,
} from './support.ts';

const day = 86_400_000;
const inDays = (days: number): Date => new Date(Date.now() + days * day);

/** A server with a certificate of these options, and the client's answer to it. */
async function withCertificate(options: Parameters<typeof ca.issue>[0], issuer = ca) {
  const { certificate, key } = (await issuer.issue(options)).pem;
  return connect(await tlsServer(silent, { certificate, key }), ['--json']);
}

async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

describe('exit codes', () => {
  it('are distinct', () => {
    const codes = Object.values(exitCodes).map(([code]) => code);
    expect(new Set(codes).size).toBe(codes.length);
  });

  it('2: an option that does not exist', async () => {
    const { code, stderr, stdout } = await run(['localhost:443', '--cafile', 'x']);
    expect(stderr).toBe('tlskit: unknown option --cafile, did you mean --cacert?\nTry: tlskit --help\n');
    expect(stdout.length).toBe(0);
    expect(code).toBe(2);
  });

  it('3: nobody listens', async () => {
    const port = await closedPort();
    const { code, stderr } = await connect(port);
    expect(stderr).toContain(`peer          localhost:${port}\nverdict       FAILED: `);
    expect(stderr).toContain('ECONNREFUSED');
    expect(code).toBe(3);
    expect((await connect(port, ['--json'])).json).toMatchObject({
      remoteAddress: null,
      protocol: null,
      error: { outcome: 'tcp', code: 'ECONNREFUSED', alert: null, sentBy: null },
      exitCode: 3,
    });
  });

  it('5: nothing in common, as the peer says', async () => {
    const port = await tlsServer(silent, { cipherSuites: ['TLS_AES_256_GCM_SHA384'] });
    const { code, json } = await connect(port, ['--ciphersuites', 'TLS_AES_128_GCM_SHA256', '--json']);
    expect(json).toMatchObject({
      protocol: null,
      verified: false,
      error: { code: 'ERR_TLS_PEER_ALERT', alert: 'handshake_failure', alertCode: 40, sentBy: 'peer' },
    });
    expect(code).toBe(5);
  });

  it('5: no TLS at all, as we say', async () => {
    const port = await tcpServer(socket => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    const { code, json } = await connect(port, ['--json']);
    expect(json.error).toMatchObject({ outcome: 'handshake', sentBy: 'us' });
    expect(json.error.alert).toBeTypeOf('string');
    expect(code).toBe(5);
  });

  it('5: an end in the middle of the handshake', async () => {
    const port = await tcpServer(socket => socket.once('data', () => socket.end()));
    const { code, json } = await connect(port, ['--json']);
    expect(json.error).toMatchObject({ code: 'ERR_TLS_TRUNCATED', outcome: 'handshake', state: 'WAIT_SH' });
    expect(code).toBe(5);
  });

  it('6: an authority that nobody trusts', async () => {
    const { code, json } = await withCertificate('localhost', await createCA());
    expect(json).toMatchObject({
      verified: false,
      error: {
        outcome: 'chain',
        code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
        alert: 'unknown_ca',
        alertCode: 48,
        sentBy: 'us',
      },
    });
    expect(code).toBe(6);
  });

  it("6: Node's roots do not include it", async () => {
    const port = await tlsServer(silent);
    expect((await run([`localhost:${port}`])).code).toBe(6);
  });

  it('6: a purpose of another kind', async () => {
    const { code, json } = await withCertificate({ names: ['localhost'], extendedKeyUsage: ['codeSigning'] });
    expect(json.error).toMatchObject({ code: 'INVALID_PURPOSE', alert: 'unsupported_certificate' });
    expect(code).toBe(6);
  });

  it('7: a certificate for somebody else', async () => {
    const { code, json } = await withCertificate('example.com');
    expect(json.error).toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID', alert: 'bad_certificate', sentBy: 'us' });
    expect(code).toBe(7);
  });

  it('7: a certificate for the host, and not for the name that was asked for', async () => {
    const { code } = await connect(await tlsServer(silent), ['--servername', 'example.com']);
    expect(code).toBe(7);
  });

  it.each([
    ['expired', -20, -10, 'CERT_HAS_EXPIRED'],
    ['not valid yet', 10, 20, 'CERT_NOT_YET_VALID'],
  ])('8: a certificate that is %s', async (_, from, to, expected) => {
    const options = { names: ['localhost'], notBefore: inDays(from), notAfter: inDays(to) };
    const { code, json } = await withCertificate(options);
    expect(json.error).toMatchObject({ code: expected, alert: 'certificate_expired' });
    expect(code).toBe(8);
  });

  it('11: a server that says nothing', async () => {
    const pass = stopTheClock();
    const port = await tcpServer(socket => socket.once('data', () => pass(200)));
    const { code, json } = await connect(port, ['--json', '--timeout', '0.2']);
    expect(json.error).toMatchObject({
      outcome: 'timeout',
      code: 'ERR_TLS_HANDSHAKE_TIMEOUT',
      message: 'no handshake within 0.2 s',
      state: 'WAIT_SH',
      sentBy: 'us',
    });
    expect(code).toBe(11);
  });

  it('12: an end without close_notify', async () => {
    const port = await tlsServer((socket, transport) => socket.write('not all of i', () => transport.end()));
    const { code, stdout, stderr } = await connect(port, ['--quiet'], { stdin: 'GET' });
    expect(stdout.toString()).toBe('not all of i');
    expect(stderr).toMatch(/^tlskit: the peer closed the connection without close_notify \[ERR_TLS_TRUNCATED\]\n$/);
    expect(code).toBe(12);
    expect((await connect(port, ['--json'])).json).toMatchObject({
      verified: true,
      error: { outcome: 'uncleanClose' },
    });
  });

  it('12: a reset', async () => {
    const port = await tlsServer((_, transport) => transport.resetAndDestroy());
    const { code } = await connect(port, ['--json']);
    expect(code).toBe(12);
  });

  it('12: an end that comes while the report is still being printed', async () => {
    const port = await tlsServer((_, transport) => transport.end());
    const { code, stderr } = await connect(port, [], { stdin: openInput(), stderr: new SlowSink() });
    expect(stderr.split('\n')[12]).toMatch(/^tlskit: the peer closed the connection without close_notify/);
    expect(code).toBe(12);
  });
});

describe('a failed handshake', () => {
  it('is reported with all that was seen', async () => {
    const port = await tlsServer(silent, { alpn: ['h2'] });
    const { stderr } = await run([`localhost:${port}`, '--alpn', 'h2']);
    for (const text of [
      'protocol      TLSv1.3',
      'cipher suite  TLS_AES_128_GCM_SHA256 (0x1301)',
      'group         X25519MLKEM768 (0x11ec)',
      'ALPN          h2',
      'subject       CN=localhost',
      'issuer        CN=Test root',
      'names         localhost, 127.0.0.1',
      'verdict       FAILED: certificate',
      '; the peer was told unknown_ca (48)',
    ]) {
      expect(stderr).toContain(text);
    }
    expect(stderr.trimEnd().split('\n').length).toBeLessThanOrEqual(12);
  });

  it('is traced as far as it went', async () => {
    const port = await tlsServer(silent);
    const { stderr } = await run([`localhost:${port}`, '--trace']);
    expect(stderr).toMatch(/^Record .*: (.*, )?Certificate/m);
    expect(stderr).toMatch(/^Record .*client → server.*: unknown_ca/m);
  });

  it('is one line with --quiet', async () => {
    const port = await tlsServer(silent);
    const { stderr } = await run([`localhost:${port}`, '--quiet']);
    expect(stderr).toMatch(/^tlskit: .*\[UNABLE_TO_VERIFY_LEAF_SIGNATURE\].*\n$/);
  });

  it('carries no byte of the input', async () => {
    let received = 0;
    const port = await tlsServer(socket => socket.on('data', chunk => (received += chunk.length)));
    await run([`localhost:${port}`], { stdin: 'secret' });
    expect(received).toBe(0);
  });
});

describe('options that do not fit', () => {
  it.each([
    [[], 'whom to connect to is missing: HOST:PORT'],
    [['connect'], 'whom to connect to is missing: HOST:PORT'],
    [['conect', 'localhost:443'], 'there is no command conect, did you mean connect?'],
    [['localhost'], '"localhost" is not HOST:PORT'],
    [['a:1', 'b:1'], 'one HOST:PORT at a time, and not also "b:1"'],
    [['a:1', '--servername', 'b', '--noservername'], '--servername contradicts --noservername'],
    [['a:1', '--quiet', '--json'], '--quiet contradicts --json'],
    [['a:1', '--servername', '127.0.0.1'], '--servername is a DNS name'],
    [['a:1', '--timeout', 'soon'], '--timeout is a number of seconds'],
    [['a:1', '--timeout', '1e9'], '--timeout is a number of seconds'],
    [['a:1', '--timeout=-1'], '--timeout is a number of seconds'],
    [['a:1', '--cacert', '/nonexistent/ca.pem'], '--cacert /nonexistent/ca.pem: ENOENT'],
    [['a:1', '--keylog', '/nonexistent/keys'], '--keylog: ENOENT'],
    [['a:1', '--ciphersuites', 'TLS_AES_128_GCM_SHA265'], 'did you mean TLS_AES_128_GCM_SHA256?'],
    [['a:1', '--tls', '1.1'], '--tls is 1.3, 1.2 or 1.3,1.2, not "1.1"'],
    [['a:1', '--tls', '1.2,1.2'], '--tls has "1.2" twice'],
    [['a:1', '--tls', '1.2,tls1.2'], 'versions has one twice'],
    [['a:1', '--tls', '1.2', '--ciphersuites', 'TLS_AES_128_GCM_SHA256'], 'belongs to none of the versions'],
    [['a:1', '--legacy', 'TLS_AES_128_GCM_SHA256'], 'is for cipherSuites'],
    [['a:1', '--legacy', 'TLS_RSA_WITH_AES_128_GCM_SHA257'], 'did you mean TLS_RSA_WITH_AES_128_GCM_SHA256?'],
    [['a:1', '--tls1.2'], '--tls'],
    [['a:1', '--ciphersuites', 'TLS_AES_128_GCM_SHA256,,'], '--ciphersuites has an empty item'],
    [['a:1', '--groups', 'x25591'], '--groups: no group is called "x25591", did you mean x25519?'],
    [['a:1', '--groups', 'P-256:secp256r1'], '--groups has secp256r1 twice'],
    [['a:1', '--alpn', 'h2,h2'], '--alpn has "h2" twice'],
    [['a:1', '--alpn', 'x'.repeat(256)], 'xxx'],
    [['a:1', '--trace=/nonexistent/trace'], '--trace: ENOENT'],
    [['a:1', '--pcap', '/nonexistent/pcap'], '--pcap: ENOENT'],
    [['a:1', '\x1b[31m'], 'and not also "\\\\u001b[31m"'],
  ])('%j', async (args, message) => {
    const { code, stderr } = await run(args);
    expect(stderr).toContain(message.replace('\\\\', '\\'));
    expect(code).toBe(exitCode('usage'));
  });

  it('are refused before anything is sent: a suite that the library does not have', async () => {
    let connections = 0;
    const port = await tcpServer(() => connections++);
    const { code, stderr } = await connect(port, ['--ciphersuites', 'TLS_RSA_WITH_AES_128_CBC_SHA']);
    expect(stderr).toContain('TLS_RSA_WITH_AES_128_CBC_SHA');
    expect(code).toBe(2);
    expect(connections).toBe(0);
  });

  it.each([
    ['nothing', ''],
    ['no certificate', '-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n'],
    ['noise', 'noise'],
  ])('a --cacert with %s in it', async (_, contents) => {
    const { code, stderr } = await run(['a:1', '--cacert', file(contents)]);
    expect(stderr).toMatch(/^tlskit: --cacert \S+: /);
    expect(code).toBe(2);
  });

  it('a --keylog that is a folder', async () => {
    const { code, stderr } = await run(['a:1', '--keylog', folder()]);
    expect(stderr).toContain('--keylog: EISDIR');
    expect(code).toBe(2);
  });
});
