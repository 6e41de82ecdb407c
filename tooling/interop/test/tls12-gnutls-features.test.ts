/** TLS 1.2 with GnuTLS, either end ours: what goes around the handshake. Its suites are in tls12-gnutls.test.ts. */
import { getDiffieHellman } from 'node:crypto';
import { createCA, toPem } from '@tlskit/tls-testing';
import { MemorySessionCache, MemorySessionStore } from 'tlskit';
import { type ConnectOptions, type TlsServerOptions, tls12, tls13 } from 'tlskit/node';
import { beforeAll, describe, expect, it } from 'vitest';
import { HOST, type Identity, identity } from '../src/certificates.ts';
import { file } from '../src/files.ts';
import { gnutlsAlerts, gnutlsClient, gnutlsServer, PRIORITY12 } from '../src/gnutls.ts';
import { goodOcspResponse } from '../src/ocsp.ts';
import { OurServer, ourClient, refusedByUs } from '../src/ours.ts';
import { gnutlsMeetings } from './gnutls-meetings.ts';
import { forPeer, stopAfterTest } from './support.ts';
import { identity12, only } from './tls12-support.ts';

/** ECDHE and AEAD, by GnuTLS's names. */
const modern = '+ECDHE-ECDSA:+ECDHE-RSA:+AES-128-GCM:+AEAD:+SIGN-ALL';
const cbc = '+ECDHE-ECDSA:+AES-128-CBC:+SHA256:+SIGN-ALL:+GROUP-ALL';
const cbcSuite = 'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256';
const dhe = '+DHE-RSA:+AES-128-GCM:+AEAD:+SIGN-ALL';
const dheSuite = 'TLS_DHE_RSA_WITH_AES_128_GCM_SHA256';

const curves = ['x25519', 'x448', 'secp256r1', 'secp384r1', 'secp521r1', 'secp224r1'];
const fields = ['ffdhe2048', 'ffdhe3072', 'ffdhe4096', 'ffdhe6144', 'ffdhe8192'];

/** The suite of GnuTLS's that fits {@link modern}, and whatever both know beside it. */
const by12 = (priority = `:${modern}:+GROUP-ALL`, args: readonly string[] = []) => ({
  base: PRIORITY12,
  priority,
  args,
});

const versions = [tls13, tls12];

forPeer('gnutls', 'TLS 1.2 with GnuTLS: what goes around the handshake', () => {
  const stopping = stopAfterTest();
  const meet = gnutlsMeetings(stopping);
  let ecdsa: Identity;
  let rsa: Identity;
  beforeAll(async () => {
    ecdsa = await identity12('ecdsa-p256');
    rsa = await identity12('rsa-2048');
  });

  const serve = async (...args: Parameters<typeof gnutlsServer>) => {
    const server = await gnutlsServer(...args);
    stopping(server.child);
    return server;
  };

  /** Our server, and gnutls-cli that comes to it. */
  async function visited(who: Identity, ours: TlsServerOptions, theirs: Parameters<typeof gnutlsClient>[2]) {
    const server = stopping(new OurServer(who, ours));
    const port = await server.listen();
    const coming = server.accept();
    const peer = stopping(gnutlsClient(port, who.files.root, theirs));
    return { server, port, peer, coming };
  }

  const meetings = [
    ['our client, gnutls-serv', meet.ourClient],
    ['our server, gnutls-cli', meet.ourServer],
  ] as const;

  describe.each(meetings)('%s', (_, meets) => {
    it('1 MiB each way, beside TLS 1.3', async () => {
      const { info } = await meets(ecdsa, { ours: { versions }, theirs: by12(), length: 1 << 20 });
      expect(info).toMatchObject({ protocol: 'TLSv1.2', tls12: { secureRenegotiation: true } });
    });

    it.each(curves)('%s', async group => {
      // The curve of the certificate's key is on the list too (RFC 8422 §5.1).
      const groups = [...new Set([group, 'secp256r1'])];
      const theirs = by12(`:${modern}:+GROUP-${group.toUpperCase()}:+GROUP-SECP256R1`);
      const met = await meets(ecdsa, { ours: { versions, groups }, theirs, length: 1 << 12 });
      expect(met.info.group?.name).toBe(group);
      expect(met.description).toContain(`-(ECDHE-${group.toUpperCase()})-`);
    });

    it.each(fields)('%s (RFC 7919)', async group => {
      const theirs = by12(`:${dhe}:+GROUP-${group.toUpperCase()}`);
      const ours = { ...only(dheSuite), groups: ['x25519', group] };
      const met = await meets(rsa, { ours, theirs, length: 1 << 12 });
      expect(met.info.group?.name).toBe(group);
      expect(met.description).toContain(`-(DHE-${group.toUpperCase()})-`);
    });

    it.each([
      ['on', '', true],
      ['off', ':%NO_ETM', false],
    ] as const)('encrypt_then_mac %s', async (_, word, encryptThenMac) => {
      const met = await meets(ecdsa, { ours: only(cbcSuite), theirs: by12(`:${cbc}${word}`), length: 1 << 16 });
      expect(met.info.tls12).toMatchObject({ encryptThenMac });
    });

    it('encrypt_then_mac off on our side', async () => {
      const ours = { ...only(cbcSuite), tls12: { encryptThenMac: false } };
      const met = await meets(ecdsa, { ours, theirs: by12(`:${cbc}`), length: 1 << 16 });
      expect(met.info.tls12).toMatchObject({ encryptThenMac: false });
    });

    it('without extended_master_secret', async () => {
      const theirs = by12(`:${modern}:+GROUP-ALL:%NO_SESSION_HASH`);
      const met = await meets(ecdsa, { ours: { versions }, theirs, length: 1 << 12 });
      expect(met.info.tls12).toMatchObject({ extendedMasterSecret: false });
    });

    it('without renegotiation_info, where that is not demanded', async () => {
      const theirs = by12(`:${modern}:+GROUP-ALL:%DISABLE_SAFE_RENEGOTIATION`);
      const ours = { versions, tls12: { requireSecureRenegotiation: false } };
      const met = await meets(ecdsa, { ours, theirs, length: 1 << 12 });
      expect(met.info.tls12).toMatchObject({ secureRenegotiation: false });
    });
  });

  describe('a finite field by its numbers, which is not one of RFC 7919', () => {
    const prime = getDiffieHellman('modp14').getPrime();
    // DHParameter (PKCS #3 §9): p, of 2048 bits, and 2.
    const der = Buffer.concat([Buffer.from('308201080282010100', 'hex'), prime, Buffer.from('020102', 'hex')]);
    const priority = `:${dhe}:+GROUP-SECP256R1`;
    const ours = { ...only(dheSuite), groups: ['x25519'] };

    it('our client', async () => {
      const theirs = by12(priority, ['--dhparams', file(toPem('DH PARAMETERS', der))]);
      const { info } = await meet.ourClient(rsa, { ours, theirs, length: 1 << 12 });
      expect(info).toMatchObject({ cipherSuite: { name: dheSuite }, group: undefined });
    });

    it('our client refuses one that is too small', async () => {
      const server = await serve(
        rsa,
        by12(priority, ['--dhparams', file(toPem('DH PARAMETERS', der)), '--debug', '5']),
      );
      const refusal = await refusedByUs(server.port, rsa, { ...ours, tls12: { minDhBits: 3072 } });
      expect(refusal).toMatchObject({ code: 'ERR_TLS_DH_PARAM_SIZE', sentBy: 'us', alert: 'insufficient_security' });
      await server.child.until('the alert', () => gnutlsAlerts(server.child).includes(71) || undefined);
    });

    it('our server', async () => {
      const dhParameters = { p: new Uint8Array(prime), g: Uint8Array.of(2) };
      const met = await meet.ourServer(rsa, {
        ours: { ...ours, tls12: { dhParameters } },
        theirs: by12(priority),
        length: 1 << 12,
      });
      expect(met.info).toMatchObject({ cipherSuite: { name: dheSuite }, group: undefined });
      expect(met.description).toContain('-(DHE-CUSTOM2048)-');
    });
  });

  it('our client refuses a server without extended_master_secret, if told to', async () => {
    const server = await serve(ecdsa, by12(`:${modern}:+GROUP-ALL:%NO_SESSION_HASH`, ['--debug', '5']));
    const refusal = await refusedByUs(server.port, ecdsa, { versions, tls12: { requireExtendedMasterSecret: true } });
    expect(refusal).toMatchObject({ alert: 'handshake_failure', sentBy: 'us', rfc: 'RFC 7627 §5.2' });
    await server.child.until('the alert', () => gnutlsAlerts(server.child).includes(40) || undefined);
  });

  it('our server refuses a client without extended_master_secret, if told to', async () => {
    const server = stopping(new OurServer(ecdsa, { versions, tls12: { requireEms: true } }));
    const port = await server.listen();
    const refusal = server.refusal();
    const peer = stopping(gnutlsClient(port, ecdsa.files.root, by12(`:${modern}:+GROUP-ALL:%NO_SESSION_HASH`)));
    expect(await refusal).toMatchObject({ alert: 'handshake_failure', sentBy: 'us', rfc: 'RFC 7627 §5.3' });
    await peer.exit();
    expect(gnutlsAlerts(peer)).toEqual([40]);
  });

  it('our client refuses a server without renegotiation_info', async () => {
    const server = await serve(ecdsa, by12(`:${modern}:+GROUP-ALL:%DISABLE_SAFE_RENEGOTIATION`));
    const refusal = await refusedByUs(server.port, ecdsa, { versions });
    expect(refusal).toMatchObject({ alert: 'handshake_failure', sentBy: 'us', rfc: 'RFC 5746 §4.1' });
  });

  it('our server refuses a client without renegotiation_info, if told to', async () => {
    const server = stopping(new OurServer(ecdsa, { versions, tls12: { requireSecureRenegotiation: true } }));
    const port = await server.listen();
    const refusal = server.refusal();
    const word = '%DISABLE_SAFE_RENEGOTIATION';
    const peer = stopping(gnutlsClient(port, ecdsa.files.root, by12(`:${modern}:+GROUP-ALL:${word}`)));
    expect(await refusal).toMatchObject({ alert: 'handshake_failure', sentBy: 'us', rfc: 'RFC 5746 §4.3' });
    await peer.exit();
    expect(gnutlsAlerts(peer)).toEqual([40]);
  });

  describe('resumption', () => {
    it.each([
      ['a ticket', ''],
      ['a session ID', ':%NO_TICKETS'],
    ] as const)('our client, by %s', async (_, word) => {
      const server = await serve(ecdsa, by12(`:${modern}:+GROUP-ALL${word}`));
      const sessions = new MemorySessionStore();
      for (const resumed of [false, true, true]) {
        const client = await ourClient(server.port, ecdsa, { versions, sessions });
        expect(client.info).toMatchObject({ protocol: 'TLSv1.2', resumed });
        if (!resumed) expect(client.watch.messages.includes('< new_session_ticket')).toBe(word === '');
        client.socket.end('hello\n');
        await client.inbox.closed();
      }
    });

    it.each([
      ['a ticket', '', {}],
      ['a session ID', ':%NO_TICKETS', { sessions: new MemorySessionCache() }],
    ] as const)('our server, by %s', async (_, word, tls12) => {
      const theirs = by12(`:${modern}:+GROUP-ALL${word}`, ['--resume']);
      const { server, peer, coming } = await visited(ecdsa, { versions, tls12 }, theirs);
      expect((await coming).socket.info).toMatchObject({ protocol: 'TLSv1.2', resumed: false });
      const { socket } = await server.accept();
      expect(socket.info).toMatchObject({ protocol: 'TLSv1.2', resumed: true });
      await peer.saying(/This is a resumed session/);
      expect(server.watch.messages.includes('> new_session_ticket')).toBe(word === '');
      socket.end();
      await peer.exit();
    });

    it.each([
      ['tickets', '', { tickets: false }],
      ['session IDs', ':%NO_TICKETS', { tls12: { sessions: false } }],
    ] as const)('our server has no %s: a full handshake', async (_, word, ours) => {
      const theirs = by12(`:${modern}:+GROUP-ALL${word}`, ['--resume']);
      const { server, coming } = await visited(ecdsa, { versions, ...ours }, theirs);
      expect((await coming).socket.info).toMatchObject({ protocol: 'TLSv1.2', resumed: false });
      const { socket } = await server.accept();
      expect(socket.info).toMatchObject({ protocol: 'TLSv1.2', resumed: false });
      socket.end();
    });

    it.each([false, true])('without extended_master_secret: %s, as we are told', async resumes => {
      const theirs = by12(`:${modern}:+GROUP-ALL:%NO_SESSION_HASH`, ['--resume']);
      const ours = { versions, tls12: { resumeWithoutExtendedMasterSecret: resumes } };
      const { server, coming } = await visited(ecdsa, ours, theirs);
      await coming;
      const { socket } = await server.accept();
      expect(socket.info).toMatchObject({ resumed: resumes, tls12: { extendedMasterSecret: false } });
      socket.end();
    });
  });

  describe('renegotiation', () => {
    const accept = { versions, tls12: { renegotiation: 'accept' } } as const;

    it('gnutls-cli begins it', async () => {
      const { peer, coming } = await visited(ecdsa, accept, by12(undefined, ['--rehandshake']));
      const { socket, inbox } = await coming;
      expect(await new Promise(resolve => socket.once('renegotiated', resolve))).toMatchObject({ protocol: 'TLSv1.2' });
      await peer.saying(/ReHandshake was completed/);
      peer.write('still here\n');
      await inbox.including('still here\n');
      socket.end();
    });

    it('gnutls-cli begins it, and is refused, by a warning, as often as it asks', async () => {
      const { server, peer, coming } = await visited(ecdsa, { versions }, by12(undefined, ['--rehandshake']));
      await coming;
      await peer.saying(/ReHandshake has failed/);
      const warnings = server.watch.contents('out', 'alert').map(({ content }) => [...content]);
      expect(warnings).not.toEqual([]);
      expect(warnings.filter(([level, what]) => level !== 1 || what !== 100)).toEqual([]);
    });

    it('our server begins it', async () => {
      const { peer, coming } = await visited(ecdsa, accept, by12());
      const { socket, inbox } = await coming;
      const again = new Promise(resolve => socket.once('renegotiated', resolve));
      socket.renegotiate();
      await peer.saying(/Rehandshake was performed/);
      expect(await again).toMatchObject({ protocol: 'TLSv1.2' });
      peer.write('still here\n');
      await inbox.including('still here\n');
      socket.end();
    });

    it('gnutls-serv begins it', async () => {
      const server = await serve(ecdsa, by12());
      const { socket, inbox } = await ourClient(server.port, ecdsa, accept);
      const again = new Promise(resolve => socket.once('renegotiated', resolve));
      socket.write('**REHANDSHAKE**\n');
      expect(await again).toMatchObject({ protocol: 'TLSv1.2', verified: true });
      socket.write('still here\n');
      await inbox.including('still here\n');
      socket.end();
    });

    it('our client begins it', async () => {
      const server = await serve(ecdsa, by12());
      const { socket, inbox } = await ourClient(server.port, ecdsa, accept);
      const again = new Promise(resolve => socket.once('renegotiated', resolve));
      socket.renegotiate();
      expect(await again).toMatchObject({ protocol: 'TLSv1.2', verified: true });
      socket.write('still here\n');
      await inbox.including('still here\n');
      socket.end();
    });
  });

  describe('certificates of clients', () => {
    const kinds = [
      ['ecdsa-p256', 'ecdsa_secp256r1_sha256'],
      ['ecdsa-p384', 'ecdsa_secp384r1_sha384'],
      ['ed25519', 'ed25519'],
      ['ed448', 'ed448'],
      ['rsa-2048', 'rsa_pss_rsae_sha256'],
      ['rsa-pss', 'rsa_pss_pss_sha256'],
    ] as const;

    it.each(kinds)('%s, our client', async (kind, scheme) => {
      const own = await identity12(kind);
      const args = ['--require-client-cert', '--verify-client-cert', '--x509cafile', own.files.root];
      const signatureSchemes = [...new Set([scheme, 'ecdsa_secp256r1_sha256'])];
      const ours: ConnectOptions = { versions, certificate: own.certificate, key: own.key, signatureSchemes };
      const met = await meet.ourClient(ecdsa, { ours, theirs: by12(undefined, args), length: 1 << 12 });
      expect(met.info.clientSignatureScheme?.name).toBe(scheme);
    });

    it.each(kinds)('%s, our server', async (kind, scheme) => {
      const own = await identity12(kind);
      const args = ['--x509certfile', own.files.certificate, '--x509keyfile', own.files.key];
      const ours: TlsServerOptions = {
        versions,
        clientAuth: 'require',
        trust: { roots: [own.root] },
        signatureSchemes: [...new Set([scheme, 'ecdsa_secp256r1_sha256'])],
      };
      const { coming, peer } = await visited(ecdsa, ours, by12(undefined, args));
      const { socket } = await coming;
      expect(socket.info).toMatchObject({ verified: true, clientSignatureScheme: { name: scheme } });
      expect(socket.info?.peerCertificates).toEqual(own.issued.chain);
      socket.end();
      await peer.exit();
    });

    it('none, our client: gnutls-serv refuses it', async () => {
      const server = await serve(ecdsa, by12(undefined, ['--require-client-cert', '--x509cafile', ecdsa.files.root]));
      expect(await refusedByUs(server.port, ecdsa, { versions })).toMatchObject({
        code: 'ERR_TLS_PEER_ALERT',
        sentBy: 'peer',
      });
    });

    it('none, gnutls-cli: our server refuses it with handshake_failure', async () => {
      const server = stopping(
        new OurServer(ecdsa, { versions, clientAuth: 'require', trust: { roots: [ecdsa.root] } }),
      );
      const port = await server.listen();
      const refusal = server.refusal();
      const peer = stopping(gnutlsClient(port, ecdsa.files.root, by12()));
      expect(await refusal).toMatchObject({ code: 'ERR_TLS_CERTIFICATE_REQUIRED', alert: 'handshake_failure' });
      await peer.exit();
      expect(gnutlsAlerts(peer)).toEqual([40]);
    });

    it('one in a renegotiation that our server begins', async () => {
      const own = ['--x509certfile', ecdsa.files.certificate, '--x509keyfile', ecdsa.files.key];
      const ours: TlsServerOptions = {
        ...{ versions, clientAuth: 'require', trust: { roots: [ecdsa.root] } },
        tls12: { renegotiation: 'accept' },
      };
      const { coming } = await visited(ecdsa, ours, by12(undefined, own));
      const { socket } = await coming;
      const again = new Promise(resolve => socket.once('renegotiated', resolve));
      socket.renegotiate();
      expect(await again).toMatchObject({ verified: true, peerCertificates: ecdsa.issued.chain });
      socket.end();
    });
  });

  describe('extensions', () => {
    it('ALPN and SNI, our server', async () => {
      const args = ['--alpn', 'a', '--alpn', 'b'];
      const { peer, coming } = await visited(ecdsa, { versions, alpn: ['b'] }, by12(undefined, args));
      const { socket } = await coming;
      expect(socket.info).toMatchObject({ protocol: 'TLSv1.2', serverName: HOST, alpn: 'b' });
      await peer.saying(/Application protocol: b/);
      socket.end();
    });

    it('ALPN, our client, with False Start', async () => {
      const ours = { versions, alpn: ['b', 'a'], tls12: { falseStart: true } };
      const theirs = by12(undefined, ['--alpn', 'a', '--alpn', 'c']);
      const { info } = await meet.ourClient(ecdsa, { ours, theirs, length: 1 << 12 });
      expect(info.alpn).toBe('a');
    });

    it('a CertificateStatus with a response that the certificate is good, both roles', async () => {
      const root = await createCA();
      const issued = await root.issue({ names: [HOST] });
      const who = identity(issued, root);
      const response = goodOcspResponse(root, issued);
      const theirs = by12(undefined, ['--ocsp-response', file(response)]);
      const client = await meet.ourClient(who, { ours: { versions, ocsp: true }, theirs, length: 1 << 12 });
      expect(client.info.ocspResponse).toEqual(Uint8Array.from(response));
      expect(client.watch.messages).toContain('< certificate_status');

      const silent = await meet.ourClient(who, { ours: { versions, ocsp: false }, theirs, length: 1 << 12 });
      expect(silent.info.ocspResponse).toBeUndefined();
      expect(silent.watch.messages).not.toContain('< certificate_status');

      const { certificate, key } = who;
      const ours = { versions, credentials: [{ certificate, key, ocspResponse: response }] };
      const saved = file('');
      const server = await meet.ourServer(who, {
        ours,
        theirs: by12(undefined, ['--save-ocsp', saved]),
        length: 1 << 12,
      });
      expect(server.watch.messages).toContain('> certificate_status');
      expect(server.said).toMatch(/- Options:.* OCSP status request,/);
    });

    it.each([512, 4096])('record_size_limit of %d, our client', async limit => {
      const ours = { versions, recordSizeLimit: limit };
      const { info, watch } = await meet.ourClient(ecdsa, { ours, theirs: by12(), length: 1 << 16 });
      expect(info.recordSizeLimit).toMatchObject({ receive: limit });
      const lengths = watch.contents('in', 'application_data').map(({ content }) => content.length);
      expect(Math.max(...lengths)).toBeLessThanOrEqual(limit);
    });

    it.each([512, 4096])('record_size_limit of %d, gnutls-cli', async limit => {
      const theirs = by12(undefined, ['--recordsize', String(limit)]);
      const { server, peer, coming } = await visited(ecdsa, { versions, recordSizeLimit: 2000 }, theirs);
      const { socket } = await coming;
      expect(socket.info?.recordSizeLimit).toEqual({ send: limit, receive: 2000 });
      socket.write(Buffer.alloc(10_000, 'x'));
      await peer.saying(/x{100}/);
      const lengths = server.watch.contents('out', 'application_data').map(({ content }) => content.length);
      expect(Math.max(...lengths)).toBe(limit);
      socket.end();
    });

    it('max_fragment_length, our client', async () => {
      const ours = { versions, maxFragmentLength: 1024 } as const;
      const { info, watch } = await meet.ourClient(ecdsa, { ours, theirs: by12(), length: 1 << 16 });
      expect(info.maxFragmentLength).toBe(1024);
      const lengths = watch.contents('in', 'application_data').map(({ content }) => content.length);
      expect(Math.max(...lengths)).toBeLessThanOrEqual(1024);
    });

    it('use_srtp, both roles', async () => {
      const profiles = ['SRTP_AES128_CM_HMAC_SHA1_80'];
      const ours = { versions, srtp: { profiles } };
      const theirs = by12(undefined, ['--srtp-profiles', 'SRTP_AES128_CM_HMAC_SHA1_32:SRTP_AES128_CM_HMAC_SHA1_80']);
      const client = await meet.ourClient(ecdsa, { ours, theirs, length: 1 << 12 });
      expect(client.info.srtp?.profile.name).toBe(profiles[0]);
      const server = await meet.ourServer(ecdsa, { ours, theirs, length: 1 << 12 });
      expect(server.info.srtp?.profile.name).toBe(profiles[0]);
      expect(server.said).toContain(`SRTP profile: ${profiles[0]}`);
    });

    it('raw public keys, both roles', async () => {
      const priority = `:${modern}:+GROUP-ALL:-CTYPE-ALL:+CTYPE-SRV-RAWPK:+CTYPE-CLI-X509`;
      const publicKey = toPem('PUBLIC KEY', ecdsa.issued.spki);
      const own = ['--rawpkkeyfile', ecdsa.files.key, '--rawpkfile', file(publicKey)];
      const server = await serve(ecdsa, { ...by12(priority), own });
      const client = await ourClient(server.port, ecdsa, { versions, trust: { rawPublicKeys: publicKey } });
      expect(client.info).toMatchObject({
        protocol: 'TLSv1.2',
        certificateType: { name: 'RawPublicKey' },
        verified: true,
      });
      client.socket.destroy();

      const { key } = ecdsa;
      const ours = { versions, credentials: [{ rawPublicKey: true, key }] };
      const { coming, peer } = await visited(ecdsa, ours, by12(priority, ['--insecure']));
      const { socket } = await coming;
      expect(socket.info?.protocol).toBe('TLSv1.2');
      await peer.saying(/Raw Public Key/i);
      socket.end();
      expect((await peer.exit()).code).toBe(0);
    });

    it('keying material and tls-unique, both roles', async () => {
      const args = ['--keymatexport', 'EXPORTER-tlskit', '--keymatexportsize', '40'];
      const server = await serve(ecdsa, by12(undefined, args));
      const client = await ourClient(server.port, ecdsa, { versions });
      const ours = client.socket.exportKeyingMaterial('EXPORTER-tlskit', undefined, 40);
      await server.child.saying(new RegExp(`Key material: ${ours.toString('hex')}`));
      await server.child.saying(
        new RegExp(`'tls-unique': ${client.socket.channelBinding('tls-unique').toString('hex')}`),
      );
      client.socket.destroy();

      const { coming, peer } = await visited(ecdsa, { versions }, by12(undefined, ['--verbose', ...args]));
      const { socket } = await coming;
      const material = socket.exportKeyingMaterial('EXPORTER-tlskit', undefined, 40).toString('hex');
      await peer.saying(new RegExp(`Key material: ${material}`));
      await peer.saying(new RegExp(`'tls-unique': ${socket.channelBinding('tls-unique').toString('hex')}`));
      socket.end();
    });
  });

  describe('heartbeats', () => {
    const heartbeat = 'peer_allowed_to_send';

    it('our client and gnutls-serv', async () => {
      const server = await serve(ecdsa, by12(undefined, ['--heartbeat']));
      const { socket, inbox, watch } = await ourClient(server.port, ecdsa, { versions, heartbeat });
      await socket.heartbeat();
      expect(watch.contents('in', 'heartbeat')).toHaveLength(1);
      // Its own are answered too, or it would send no more.
      socket.write('**HEARTBEAT**\n');
      await watch.until(() => watch.contents('out', 'heartbeat').length === 2);
      socket.write('hello\n');
      await inbox.including('hello\n');
      socket.end();
    });

    it('our server and gnutls-cli', async () => {
      const { server, peer, coming } = await visited(ecdsa, { versions, heartbeat }, by12(undefined, ['--heartbeat']));
      const { socket, inbox } = await coming;
      peer.write('hello\n');
      await inbox.including('hello\n');
      await socket.heartbeat();
      expect(server.watch.contents('in', 'heartbeat')).toHaveLength(1);
      socket.end('and goodbye\n');
      await peer.saying(/and goodbye/);
    });
  });

  describe('versions', () => {
    it('gnutls-cli of TLS 1.1: protocol_version', async () => {
      const server = stopping(new OurServer(ecdsa, { versions }));
      const port = await server.listen();
      const refusal = server.refusal();
      const base = 'NORMAL:-VERS-ALL:+VERS-TLS1.1';
      const peer = stopping(gnutlsClient(port, ecdsa.files.root, { base }));
      expect(await refusal).toMatchObject({ code: 'ERR_TLS_PROTOCOL_VERSION', alert: 'protocol_version' });
      await peer.exit();
      expect(gnutlsAlerts(peer)).toEqual([70]);
    });

    it('gnutls-serv of TLS 1.1: protocol_version', async () => {
      const server = await serve(rsa, { base: 'NORMAL:-VERS-ALL:+VERS-TLS1.1' });
      const refusal = await refusedByUs(server.port, rsa, only('TLS_RSA_WITH_AES_128_CBC_SHA'));
      expect(refusal).toMatchObject({ code: 'ERR_TLS_PROTOCOL_VERSION', alert: 'protocol_version', sentBy: 'us' });
    });

    it('gnutls-cli that falls back although we have better: inappropriate_fallback', async () => {
      const server = stopping(new OurServer(ecdsa, { versions }));
      const port = await server.listen();
      const refusal = server.refusal();
      const peer = stopping(gnutlsClient(port, ecdsa.files.root, by12(`:${modern}:+GROUP-ALL:%FALLBACK_SCSV`)));
      expect(await refusal).toMatchObject({ alert: 'inappropriate_fallback', sentBy: 'us' });
      await peer.exit();
      expect(gnutlsAlerts(peer)).toEqual([86]);
    });

    it('our client falls back although gnutls-serv has better: inappropriate_fallback', async () => {
      const server = await serve(ecdsa, { base: 'NORMAL' });
      const refusal = await refusedByUs(server.port, ecdsa, { versions: [tls12], fallback: true });
      expect(refusal).toMatchObject({ alert: 'inappropriate_fallback', sentBy: 'peer' });
    });
  });
});
