/** What stands beside certificates, and in their place, with peers that know it: OpenSSL, GnuTLS and Chromium. */
import { toPem } from '@tlskit/tls-testing';
import { beforeAll, expect, it } from 'vitest';
import { goodIdentity, HOST, type Identity } from '../src/certificates.ts';
import { chromium } from '../src/chromium.ts';
import { file } from '../src/files.ts';
import { gnutlsClient, gnutlsServer } from '../src/gnutls.ts';
import { opensslClient, opensslServer } from '../src/openssl.ts';
import { OurServer, ourClient, refusedByUs } from '../src/ours.ts';
import { forPeer, stopAfterTest } from './support.ts';

/** `OCSPResponse ::= SEQUENCE { responseStatus ENUMERATED }`: the responder is not authorized to answer (RFC 6960 §4.2.1). */
const unauthorized = Uint8Array.of(0x30, 3, 0x0a, 1, 6);

let identity: Identity;
beforeAll(async () => {
  identity = await goodIdentity('ecdsa-p256');
});

forPeer('openssl', 'OCSP stapling, OpenSSL', () => {
  const stopping = stopAfterTest();

  it('our client is given what s_server staples, if it asks', async () => {
    const args = ['-rev', '-status', '-status_file', file(unauthorized)];
    const { port, child } = await opensslServer(identity, args);
    stopping(child);
    const asking = await ourClient(port, identity, { ocsp: true, scts: true });
    expect(asking.info).toMatchObject({ ocspResponse: unauthorized, scts: [], verified: true });
    asking.socket.destroy();
    const silent = await ourClient(port, identity, { ocsp: false });
    expect(silent.info.ocspResponse).toBeUndefined();
    silent.socket.destroy();
  });

  it('s_client is given what our server staples, if it asks', async () => {
    const { certificate, key } = identity;
    const ocspResponse = async () => unauthorized;
    const server = stopping(new OurServer(identity, { credentials: [{ certificate, key, ocspResponse }] }));
    const port = await server.listen();
    server.serve(socket => socket.end());
    const asking = stopping(opensslClient(port, identity.files.root, ['-status']));
    await asking.saying(/OCSP Response Status: unauthorized \(0x6\)/);
    const without = stopping(new OurServer(identity));
    const other = await without.listen();
    without.serve(socket => socket.end());
    const unanswered = stopping(opensslClient(other, identity.files.root, ['-status']));
    await unanswered.saying(/OCSP response: no response sent/);
  });
});

forPeer('gnutls', 'raw public keys, GnuTLS', () => {
  const stopping = stopAfterTest();
  const priority = ':-CTYPE-SRV-ALL:+CTYPE-SRV-RAWPK';
  let publicKey: string;
  beforeAll(() => {
    publicKey = toPem('PUBLIC KEY', identity.issued.spki);
  });

  it('our client trusts the key of gnutls-serv, and no other', async () => {
    const own = ['--rawpkkeyfile', identity.files.key, '--rawpkfile', file(publicKey)];
    const { port, child } = await gnutlsServer(identity, { own, priority });
    stopping(child);
    const client = await ourClient(port, identity, { trust: { rawPublicKeys: publicKey } });
    expect(client.info).toMatchObject({ certificateType: { name: 'RawPublicKey' }, verified: true });
    expect(client.info.peerCertificates).toEqual([identity.issued.spki]);
    client.socket.destroy();
    const stranger = await goodIdentity('ecdsa-p256');
    const error = await refusedByUs(port, identity, { trust: { rawPublicKeys: stranger.issued.spki } });
    expect(error).toMatchObject({ code: 'ERR_TLS_CERT_PIN', alert: 'unknown_ca', sentBy: 'us' });
  });

  it('gnutls-cli takes the key of our server', async () => {
    const { key } = identity;
    const server = stopping(new OurServer(identity, { credentials: [{ rawPublicKey: true, key }] }));
    const port = await server.listen();
    const coming = server.accept();
    const client = stopping(gnutlsClient(port, identity.files.root, { args: ['--insecure'], priority }));
    const { socket } = await coming;
    expect(socket.info?.protocol).toBe('TLSv1.3');
    await client.saying(/Raw Public Key/i);
    socket.end();
    expect((await client.exit()).code).toBe(0);
  });

  it('our server refuses a gnutls-cli that takes certificates alone, with unsupported_certificate', async () => {
    const { key } = identity;
    const server = stopping(new OurServer(identity, { credentials: [{ rawPublicKey: true, key }] }));
    const port = await server.listen();
    const refusal = server.refusal();
    const client = stopping(gnutlsClient(port, identity.files.root));
    expect(await refusal).toMatchObject({
      code: 'ERR_TLS_NO_SHARED_CERTIFICATE_TYPE',
      alert: 'unsupported_certificate',
    });
    expect((await client.exit()).code).not.toBe(0);
  });
});

forPeer('chromium', 'compressed certificates, Chromium', () => {
  const stopping = stopAfterTest();

  it('reads those of our server', async () => {
    // Certificates are compressed where that makes them so much shorter that it is worth the work.
    const names = Array.from({ length: 30 }, (_, i) => `name-number-${i}.example.com`);
    const long = await goodIdentity('ecdsa-p256', HOST, ...names);
    const server = stopping(new OurServer(long, { alpn: ['http/1.1'] }));
    server.serve(socket => {
      socket.on('error', () => {});
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 5\r\nconnection: close\r\n\r\nhello'));
    });
    const browser = stopping(chromium(await server.listen(), '/', long));
    expect((await browser.child.exit()).code).toBe(0);
    expect(browser.child.output.toString()).toContain('hello');
    expect(server.watch.messages).toContain('> compressed_certificate');
    expect(server.watch.messages).not.toContain('> certificate');
  });
});
