import { createHash, randomBytes } from 'node:crypto';
import { Writable } from 'node:stream';
import { tls12 } from 'tlskit/node';
import { describe, expect, it } from 'vitest';
import { connect, deferred, echo, localhost, openInput, run, Sink, silent, tlsServer } from './support.ts';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe('a good connection', () => {
  it('is reported in 12 lines on standard error, and nothing is on standard output', async () => {
    const port = await tlsServer(silent, { alpn: ['h2'] });
    const { code, stdout, stderr } = await connect(port, ['--alpn', 'http/1.1,h2']);
    const lines = stderr.trimEnd().split('\n');
    expect(lines.map(line => line.slice(0, 14).trim())).toEqual([
      'peer',
      'protocol',
      'cipher suite',
      'group',
      'signature',
      'ALPN',
      'subject',
      'issuer',
      'key',
      'names',
      'valid',
      'verdict',
    ]);
    const [peer, ...rest] = lines.map(line => line.slice(14));
    expect(peer).toMatch(new RegExp(`^localhost:${port} \\(127\\.0\\.0\\.1:${port}\\), TCP .* ms, handshake .* ms$`));
    expect(rest.toSpliced(9, 1)).toEqual([
      'TLSv1.3',
      'TLS_AES_128_GCM_SHA256 (0x1301)',
      'X25519MLKEM768 (0x11ec)',
      'ecdsa_secp256r1_sha256 (0x0403)',
      'h2',
      'CN=localhost',
      'CN=Test root',
      'ECDSA P-256',
      'localhost, 127.0.0.1',
      'verified: a chain to a trusted root, for localhost',
    ]);
    expect(rest[9]).toMatch(/^\d{4}-\d\d-\d\d to \d{4}-\d\d-\d\d, 89 days left$/);
    expect(stdout.length).toBe(0);
    expect(code).toBe(0);
  });

  it('needs no command, and may be to an address', async () => {
    const port = await tlsServer(silent);
    const { code, stderr } = await run([`127.0.0.1:${port}`, '-k']);
    expect(stderr).toContain(`peer          127.0.0.1:${port}, TCP`);
    expect(code).toBe(0);
  });

  it('offers what it is told to', async () => {
    const port = await tlsServer(silent);
    const args = ['--ciphersuites', 'TLS_CHACHA20_POLY1305_SHA256:tls_aes_128_gcm_sha256', '--groups', 'P-384,X25519'];
    const { json } = await connect(port, [...args, '--json']);
    expect(json.cipherSuite.name).toBe('TLS_AES_128_GCM_SHA256');
    expect(json.group.name).toBe('secp384r1');
    expect(json.helloRetry).toBe(false);
    const chosen = await tlsServer(silent, { preference: 'client' });
    const { json: byClient } = await connect(chosen, [...args, '--json']);
    expect(byClient.cipherSuite.name).toBe('TLS_CHACHA20_POLY1305_SHA256');
  });

  it.each([
    ['--tls', '1.2', 'TLSv1.2'],
    ['--tls', 'TLSv1_2', 'TLSv1.2'],
    ['--tls', '1.3', 'TLSv1.3'],
    ['--tls', '1.3,1.2', 'TLSv1.3'],
    ['--ciphersuites', 'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384', 'TLSv1.2'],
  ])('speaks the versions of %s %s', async (option, value, protocol) => {
    const port = await tlsServer(silent);
    const { code, json } = await connect(port, [option, value, '--json']);
    expect(json).toMatchObject({ protocol, verified: true, peerCertificate: { subject: 'CN=localhost' } });
    expect(code).toBe(0);
  });

  it.each(['1.2', '1.3'])('reports a certificate that it does not trust in TLS %s too', async version => {
    const port = await tlsServer(silent);
    const { code, stdout } = await run([`localhost:${port}`, '--tls', version, '--json']);
    expect(JSON.parse(stdout.toString())).toMatchObject({
      protocol: `TLSv${version}`,
      peerCertificate: { subject: 'CN=localhost' },
      verified: false,
      error: { alert: 'unknown_ca' },
    });
    expect(code).not.toBe(0);
  });

  it('has suites of old by name', async () => {
    const suite = 'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256';
    const port = await tlsServer(silent, { legacy: [suite], versions: [tls12] });
    const { stderr } = await connect(port, ['--tls', '1.2', '--legacy', suite]);
    // They stand behind the others.
    expect(stderr).toContain('TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256');
    const chosen = await tlsServer(silent, {
      legacy: [suite],
      cipherSuites: ['TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256'],
      versions: [tls12],
    });
    const only = ['--ciphersuites', 'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384', '--legacy', suite];
    const { json } = await connect(chosen, [...only, '--json']);
    expect(json).toMatchObject({ protocol: 'TLSv1.2', cipherSuite: { name: suite }, group: { name: 'x25519' } });
  });

  it('tells of a HelloRetryRequest', async () => {
    const port = await tlsServer(silent, { groups: ['secp384r1'] });
    const { stderr } = await connect(port);
    expect(stderr).toContain('secp384r1 (0x0018), after a HelloRetryRequest');
  });

  it.each([
    ['HOST unless told otherwise', [], 'localhost'],
    ['another name', ['--servername', '127-0-0-1.example', '-k'], '127-0-0-1.example'],
    ['nobody', ['--noservername'], undefined],
  ])('asks for %s', async (_, args, expected) => {
    const names: (string | undefined)[] = [];
    const port = await tlsServer(socket => {
      names.push(socket.info?.serverName);
      socket.resume();
    });
    expect((await connect(port, args)).code).toBe(0);
    expect(names).toEqual([expected]);
  });

  it('is good with --insecure too, and told not to be verified', async () => {
    const port = await tlsServer(silent);
    const { code, stderr } = await run([`localhost:${port}`, '--insecure']);
    expect(stderr).toContain('verdict       NOT VERIFIED: any certificate was accepted (--insecure); certificate');
    expect(stderr).toContain('[UNABLE_TO_VERIFY_LEAF_SIGNATURE]');
    expect(code).toBe(0);
  });

  it('is silent with --quiet', async () => {
    const port = await tlsServer(silent);
    expect(await connect(port, ['--quiet'])).toMatchObject({ code: 0, stderr: '' });
  });

  it('is traced behind the report, up to its end', async () => {
    const port = await tlsServer(echo);
    const { stderr } = await connect(port, ['--trace'], { stdin: 'ping' });
    expect(stderr.split('\n')[11]).toMatch(/^verdict/);
    const names = ['ClientHello', 'ServerHello', 'EncryptedExtensions', 'Certificate', 'CertificateVerify', 'Finished'];
    for (const name of names) expect(stderr).toMatch(new RegExp(`^Record .*: (.*, )?${name}`, 'm'));
    expect(stderr).toContain('"ping"');
    expect(stderr.match(/^Record .*: close_notify$/gm)).toHaveLength(2);
    expect(stderr).not.toContain('\x1b');
  });
});

describe('data', () => {
  it('of a mebibyte goes through an echo and comes back as it was', async () => {
    const port = await tlsServer(echo);
    const data = randomBytes(1 << 20);
    const { code, stdout } = await connect(port, ['--quiet'], { stdin: data });
    expect(sha256(stdout)).toBe(sha256(data));
    expect(code).toBe(0);
  });

  it('is taken no faster than standard output takes it', async () => {
    let sent = 0;
    const port = await tlsServer(socket => {
      const write = (): void => {
        while (sent < 16 << 20) {
          sent += 1 << 16;
          if (!socket.write(Buffer.alloc(1 << 16))) return void socket.once('drain', write);
        }
        socket.end();
      };
      write();
    });
    let seen = 0;
    let ahead = 0;
    const stdout = new Writable({
      highWaterMark: 1 << 14,
      write(chunk: Buffer, _, callback) {
        seen += chunk.length;
        // What is on its way is bounded by the buffers in between, those of the kernel included.
        ahead = Math.max(ahead, sent - seen);
        setImmediate(callback);
      },
    });
    const { code } = await connect(port, [], { stdin: openInput(), stdout });
    expect(seen).toBe(16 << 20);
    expect(ahead).toBeLessThan(12 << 20);
    expect(code).toBe(0);
  });

  it('of the peer ends the connection by its end, whatever the input may still say', async () => {
    const port = await tlsServer(socket => socket.end('bye'));
    const { code, stdout } = await connect(port, ['--quiet'], { stdin: openInput() });
    expect(stdout.toString()).toBe('bye');
    expect(code).toBe(0);
  });

  it('that a peer still sends after our end of input is awaited', async () => {
    const port = await tlsServer(
      socket => {
        socket.resume();
        socket.once('end', () => socket.end('heard you'));
      },
      { allowHalfOpen: true },
    );
    const { code, stdout } = await connect(port, ['--quiet'], { stdin: 'hello' });
    expect(stdout.toString()).toBe('heard you');
    expect(code).toBe(0);
  });

  it('is not awaited for long from a peer that was told nothing', async () => {
    const port = await tlsServer(silent, { allowHalfOpen: true });
    expect((await connect(port)).code).toBe(0);
  });

  it('is not moved with --json', async () => {
    const received = new Sink();
    const port = await tlsServer(socket => {
      socket.write('greeting');
      socket.pipe(received);
    });
    const { code, json } = await connect(port, ['--json'], { stdin: 'hello' });
    expect(json.error).toBeNull();
    expect(received.text).toBe('');
    expect(code).toBe(0);
  });

  it('that nobody reads any more ends the connection in order', async () => {
    const end = deferred<boolean>();
    const port = await tlsServer(socket => {
      socket.on('end', () => end.resolve(true)).resume();
      const write = (): void => {
        while (socket.write(Buffer.alloc(1 << 16)));
        socket.once('drain', write);
      };
      write();
    });
    const stdout = new Writable({
      write: (_chunk, _, callback) => callback(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })),
    });
    const { code } = await connect(port, ['--quiet'], { stdin: openInput(), stdout });
    expect(code).toBe(0);
    expect(await end.promise).toBe(true);
  });

  it('that cannot be written is a failure', async () => {
    const port = await tlsServer(socket => socket.end('data'));
    const stdout = new Writable({
      write: (_chunk, _, callback) => callback(Object.assign(new Error('no space'), { code: 'ENOSPC' })),
    });
    const { code, stderr } = await connect(port, ['--quiet'], { stdout });
    expect(stderr).toBe('tlskit: standard output: no space\n');
    expect(code).toBe(1);
  });

  it('that cannot be read is a failure', async () => {
    const port = await tlsServer(echo);
    const stdin = openInput();
    setImmediate(() => stdin.destroy(new Error('EISDIR')));
    const { code, stderr } = await connect(port, ['--quiet'], { stdin });
    expect(stderr).toBe('tlskit: standard input: EISDIR\n');
    expect(code).toBe(1);
  });

  it('stops in order when the user wants an end', async () => {
    const stop = new AbortController();
    const end = deferred<string>();
    const port = await tlsServer(socket => {
      socket.on('end', () => end.resolve('close_notify')).on('error', error => end.resolve(error.message));
      socket.resume();
      stop.abort();
    });
    await connect(port, [], { stdin: openInput(), signal: stop.signal });
    expect(await end.promise).toBe('close_notify');
  });
});

it('reports the fingerprint that the certificate has', async () => {
  const port = await tlsServer(silent);
  const { json } = await connect(port, ['--json']);
  expect(json.peerCertificate.fingerprint256.replaceAll(':', '').toLowerCase()).toBe(sha256(localhost.certificate));
});
