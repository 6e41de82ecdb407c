/** Clients' certificates, by the options of both sides, and with Node's own TLS at the other end. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import tls from 'node:tls';
import { createNodeProvider } from '@tlskit/tls-crypto-node';
import type { PeerVerifier } from '@tlskit/tls-handshake';
import { createCA, type Issued } from '@tlskit/tls-testing';
import { createCertificateVerifier } from '@tlskit/tls-x509';
import { describe, expect, it } from 'vitest';
import { createClientEngine, createServerEngine } from '../src/engine.ts';
import {
  type CredentialOptions,
  type CredentialQuery,
  createCredential,
  MemorySessionStore,
  TicketKeys,
  type TlsError,
} from '../src/index.ts';
import { type AcceptOptions, type ConnectOptions, connect, type TlsServerOptions, tls13 } from '../src/node/index.ts';
import {
  ca,
  clientError,
  credential,
  dial,
  failure,
  listening,
  localhost,
  memoryPair,
  openPair,
  stop,
} from './support.ts';

const clients = await createCA({ subject: 'clients' });
const others = await createCA({ subject: 'others' });
const alice = await clients.issue({ names: ['alice'] });
const bob = await others.issue({ names: ['bob'] });
const own = ({ pem: { certificate, key } }: Issued) => ({ certificate, key });
const asking = { clientAuth: 'request', trust: { roots: [clients.pem] } } as const;
const requiring = { ...asking, clientAuth: 'require' } as const;

/** What each side knows of the client. */
async function infos(client: Partial<ConnectOptions>, server: Partial<AcceptOptions>) {
  const ends = await openPair(client, server);
  const found = [await ends.client.opened, await ends.server.opened] as const;
  ends.client.destroy();
  ends.server.destroy();
  return { client: found[0], server: found[1], subject: found[1].peerCertificate?.subject };
}

function failures(client: Partial<ConnectOptions>, server: Partial<AcceptOptions>) {
  const ends = memoryPair(client, server);
  return Promise.all([failure(ends.client), failure(ends.server)]);
}

describe('the session of a client', () => {
  const server = { clientAuth: 'request', trust: { roots: [clients.pem, others.pem] } } as const;
  const tickets = new TicketKeys({ provider: createNodeProvider(), now: Date.now });

  /** Who each of these is, one after another, to a server that sees them come with what the store has; `*` for resumed. */
  async function known(...visitors: readonly Partial<ConnectOptions>[]): Promise<string[]> {
    const sessions = new MemorySessionStore({ maxPerServer: 32 });
    const found: string[] = [];
    for (const visitor of visitors) {
      const ends = await openPair({ ...visitor, sessions }, { ...server, tickets });
      const { peerCertificate, resumed } = await ends.server.opened;
      found.push(`${peerCertificate?.subject ?? 'nobody'}${resumed ? '*' : ''}`);
      ends.client.resume();
      ends.server.end();
      await new Promise(resolve => ends.client.once('close', resolve));
    }
    return found;
  }

  it('is of use to nobody who has other certificates, or none', async () => {
    expect(await known(own(alice), {}, own(bob), own(bob), own(alice), {})).toEqual([
      'CN=alice',
      'nobody',
      'CN=bob',
      'CN=bob*',
      'CN=alice*',
      'nobody*',
    ]);
  });

  it('is for one way of choosing them', async () => {
    const choosing = ({ chain, key }: Issued) => {
      const credential = { chain, key: createNodeProvider().importPrivateKey(key) };
      return { selectCredential: () => credential };
    };
    const [one, two] = [choosing(alice), choosing(bob)];
    expect(await known(one, two, one)).toEqual(['CN=alice', 'CN=bob', 'CN=alice*']);
  });
});

describe('a client with a certificate', () => {
  it('is known to the server', async () => {
    const { server, client } = await infos(own(alice), requiring);
    expect(server).toMatchObject({
      verified: true,
      peerCertificates: alice.chain,
      peerCertificate: { subject: 'CN=alice' },
    });
    expect(server.clientSignatureScheme?.name).toBe('ecdsa_secp256r1_sha256');
    expect(client.clientSignatureScheme?.name).toBe('ecdsa_secp256r1_sha256');
    expect(client.verified).toBe(true);
  });

  it('is anonymous to a server that does not ask', async () => {
    expect((await infos(own(alice), {})).server).toMatchObject({ verified: false, peerCertificates: [] });
  });

  it('may be without one where that is not required', async () => {
    expect((await infos({}, asking)).server).toMatchObject({ verified: false, peerCertificates: [] });
  });

  it('is refused without one where it is', async () => {
    const [client, server] = await failures({}, requiring);
    expect(server).toMatchObject({ code: 'ERR_TLS_CERTIFICATE_REQUIRED', alert: 'certificate_required' });
    expect(client).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'certificate_required' });
  });

  it.each([
    ['of another authority', () => others.issue('x'), 'unknown_ca'],
    [
      'for servers only',
      () => clients.issue({ names: ['x'], extendedKeyUsage: ['serverAuth'] }),
      'unsupported_certificate',
    ],
    [
      'that has expired',
      () => clients.issue({ names: ['x'], notAfter: new Date(Date.now() - 1000) }),
      'certificate_expired',
    ],
  ])('is refused with one %s, whether it is required or not', async (_, issue, alert) => {
    const client = { ...own(await issue()), ...{ trust: { roots: [ca.pem] } } };
    const [atClient, atServer] = await failures(client, { ...asking, certificateAuthorities: false });
    expect(atServer).toMatchObject({ alert, sentBy: 'us' });
    expect(atClient).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert });
  });

  it('is taken with any, where the server says so', async () => {
    const { server } = await infos(own(bob), { clientAuth: 'require', trust: { insecure: 'accept any certificate' } });
    expect(server).toMatchObject({ verified: false, peerCertificate: { subject: 'CN=bob' } });
    expect(server.problem?.code).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
  });
});

describe('of several certificates a client shows', () => {
  const credentials = [own(bob), own(alice)];

  it('the one of an authority that the server names', async () => {
    expect((await infos({ credentials }, asking)).subject).toBe('CN=alice');
  });

  it('none, when none of them is', async () => {
    expect((await infos(own(bob), asking)).server.peerCertificates).toEqual([]);
  });

  it('the first, where the server names nobody', async () => {
    const both = {
      clientAuth: 'request',
      trust: { roots: [clients.pem, others.pem] },
      certificateAuthorities: false,
    } as const;
    expect((await infos({ credentials }, both)).subject).toBe('CN=bob');
  });

  it('the one that passes the filter', async () => {
    const plain = await clients.issue({ names: ['plain'] });
    const mail = await clients.issue({ names: ['mail'], extendedKeyUsage: ['clientAuth', 'emailProtection'] });
    const certificateFilter = { keyUsage: ['digitalSignature'], extendedKeyUsage: ['1.3.6.1.5.5.7.3.4'] } as const;
    const server = { ...asking, certificateFilter };
    expect((await infos({ credentials: [own(plain), own(mail)] }, server)).subject).toBe('CN=mail');
    expect((await infos(own(plain), server)).server.peerCertificates).toEqual([]);
    // One that does not look at filters.
    const loaded = createCredential({
      provider: createNodeProvider(),
      ...own(plain),
      certificate: plain.pem.certificate,
    });
    const [, atServer] = await failures({ selectCredential: () => loaded }, server);
    expect(atServer).toMatchObject({ code: 'INVALID_PURPOSE', alert: 'unsupported_certificate' });
  });

  it('and what passes the filter is what was judged, by whatever judge', async () => {
    const plain = await clients.issue({ names: ['plain'] });
    const mail = await clients.issue({ names: ['mail'], extendedKeyUsage: ['clientAuth', 'emailProtection'] });
    const shown = createCredential({ provider: createNodeProvider(), ...own(plain) });
    const certificateFilter = { extendedKeyUsage: ['1.3.6.1.5.5.7.3.4'] };
    const roots = createCertificateVerifier({ provider: createNodeProvider(), trust: { roots: clients.pem } });
    for (const bare of [false, true]) {
      const verifier: PeerVerifier = {
        trust: 'own',
        async verify(evidence) {
          const { publicKey, verified, expires, trust, ...more } = await roots.verify(evidence);
          (evidence.chain as Uint8Array[])[0] = mail.certificate;
          return { publicKey, verified, expires, trust, ...(bare ? {} : more) };
        },
      };
      const server = { clientAuth: 'request', verifier, certificateFilter } as const;
      const [, atServer] = await failures({ selectCredential: () => shown }, server);
      expect(atServer).toMatchObject({ code: 'INVALID_PURPOSE', alert: 'unsupported_certificate' });
    }
  });

  it('or a raw public key, which no filter is about, where a judge of any form takes one', async () => {
    const key = createNodeProvider().importPrivateKey(alice.key);
    const publicKey = createNodeProvider().importPublicKey(key.spki);
    class Judge implements PeerVerifier {
      readonly trust = 'own';
      get certificateTypes() {
        return [2];
      }
      verify() {
        return { publicKey, verified: true, expires: Number.MAX_SAFE_INTEGER, trust: 'own' };
      }
    }
    const server = { clientAuth: 'require', verifier: new Judge(), certificateFilter: { keyUsage: ['keyAgreement'] } };
    const client = { credentials: [{ key: alice.pem.key, rawPublicKey: true }] } as const;
    const { server: atServer } = await infos(client, server as Partial<AcceptOptions>);
    expect(atServer).toMatchObject({ verified: true, peerCertificates: [key.spki] });
  });

  it('the one whose key the server takes', async () => {
    const rsa = await clients.issue({ names: ['rsa'], key: 'rsa-2048' });
    const server = {
      ...asking,
      credentials: [own(localhost), own(await ca.issue({ names: ['localhost'], key: 'rsa-2048' }))],
    };
    const only = (signatureSchemes: string[]) => ({
      ...server,
      certificate: undefined,
      key: undefined,
      signatureSchemes,
    });
    const client = { credentials: [own(alice), own(rsa)] };
    expect((await infos(client, only(['rsa_pss_rsae_sha256']))).subject).toBe('CN=rsa');
    expect((await infos(client, only(['ecdsa_secp256r1_sha256']))).subject).toBe('CN=alice');
  });

  it('the one whose chain is signed as the server likes it', async () => {
    const rsaRoot = await createCA({ subject: 'rsa root', key: 'rsa-2048' });
    const byRsa = await rsaRoot.issue({ names: ['by-rsa.test'] });
    const server = { clientAuth: 'request', trust: { roots: [clients.pem, rsaRoot.pem] } } as const;
    const client = { credentials: [own(byRsa), own(alice)] };
    expect((await infos(client, server)).subject).toBe('CN=by-rsa.test');
    const liking = { ...server, certificateSignatureSchemes: ['ecdsa_secp256r1_sha256'] };
    expect((await infos(client, liking)).subject).toBe('CN=alice');
    // What does not please is better than nothing.
    expect((await infos(own(byRsa), liking)).subject).toBe('CN=by-rsa.test');
  });

  it('what the application chooses', async () => {
    const queries: CredentialQuery[] = [];
    const provider = createNodeProvider();
    const selectCredential = async (query: CredentialQuery) => {
      queries.push(query);
      return createCredential({ provider, certificate: alice.pem.certificate, key: alice.pem.key });
    };
    expect((await infos({ selectCredential }, requiring)).subject).toBe('CN=alice');
    expect(queries).toMatchObject([{ serverName: 'localhost', certificateAuthorities: [clients.subject] }]);
  });

  it('none that is signed with SHA-1, unless the server asks for that', async () => {
    const rsaRoot = await createCA({ subject: 'old root', key: 'rsa-2048' });
    const old = await rsaRoot.issue({ names: ['old'], signature: { type: 'rsa-pkcs1', hash: 'sha1' } });
    const server = { clientAuth: 'request', trust: { insecure: 'accept any certificate' } } as const;
    expect((await infos(own(old), server)).server.peerCertificates).toEqual([]);
    const lenient = { ...server, certificateSignatureSchemes: ['ecdsa_secp256r1_sha256', 'rsa_pkcs1_sha1'] };
    expect((await infos(own(old), lenient)).subject).toBe('CN=old');
  });
});

describe('a server with several certificates', () => {
  const own2 = async (root: typeof ca, names = ['localhost']) => own(await root.issue({ names }));
  const several = (...credentials: CredentialOptions[]) => ({ certificate: undefined, key: undefined, credentials });

  it('shows the one of an authority that the client names, among those of the name', async () => {
    const second = await createCA({ subject: 'second' });
    const server = several(await own2(ca), await own2(second));
    const roots = { trust: { roots: [ca.pem, second.pem] } };
    const issuer = async (client: Partial<ConnectOptions>) =>
      (await infos({ ...roots, ...client }, server)).client.peerCertificate?.issuer;
    expect(await issuer({ certificateAuthorities: [second.pem] })).toBe('CN=second');
    expect(await issuer({ certificateAuthorities: [ca.pem] })).not.toBe('CN=second');
    // RFC 9846 §4.3.4 is a SHOULD: better another than none.
    expect(await issuer({ certificateAuthorities: [others.pem] })).not.toBe('CN=second');
  });

  it('shows the one whose chain is signed as the client says [9846:4.5.1.2:5]', async () => {
    const rsa = await createCA({ subject: 'rsa', key: 'rsa-2048' });
    const server = several(await own2(rsa), await own2(ca));
    const roots = { trust: { roots: [ca.pem, rsa.pem] } };
    const issuer = async (...certificateSignatureSchemes: string[]) =>
      (await infos({ ...roots, certificateSignatureSchemes }, server)).client.peerCertificate?.issuer;
    expect(await issuer('rsa_pkcs1_sha256')).toBe('CN=rsa');
    expect(await issuer('ecdsa_secp256r1_sha256')).not.toBe('CN=rsa');
    // None is: then any (RFC 9846 §4.5.1.2).
    expect(await issuer('ed25519')).toBe('CN=rsa');
  });

  it('shows none that is signed with SHA-1 unless the client asks for it [9846:4.3.3:11] [9846:4.5.1.2:6]', async () => {
    const rsa = await createCA({ key: 'rsa-2048' });
    const old = own(await rsa.issue({ names: ['localhost'], signature: { type: 'rsa-pkcs1', hash: 'sha1' } }));
    const client = { trust: { insecure: 'accept any certificate' } } as const;
    const [atClient, atServer] = await failures(client, several(old));
    expect(atServer).toMatchObject({ code: 'ERR_TLS_NO_SHARED_SIGNATURE_SCHEME', alert: 'handshake_failure' });
    expect(atClient.alert).toBe('handshake_failure');
    const asks = { ...client, certificateSignatureSchemes: ['rsa_pkcs1_sha1'] };
    expect((await infos(asks, several(old))).client.verified).toBe(false);
    const both = { certificateSignatureSchemes: ['ecdsa_secp256r1_sha256', 'rsa_pkcs1_sha1'] };
    const { verified } = (await infos({ ...both, trust: { roots: [ca.pem] } }, several(old, await own2(ca)))).client;
    expect(verified).toBe(true);
  });

  it('shows none whose key may not sign [9846:4.5.1.2:3]', async () => {
    const encrypting = own(await ca.issue({ names: ['localhost'], keyUsage: ['keyAgreement'] }));
    const [, atServer] = await failures({}, several(encrypting));
    expect(atServer.code).toBe('ERR_TLS_NO_SHARED_SIGNATURE_SCHEME');
    const { verified } = (await infos({}, several(encrypting, await own2(ca)))).client;
    expect(verified).toBe(true);
  });

  it('signs with the schemes of the credential', async () => {
    const key = await ca.issue({ names: ['localhost'], key: 'rsa-2048' });
    const server = several({ ...own(key), signatureSchemes: ['rsa_pss_rsae_sha512'] });
    expect((await infos({}, server)).client.signatureScheme?.name).toBe('rsa_pss_rsae_sha512');
  });
});

describe('a session', () => {
  const store = () => ({ sessions: new MemorySessionStore() });

  it('has the identity of the client, which is judged again', async () => {
    const { server, port } = await listening(requiring);
    const client = { ...own(alice), ...store() };
    const seen: unknown[] = [];
    server.on('secureConnection', socket => {
      seen.push([socket.info?.resumed, socket.info?.verified, socket.info?.peerCertificate?.subject]);
      socket.end('x');
    });
    for (let i = 0; i < 2; i++) {
      const socket = dial(port, client);
      socket.resume();
      await once(socket, 'close');
    }
    await stop(server);
    expect(seen).toEqual([
      [false, true, 'CN=alice'],
      [true, true, 'CN=alice'],
    ]);
  });

  /** Whether a session that was made at one server resumes at another, which has the same ticket keys. */
  async function resumes(
    client: Partial<ConnectOptions>,
    first: Partial<TlsServerOptions>,
    second: Partial<TlsServerOptions>,
  ): Promise<boolean | undefined> {
    const tickets = new TicketKeys({ provider: createNodeProvider(), now: Date.now });
    const sessions = new MemorySessionStore();
    let resumed: boolean | undefined;
    for (const options of [first, second]) {
      const ends = memoryPair({ ...client, sessions }, { ...options, tickets });
      for (const end of [ends.client, ends.server]) end.on('error', () => {});
      await Promise.all([ends.client.opened, ends.server.opened]);
      ends.client.resume();
      ends.server.end();
      await once(ends.client, 'end');
      resumed = ends.server.info?.resumed;
      ends.client.destroy();
      ends.server.destroy();
    }
    return resumed;
  }

  it.each([
    ['the same policy', asking, asking, true],
    ['the same policy, and a certificate that is required', asking, requiring, true],
    ['no policy, before', {}, asking, false],
    ['no policy, now', asking, {}, false],
    ['another policy', asking, { clientAuth: 'request', trust: { roots: [clients.pem, others.pem] } } as const, false],
    ['a filter, now', asking, { ...asking, certificateFilter: { keyUsage: ['digitalSignature'] } } as const, false],
  ])('under %s', async (_, first, second, expected) => {
    expect(await resumes(own(alice), first, second)).toBe(expected);
  });

  it('of a client without certificate does not resume where one is required', async () => {
    expect(await resumes({}, asking, asking)).toBe(true);
    await expect(resumes({}, asking, requiring)).rejects.toMatchObject({ alert: 'certificate_required' });
  });

  it('does not outlive the certificate', async () => {
    let now = Date.now();
    const short = await clients.issue({ names: ['short'], notAfter: new Date(now + 10_000) });
    const tickets = new TicketKeys({ provider: createNodeProvider(), now: () => now });
    const run = (session?: Parameters<typeof createClientEngine>[0]['session']) => {
      const sessions: NonNullable<typeof session>[] = [];
      const client = createClientEngine(
        { ...own(short), trust: { roots: [ca.pem] }, servername: 'localhost', now: () => now, session },
        { event: event => event.type === 'session' && sessions.push(event.session) },
      );
      const server = createServerEngine({ ...credential, ...asking, tickets, now: () => now });
      client.start();
      server.start();
      for (let i = 0; i < 4; i++) {
        for (const part of client.takeOutput()) server.receive(part);
        for (const part of server.takeOutput()) client.receive(part);
      }
      return { server, sessions };
    };
    const [session] = run().sessions;
    now += 20_000;
    const { server } = run(session);
    // The session is alive, its client is not: so it is asked again, and shows what has expired.
    expect(server.connection).toBeUndefined();
    expect(server.closed).toBe(true);
  });
});

describe('after the handshake', () => {
  it('the server asks, and the answer is a promise', async () => {
    const ends = await openPair({ ...own(alice), postHandshakeAuth: true }, { trust: { roots: [clients.pem] } });
    expect(ends.server.authorized).toBe(false);
    const info = await ends.server.requestClientCertificate();
    expect(info?.peerCertificate?.subject).toBe('CN=alice');
    expect(ends.server.info).toBe(info);
    expect(ends.server.authorized).toBe(true);
    ends.client.destroy();
    ends.server.destroy();
  });

  it('each answer is told with the certificate that it has', async () => {
    const identities = [alice, bob].map(({ chain, key }) => ({
      chain,
      key: createNodeProvider().importPrivateKey(key),
    }));
    // Both answers come at once.
    let held = Buffer.alloc(0);
    let asking = false;
    const ends = await openPair(
      { selectCredential: () => identities.shift(), postHandshakeAuth: true },
      { trust: { roots: [clients.pem, others.pem] } },
      (from, bytes) => {
        if (from === 'server' || !asking) return { bytes };
        held = Buffer.concat([held, bytes]);
        const second = 5 + held.readUInt16BE(3);
        const whole = held.length > second + 5 && held.length >= second + 5 + held.readUInt16BE(second + 3);
        return { bytes: whole ? held : [] };
      },
    );
    asking = true;
    const asked = [ends.server.requestClientCertificate(), ends.server.requestClientCertificate()];
    const subjects = (await Promise.all(asked)).map(info => info?.peerCertificate?.subject);
    expect(subjects).toEqual(['CN=alice', 'CN=bob']);
    expect(ends.server.info?.peerCertificate?.subject).toBe('CN=bob');
    ends.client.destroy();
    ends.server.destroy();
  });

  it('the client may have none', async () => {
    const ends = await openPair({ postHandshakeAuth: true }, { trust: { roots: [clients.pem] } });
    expect(await ends.server.requestClientCertificate()).toBeUndefined();
    const errors = Promise.all([failure(ends.server), failure(ends.client)]);
    await expect(ends.server.requestClientCertificate({ required: true })).rejects.toMatchObject({
      code: 'ERR_TLS_CERTIFICATE_REQUIRED',
    });
    ends.client.resume();
    expect((await errors)[0].alert).toBe('certificate_required');
  });

  it('a client that did not offer it is not asked', async () => {
    const ends = await openPair(own(alice), { trust: { roots: [clients.pem] } });
    await expect(ends.server.requestClientCertificate()).rejects.toMatchObject({ code: 'ERR_TLS_INVALID_STATE' });
    expect(ends.server.destroyed).toBe(false);
    ends.client.destroy();
    ends.server.destroy();
    await expect(ends.server.requestClientCertificate()).rejects.toMatchObject({ code: 'ERR_TLS_INVALID_STATE' });
  });

  it('what was asked fails with the connection', async () => {
    const ends = await openPair(
      { selectCredential: () => new Promise<undefined>(() => {}), postHandshakeAuth: true },
      { trust: { roots: [clients.pem] } },
    );
    const answer = ends.server.requestClientCertificate();
    await new Promise(resolve => setTimeout(resolve, 5));
    ends.client.destroy();
    ends.server.resume();
    await expect(answer).rejects.toMatchObject({ code: 'ERR_TLS_CLOSED' });
    ends.server.destroy();
  });
});

describe("Node's tls", () => {
  it('as a client shows its certificate', async () => {
    const { server, port } = await listening(requiring);
    const connection = once(server, 'secureConnection');
    const client = tls.connect({
      port,
      host: '127.0.0.1',
      servername: 'localhost',
      ca: ca.pem,
      cert: alice.pem.certificate,
      key: alice.pem.key,
    });
    const [socket] = await connection;
    expect(socket.info).toMatchObject({ verified: true, peerCertificate: { subject: 'CN=alice' } });
    client.destroy();
    await stop(server);
  });

  it('as a client without one is refused', async () => {
    const { server, port } = await listening(requiring);
    const refused = clientError(server);
    const client = tls.connect({ port, host: '127.0.0.1', servername: 'localhost', ca: ca.pem });
    const [error] = (await once(client, 'error')) as [Error & { code: string }];
    expect(error.code).toMatch(/CERTIFICATE_REQUIRED/);
    expect((await refused).code).toBe('ERR_TLS_CERTIFICATE_REQUIRED');
    await stop(server);
  });

  it('as a server asks for one', async () => {
    const { certificate: cert, key } = localhost.pem;
    const server = tls.createServer(
      { cert, key, minVersion: 'TLSv1.3', requestCert: true, ca: clients.pem },
      socket => {
        socket.end(`${socket.authorized} ${socket.getPeerCertificate().subject?.CN}`);
      },
    );
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const credentials = [own(bob), own(alice)];
    const client = connect({
      host: '127.0.0.1',
      port,
      servername: 'localhost',
      trust: { roots: [ca.pem] },
      credentials,
    });
    const [data] = await once(client, 'data');
    expect(String(data)).toBe('true alice');
    client.destroy();
    const anonymous = connect({
      host: '127.0.0.1',
      port,
      servername: 'localhost',
      trust: { roots: [ca.pem] },
      ...own(bob),
    });
    const error = (await failure(anonymous)) as TlsError;
    expect(error.alert).toBe('certificate_required');
    server.close();
  });
});

describe('options that make no sense', () => {
  const complaint = (client: object, server: object): string => {
    try {
      memoryPair(client, server);
    } catch (error) {
      expect(error).toMatchObject({ code: 'ERR_TLS_INVALID_OPTION' });
      return (error as Error).message;
    }
    throw new Error('nobody complained');
  };

  it.each([
    ["clientAuth: 'require' needs trust or verifier", { clientAuth: 'require' }],
    ['clientAuth', { clientAuth: 'always', trust: { roots: [clients.pem] } }],
    ['exclude one another', { clientAuth: 'require', trust: { roots: [clients.pem] }, verifier: {} }],
    ['certificateAuthorities needs trust', { certificateAuthorities: [clients.pem] }],
    ['revocation needs trust', { revocation: { by: [] } }],
    ['list of checkers', { ...asking, revocation: { by: [{}] } }],
    ['certificateAuthorities is certificates', { ...asking, certificateAuthorities: [] }],
    ['certificateAuthorities is certificates', { ...asking, certificateAuthorities: [7] }],
    ['certificateFilter', { ...asking, certificateFilter: { purpose: ['x'] } }],
    ['lists that are not empty', { ...asking, certificateFilter: { keyUsage: [] } }],
    ['neither keyUsage nor', { ...asking, certificateFilter: {} }],
    ['neither keyUsage nor', { ...asking, certificateFilter: { extendedKeyUsage: undefined } }],
    ['keyUsage', { ...asking, certificateFilter: { keyUsage: ['signing'] } }],
    ['certificateSignatureSchemes', { certificateSignatureSchemes: ['md5'] }],
    ['comes last', { certificateSignatureSchemes: ['rsa_pkcs1_sha1', 'ed25519'] }],
    ['postHandshakeAuth', { postHandshakeAuth: true }],
  ])('of a server: %s', (words, server) => {
    expect(complaint({}, server)).toContain(words);
  });

  it.each([
    ['no key', { certificate: alice.pem.certificate }],
    ['exclude one another', { ...own(alice), credentials: [own(bob)] }],
    ['not empty', { credentials: [] }],
    ['function', { selectCredential: 7 }],
    ['postHandshakeAuth', { postHandshakeAuth: 'yes' }],
    [
      'only schemes for certificates',
      { versions: [tls13], credentials: [{ ...own(alice), signatureSchemes: ['rsa_pkcs1_sha256'] }] },
    ],
  ])('of a client: %s', (words, client) => {
    expect(complaint(client, {})).toContain(words);
  });
});
