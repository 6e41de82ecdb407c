/** Servers and clients that must be refused: with which code by whom, and the alert that the other side sees. */
import type { TlsOptions } from 'node:tls';
import { AlertDescription, type AlertName, alertFor } from '@tlskit/tls-alerts';
import { type ConnectOptions, tls13 } from 'tlskit/node';
import { beforeAll, describe, expect, it } from 'vitest';
import { badIdentities, goodIdentity, type Identity, type Wrong, wrongNames, wrongs } from '../src/certificates.ts';
import { Child } from '../src/child.ts';
import { curl } from '../src/curl.ts';
import { withoutCertificateVerify } from '../src/misbehaving.ts';
import { alertInCode, NodeServer, nodeClient } from '../src/node-tls.ts';
import { alertsSeen, opensslPipe, opensslServer } from '../src/openssl.ts';
import { OurServer, refusedByUs, Watch } from '../src/ours.ts';
import { forPeer, node, stopAfterTest } from './support.ts';

type OurOptions = ConstructorParameters<typeof OurServer>[1];

let good: Identity;
let bad: Readonly<Record<Wrong, Identity>>;
beforeAll(async () => {
  [good, bad] = await Promise.all([goodIdentity('ecdsa-p256'), badIdentities()]);
});

const stopping = stopAfterTest();
const number = (alert: AlertName) => AlertDescription.values[alert];
const wrongRows = wrongNames.map(wrong => [wrong, ...wrongs[wrong]] as const);

it.each(wrongRows)('the table says of %s, %s: %s', (_wrong, code, alert) => {
  expect(alertFor(code)).toBe(alert);
});

forPeer('openssl', 'our client refuses openssl s_server', () => {
  it.each(wrongRows)('%s: %s, %s', async (wrong, code, alert) => {
    const { port, child } = await opensslServer(bad[wrong]);
    const watch = new Watch();
    const error = await refusedByUs(port, bad[wrong], { inspect: watch.inspector });
    expect(error).toMatchObject({ code, alert, sentBy: 'us' });
    // RFC 9846 §A.1: not in the clear.
    expect(watch.contents('out', 'alert')).toMatchObject([{ epoch: 'handshake' }]);
    await child.saying(/SSL alert number/);
    expect(alertsSeen(child)).toEqual([number(alert)]);
    await child.stop();
  });

  it.each([
    ['cipher suite', ['-ciphersuites', 'TLS_AES_128_GCM_SHA256'], { cipherSuites: ['TLS_AES_256_GCM_SHA384'] }],
    ['group', ['-groups', 'P-256'], { groups: ['x25519'] }],
    ['signature scheme', [], { signatureSchemes: ['ed25519'] }],
  ])('no %s in common: told handshake_failure', async (_, args, options) => {
    const { port, child } = await opensslServer(good, ['-rev', ...args]);
    const error = await refusedByUs(port, good, options);
    expect(error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'handshake_failure', sentBy: 'peer' });
    await child.stop();
  });

  it('no version in common: told protocol_version', async () => {
    const { port, child } = await opensslServer(good, ['-rev', '-tls1_2']);
    const error = await refusedByUs(port, good, { versions: [tls13] });
    expect(error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'protocol_version', sentBy: 'peer' });
    await child.stop();
  });
});

forPeer('node', 'our client refuses Node’s tls server', () => {
  async function meet(identity: Identity, options: TlsOptions = {}, ours: ConnectOptions = {}) {
    const server = stopping(new NodeServer(identity, options));
    const port = await server.listen();
    const refusal = server.refusal();
    return { error: await refusedByUs(port, identity, ours), theirs: await refusal };
  }

  it.each(wrongRows)('%s: %s, %s', async (wrong, code, alert) => {
    const { error, theirs } = await meet(bad[wrong]);
    expect(error).toMatchObject({ code, alert, sentBy: 'us' });
    expect(alertInCode(theirs.code)).toBe(alert);
  });

  it('no version in common: told protocol_version', async () => {
    const { error } = await meet(good, { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' }, { versions: [tls13] });
    expect(error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'protocol_version', sentBy: 'peer' });
  });
});

/** What no server of others can be made to do. */
const misbehaviours = [
  ['CertificateVerify by another key', 'ERR_TLS_BAD_CERTIFICATE_VERIFY', 'decrypt_error'],
  ['CertificateVerify missing', 'ERR_TLS_UNEXPECTED_MESSAGE', 'unexpected_message'],
] as const;

async function misbehaving(what: (typeof misbehaviours)[number][0]): Promise<OurServer> {
  if (what === 'CertificateVerify missing') return new OurServer(good, { versions: [withoutCertificateVerify] });
  const stranger = await goodIdentity('ecdsa-p256');
  const key = node.importPrivateKey(stranger.issued.key);
  return new OurServer(good, { selectCredential: () => ({ chain: good.issued.chain, key }) });
}

/** The error that a server of ours ends with when this client comes. */
async function serverError(server: OurServer, run: (port: number) => Child | Promise<unknown>) {
  const port = await stopping(server).listen();
  const refusal = server.refusal();
  const client = run(port);
  if (client instanceof Child) stopping(client);
  return { error: await refusal, client: await client };
}

describe('our client refuses our server', () => {
  it.each(misbehaviours)('%s: %s, %s', async (what, code, alert) => {
    const { error, client } = await serverError(await misbehaving(what), port => refusedByUs(port, good));
    expect(client).toMatchObject({ code, alert, sentBy: 'us' });
    expect(error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert, sentBy: 'peer' });
  });
});

/** The alerts of OpenSSL, which in two places are not those that our table has. */
const alertsOfOpenssl: Readonly<Record<Wrong, AlertName>> = {
  'wrong host': 'bad_certificate',
  expired: 'certificate_expired',
  'not yet valid': 'bad_certificate',
  'self-signed': 'unknown_ca',
  'untrusted root': 'unknown_ca',
  'untrusted root of an intermediate': 'unknown_ca',
  'untrusted root, sent along': 'unknown_ca',
  'CA:FALSE issuer': 'unknown_ca',
  'wrong EKU': 'unsupported_certificate',
  'bad signature of the leaf': 'decrypt_error',
  'bad signature of an intermediate': 'decrypt_error',
};
const refusalRows = wrongNames.map(wrong => [wrong, alertsOfOpenssl[wrong]] as const);

forPeer('openssl', 'our server is refused by openssl s_client', () => {
  const run = (port: number) => opensslPipe(port, bad.expired.files.root);

  it.each(refusalRows)('%s: we are told %s', async (wrong, alert) => {
    const { error, client } = await serverError(new OurServer(bad[wrong]), run);
    expect(error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert, sentBy: 'peer' });
    expect((await (client as Child).exit()).code).toBe(1);
  });

  it.each(misbehaviours)('%s', async (what, _code, alert) => {
    const { error } = await serverError(await misbehaving(what), port => opensslPipe(port, good.files.root));
    expect(error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert, sentBy: 'peer' });
  });

  it.each<[string, string[], OurOptions, string, AlertName]>([
    [
      'cipher suite',
      ['-ciphersuites', 'TLS_AES_128_GCM_SHA256'],
      { cipherSuites: ['TLS_AES_256_GCM_SHA384'] },
      'ERR_TLS_NO_SHARED_CIPHER',
      'handshake_failure',
    ],
    ['group', ['-groups', 'P-256'], { groups: ['x25519'] }, 'ERR_TLS_NO_SHARED_GROUP', 'handshake_failure'],
    ['signature scheme', ['-sigalgs', 'ed25519'], {}, 'ERR_TLS_NO_SHARED_SIGNATURE_SCHEME', 'handshake_failure'],
    ['version', ['-tls1_2'], { versions: [tls13] }, 'ERR_TLS_PROTOCOL_VERSION', 'protocol_version'],
  ])('no %s in common: we say so', async (_, args, options, code, alert) => {
    const { error, client } = await serverError(new OurServer(good, options), port =>
      opensslPipe(port, good.files.root, args),
    );
    expect(error).toMatchObject({ code, alert, sentBy: 'us' });
    await (client as Child).exit();
    expect(alertsSeen(client as Child)).toEqual([number(alert)]);
  });
});

forPeer('curl', 'our server is refused by curl', () => {
  // curl looks at the name when the handshake is complete, see below.
  it.each(refusalRows.filter(([wrong]) => wrong !== 'wrong host'))('%s: we are told %s', async (wrong, alert) => {
    const { error, client } = await serverError(new OurServer(bad[wrong]), port => curl(port, bad[wrong].files.root));
    expect(error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert, sentBy: 'peer' });
    // CURLE_PEER_FAILED_VERIFICATION, or for a bad signature CURLE_SSL_CONNECT_ERROR
    expect((await (client as Child).exit()).code).toBe(alert === 'decrypt_error' ? 35 : 60);
  });

  it('wrong host: it ends the connection', async () => {
    const server = stopping(new OurServer(bad['wrong host']));
    const port = await server.listen();
    const coming = server.accept();
    const client = stopping(curl(port, bad['wrong host'].files.root));
    const { inbox } = await coming;
    await inbox.closed();
    expect(inbox.bytes).toHaveLength(0);
    expect((await client.exit()).code).toBe(60);
  });

  it.each(misbehaviours)('%s', async (what, _code, alert) => {
    const { error } = await serverError(await misbehaving(what), port => curl(port, good.files.root));
    expect(error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert, sentBy: 'peer' });
  });
});

forPeer('node', 'our server is refused by Node’s tls client', () => {
  // Node judges certificates when the handshake is complete, and goes away without a word, perhaps not even its Finished.
  // Of several errors it has the last: the intermediate of 'CA:FALSE issuer' may neither sign nor serve.
  const codes = wrongNames.map(wrong => [wrong, wrong === 'CA:FALSE issuer' ? 'INVALID_PURPOSE' : wrongs[wrong][0]]);
  it.each(codes as [Wrong, string][])('%s: it has %s', async (wrong, code) => {
    const server = stopping(new OurServer(bad[wrong]));
    const port = await server.listen();
    const failure = server.failure();
    await expect(nodeClient(port, bad[wrong])).rejects.toMatchObject({ code });
    expect(await failure).toMatchObject({ code: 'ERR_TLS_TRUNCATED', sentBy: 'us' });
    expect(server.watch.contents('in', 'application_data')).toHaveLength(0);
  });

  it.each(misbehaviours)('%s', async (what, _code, alert) => {
    const { error } = await serverError(await misbehaving(what), port =>
      nodeClient(port, good).catch(thrown => thrown),
    );
    expect(error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert, sentBy: 'peer' });
  });
});
