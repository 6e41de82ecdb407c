/**
 * TLS 1.2 with OpenSSL: every cipher suite that both have, either end ours, and what goes around the handshake: resumption,
 * renegotiation, clients' certificates, extensions.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createCA, type KeyKind } from '@tlskit/tls-testing';
import { MemorySessionCache, MemorySessionStore } from 'tlskit';
import { type ConnectOptions, type TlsServerOptions, type TlsSocket, tls12, tls13 } from 'tlskit/node';
import { beforeAll, describe, expect, it } from 'vitest';
import { goodIdentity, HOST, type Identity, identity } from '../src/certificates.ts';
import { file } from '../src/files.ts';
import { goodOcspResponse } from '../src/ocsp.ts';
import { opensslClient, opensslPipe, opensslServer } from '../src/openssl.ts';
import { OurServer, ourClient, type Watch } from '../src/ours.ts';
import { payload, reversedLines, sha256, textLines } from '../src/payload.ts';
import { findPeer } from '../src/programs.ts';
import { everything, expectClosed, forPeer, node, stopAfterTest } from './support.ts';
import { identity12, kindsFor, only, suite12 } from './tls12-support.ts';

/** OpenSSL's list: IANA's name and its own. */
function listSuites(): (readonly [string, string])[] {
  if (!findPeer('openssl').here) return [];
  const list = ['ciphers', '-s', '-tls1_2', '-psk', '-stdname', 'ALL:COMPLEMENTOFALL@SECLEVEL=0'];
  const program = 'openssl';
  return execFileSync(program, list, { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map(line => line.split(/\s+/))
    .map(([iana = '', , openssl = '']) => [iana, openssl] as const);
}

const listed = listSuites();
/** Each suite that is ours too, with each kind of key that a server may show with it. */
const cases = listed.flatMap(([iana, openssl]) => {
  const info = suite12(iana);
  return info === undefined ? [] : kindsFor(info).map(kind => [iana, kind, openssl, info] as const);
});
const everyKind = [...new Set(cases.map(([, kind]) => kind))];
const key = Buffer.alloc(32, 7);
const psk = { identity: 'alice', key };

forPeer('openssl', 'TLS 1.2 with OpenSSL', () => {
  const stopping = stopAfterTest();
  const identities = new Map<KeyKind, Identity>();
  let ecdsa: Identity;
  beforeAll(async () => {
    for (const kind of everyKind) identities.set(kind, await identity12(kind));
    ecdsa = await goodIdentity('ecdsa-p256');
  });
  const identityOf = (kind: KeyKind) => identities.get(kind) as Identity;
  const pskArgs = (suite: string) =>
    suite.includes('PSK') ? ['-psk', key.toString('hex'), '-psk_identity', 'alice'] : [];

  async function atServer(shown: Identity, args: readonly string[], options: ConnectOptions, length = 1 << 14) {
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

  async function atClient(shown: Identity, args: readonly string[], options: TlsServerOptions, length = 1 << 14) {
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

  describe.each(cases)('%s, %s', (suite, kind, name, { authentication, keyExchange }) => {
    const cipher = ['-cipher', `${name}:@SECLEVEL=0`];
    const hasKey = authentication === 'PSK';

    it('our client', async () => {
      // Without an RSA key to go by, s_server takes a group of 1024 bits.
      const options = { ...only(suite), ...(hasKey ? { psk: [psk] } : {}), tls12: { minDhBits: 1024 } };
      const info = await atServer(identityOf(kind), [...cipher, ...pskArgs(suite)], options, 1 << 12);
      const shows = authentication !== 'anon' && (!hasKey || keyExchange === 'RSA');
      expect(info).toMatchObject({
        cipherSuite: { name: suite },
        verified: shows,
        tls12: { extendedMasterSecret: true },
      });
    });

    it('our server', async () => {
      const pskLookup = hasKey ? { pskLookup: () => ({ key }) } : {};
      const options = { ...only(suite), ...pskLookup };
      const info = await atClient(identityOf(kind), [...cipher, ...pskArgs(suite)], options, 1 << 12);
      expect(info).toMatchObject({ cipherSuite: { name: suite }, tls12: { extendedMasterSecret: true } });
    });
  });

  it('what else OpenSSL has is of TLS 1.3, or has ciphers or MACs that are none of ours, or SRP', () => {
    const others = listed.map(([iana]) => iana).filter(name => suite12(name) === undefined);
    const known = /^TLS_(AES|CHACHA20)_|_(ARIA|CAMELLIA|SEED|IDEA|RC4)_|_MD5$|^TLS_SRP_|^TLS_GOST/;
    expect(others.filter(name => !known.test(name))).toEqual([]);
  });

  const modern = { versions: [tls13, tls12], provider: node };

  it.each([
    ['native', node],
    ['portable', everything],
  ] as const)('1 MiB each way with the %s provider', async (_, provider) => {
    expect((await atServer(ecdsa, [], { versions: [tls12], provider }, 1 << 20)).protocol).toBe('TLSv1.2');
    expect((await atClient(ecdsa, [], { versions: [tls12], provider }, 1 << 20)).protocol).toBe('TLSv1.2');
  });

  it('is chosen where the peer has no better, both roles', async () => {
    expect((await atServer(ecdsa, [], modern)).protocol).toBe('TLSv1.2');
    expect((await atClient(ecdsa, [], modern)).protocol).toBe('TLSv1.2');
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

  const curves = [
    ['x25519', 'X25519'],
    ['x448', 'X448'],
    ['secp256r1', 'P-256'],
    ['secp384r1', 'P-384'],
    ['secp521r1', 'P-521'],
    ['secp224r1', 'P-224'],
  ] as const;

  it.each(curves)('%s, both roles', async (group, name) => {
    // The curve of the certificate's key is on the list too (RFC 8422 §5.1).
    const ours = { ...modern, groups: [...new Set([group, 'secp256r1'])] };
    const args = ['-groups', [...new Set([name, 'P-256'])].join(':'), '-cipher', 'ECDHE:@SECLEVEL=0'];
    expect((await atServer(ecdsa, args, ours)).group?.name).toBe(group);
    expect((await atClient(ecdsa, args, ours)).group?.name).toBe(group);
  });

  /** A scheme, the kind of key that signs by it, and OpenSSL's name. */
  const schemes = [
    ['ecdsa_secp256r1_sha256', 'ecdsa-p384', 'ECDSA+SHA256'],
    ['ecdsa_secp384r1_sha384', 'ecdsa-p256', 'ECDSA+SHA384'],
    ['ecdsa_secp521r1_sha512', 'ecdsa-p256', 'ECDSA+SHA512'],
    ['ecdsa_sha1', 'ecdsa-p256', 'ECDSA+SHA1'],
    ['ed25519', 'ed25519', 'ed25519'],
    ['ed448', 'ed448', 'ed448'],
    ['rsa_pss_rsae_sha256', 'rsa-2048', 'rsa_pss_rsae_sha256'],
    ['rsa_pss_rsae_sha384', 'rsa-2048', 'rsa_pss_rsae_sha384'],
    ['rsa_pss_rsae_sha512', 'rsa-2048', 'rsa_pss_rsae_sha512'],
    ['rsa_pss_pss_sha256', 'rsa-pss', 'rsa_pss_pss_sha256'],
    ['rsa_pss_pss_sha384', 'rsa-pss', 'rsa_pss_pss_sha384'],
    ['rsa_pss_pss_sha512', 'rsa-pss', 'rsa_pss_pss_sha512'],
    ['rsa_pkcs1_sha256', 'rsa-2048', 'RSA+SHA256'],
    ['rsa_pkcs1_sha384', 'rsa-2048', 'RSA+SHA384'],
    ['rsa_pkcs1_sha512', 'rsa-2048', 'RSA+SHA512'],
    ['rsa_pkcs1_sha1', 'rsa-2048', 'RSA+SHA1'],
    ['dsa_sha256_RESERVED', 'dsa-2048', 'DSA+SHA256'],
    ['dsa_sha1_RESERVED', 'dsa-2048', 'DSA+SHA1'],
  ] as const;

  describe.each(schemes)('%s by a key of %s', (scheme, kind, name) => {
    // The chain is signed by ECDSA with SHA-256; SHA-1 comes last, and is taken where the peer has nothing better for the key.
    const sha1 = scheme.endsWith('sha1') || scheme.endsWith('sha1_RESERVED');
    const names = [scheme, 'ecdsa_secp256r1_sha256'];
    const dsa = kind === 'dsa-2048' ? only('TLS_DHE_DSS_WITH_AES_128_GCM_SHA256') : {};
    const ours = { ...modern, ...dsa, signatureSchemes: [...new Set(sha1 ? names.reverse() : names)] };
    const theirs = scheme === 'ecdsa_sha1' ? [name] : [...new Set([name, 'ECDSA+SHA256'])];
    const args = ['-sigalgs', theirs.join(':'), '-cipher', 'ALL:@SECLEVEL=0'];

    it('our client, a server that signs', async () => {
      const info = await atServer(identityOf(kind), args, ours, 1 << 12);
      expect(info).toMatchObject({ signatureScheme: { name: scheme }, verified: true });
    });

    it('our server signs', async () => {
      const info = await atClient(identityOf(kind), args, ours, 1 << 12);
      expect(info.signatureScheme?.name).toBe(scheme);
    });
  });

  it.each(['ecdsa-p256', 'ed25519', 'rsa-2048', 'rsa-pss', 'dsa-2048'] as const)(
    "a client's certificate with a key of %s, both roles",
    async kind => {
      const own = identityOf(kind);
      const schemesOf =
        kind === 'dsa-2048' ? { signatureSchemes: ['ecdsa_secp256r1_sha256', 'dsa_sha256_RESERVED'] } : {};
      const clientAuth = { clientAuth: 'require', trust: { roots: [own.root] } } as const;
      const shows = ['-cert', own.files.certificate, '-key', own.files.key, '-cipher', 'ALL:@SECLEVEL=0'];
      const info = await atClient(ecdsa, shows, { ...modern, ...schemesOf, ...clientAuth }, 1 << 12);
      expect(info).toMatchObject({ verified: true, peerCertificates: own.issued.chain });

      const args = ['-Verify', '1', '-verify_return_error', '-CAfile', own.files.root, '-cipher', 'ALL:@SECLEVEL=0'];
      const { certificate, key } = own;
      const ours = await atServer(ecdsa, args, { ...modern, ...schemesOf, certificate, key }, 1 << 12);
      expect(ours.clientSignatureScheme).toBeDefined();
      expect(ours.clientSignatureScheme?.name).toBe(info.clientSignatureScheme?.name);
    },
  );

  describe('session IDs at our server, for clients without tickets', () => {
    const visit = async (server: OurServer, port: number, args: readonly string[]) => {
      const coming = server.accept();
      const client = stopping(opensslClient(port, ecdsa.files.root, ['-tls1_2', '-no_ticket', ...args]));
      const { socket, inbox } = await coming;
      client.write('hello\n');
      await inbox.including('hello\n');
      socket.end('bye\n');
      await client.exit();
      return { info: socket.info, text: client.text };
    };

    it('that are kept: they resume', async () => {
      const sessions = new MemorySessionCache();
      const server = stopping(new OurServer(ecdsa, { ...modern, tls12: { sessions } }));
      const port = await server.listen();
      const session = file('');
      const first = await visit(server, port, ['-sess_out', session]);
      expect([first.info?.resumed, /^New, TLSv1\.2/m.test(first.text)]).toEqual([false, true]);
      for (const resumed of [true, true]) {
        const again = await visit(server, port, ['-sess_in', session]);
        expect([again.info?.resumed, /^Reused, TLSv1\.2/m.test(again.text)]).toEqual([resumed, true]);
      }
      expect(server.watch.messages).not.toContain('> new_session_ticket');
    });

    it('that are not kept, or not known: a full handshake', async () => {
      const session = file('');
      for (const tls12 of [
        { sessions: false } as const,
        { sessions: new MemorySessionCache() },
        { sessions: new MemorySessionCache() },
      ]) {
        const server = stopping(new OurServer(ecdsa, { ...modern, tls12 }));
        const port = await server.listen();
        const known = readFileSync(session).length > 0 ? ['-sess_in', session] : [];
        const { info, text } = await visit(server, port, [...known, '-sess_out', session]);
        expect([info?.resumed, /^New, TLSv1\.2/m.test(text)]).toEqual([false, true]);
      }
    });
  });

  it('renegotiation is refused where it may not be: the connection goes on', async () => {
    const server = stopping(new OurServer(ecdsa, modern));
    const port = await server.listen();
    const coming = server.accept();
    const client = stopping(opensslClient(port, ecdsa.files.root, ['-tls1_2']));
    const { inbox } = await coming;
    client.write('hello\n');
    await inbox.including('hello\n');
    client.write('R\n');
    // s_client takes the warning for an error.
    await client.saying(/no renegotiation/);
    expect(server.watch.alerts('out')).toContain('no_renegotiation_RESERVED');

    const peer = await opensslServer(ecdsa, ['-tls1_2', '-no_renegotiation', '-rev']);
    stopping(peer.child);
    const ours = await ourClient(peer.port, ecdsa, modern);
    const refused = new Promise(resolve => ours.socket.once('renegotiated', resolve));
    ours.socket.renegotiate();
    expect(await refused).toBeUndefined();
    ours.socket.write('abc\n');
    expect(String(await ours.inbox.atLeast(4))).toBe('cba\n');
    ours.socket.end();
  });

  it('a CertificateStatus, both roles', async () => {
    const root = await createCA();
    const issued = await root.issue({ names: [HOST] });
    const who = identity(issued, root);
    const response = goodOcspResponse(root, issued);
    const stapled = ['-status', '-status_file', file(response)];
    const info = await atServer(who, stapled, { ...modern, ocsp: true });
    expect(info).toMatchObject({ ocspResponse: Uint8Array.from(response), verified: true });
    expect((await atServer(who, stapled, { ...modern, ocsp: false })).ocspResponse).toBeUndefined();
    // Asked for, and not there.
    expect((await atServer(who, [], { ...modern, ocsp: true })).ocspResponse).toBeUndefined();

    const { certificate, key } = who;
    const credentials = [{ certificate, key, ocspResponse: async () => response }];
    const server = stopping(new OurServer(who, { ...modern, credentials }));
    const port = await server.listen();
    server.serve(socket => socket.end());
    const asking = stopping(opensslClient(port, who.files.root, ['-tls1_2', '-status']));
    await asking.saying(/Cert Status: good/);
    await asking.exit();
    expect(server.watch.messages).toContain('> certificate_status');
    const silent = stopping(opensslClient(port, who.files.root, ['-tls1_2']));
    await silent.exit();
    expect(server.watch.messages.filter(message => message === '> certificate_status')).toHaveLength(1);
  });

  it.each([512, 1024, 2048, 4096] as const)('max_fragment_length of %d, both roles', async maxFragmentLength => {
    const longest = (watch: Watch, direction: 'in' | 'out') =>
      Math.max(...watch.contents(direction, 'application_data').map(({ content }) => content.length));
    const peer = await opensslServer(ecdsa, ['-tls1_2', '-rev']);
    stopping(peer.child);
    const client = await ourClient(peer.port, ecdsa, { ...modern, maxFragmentLength });
    expect(client.info).toMatchObject({ protocol: 'TLSv1.2', maxFragmentLength });
    const sent = textLines(1 << 16);
    client.socket.write(sent);
    expect(sha256(await client.inbox.atLeast(sent.length))).toBe(sha256(Buffer.from(reversedLines(sent))));
    expect(longest(client.watch, 'out')).toBe(maxFragmentLength);
    expect(longest(client.watch, 'in')).toBeLessThanOrEqual(maxFragmentLength);
    client.socket.destroy();

    const server = stopping(new OurServer(ecdsa, modern));
    const port = await server.listen();
    const coming = server.accept();
    const args = ['-tls1_2', '-maxfraglen', String(maxFragmentLength)];
    const theirs = stopping(opensslPipe(port, ecdsa.files.root, args));
    const { socket } = await coming;
    expect(socket.info?.maxFragmentLength).toBe(maxFragmentLength);
    const down = payload(1 << 16);
    socket.end(down);
    expect(await theirs.exit()).toEqual({ code: 0, signal: null });
    expect(sha256(theirs.output)).toBe(sha256(down));
    expect(longest(server.watch, 'out')).toBe(maxFragmentLength);
  });

  it('the same keying material, both roles', async () => {
    const args = ['-tls1_2', '-keymatexport', 'EXPORTER-tlskit', '-keymatexportlen', '40'];
    const material = (socket: TlsSocket) => {
      const exported = socket.exportKeyingMaterial('EXPORTER-tlskit', undefined, 40);
      return new RegExp(`Keying material: ${exported.toString('hex')}`, 'i');
    };
    const peer = await opensslServer(ecdsa, args);
    stopping(peer.child);
    const client = await ourClient(peer.port, ecdsa, modern);
    await peer.child.saying(material(client.socket));
    client.socket.destroy();

    const server = stopping(new OurServer(ecdsa, modern));
    const port = await server.listen();
    const coming = server.accept();
    const theirs = stopping(opensslClient(port, ecdsa.files.root, args));
    const { socket } = await coming;
    await theirs.saying(material(socket));
    socket.end();
  });

  it('what the peer has not is done without: encrypt_then_mac', async () => {
    const cbc = 'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA';
    const cipher = ['-cipher', 'ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0'];
    expect((await atServer(ecdsa, cipher, only(cbc))).tls12).toMatchObject({ encryptThenMac: true });
    expect((await atServer(ecdsa, [...cipher, '-no_etm'], only(cbc))).tls12).toMatchObject({ encryptThenMac: false });
    expect((await atClient(ecdsa, [...cipher, '-no_etm'], only(cbc))).tls12).toMatchObject({ encryptThenMac: false });
  });

  it('ALPN, both roles', async () => {
    expect((await atServer(ecdsa, ['-alpn', 'h2,http/1.1'], { ...modern, alpn: ['http/1.1'] })).alpn).toBe('http/1.1');
    expect((await atClient(ecdsa, ['-alpn', 'h2,http/1.1'], { ...modern, alpn: ['http/1.1'] })).alpn).toBe('http/1.1');
  });
});
