/** OCSP responses of `openssl ocsp`, stapled by `openssl s_server`, judged by our client as it is by default; both versions. */
import { createCA, type Issued, type TestCA } from '@tlskit/tls-testing';
import { tls12, tls13 } from 'tlskit/node';
import { beforeAll, expect, it } from 'vitest';
import { HOST, identity } from '../src/certificates.ts';
import { file } from '../src/files.ts';
import { ocspResponse } from '../src/ocsp.ts';
import { alertsSeen, opensslServer } from '../src/openssl.ts';
import { ourClient, refusedByUs } from '../src/ours.ts';
import { forPeer, stopAfterTest } from './support.ts';

const both = [
  ['TLS 1.3', '-tls1_3', tls13],
  ['TLS 1.2', '-tls1_2', tls12],
] as const;

let root: TestCA;
let issued: Issued;
let other: Issued;
let promising: Issued;
beforeAll(async () => {
  root = await createCA({ key: 'rsa-2048' });
  [issued, other] = [await root.issue({ names: [HOST] }), await root.issue({ names: [HOST] })];
  promising = await root.issue({ names: [HOST], tlsFeatures: [5] });
});

forPeer('openssl', 'stapled by OpenSSL', () => {
  const stopping = stopAfterTest();

  async function serving(flag: string, who: Issued, staple: Uint8Array | undefined) {
    const shown = identity(who, root);
    const status = staple === undefined ? [] : ['-status', '-status_file', file(staple)];
    const { port, child } = await opensslServer(shown, ['-rev', flag, ...status]);
    stopping(child);
    return { port, child, shown };
  }

  it.each(both)('a good response is taken, by %s', async (_, flag, version) => {
    const responder = await root.issue({ subject: 'responder', names: null, extendedKeyUsage: ['OCSPSigning'] });
    for (const staple of [ocspResponse(root, issued, 'good'), ocspResponse(root, issued, 'good', responder)]) {
      const { port, shown } = await serving(flag, issued, staple);
      const client = await ourClient(port, shown, { versions: [version] });
      expect(client.info).toMatchObject({ ocspResponse: Uint8Array.from(staple), verified: true });
      client.socket.destroy();
    }
  });

  it.each(both)('a response that is not satisfactory is refused, by %s', async (_, flag, version) => {
    const stranger = await createCA({ key: 'rsa-2048', subject: root.subject });
    const server = await root.issue({ names: [HOST] });
    const staples = [
      ocspResponse(root, other, 'good'),
      ocspResponse(root, issued, 'good', server),
      ocspResponse(stranger, issued, 'good'),
      ocspResponse(root, issued, 'unknown'),
    ];
    for (const staple of staples) {
      const { port, child, shown } = await serving(flag, issued, staple);
      const error = await refusedByUs(port, shown, { versions: [version] });
      expect(error).toMatchObject({ code: 'ERR_TLS_CERT_STATUS', sentBy: 'us' });
      await child.saying(/SSL alert number/);
      expect(alertsSeen(child)).toEqual([113]);
    }
  });

  it.each(both)('a revocation is refused, by %s', async (_, flag, version) => {
    const { port, child, shown } = await serving(flag, issued, ocspResponse(root, issued, 'revoked'));
    const error = await refusedByUs(port, shown, { versions: [version] });
    expect(error).toMatchObject({ code: 'CERT_REVOKED', alert: 'certificate_revoked', sentBy: 'us' });
    expect(error.message).toContain('2026-01-02T03:04:05Z (keyCompromise), says OCSP');
    await child.saying(/SSL alert number/);
    expect(alertsSeen(child)).toEqual([44]);
  });

  it.each(both)('a promise of a response is kept, by %s (RFC 7633)', async (_, flag, version) => {
    const silent = await serving(flag, promising, undefined);
    const error = await refusedByUs(silent.port, silent.shown, { versions: [version] });
    expect(error).toMatchObject({ code: 'ERR_TLS_CERT_STATUS', rfc: 'RFC 7633 §4.3.3' });
    const { port, shown } = await serving(flag, promising, ocspResponse(root, promising, 'good'));
    const client = await ourClient(port, shown, { versions: [version] });
    expect(client.info.verified).toBe(true);
    client.socket.destroy();
  });
});
