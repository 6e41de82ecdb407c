/** TLS 1.2 as options have it: on by name, its old suites by name too. */
import { once } from 'node:events';
import { MemorySessionStore } from '@tlskit/tls-session';
import { createCA } from '@tlskit/tls-testing';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type ConnectOptions,
  connect,
  createServer,
  type TlsServer,
  type TlsServerOptions,
  type TlsSocket,
  tls12,
  tls13,
} from '../src/node/index.ts';
import { clientTls12Of, serverTls12Of } from '../src/options/tls12.ts';

const ca = await createCA();
const rsa = await ca.issue({
  names: ['localhost'],
  key: 'rsa-2048',
  keyUsage: ['digitalSignature', 'keyEncipherment'],
});
const ecdsa = await ca.issue('localhost');
const own = { certificate: ecdsa.pem.certificate, key: ecdsa.pem.key };
const rsaOwn = { certificate: rsa.pem.certificate, key: rsa.pem.key };

const servers: TlsServer[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(options: Partial<TlsServerOptions>): Promise<{ port: number; sockets: TlsSocket[] }> {
  const sockets: TlsSocket[] = [];
  const server = createServer(
    { versions: [tls13, tls12], certificate: ecdsa.pem.certificate, key: ecdsa.pem.key, ...options },
    socket => {
      sockets.push(socket);
      socket.pipe(socket);
    },
  );
  servers.push(server.listen(0, '127.0.0.1'));
  await once(server, 'listening');
  return { port: (server.address() as { port: number }).port, sockets };
}

async function visit(port: number, options: Partial<ConnectOptions> = {}): Promise<TlsSocket> {
  const socket = connect({
    port,
    host: '127.0.0.1',
    servername: 'localhost',
    trust: { roots: [ca.pem] },
    versions: [tls12],
    ...options,
  });
  // It is told of by `opened` as well.
  socket.on('error', () => {});
  await socket.opened;
  return socket;
}

async function echo(socket: TlsSocket, text: string): Promise<void> {
  socket.write(text);
  const [chunk] = await once(socket, 'data');
  expect(String(chunk)).toBe(text);
}

describe('TLS 1.2', () => {
  it('is what both come to where one has no better', async () => {
    const { port } = await serve({});
    const socket = await visit(port);
    expect(socket.info).toMatchObject({
      protocol: 'TLSv1.2',
      cipherSuite: { name: 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256' },
      verified: true,
      tls12: { extendedMasterSecret: true, secureRenegotiation: true },
    });
    await echo(socket, 'hello');
    socket.destroy();
  });

  it('is not come to where both have better', async () => {
    const { port } = await serve({});
    const socket = await visit(port, { versions: [tls13, tls12] });
    expect(socket.info).toMatchObject({ protocol: 'TLSv1.3', tls12: undefined });
    socket.destroy();
  });

  it('is there unless others are named', async () => {
    const both = await serve({ versions: undefined });
    const old = await visit(both.port);
    expect(old.info).toMatchObject({ protocol: 'TLSv1.2' });
    old.destroy();
    const modern = await visit(both.port, { versions: undefined });
    expect(modern.info).toMatchObject({ protocol: 'TLSv1.3' });
    modern.destroy();
    const { port } = await serve({ versions: [tls13] });
    await expect(visit(port)).rejects.toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'protocol_version' });
    const alone = await serve({ versions: [tls12] });
    await expect(visit(alone.port, { versions: [tls13] })).rejects.toMatchObject({ alert: 'protocol_version' });
  });

  it('is left out where the suites that are named are of TLS 1.3 alone', async () => {
    const cipherSuites = ['TLS_AES_128_GCM_SHA256'];
    const { port } = await serve({ versions: undefined, cipherSuites });
    await expect(visit(port)).rejects.toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'protocol_version' });
    const message = 'versions has TLS 1.2, and these options leave it no cipher suite';
    expect(() => createServer({ ...own, versions: [tls13, tls12], cipherSuites })).toThrow(message);
    expect(() => connect({ port, versions: [tls12, tls13], cipherSuites })).toThrow(message);
    expect(() => connect({ port, versions: [tls13, tls13] })).toThrow('versions has one twice');
  });

  it('is left out by keys without certificates, unless legacy names suites for them', async () => {
    const psk = { identity: 'me', key: new Uint8Array(32).fill(1), hash: 'sha256' as const };
    const pskLookup = () => psk;
    const { port } = await serve({ versions: undefined, certificate: undefined, key: undefined, pskLookup });
    const modern = await visit(port, { versions: undefined, trust: undefined, psk: [psk] });
    expect(modern.info).toMatchObject({ protocol: 'TLSv1.3' });
    modern.destroy();
    expect(() => connect({ port, psk: [psk], versions: [tls12] })).toThrow('leave it no cipher suite');
    const legacy = ['TLS_ECDHE_PSK_WITH_AES_128_GCM_SHA256'];
    const both = await serve({ versions: undefined, certificate: undefined, key: undefined, pskLookup, legacy });
    const old = await visit(both.port, { trust: undefined, psk: [psk], legacy });
    expect(old.info).toMatchObject({ protocol: 'TLSv1.2', cipherSuite: { name: legacy[0] } });
    old.destroy();
  });

  it('takes schemes that sign in TLS 1.2 alone, where it is on', async () => {
    const signatureSchemes = ['rsa_pkcs1_sha256'];
    const { port } = await serve({ ...rsaOwn, versions: undefined });
    const old = await visit(port, { signatureSchemes: [...signatureSchemes, 'ecdsa_secp256r1_sha256'] });
    expect(old.info?.signatureScheme?.name).toBe('rsa_pkcs1_sha256');
    old.destroy();
    const only = 'none of them may sign a handshake of TLS 1.3';
    expect(() => connect({ port, versions: [tls13], signatureSchemes })).toThrow(only);
  });

  it.each([
    ['TLS_RSA_WITH_AES_128_GCM_SHA256'],
    ['TLS_DHE_RSA_WITH_AES_256_CBC_SHA256'],
    ['TLS_RSA_WITH_3DES_EDE_CBC_SHA'],
  ])('has %s where legacy names it on both sides', async name => {
    const { port } = await serve({
      legacy: [name],
      certificate: rsa.pem.certificate,
      key: rsa.pem.key,
      cipherSuites: ['TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256'],
      versions: undefined,
    });
    const modern = await visit(port, { legacy: [name] });
    expect(modern.info?.cipherSuite.name).toBe('TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256');
    modern.destroy();
    const old = await visit(port, { legacy: [name], cipherSuites: ['TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256'] });
    expect(old.info?.cipherSuite.name).toBe(name);
    await echo(old, 'hello');
    old.destroy();
  });

  it('has no anonymous suites unless legacy names them [5246:A.5:2]', async () => {
    const anonymous = ['TLS_ECDH_anon_WITH_AES_128_CBC_SHA', 'TLS_DH_anon_WITH_AES_128_GCM_SHA256'];
    for (const name of anonymous) {
      const { port } = await serve({ legacy: [name] });
      const known = await visit(port);
      expect(known.info?.cipherSuite.name).toBe('TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256');
      known.destroy();
      await expect(visit(port, { cipherSuites: [name] })).rejects.toMatchObject({ code: 'ERR_TLS_INVALID_OPTION' });
    }
  });

  it('answers a close_notify by its own, behind what was written [5246:7.2.1:1]', async () => {
    const { port, sockets } = await serve({});
    const socket = await visit(port);
    await echo(socket, 'hello');
    const [served] = sockets as [TlsSocket];
    served.unpipe().resume();
    served.write('last words');
    socket.end();
    const chunks: Buffer[] = [];
    socket.on('data', chunk => chunks.push(chunk));
    // An end without a close_notify would be an error, and no end.
    await Promise.all([once(socket, 'end'), once(served, 'close')]);
    expect(String(Buffer.concat(chunks))).toBe('last words');
    expect(served.errored).toBeNull();
  });

  it('resumes by ticket, as often as the server gives one', async () => {
    const { port } = await serve({});
    const sessions = new MemorySessionStore();
    for (const resumed of [false, true, true]) {
      const socket = await visit(port, { sessions });
      expect(socket.info?.resumed).toBe(resumed);
      socket.destroy();
    }
  });

  it('renegotiates where that is named, and tells of it', async () => {
    const tls = { tls12: { renegotiation: 'accept' } } as const;
    const { port } = await serve(tls);
    const socket = await visit(port, tls);
    const before = socket.channelBinding('tls-unique');
    socket.renegotiate();
    const [info] = await once(socket, 'renegotiated');
    expect(info).toMatchObject({ protocol: 'TLSv1.2', verified: true });
    expect(socket.channelBinding('tls-unique')).not.toEqual(before);
    await echo(socket, 'still here');
    socket.destroy();
  });

  it('ends a connection whose peer asks for another handshake, where that is named', async () => {
    const { port } = await serve({ tls12: { renegotiation: 'abort' } });
    const socket = await visit(port);
    await echo(socket, 'hello');
    socket.renegotiate();
    const [error] = await once(socket, 'error');
    expect(error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'no_renegotiation_RESERVED' });
  });

  it('renegotiates as often as it may, and not once more', async () => {
    const { port } = await serve({ tls12: { renegotiation: 'accept', maxRenegotiations: 1 } });
    const socket = await visit(port);
    socket.renegotiate();
    await once(socket, 'renegotiated');
    socket.renegotiate();
    const [error] = await once(socket, 'error');
    expect(error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'unexpected_message' });
  });

  it('starts falsely by ALPN, or without where that is named, and tells an inspector', async () => {
    const { port } = await serve({ alpn: ['h2'] });
    const told: string[] = [];
    for (const [falseStart, alpn] of [
      [true, ['h2']],
      [true, undefined],
      ['without-alpn', undefined],
    ] as const) {
      const event = ({ type }: { readonly type: string }) => {
        if (type === 'false-start') told.push(`${falseStart} ${alpn}`);
      };
      const socket = await visit(port, { tls12: { falseStart }, inspect: { event }, alpn });
      await echo(socket, 'hello');
      socket.destroy();
    }
    expect(told).toEqual(['true h2', 'without-alpn undefined']);
  });

  it('has the same bindings at both ends', async () => {
    const { port, sockets } = await serve({});
    const socket = await visit(port);
    await echo(socket, 'hello');
    for (const type of ['tls-unique', 'tls-exporter', 'tls-server-end-point'] as const) {
      expect(socket.channelBinding(type)).toEqual(sockets[0]?.channelBinding(type));
    }
    socket.destroy();
  });
});

describe('by name alone', () => {
  it('has DHE_DSS, with schemes of DSA', async () => {
    const dsa = await ca.issue({ names: ['localhost'], key: 'dsa-2048' });
    const old = {
      versions: [tls12],
      legacy: ['TLS_DHE_DSS_WITH_AES_128_GCM_SHA256'],
      signatureSchemes: ['ecdsa_secp256r1_sha256', 'dsa_sha256_RESERVED'],
    };
    const { certificate, key } = dsa.pem;
    const { port } = await serve({ ...old, certificate, key });
    const socket = await visit(port, old);
    expect(socket.info).toMatchObject({
      cipherSuite: { name: 'TLS_DHE_DSS_WITH_AES_128_GCM_SHA256' },
      signatureScheme: { name: 'dsa_sha256_RESERVED' },
      verified: true,
    });
    await echo(socket, 'hello');
    socket.destroy();
  });

  it.each([
    [[tls12], [tls12]],
    [[tls13, tls12], [tls12]],
    [[tls12], [tls13, tls12]],
  ])('has secp224r1: versions %#', async (ours, theirs) => {
    const groups = ['secp224r1', 'secp256r1'];
    const { port } = await serve({ versions: theirs, groups });
    const socket = await visit(port, { versions: ours, groups });
    expect(socket.info?.group?.name).toBe('secp224r1');
    await echo(socket, 'hello');
    socket.destroy();
  });

  it('has no secp224r1 in TLS 1.3, whatever is preferred', async () => {
    const groups = ['secp224r1', 'secp256r1'];
    const { port } = await serve({ groups });
    const socket = await visit(port, { versions: [tls13, tls12], groups });
    expect(socket.info).toMatchObject({ protocol: 'TLSv1.3', group: { name: 'secp256r1' }, helloRetry: false });
    socket.destroy();
  });

  it('signs by PKCS #1 where that is all that the client has', async () => {
    const { port } = await serve({ versions: [tls12], certificate: rsa.pem.certificate, key: rsa.pem.key });
    const socket = await visit(port, { signatureSchemes: ['rsa_pkcs1_sha256'] });
    expect(socket.info?.signatureScheme?.name).toBe('rsa_pkcs1_sha256');
    socket.destroy();
  });
});

describe('options', () => {
  const made = (options: object) => () =>
    connect({
      port: 1,
      servername: 'localhost',
      trust: { roots: [ca.pem] },
      versions: [tls13, tls12],
      ...options,
    } as ConnectOptions);

  it.each([
    [{ cipherSuites: ['TLS_RSA_WITH_AES_128_GCM_SHA256'] }, /is on only where legacy names it/],
    [{ cipherSuites: ['TLS_ECDH_anon_WITH_AES_128_CBC_SHA'] }, /is on only where legacy names it/],
    [{ signatureSchemes: ['anonymous'] }, /IANA knows no/],
    [{ legacy: ['TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256'] }, /is for cipherSuites/],
    [{ legacy: ['TLS_RSA_WITH_RC4_128_SHA'] }, /belongs to none of the versions/],
    [{ legacy: ['TLS_NULL_WITH_NULL_NULL'] }, /belongs to none of the versions/],
    [{ versions: [tls13], cipherSuites: ['TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256'] }, /IANA knows no/],
    [{ groups: ['x25519', 'secp224r1'], keyShares: ['secp224r1'] }, /which TLS 1.3 has not/],
    [{ signatureSchemes: ['dsa_sha1_RESERVED', 'ed25519'] }, /SHA-1 before others/],
    [{ tls12: { falsestart: true } }, /did you mean 'falseStart'/],
    [{ tls12: { minDhBits: 512 } }, /minDhBits/],
    [{ tls12: { renegotiation: 'yes' } }, /renegotiation/],
    [{ tls12: { maxRenegotiations: 0 } }, /maxRenegotiations/],
    [{ tls12: { requireEms: 1 } }, /requireEms/],
    [{ tls12: { requireEms: true, requireExtendedMasterSecret: true } }, /one of them will do/],
    [{ tls12: { falseStart: 'always' } }, /falseStart/],
  ])('%o is refused', (options, message) => {
    expect(made(options)).toThrow(message);
  });

  it('requireEms is requireExtendedMasterSecret, for either side', () => {
    for (const read of [clientTls12Of, serverTls12Of]) {
      expect(
        [{ requireEms: true }, { requireExtendedMasterSecret: true }, { requireEms: false }, {}].map(read),
      ).toMatchObject([true, true, false, false].map(requireExtendedMasterSecret => ({ requireExtendedMasterSecret })));
    }
  });

  it.each([{ signatureSchemes: ['ed25519', 'dsa_sha256_RESERVED'] }, { groups: ['x25519', 'secp224r1'] }])(
    '%o is refused where there is TLS 1.3 alone',
    options => {
      expect(made({ versions: [tls13], ...options })).toThrow(/is beyond the crypto provider/);
    },
  );
});
