/** Clients' certificates with OpenSSL (RFC 9846 §4.4.2, §4.7.2), either end ours: in the handshake and after it. */
import { createCA, type Issued, type KeyKind } from '@tlskit/tls-testing';
import { MemorySessionStore } from 'tlskit';
import { beforeAll, expect, it } from 'vitest';
import { goodIdentity, type Identity } from '../src/certificates.ts';
import { file } from '../src/files.ts';
import { schemes } from '../src/matrix.ts';
import { alertsSeen, opensslClient, opensslServer } from '../src/openssl.ts';
import { OurServer, ourClient, refusedByUs } from '../src/ours.ts';
import { forPeer, stopAfterTest } from './support.ts';

const kinds = ['ecdsa-p256', 'ecdsa-p384', 'ed25519', 'rsa-2048', 'rsa-pss'] as const satisfies readonly KeyKind[];

const schemeOf: Record<(typeof kinds)[number], string> = { ...schemes, 'rsa-pss': 'rsa_pss_pss_sha256' };

let identity: Identity;
let root: { readonly pem: string; readonly file: string };
const alice = {} as Record<(typeof kinds)[number], Issued & { readonly files: { certificate: string; key: string } }>;
let stranger: Issued & { readonly files: { certificate: string; key: string } };

const inFiles = (issued: Issued) => ({
  ...issued,
  files: { certificate: file(issued.pem.certificate), key: file(issued.pem.key) },
});

beforeAll(async () => {
  identity = await goodIdentity('ecdsa-p256');
  const clients = await createCA({ subject: 'clients' });
  root = { pem: clients.pem, file: file(clients.pem) };
  for (const key of kinds) alice[key] = inFiles(await clients.issue({ names: ['alice'], key }));
  stranger = inFiles(await (await createCA()).issue({ names: ['mallory'] }));
});

forPeer('openssl', 'our client at openssl s_server', () => {
  const stopping = stopAfterTest();

  async function server(...args: string[]) {
    const { port, child } = await opensslServer(identity, ['-CAfile', root.file, ...args]);
    stopping(child);
    return { port, child };
  }

  it.each(kinds)('shows its certificate: %s', async kind => {
    const { port, child } = await server('-Verify', '1', '-verify_return_error', '-rev');
    const { certificate, key } = alice[kind].pem;
    const { socket, inbox, info, watch } = await ourClient(port, identity, { certificate, key });
    expect(info.clientSignatureScheme?.name).toBe(schemeOf[kind]);
    expect(watch.messages).toEqual(
      expect.arrayContaining(['< certificate_request', '> certificate', '> certificate_verify']),
    );
    socket.write('hello\n');
    expect(String(await inbox.atLeast(6))).toBe('olleh\n');
    await child.saying(/CN ?= ?alice/);
    socket.end();
    await inbox.closed();
  });

  it('shows the one of several that an authority of the server issued', async () => {
    const { port, child } = await server('-Verify', '1', '-verify_return_error', '-rev');
    const credentials = [stranger.pem, alice['rsa-2048'].pem].map(({ certificate, key }) => ({ certificate, key }));
    const { socket, inbox } = await ourClient(port, identity, { credentials });
    await child.saying(/CN ?= ?alice/);
    socket.end();
    await inbox.closed();
  });

  it('may be without one, unless that is required', async () => {
    const asking = await server('-verify', '1', '-rev');
    const { socket, inbox, watch } = await ourClient(asking.port, identity);
    expect(watch.messages).toEqual(expect.arrayContaining(['< certificate_request', '> certificate', '> finished']));
    socket.write('hello\n');
    expect(String(await inbox.atLeast(6))).toBe('olleh\n');
    socket.end();
    await inbox.closed();
    const requiring = await server('-Verify', '1', '-rev');
    const refused = await ourClient(requiring.port, identity);
    expect(await refused.inbox.closed()).toMatchObject({ sentBy: 'peer', alert: 'certificate_required' });
  });

  it('is refused with the certificate of a stranger', async () => {
    const { port } = await server('-Verify', '1', '-verify_return_error', '-rev');
    const { pem } = stranger;
    const { inbox } = await ourClient(port, identity, {
      selectCredential: () => ({ chain: stranger.chain, key: stranger.signingKey }),
    });
    expect(pem.key).toBeDefined();
    expect(await inbox.closed()).toMatchObject({ sentBy: 'peer', alert: 'unknown_ca' });
  });

  it('resumes with its identity', async () => {
    const { port, child } = await server('-Verify', '1', '-verify_return_error', '-rev');
    const sessions = new MemorySessionStore();
    const { certificate, key } = alice['ecdsa-p256'].pem;
    for (const resumed of [false, true]) {
      const { socket, inbox, info } = await ourClient(port, identity, { certificate, key, sessions });
      expect(info.resumed).toBe(resumed);
      socket.write('hello\n');
      expect(String(await inbox.atLeast(6))).toBe('olleh\n');
      socket.end();
      await inbox.closed();
    }
    await child.saying(/CN ?= ?alice/);
  });

  it('answers a request after the handshake, and another', async () => {
    const { port, child } = await server('-verify_quiet', '-verify_return_error');
    const { certificate, key } = alice['ecdsa-p256'].pem;
    const { socket, inbox, watch } = await ourClient(port, identity, { certificate, key, postHandshakeAuth: true });
    await child.saying(/^CIPHER/m);
    expect(watch.messages).not.toContain('< certificate_request');
    for (const times of [1, 2]) {
      // `c` asks for a certificate.
      child.write('c\n');
      await watch.until(() => watch.messages.filter(each => each === '> certificate_verify').length === times);
      socket.write(`after ${times}\n`);
      await child.saying(new RegExp(`^after ${times}$`, 'm'));
    }
    child.write('hello\n');
    expect(String(await inbox.atLeast(6))).toBe('hello\n');
    socket.end();
    await inbox.closed();
  });

  it('is not asked later if it did not say that it may be', async () => {
    const { port, child } = await server();
    const { socket, inbox, watch } = await ourClient(port, identity);
    child.write('c\n');
    await child.saying(/extension not received/);
    expect(watch.messages).not.toContain('< certificate_request');
    socket.end();
    await inbox.closed();
  });

  it('refuses a server that it does not trust before it shows itself', async () => {
    const { port } = await server('-Verify', '1', '-rev');
    const other = await goodIdentity('ecdsa-p256');
    const error = await refusedByUs(port, other, alice['ecdsa-p256'].pem);
    expect(error.alert).toBe('unknown_ca');
  });
});

forPeer('openssl', 'openssl s_client at our server', () => {
  const stopping = stopAfterTest();

  async function serving(options: ConstructorParameters<typeof OurServer>[1], ...args: string[]) {
    const server = stopping(new OurServer(identity, options));
    const coming = server.accept();
    const client = stopping(opensslClient(await server.listen(), identity.files.root, args));
    return { coming, client };
  }

  const shows = ({ files }: { readonly files: { certificate: string; key: string } }) => [
    ...['-cert', files.certificate, '-key', files.key],
  ];

  it.each(kinds)('shows its certificate: %s', async kind => {
    const trust = { roots: [root.pem] };
    const { coming, client } = await serving({ clientAuth: 'require', trust }, ...shows(alice[kind]));
    const { socket, inbox } = await coming;
    const info = await socket.opened;
    expect(info).toMatchObject({ verified: true, peerCertificate: { subject: 'CN=alice' } });
    expect(info.clientSignatureScheme?.name).toBe(schemeOf[kind]);
    client.write('hello\n');
    expect(String(await inbox.atLeast(6))).toBe('hello\n');
    await client.saying(/Acceptable client certificate CA names\nCN ?= ?clients/);
    socket.end();
  });

  it.each([
    ['is refused without one', () => [], 116],
    ['is refused with that of a stranger', () => shows(stranger), 48],
  ] as const)('%s', async (_, args, alert) => {
    const trust = { roots: [root.pem] };
    const server = stopping(new OurServer(identity, { clientAuth: 'require', trust }));
    const refused = server.refusal();
    const client = stopping(opensslClient(await server.listen(), identity.files.root, args()));
    expect((await refused).sentBy).toBe('us');
    await client.ended;
    expect(alertsSeen(client)).toEqual([alert]);
  });

  it('is known again when it resumes', async () => {
    const session = file('');
    const trust = { roots: [root.pem] };
    const server = stopping(new OurServer(identity, { clientAuth: 'require', trust }));
    const port = await server.listen();
    for (const [args, resumed] of [
      [[...shows(alice['rsa-2048']), '-sess_out', session], false],
      [['-sess_in', session], true],
    ] as const) {
      const coming = server.accept();
      const client = stopping(opensslClient(port, identity.files.root, args));
      const { socket, inbox } = await coming;
      const info = await socket.opened;
      expect(info).toMatchObject({ resumed, verified: true, peerCertificate: { subject: 'CN=alice' } });
      client.write('hello\n');
      await inbox.atLeast(6);
      client.write('Q\n');
      await inbox.closed();
      socket.end();
    }
  });

  it('answers a request after the handshake', async () => {
    const { coming, client } = await serving(
      { trust: { roots: [root.pem] } },
      '-enable_pha',
      ...shows(alice['ecdsa-p256']),
    );
    const { socket, inbox } = await coming;
    const info = await socket.opened;
    expect(info.verified).toBe(false);
    const answered = socket.requestClientCertificate();
    client.write('meanwhile\n');
    expect((await answered)?.peerCertificate?.subject).toBe('CN=alice');
    expect(socket.authorized).toBe(true);
    expect(String(await inbox.atLeast(10))).toBe('meanwhile\n');
    client.write('Q\n');
    await inbox.closed();
  });

  it('declines a request after the handshake', async () => {
    const { coming } = await serving({ trust: { roots: [root.pem] } }, '-enable_pha');
    const { socket } = await coming;
    expect(await socket.requestClientCertificate()).toBeUndefined();
    socket.destroy();
  });

  it('is not asked after the handshake if it did not say that it may be', async () => {
    const { coming } = await serving({ trust: { roots: [root.pem] } }, ...shows(alice['ecdsa-p256']));
    const { socket } = await coming;
    await expect(socket.requestClientCertificate()).rejects.toMatchObject({ code: 'ERR_TLS_INVALID_STATE' });
    socket.destroy();
  });
});
