/** `tlskit connect` at servers that others wrote: what it says is what they say. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';
import tls from 'node:tls';
import { createCA } from '@tlskit/tls-testing';
import { beforeAll, expect, it } from 'vitest';
import { badIdentities, goodIdentity, HOST, type Identity, identity } from '../src/certificates.ts';
import { file } from '../src/files.ts';
import { gnutlsServer } from '../src/gnutls.ts';
import { nginx } from '../src/nginx.ts';
import { goodOcspResponse, ocspResponse } from '../src/ocsp.ts';
import { opensslServer } from '../src/openssl.ts';
import { findPeer, outputOf } from '../src/programs.ts';
import { tlskit, unended } from './cli-run.ts';
import { afterTest, forPeer, stopAfterTest } from './support.ts';

const server = await goodIdentity('ecdsa-p256');
const clients = await createCA({ subject: 'clients' });
const alice = (await clients.issue({ names: ['alice'] })).pem;
const key = '000102030405060708090a0b0c0d0e0f';

/** Runs `connect` against a port of the loopback, with this identity's root trusted. */
const connect = ({ files }: Identity, port: number, args: readonly string[] = [], stdin: string | Readable = '') =>
  tlskit(
    ['connect', `${HOST}:${port}`, '--resolve', `${HOST}:${port}:127.0.0.1`, '--cacert', files.root, ...args],
    stdin,
  );

/** The same with `--json`, and what it says. */
async function report(own: Identity, port: number, args: readonly string[] = []) {
  const { code, stdout, stderr } = await connect(own, port, [...args, '--json']);
  expect(stderr).toBe('');
  return { code, ...JSON.parse(stdout) };
}

const resumptions = (handshakes: readonly { readonly resumed: boolean }[]): boolean[] =>
  handshakes.map(({ resumed }) => resumed);

forPeer('openssl', 'openssl s_server', () => {
  const stopping = stopAfterTest();

  async function started(args: readonly string[] = ['-rev'], own: Identity = server) {
    const { port, child } = await opensslServer(own, args);
    stopping(child);
    return { port, child };
  }

  it.each([
    ['-tls1_3', 'TLSv1.3'],
    ['-tls1_2', 'TLSv1.2'],
  ])('is verified, and answers: %s', async (version, protocol) => {
    const { port } = await started([version, '-rev']);
    const { code, stdout, stderr } = await connect(server, port, [], 'hello\nCLOSE\n');
    expect(stdout).toBe('olleh\n');
    expect(stderr).toContain(`protocol      ${protocol}\n`);
    expect(stderr).toContain(`verdict       verified: a chain to a trusted root, for ${HOST}\n`);
    expect(code).toBe(0);
  });

  it('with bad certificates is told why, and the code says what it is', async () => {
    const bad = await badIdentities();
    for (const [wrong, exit] of [
      ['wrong host', 7],
      ['expired', 8],
      ['untrusted root', 6],
    ] as const) {
      const { port, child } = await started(['-rev'], bad[wrong]);
      const { code, error, peerCertificate } = await report(bad[wrong], port);
      expect([wrong, code]).toEqual([wrong, exit]);
      expect(peerCertificate).not.toBeNull();
      await child.saying(new RegExp(`SSL alert number ${error.alertCode}`));
    }
  });

  it('sees our certificate', async () => {
    const root = file(clients.pem);
    const { port, child } = await started(['-rev', '-CAfile', root, '-Verify', '1', '-verify_return_error']);
    const own = ['--cert', file(alice.certificate), '--key', file(alice.key)];
    expect((await connect(server, port, own, 'hello\nCLOSE\n')).stdout).toBe('olleh\n');
    await child.saying(/CN ?= ?alice/);
    const { code, stderr } = await connect(server, port, [], 'hello\n');
    expect(stderr).toContain('certificate_required');
    expect(code).toBe(5);
  });

  it.each(['-tls1_3', '-tls1_2'])('resumes: %s', async version => {
    const { port } = await started([version, '-rev']);
    const { code, handshakes } = await report(server, port, ['--resume=2']);
    expect(resumptions(handshakes)).toEqual([false, true, true]);
    expect(code).toBe(0);
  });

  it('resumes by a session in a file, and takes early data', async () => {
    const { port, child } = await started(['-early_data']);
    const session = file('');
    expect((await connect(server, port, ['--quiet', '--sess-out', session, '--resume'])).code).toBe(0);
    const words = file('early words\n');
    const { resumed, handshakes } = await report(server, port, ['--sess-in', session, '--early-data', words]);
    expect(resumed).toBe(true);
    expect(handshakes[0].earlyData).toEqual({ offered: true, accepted: true, refusal: null, sent: true });
    await child.saying(/^early words$/m);
    expect(child.text).toMatch(/^Early data received:$/m);
    // OpenSSL lets a ticket be used once.
    const again = await report(server, port, ['--sess-in', session, '--early-data', words]);
    expect(again).toMatchObject({ resumed: false, sessionNotes: [] });
    expect(again.handshakes[0].earlyData).toMatchObject({ offered: true, accepted: false, sent: false });
  });

  it('updates its keys when it is asked to', async () => {
    const { port } = await started();
    const { code, stdout, stderr } = await connect(server, port, ['--key-update'], 'hello\nagain\nCLOSE\n');
    expect(stdout).toBe('olleh\nniaga\n');
    expect(stderr).toContain('key update    ours; the server was asked for its own\n');
    expect(code).toBe(0);
  });

  it('shares a key, without certificates', async () => {
    const { port } = await started(['-rev', '-psk', key, '-psk_identity', 'us', '-nocert']);
    const url = [`${HOST}:${port}`, '--resolve', `${HOST}:${port}:127.0.0.1`];
    const psk = ['--psk', key, '--psk-identity', 'us'];
    const { code, stdout, stderr } = await tlskit([...url, ...psk], 'hello\nCLOSE\n');
    expect(stdout).toBe('olleh\n');
    expect(stderr).toContain('verdict       verified: the server has the pre-shared key\n');
    expect(code).toBe(0);
    const another = await tlskit([...url, '--psk', key.replace('0f', 'ff'), '--psk-identity', 'us'], 'hello\n');
    expect([another.code, another.stdout]).toEqual([5, '']);
  });

  it('staples, and a good staple is what --status asks for', async () => {
    const authority = await createCA();
    const issued = await authority.issue(HOST);
    const own = identity(issued, authority);
    const stapling = (response: Uint8Array) => started(['-rev', '-status_file', file(response)], own);
    const good = await stapling(goodOcspResponse(authority, issued));
    const { code, stderr } = await connect(own, good.port, ['--status', '--fail-on', 'no-ocsp'], 'CLOSE\n');
    expect(stderr).toMatch(/^valid .*, stapled OCSP response good$/m);
    expect(code).toBe(0);
    const revoked = await stapling(ocspResponse(authority, issued, 'revoked'));
    expect(await report(own, revoked.port)).toMatchObject({ exitCode: 9, error: { alert: 'certificate_revoked' } });
    const none = await started(['-rev'], own);
    expect(await report(own, none.port, ['--status'])).toMatchObject({ exitCode: 9, error: { outcome: 'revoked' } });
  });

  it.each(['-tls1_3', '-tls1_2'])('has the same keying material: %s', async version => {
    const { port, child } = await started([version, '-keymatexport', 'EXPORTER-tlskit', '-keymatexportlen', '24']);
    const { exports } = await report(server, port, ['--export', 'EXPORTER-tlskit:24']);
    const [, theirs] = await child.saying(/Keying material: ([0-9A-F]{48})/);
    expect(exports[0].value.toUpperCase()).toBe(theirs);
  });
});

forPeer('gnutls', 'gnutls-serv', () => {
  const stopping = stopAfterTest();

  it('is verified, resumes, and sends back what it gets under new keys', async () => {
    const { port, child } = await gnutlsServer(server);
    stopping(child);
    const { code, stdout, stderr } = await connect(server, port, ['--key-update', '--resume'], 'hello\n');
    expect(stdout).toBe('hello\n');
    expect(stderr).toMatch(/^session {7}1 full in .*, 2 resumed in .*$/m);
    expect(code).toBe(0);
  });

  it('sees our certificate', async () => {
    const { port, child } = await gnutlsServer(server, {
      args: ['--require-client-cert', '--verify-client-cert', '--x509cafile', file(clients.pem)],
    });
    stopping(child);
    const own = file(alice.certificate + alice.key);
    expect((await connect(server, port, ['--cert', own], 'hello\n')).stdout).toBe('hello\n');
  });
});

forPeer('node', 'Node', () => {
  const later = afterTest();

  async function started(
    options: tls.TlsOptions = {},
    listener: (socket: tls.TLSSocket) => void = socket => socket.end(),
  ) {
    const { certificate, key } = server;
    const listening = tls.createServer({ cert: certificate, key, ...options }, listener);
    listening.on('tlsClientError', () => {});
    await once(listening.listen(0, '127.0.0.1'), 'listening');
    later(() => listening.close());
    return (listening.address() as AddressInfo).port;
  }

  it.each(['TLSv1.3', 'TLSv1.2'] as const)('agrees on protocols, exports the same, resumes: %s', async version => {
    const theirs: string[] = [];
    const port = await started({ minVersion: version, maxVersion: version, ALPNProtocols: ['h2'] }, socket => {
      theirs.push(socket.exportKeyingMaterial(16, 'EXPORTER-a', Buffer.from('c0ffee', 'hex')).toString('hex'));
      socket.resume();
    });
    const asked = ['--alpn', 'http/1.1,h2', '--export', 'EXPORTER-a:16', '--export-context', 'c0ffee', '--resume'];
    const said = await report(server, port, asked);
    expect(said).toMatchObject({ code: 0, protocol: version, alpn: 'h2' });
    expect(resumptions(said.handshakes)).toEqual([false, true]);
    expect(said.exports[0].value).toBe(theirs.at(-1));
  });

  it('hears nothing before it is verified', async () => {
    const heard: string[] = [];
    const port = await started({}, socket => void socket.on('data', data => heard.push(String(data))));
    const url = [`${HOST}:${port}`, '--resolve', `${HOST}:${port}:127.0.0.1`];
    expect((await tlskit(url, 'secret')).code).toBe(6);
    expect(heard).toEqual([]);
  });
});

forPeer('nginx', 'nginx', () => {
  let port: number;

  beforeAll(async () => {
    const started = await nginx(server, [
      'ssl_protocols TLSv1.2 TLSv1.3',
      'ssl_early_data on',
      'ssl_session_tickets on',
    ]);
    ({ port } = started);
    return () => started.stop();
  });

  it('answers a request', async () => {
    const request = `GET / HTTP/1.1\r\nHost: ${HOST}\r\nConnection: close\r\n\r\n`;
    const { code, stdout } = await connect(server, port, ['--alpn', 'http/1.1'], unended(request));
    expect(stdout).toMatch(/^HTTP\/1\.1 200 OK\r\n.*hello$/s);
    expect(code).toBe(0);
  });

  it.each(['1.3', '1.2'])('resumes: TLS %s', async version => {
    const { handshakes } = await report(server, port, ['--tls', version, '--resume=2']);
    expect(resumptions(handshakes)).toEqual([false, true, true]);
  });

  it('answers a request in early data', async () => {
    const request = file(`GET / HTTP/1.1\r\nHost: ${HOST}\r\nConnection: close\r\n\r\n`);
    const args = ['--alpn', 'http/1.1', '--resume', '--early-data', request];
    const { stdout, stderr } = await connect(server, port, args, unended(''));
    expect(stderr).toMatch(/^early data {4}accepted$/m);
    expect(stdout).toMatch(/hello$/);
  });

  it('is captured, and TShark reads what was said, with no setting', async () => {
    expect(findPeer('tshark')).toMatchObject({ here: true });
    const path = file('');
    const request = `GET / HTTP/1.1\r\nHost: ${HOST}\r\nConnection: close\r\n\r\n`;
    for (const version of ['1.3', '1.2']) {
      await connect(server, port, ['--tls', version, '--resume', '--pcap', path], unended(request));
      const fields = ['http.request.method', 'http.response.code', 'tls.handshake.ciphersuite'];
      // The port is one of no protocol.
      const dissect = ['-r', path, '-d', `tcp.port==${port},tls`, '-d', `tls.port==${port},http`, '-T', 'fields'];
      const text = outputOf('tshark', [...dissect, ...fields.flatMap(field => ['-e', field])]);
      expect(text).toMatch(/^GET\t/m);
      expect(text).toMatch(/^\t200\t/m);
    }
  });
});
