/**
 * TLS 1.2 with OpenSSL: every cipher suite that both have, either end ours, and what goes around the handshake: resumption,
 * renegotiation, clients' certificates, extensions.
 */
import { execFileSync } from 'node:child_process';
import { cipherSuiteInfo12 } from '@tlskit/tls-messages/tls12';
import { createCA } from '@tlskit/tls-testing';
import { MemorySessionStore } from 'tlskit';
import { type ConnectOptions, type TlsServerOptions, tls12, tls13 } from 'tlskit/node';
import { beforeAll, describe, expect, it } from 'vitest';
import { goodIdentity, HOST, type Identity, identity } from '../src/certificates.ts';
import { file } from '../src/files.ts';
import { opensslClient, opensslPipe, opensslServer } from '../src/openssl.ts';
import { OurServer, ourClient } from '../src/ours.ts';
import { payload, reversedLines, sha256, textLines } from '../src/payload.ts';
import { findPeer } from '../src/programs.ts';
import { everything, expectClosed, forPeer, node, stopAfterTest } from './support.ts';

/** IANA's name and OpenSSL's, of the suites that are ours too. DSS wants certificates that nobody makes any more. */
function commonSuites(): (readonly [string, string])[] {
  if (!findPeer('openssl').here) return [];
  const list = ['ciphers', '-s', '-tls1_2', '-psk', '-stdname', 'ALL:COMPLEMENTOFALL@SECLEVEL=0'];
  const program = 'openssl';
  return execFileSync(program, list, { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map(line => line.split(/\s+/))
    .map(([iana = '', , openssl = '']) => [iana, openssl] as const)
    .filter(([iana]) => {
      const code = tls12.handshake.names.cipherSuites.valueOf(iana);
      const info = code === undefined ? undefined : cipherSuiteInfo12(code);
      return info !== undefined && info.authentication !== 'DSS';
    });
}

const suites = commonSuites();
const key = Buffer.alloc(32, 7);
const psk = { identity: 'alice', key };

/** What our ends are told to have this suite alone. */
function only(suite: string): Pick<ConnectOptions, 'versions' | 'cipherSuites' | 'legacy' | 'groups'> {
  const code = tls12.handshake.names.cipherSuites.valueOf(suite) as number;
  const rest =
    suite.includes('DHE_RSA') && suite.startsWith('TLS_DHE') ? ['ffdhe2048', 'x25519'] : ['x25519', 'secp256r1'];
  const versions = [tls12];
  // Beside a legacy suite stands one that the peer does not take.
  const other = suite.includes('CHACHA20')
    ? 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256'
    : 'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256';
  return tls12.handshake.names.isLegacy(code)
    ? { versions, cipherSuites: [other], legacy: [suite], groups: rest }
    : { versions, cipherSuites: [suite], groups: rest };
}

forPeer('openssl', 'TLS 1.2 with OpenSSL', () => {
  const stopping = stopAfterTest();
  let rsa: Identity;
  let ecdsa: Identity;
  beforeAll(async () => {
    ecdsa = await goodIdentity('ecdsa-p256');
    const root = await createCA();
    const keyUsage = ['digitalSignature', 'keyEncipherment'] as const;
    rsa = identity(await root.issue({ key: 'rsa-2048', names: [HOST], keyUsage }), root);
  });
  const identityFor = (suite: string) => (suite.includes('ECDSA') ? ecdsa : rsa);
  const pskArgs = (suite: string) =>
    suite.includes('PSK') ? ['-psk', key.toString('hex'), '-psk_identity', 'alice'] : [];

  async function atServer(suite: string, args: readonly string[], options: ConnectOptions, length = 1 << 14) {
    const shown = identityFor(suite);
    const server = await opensslServer(shown, ['-tls1_2', '-rev', ...args]);
    stopping(server.child);
    const client = await ourClient(server.port, shown, options);
    const sent = textLines(length);
    client.socket.write(sent);
    expect(sha256(await client.inbox.atLeast(length))).toBe(sha256(Buffer.from(reversedLines(sent))));
    client.socket.end();
    expect(await client.inbox.closed()).toBeUndefined();
    await server.child.saying(/^CONNECTION CLOSED$/m);
    expectClosed(client);
    return client.info;
  }

  async function atClient(suite: string, args: readonly string[], options: TlsServerOptions, length = 1 << 14) {
    const shown = identityFor(suite);
    const server = stopping(new OurServer(shown, options));
    const port = await server.listen();
    const coming = server.accept();
    const client = stopping(opensslPipe(port, shown.files.root, ['-tls1_2', ...args]));
    const { socket, inbox } = await coming;
    const [up, down] = [payload(length), payload(length)];
    client.write(up);
    expect(sha256(await inbox.atLeast(length))).toBe(sha256(up));
    socket.end(down);
    expect(await client.exit()).toEqual({ code: 0, signal: null });
    expect(sha256(client.output)).toBe(sha256(down));
    expect(await inbox.closed()).toBeUndefined();
    expectClosed(server);
    return socket.info!;
  }

  describe.each(suites)('%s', (suite, name) => {
    const cipher = ['-cipher', `${name}:@SECLEVEL=0`];
    const hasKey = suite.includes('PSK');

    it('our client', async () => {
      // Without an RSA key to go by, s_server takes a group of 1024 bits.
      const options = { ...only(suite), ...(hasKey ? { psk: [psk] } : {}), tls12: { minDhBits: 1024 } };
      const info = await atServer(suite, [...cipher, ...pskArgs(suite)], options);
      const shows = !suite.includes('anon') && (!hasKey || suite.includes('RSA_PSK'));
      expect(info).toMatchObject({
        cipherSuite: { name: suite },
        verified: shows,
        tls12: { extendedMasterSecret: true },
      });
    });

    // s_client verifies, and refuses whom nobody vouches for.
    if (suite.includes('anon')) return;
    it('our server', async () => {
      const pskLookup = hasKey ? { pskLookup: () => ({ key }) } : {};
      const info = await atClient(suite, [...cipher, ...pskArgs(suite)], { ...only(suite), ...pskLookup });
      expect(info).toMatchObject({ cipherSuite: { name: suite }, tls12: { extendedMasterSecret: true } });
    });
  });

  const suite = 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256';
  const modern = { versions: [tls13, tls12], provider: node };

  it.each([
    ['native', node],
    ['portable', everything],
  ] as const)('1 MiB each way with the %s provider', async (_, provider) => {
    expect((await atServer(suite, [], { versions: [tls12], provider }, 1 << 20)).protocol).toBe('TLSv1.2');
    expect((await atClient(suite, [], { versions: [tls12], provider }, 1 << 20)).protocol).toBe('TLSv1.2');
  });

  it('is chosen where the peer has no better, both roles', async () => {
    expect((await atServer(suite, [], modern)).protocol).toBe('TLSv1.2');
    expect((await atClient(suite, [], modern)).protocol).toBe('TLSv1.2');
  });

  it.each([
    ['a ticket', []],
    ['a session ID', ['-no_ticket']],
  ] as const)('our client resumes by %s', async (_, args) => {
    const server = await opensslServer(ecdsa, ['-tls1_2', '-rev', ...args]);
    stopping(server.child);
    const sessions = new MemorySessionStore();
    for (const resumed of [false, true, true]) {
      const client = await ourClient(server.port, ecdsa, { ...modern, sessions });
      expect(client.info).toMatchObject({ protocol: 'TLSv1.2', resumed });
      client.socket.end('bye\n');
      await client.inbox.closed();
    }
  });

  it('our server resumes a ticket of its own', async () => {
    const server = stopping(new OurServer(ecdsa, modern));
    const port = await server.listen();
    const session = file('');
    for (const [args, resumed] of [
      [['-sess_out', session], false],
      [['-sess_in', session], true],
    ] as const) {
      const coming = server.accept();
      const client = stopping(opensslClient(port, ecdsa.files.root, ['-tls1_2', ...args]));
      const { socket, inbox } = await coming;
      expect(socket.info).toMatchObject({ protocol: 'TLSv1.2', resumed });
      client.write('hello\n');
      await inbox.including('hello\n');
      client.write('Q\n');
      await inbox.closed();
      socket.end();
    }
  });

  it('the peer renegotiates with our server, where it may', async () => {
    const server = stopping(new OurServer(ecdsa, { ...modern, tls12: { renegotiation: 'accept' } }));
    const port = await server.listen();
    const coming = server.accept();
    const client = stopping(opensslClient(port, ecdsa.files.root, ['-tls1_2']));
    const { socket, inbox } = await coming;
    const again = new Promise(resolve => socket.once('renegotiated', resolve));
    client.write('hello\n');
    await inbox.including('hello\n');
    client.write('R\n');
    expect(await again).toMatchObject({ protocol: 'TLSv1.2' });
    client.write('still here\n');
    await inbox.including('still here\n');
    socket.end();
  });

  it('our client renegotiates, and the server with it', async () => {
    const server = await opensslServer(ecdsa, ['-tls1_2', '-client_renegotiation']);
    stopping(server.child);
    const { socket, inbox } = await ourClient(server.port, ecdsa, { ...modern, tls12: { renegotiation: 'accept' } });
    const once = () => new Promise(resolve => socket.once('renegotiated', resolve));
    const ours = once();
    socket.renegotiate();
    expect(await ours).toMatchObject({ protocol: 'TLSv1.2', verified: true });
    const theirs = once();
    server.child.write('r\n');
    expect(await theirs).toMatchObject({ protocol: 'TLSv1.2', verified: true });
    server.child.write('still here\n');
    await inbox.including('still here\n');
    socket.end();
  });

  it("a client's certificate, both roles", async () => {
    const trust = { roots: [ecdsa.root] };
    const server = stopping(new OurServer(ecdsa, { ...modern, clientAuth: 'require', trust }));
    const port = await server.listen();
    const coming = server.accept();
    const shows = ['-cert', ecdsa.files.certificate, '-key', ecdsa.files.key, '-cert_chain', ecdsa.files.chain];
    stopping(opensslClient(port, ecdsa.files.root, ['-tls1_2', ...shows]));
    const { socket } = await coming;
    expect(socket.info).toMatchObject({ verified: true, clientSignatureScheme: { name: 'ecdsa_secp256r1_sha256' } });
    socket.destroy();

    const peer = await opensslServer(ecdsa, ['-tls1_2', '-rev', '-Verify', '1', '-CAfile', ecdsa.files.root]);
    stopping(peer.child);
    const client = await ourClient(peer.port, ecdsa, { ...modern, certificate: ecdsa.certificate, key: ecdsa.key });
    expect(client.info.clientSignatureScheme?.name).toBe('ecdsa_secp256r1_sha256');
    client.socket.write('abc\n');
    expect(String(await client.inbox.atLeast(4))).toBe('cba\n');
    client.socket.end();
  });

  it('what the peer has not is done without: encrypt_then_mac', async () => {
    const cbc = 'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA';
    const cipher = ['-cipher', 'ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0'];
    expect((await atServer(cbc, cipher, only(cbc))).tls12).toMatchObject({ encryptThenMac: true });
    expect((await atServer(cbc, [...cipher, '-no_etm'], only(cbc))).tls12).toMatchObject({ encryptThenMac: false });
    expect((await atClient(cbc, [...cipher, '-no_etm'], only(cbc))).tls12).toMatchObject({ encryptThenMac: false });
  });

  it('ALPN, both roles', async () => {
    expect((await atServer(suite, ['-alpn', 'h2,http/1.1'], { ...modern, alpn: ['http/1.1'] })).alpn).toBe('http/1.1');
    expect((await atClient(suite, ['-alpn', 'h2,http/1.1'], { ...modern, alpn: ['http/1.1'] })).alpn).toBe('http/1.1');
  });
});
