import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { type AddressInfo, connect as connectTcp, createServer, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { createCA } from '@tlskit/tls-testing';
import { connect, tls12 } from 'tlskit/node';
import { describe, expect, it, onTestFinished } from 'vitest';
import { file, folder, received, run, serve } from './support.ts';

const get = 'GET /a?<b> HTTP/1.1\r\nHost: localhost\r\n\r\n';

/** A plain TCP connection to the server. */
async function tcp(port: number): Promise<Socket> {
  const socket = connectTcp({ host: '127.0.0.1', port, allowHalfOpen: true });
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

describe('a server', () => {
  it('says in one line where it listens, and where the authority is; both end with it', async () => {
    const server = await serve();
    expect(JSON.parse(server.stdout.text)).toEqual({
      listening: { host: '127.0.0.1', port: server.port },
      ca: server.ca,
    });
    expect(statSync(dirname(server.ca)).mode & 0o777).toBe(0o700);
    expect(await server.stop()).toBe(0);
    expect(server.stdout.text.trimEnd()).not.toContain('\n');
    expect(existsSync(dirname(server.ca))).toBe(false);
    const late = connectTcp({ host: '127.0.0.1', port: server.port });
    const [error] = await once(late, 'error');
    expect(error.code).toBe('ECONNREFUSED');
  });

  it.each(['localhost', '127.0.0.1', '::1'])('has a certificate for %s', async name => {
    const server = await serve();
    const socket = server.client(name === 'localhost' ? {} : { servername: false, verifyName: name });
    expect((await socket.opened).verified).toBe(true);
  });

  it('listens on IPv4 and IPv6 as localhost, with one port', async () => {
    const { client, host, port } = await serve(['--host', 'localhost']);
    expect(host).toBe('localhost');
    expect((await client({ host: '127.0.0.1', port }).opened).protocol).toBe('TLSv1.3');
    if (await hasIpv6()) expect((await client({ host: '::1', port }).opened).protocol).toBe('TLSv1.3');
  });

  it('takes the certificates that it is given: each client one that it can verify', async () => {
    // Its signatures are of no use in a handshake: what is offered for the certificates decides nothing else.
    const ca = await createCA({ key: 'rsa-2048' });
    const pairs = await Promise.all(
      (['rsa-2048', 'ecdsa-p256', 'ed25519'] as const).map(async key => {
        const { pem } = await ca.issue({ names: ['localhost'], key });
        return ['--cert', file(pem.certificate), '--key', file(pem.key)];
      }),
    );
    const server = await serve(pairs.flat());
    expect(JSON.parse(server.stdout.text).ca).toBeNull();
    for (const scheme of ['rsa_pss_rsae_sha256', 'ecdsa_secp256r1_sha256', 'ed25519']) {
      const trust = { roots: ca.pem };
      const info = await server.client({ trust, signatureSchemes: [scheme, 'rsa_pkcs1_sha256'] }).opened;
      expect(info.signatureScheme?.name).toBe(scheme);
    }
  });

  it('negotiates by its own lists', async () => {
    const server = await serve([
      '--ciphersuites',
      'TLS_AES_256_GCM_SHA384',
      '--groups',
      'P-384',
      '--alpn',
      'h2,http/1.1',
    ]);
    const info = await server.client({ alpn: ['http/1.1', 'h2'] }).opened;
    expect(info).toMatchObject({
      cipherSuite: { name: 'TLS_AES_256_GCM_SHA384' },
      group: { name: 'secp384r1' },
      alpn: 'h2',
      helloRetry: true,
    });
    const refused = server.client({ alpn: ['smtp'] });
    await expect(refused.opened).rejects.toMatchObject({ alert: 'no_application_protocol', sentBy: 'peer' });
  });

  it('speaks the versions that it is told to, with suites of old by name', async () => {
    const suite = 'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256';
    const both = await serve(['--legacy', suite]);
    expect((await both.client({ versions: [tls12] }).opened).protocol).toBe('TLSv1.2');
    expect((await both.client({}).opened).protocol).toBe('TLSv1.3');
    const old = await serve([
      '--tls',
      '1.2',
      '--legacy',
      suite,
      '--ciphersuites',
      'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
    ]);
    const info = await old.client({ legacy: [suite] }).opened;
    expect(info).toMatchObject({ protocol: 'TLSv1.2', cipherSuite: { name: suite } });
    const modern = await serve(['--tls', '1.3']);
    await expect(modern.client({ versions: [tls12] }).opened).rejects.toMatchObject({ alert: 'protocol_version' });
  });

  it('tells of each connection on standard error, unless it is to be quiet', async () => {
    const server = await serve(['--alpn', 'h2']);
    await server.client({ alpn: ['h2'] }).opened;
    await server.stderr.match(/^127\.0\.0\.1:\d+ connected: protocol TLSv1\.3, .*server name localhost, ALPN h2\n/);
    await server.client({ alpn: ['\x1b[31m'] }).opened.catch(() => {});
    await server.stderr.match(/^127\.0\.0\.1:\d+ failed in its handshake: .*; it was told no_application_protocol\n/m);
    const quiet = await serve(['--quiet']);
    await quiet.client().opened;
    await quiet.stop();
    expect(quiet.stderr.text).toBe('');
  });

  it('writes a key log when it is told to, and warns', async () => {
    const path = join(folder(), 'keys');
    const server = await serve(['--keylog', path]);
    expect(server.stderr.text).toBe(
      `tlskit-server: warning: the secrets of all connections go to ${path}: whoever reads it can read them\n`,
    );
    await server.client().opened;
    await server.stop();
    expect(readFileSync(path, 'utf8')).toMatch(/^SERVER_HANDSHAKE_TRAFFIC_SECRET [0-9a-f]{64} [0-9a-f]{64}$/m);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('reads and throws away without --www and --echo', async () => {
    const socket = (await serve()).client();
    socket.end(Buffer.alloc(1 << 20));
    expect(await received(socket)).toBe('');
  });

  it('says close_notify to its clients when it ends, and waits for no one for long', async () => {
    const server = await serve(['--echo']);
    const [polite, deaf] = [server.client(), server.client({ allowHalfOpen: true })];
    await Promise.all([polite.opened, deaf.opened]);
    const halfway = await tcp(server.port);
    const ends = [received(polite), once(halfway.resume(), 'end')];
    expect(await server.stop()).toBe(0);
    expect(await Promise.all([...ends, received(deaf)])).toEqual(['', [], '']);
  });
});

describe('--echo', () => {
  it('sends a mebibyte back as it was', async () => {
    const socket = (await serve(['--echo'])).client();
    const data = randomBytes(1 << 20);
    socket.end(data);
    const hash = createHash('sha256');
    for await (const chunk of socket) hash.update(chunk);
    expect(hash.digest('hex')).toBe(createHash('sha256').update(data).digest('hex'));
  });

  it('holds no more than its buffers for a client that does not read', async () => {
    const server = await serve(['--echo']);
    const socket = server.client();
    await socket.opened;
    let written = 0;
    while (written < 256 << 20 && socket.write(Buffer.alloc(1 << 16))) written += 1 << 16;
    socket.on('drain', () => {
      while (written < 256 << 20 && socket.write(Buffer.alloc(1 << 16))) written += 1 << 16;
    });
    // Somebody else is served meanwhile, and when that is done the first one stands still.
    for (let other = 0; other < 20; other++) {
      const second = server.client();
      second.end('ping');
      expect(await received(second)).toBe('ping');
    }
    expect(written).toBeLessThan(64 << 20);
  });
});

describe('--www', () => {
  it('answers with what was negotiated, says close_notify, and closes', async () => {
    const server = await serve(['--www', '--alpn', 'http/1.1']);
    const socket = server.client({ alpn: ['http/1.1'] });
    socket.write(get);
    const page = await received(socket);
    expect(page).toMatch(/^HTTP\/1\.1 200 OK\r\ncontent-type: text\/html; charset=utf-8\r\n/);
    const info = socket.info!;
    for (const text of ['TLSv1.3', info.cipherSuite.name, info.group!.name, 'localhost', '<td>http/1.1</td>']) {
      expect(page).toContain(text);
    }
    expect(page).toContain('GET /a?&lt;b&gt; HTTP/1.1');
  });

  it('is plain text for those who ask for it', async () => {
    const socket = (await serve(['--www'])).client();
    socket.end('GET / HTTP/1.0\r\nAccept: text/plain\r\n\r\n');
    expect(await received(socket)).toMatch(/\r\n\r\nclient +127\.0\.0\.1:\d+\nprotocol +TLSv1\.3\ncipher suite +TLS_/);
  });

  it('waits for the blank line, a byte a record', async () => {
    const socket = (await serve(['--www'])).client();
    await socket.opened;
    let answered = false;
    socket.once('data', () => {
      answered = true;
    });
    for (const byte of get.slice(0, -1)) {
      await new Promise(resolve => socket.write(byte, resolve));
      await new Promise(resolve => setImmediate(resolve));
    }
    expect(answered).toBe(false);
    socket.write('\n');
    expect(await received(socket)).toMatch(/^HTTP\/1\.1 200 /);
  });

  it.each([
    ['no HTTP', 'hello\r\n\r\n', 400],
    ['another method', 'POST / HTTP/1.1\r\ncontent-length: 2\r\n\r\nhi', 405],
    ['another version', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 505],
    ['a request without end', `GET / HTTP/1.1\r\na: ${'x'.repeat(1 << 20)}`, 431],
  ])('refuses %s', async (_, request, status) => {
    const socket = (await serve(['--www'])).client();
    socket.write(request);
    expect(await received(socket)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  });

  it('closes when a client leaves in the middle of its request', async () => {
    const socket = (await serve(['--www'])).client();
    socket.end(get.slice(0, 10));
    expect(await received(socket)).toBe('');
  });
});

describe('bad clients', () => {
  it('do no harm: garbage, aborts, silence, and half a handshake', async () => {
    const server = await serve(['--www']);
    const page = async (): Promise<string> => {
      const socket = server.client();
      socket.write(get);
      return received(socket);
    };
    const silent = await Promise.all(Array.from({ length: 50 }, () => tcp(server.port)));
    expect(await page()).toMatch(/ 200 /);

    const garbage = await tcp(server.port);
    garbage.end(randomBytes(4096));
    await once(garbage.resume(), 'end');
    const http = await tcp(server.port);
    http.end(get);
    await once(http.resume(), 'end');
    for (const length of [0, 1, 5, 6, 100]) {
      const cut = await tcp(server.port);
      cut.end(clientHello.subarray(0, length));
      await once(cut.resume(), 'end');
    }
    const reset = await tcp(server.port);
    reset.write(clientHello);
    await once(reset, 'data');
    reset.resetAndDestroy();

    const gone = server.client();
    await gone.opened;
    gone.write(get.slice(0, 20));
    gone.destroy();

    expect(await page()).toMatch(/ 200 /);
    for (const socket of silent) socket.resetAndDestroy();
    expect(await page()).toMatch(/ 200 /);
    expect(await server.stop()).toBe(0);
  });

  it('hold nobody up, be they two thousand that are silent or have said half of something', async () => {
    const server = await serve(['--www', '--quiet', '--handshake-timeout', '0']);
    const crowd: Socket[] = [];
    while (crowd.length < 2000) {
      crowd.push(...(await Promise.all(Array.from({ length: 100 }, () => tcp(server.port)))));
    }
    crowd.forEach((socket, index) => {
      if (index % 2 === 1) socket.write(clientHello.subarray(0, 1 + (index % (clientHello.length - 1))));
    });
    const page = async (path: string): Promise<string> => {
      const socket = server.client();
      socket.write(`GET ${path} HTTP/1.0\r\n\r\n`);
      return received(socket);
    };
    for (let i = 0; i < 5; i++) expect(await page('/healthz')).toMatch(/ok\n$/);
    expect(await page('/metrics')).toMatch(/^tlskit_connections_standing 200[1-6]$/m);
    for (const socket of crowd) socket.destroy();
    await expect.poll(() => page('/metrics'), { timeout: 20_000 }).toMatch(/^tlskit_connections_standing [1-9]$/m);
  });

  it('have as long for their handshake as --handshake-timeout says', async () => {
    const server = await serve(['--handshake-timeout', '0.1']);
    const socket = await tcp(server.port);
    await once(socket.resume(), 'end');
    await server.stderr.match(/failed in its handshake: no handshake within 100 ms/);
  });
});

describe('options that do not fit', () => {
  it.each([
    [['--prot', '1'], 'unknown option --prot, did you mean --port?'],
    [['--www', '--echo'], '--echo contradicts --www'],
    [['--port', '65536'], '--port is 0 to 65535'],
    [['--port', 'http'], '--port is 0 to 65535'],
    [['4433'], 'what is "4433"?'],
    [['--cert', 'a'], 'each --cert goes with a --key: here are 1 and 0'],
    [['--cert', '/nonexistent', '--key', '/nonexistent'], '--cert /nonexistent: ENOENT'],
    [['--handshake-timeout', 'never'], '--handshake-timeout is a number of seconds'],
    [['--groups', 'x25591'], 'did you mean x25519?'],
    [['--ciphersuites', 'TLS_RSA_WITH_RC4_128_SHA'], 'TLS_RSA_WITH_RC4_128_SHA'],
    [['--ciphersuites', 'TLS_RSA_WITH_AES_128_CBC'], 'did you mean TLS_RSA_WITH_AES_128_CBC_SHA?'],
    [['--tls-min', '1.3', '--tls-max', '1.2'], '--tls-min 1.3 is above --tls-max 1.2'],
    [['--tls', '1.3', '--tls-min', '1.2'], '--tls-min contradicts --tls'],
    [['--tls-max', '1.1'], '--tls-max is 1.2 or 1.3'],
    [['--dhe-group', 'ffdhe2084'], 'did you mean ffdhe2048?'],
    [['--dhe-group', 'x25519'], '--dhe-group: no group is called "x25519"'],
    [['--sigalgs', 'ed25591'], 'did you mean ed25519?'],
    [['--sigalgs', 'rsa_pkcs1_sha1,ed25519'], 'SHA-1 before others'],
    [['--bad-cert', 'expird'], '--bad-cert: there is no "expird", did you mean expired?'],
    [['--bad', '--cert', 'a', '--key', 'b'], '--bad contradicts --cert'],
    [['--bad', '--bad-cert', 'expired'], '--bad-cert contradicts --bad'],
    [['--profile', 'intermediat'], 'did you mean intermediate?'],
    [['--psk', 'alice'], '--psk is ID:HEX'],
    [['--psk', 'alice:00ff'], '--psk has a key of 16 bytes or more, not 2'],
    [['--psk', 'alice:xy'], '--psk has hexadecimal digits'],
    [['--psk-hash', 'sha384'], '--psk-hash goes with --psk'],
    [['--psk', `a:${'11'.repeat(16)}`, '--psk-hash', 'md5'], '--psk-hash is sha256 or sha384'],
    [['--psk', `a:${'11'.repeat(16)}`, '--psk', `a:${'22'.repeat(16)}`], '--psk has "a" twice'],
    [['--early-data', '100', '--tickets', '0'], '--early-data goes with tickets'],
    [['--too-early'], '--too-early goes with --early-data'],
    [['--tickets', '256'], '--tickets is 0 to 255'],
    [['--ticket-lifetime', '604801'], '--ticket-lifetime is 1 to 604800'],
    [['--reply-size', '10'], '--reply-size goes with --www'],
    [['--ca', 'x'], '--ca goes with --request-client-cert or --require-client-cert or --post-handshake-auth'],
    [['--request-client-cert', '--require-client-cert'], '--request-client-cert contradicts --require-client-cert'],
    [['--request-client-cert', '--ca', '/nonexistent'], '--ca /nonexistent: ENOENT'],
    [['--ocsp-response', '/nonexistent'], '--ocsp-response /nonexistent: ENOENT'],
    [['--ocsp-response', 'a', '--ocsp-response', 'b'], 'each --ocsp-response goes with a --cert: here are 2 and 0'],
    [['--record-size-limit', '63'], '--record-size-limit is 0, or 64 to 16385, not 63'],
    [['--record-size-limit', '16386'], '--record-size-limit is 0 to 16385'],
    [['--CAfile', 'x'], 'did you mean --ca?'],
    [['--num_tickets', '2'], 'did you mean --tickets?'],
    [['--max-conections', '2'], 'did you mean --max-connections?'],
    [['--tls', '1.1'], '--tls is 1.3, 1.2 or 1.3,1.2'],
    [['--tls', '1.2', '--ciphersuites', 'TLS_AES_128_GCM_SHA256'], 'belongs to none of the versions'],
    [['--keylog', '/nonexistent/keys'], '--keylog: ENOENT'],
  ])('%j', async (args, message) => {
    const { code, stdout, stderr } = await run(args);
    expect(stderr).toContain(`tlskit-server: `);
    expect(stderr).toContain(message);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  it('a key for another certificate', async () => {
    const ca = await createCA();
    const [one, other] = [await ca.issue('localhost'), await ca.issue('localhost')];
    const { code, stderr } = await run(['--cert', file(one.pem.certificate), '--key', file(other.pem.key)]);
    expect(stderr).toMatch(/^tlskit-server: .*key/);
    expect(code).toBe(2);
  });

  it('a port that is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void taken.close());
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    const { code, stderr } = await run(['--port', String(port)]);
    expect(stderr).toContain('EADDRINUSE');
    expect(code).toBe(3);
  });
});

async function hasIpv6(): Promise<boolean> {
  const probe = createServer().listen(0, '::1');
  const found = await Promise.race([once(probe, 'listening').then(() => true), once(probe, 'error').then(() => false)]);
  probe.close();
  return found;
}

/** A ClientHello as a client writes it: its first bytes for clients that go away. */
const clientHello = await (async (): Promise<Buffer> => {
  const listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  const client = connect({ host: '127.0.0.1', port }).on('error', () => {});
  const [socket] = (await once(listener, 'connection')) as [Socket];
  const [bytes] = (await once(socket, 'data')) as [Buffer];
  client.destroy();
  socket.destroy();
  listener.close();
  return bytes;
})();
