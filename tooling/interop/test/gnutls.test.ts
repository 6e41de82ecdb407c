/** Both our ends against GnuTLS: what OpenSSL 3.0 has too, for a second opinion, and what it has not. */
import { beforeAll, describe, expect, it } from 'vitest';
import { goodIdentity, HOST, type Identity } from '../src/certificates.ts';
import { gnutlsAlerts, gnutlsClient, gnutlsServer } from '../src/gnutls.ts';
import { OurServer, refusedByUs } from '../src/ours.ts';
import { gnutlsMeetings } from './gnutls-meetings.ts';
import { forPeer, stopAfterTest } from './support.ts';

/** IANA's name of the group, GnuTLS's name of it in priorities, and in descriptions. */
const groups = [
  ['x25519', 'X25519', 'ECDHE-X25519'],
  ['x448', 'X448', 'ECDHE-X448'],
  ['secp256r1', 'SECP256R1', 'ECDHE-SECP256R1'],
  ['secp384r1', 'SECP384R1', 'ECDHE-SECP384R1'],
  ['secp521r1', 'SECP521R1', 'ECDHE-SECP521R1'],
  ['ffdhe2048', 'FFDHE2048', 'DHE-FFDHE2048'],
  ['ffdhe3072', 'FFDHE3072', 'DHE-FFDHE3072'],
  ['ffdhe4096', 'FFDHE4096', 'DHE-FFDHE4096'],
  ['ffdhe6144', 'FFDHE6144', 'DHE-FFDHE6144'],
  ['ffdhe8192', 'FFDHE8192', 'DHE-FFDHE8192'],
] as const;

/** IANA's name of the suite, and GnuTLS's of its cipher, in priorities and descriptions alike. */
const suites = [
  ['TLS_AES_128_GCM_SHA256', 'AES-128-GCM'],
  ['TLS_AES_256_GCM_SHA384', 'AES-256-GCM'],
  ['TLS_CHACHA20_POLY1305_SHA256', 'CHACHA20-POLY1305'],
  ['TLS_AES_128_CCM_SHA256', 'AES-128-CCM'],
  ['TLS_AES_128_CCM_8_SHA256', 'AES-128-CCM-8'],
] as const;

/** The kind of certificate, IANA's name of what it signs with, and GnuTLS's. */
const kinds = [
  ['ecdsa-p256', 'ecdsa_secp256r1_sha256', 'ECDSA-SECP256R1-SHA256'],
  ['ecdsa-p384', 'ecdsa_secp384r1_sha384', 'ECDSA-SECP384R1-SHA384'],
  ['ecdsa-p521', 'ecdsa_secp521r1_sha512', 'ECDSA-SECP521R1-SHA512'],
  ['ed25519', 'ed25519', 'EdDSA-Ed25519'],
  ['ed448', 'ed448', 'EdDSA-Ed448'],
  ['rsa-2048', 'rsa_pss_rsae_sha256', 'RSA-PSS-RSAE-SHA256'],
  ['rsa-pss', 'rsa_pss_pss_sha256', 'RSA-PSS-SHA256'],
] as const;

forPeer('gnutls', 'GnuTLS', () => {
  const stopping = stopAfterTest();
  let identity: Identity;
  beforeAll(async () => {
    identity = await goodIdentity('ecdsa-p256');
  });

  const serve = async (...args: Parameters<typeof gnutlsServer>) => {
    const server = await gnutlsServer(...args);
    stopping(server.child);
    return server;
  };

  const { ourClient: ourClientMeets, ourServer: ourServerMeets } = gnutlsMeetings(stopping);

  describe.each([
    ['our client, gnutls-serv', ourClientMeets],
    ['our server, gnutls-cli', ourServerMeets],
  ] as const)('%s', (_, meets) => {
    it.each(suites)('%s: 1 MiB each way', async (suite, theirs) => {
      const meeting = await meets(identity, {
        ours: { cipherSuites: [suite] },
        theirs: { priority: `:-CIPHER-ALL:+${theirs}` },
        length: 1 << 20,
      });
      expect(meeting.info.cipherSuite.name).toBe(suite);
      expect(meeting.description).toContain(`-(${theirs})`);
    });

    it.each(groups)('%s', async (group, name, theirs) => {
      const meeting = await meets(identity, {
        ours: { groups: [group] },
        theirs: { priority: `:-GROUP-ALL:+GROUP-${name}` },
      });
      expect(meeting.info).toMatchObject({ helloRetry: false, group: { name: group } });
      expect(meeting.description).toContain(`-(${theirs})-`);
    });

    it.each(kinds)('%s: %s', async (kind, scheme, theirs) => {
      const meeting = await meets(await goodIdentity(kind), { ours: { signatureSchemes: [scheme] } });
      expect(meeting.info.signatureScheme?.name).toBe(scheme);
      expect(meeting.description).toContain(`-(${theirs})-`);
    });
  });

  it('our client: HelloRetryRequest for x448', async () => {
    const ours = { groups: ['x25519', 'x448'], keyShares: ['x25519'] };
    const { info } = await ourClientMeets(identity, { ours, theirs: { priority: ':-GROUP-ALL:+GROUP-X448' } });
    expect(info).toMatchObject({ helloRetry: true, group: { name: 'x448' } });
  });

  it('our server: HelloRetryRequest for ffdhe3072', async () => {
    // GnuTLS sends shares of its first two groups.
    const priority = ':-GROUP-ALL:+GROUP-X25519:+GROUP-SECP256R1:+GROUP-FFDHE3072';
    const { info } = await ourServerMeets(identity, { ours: { groups: ['ffdhe3072'] }, theirs: { priority } });
    expect(info).toMatchObject({ helloRetry: true, group: { name: 'ffdhe3072' } });
  });

  it('our client refuses a server under an unknown root', async () => {
    const server = await serve(identity, { args: ['--debug', '5'] });
    const stranger = await goodIdentity('ecdsa-p256');
    expect(await refusedByUs(server.port, stranger)).toMatchObject({ alert: 'unknown_ca', sentBy: 'us' });
    await server.child.until('the alert', () => gnutlsAlerts(server.child).includes(48) || undefined);
  });

  it('gnutls-cli refuses our server under an unknown root', async () => {
    const server = stopping(new OurServer(identity));
    const port = await server.listen();
    const stranger = await goodIdentity('ecdsa-p256');
    const peer = stopping(gnutlsClient(port, stranger.files.root));
    await peer.saying(/- Status: The certificate is NOT trusted\./);
    expect((await peer.exit()).code).not.toBe(0);
  });

  it('nothing in common: our server says handshake_failure', async () => {
    const server = stopping(new OurServer(identity, { groups: ['x448'] }));
    const port = await server.listen();
    const refusal = server.refusal();
    const peer = stopping(gnutlsClient(port, identity.files.root, { priority: ':-GROUP-ALL:+GROUP-X25519' }));
    expect(await refusal).toMatchObject({ code: 'ERR_TLS_NO_SHARED_GROUP', alert: 'handshake_failure' });
    await peer.exit();
    expect(gnutlsAlerts(peer)).toEqual([40]);
  });

  it('SNI and ALPN', async () => {
    const server = stopping(new OurServer(identity, { alpn: ['b'] }));
    const port = await server.listen();
    const coming = server.accept();
    const peer = stopping(gnutlsClient(port, identity.files.root, { args: ['--alpn', 'a', '--alpn', 'b'] }));
    const { socket } = await coming;
    expect(socket.info).toMatchObject({ serverName: HOST, alpn: 'b' });
    await peer.saying(/Application protocol: b/);
    socket.end();
    await peer.exit();
  });
});
