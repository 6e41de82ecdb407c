/** OCSP responses that servers staple (RFC 6066 §8, RFC 6960, RFC 7633), judged by default, with both versions. */
import { createNodeProvider } from '@tlskit/tls-crypto-node';
import { clientHello, decodeMessage, ExtensionType, findExtension, statusRequestRow } from '@tlskit/tls-messages';
import type { Issued, OcspSingle } from '@tlskit/tls-testing';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createClientEngine } from '../src/engine.ts';
import { MemorySessionStore, ocsp } from '../src/index.ts';
import { type ConnectOptions, type TlsServerOptions, tls12, tls13 } from '../src/node/index.ts';
import { ca, clientError, closed, dial, failure, listening, localhost, stop, trust } from './support.ts';

const provider = createNodeProvider();
const minute = 60_000;
const both = [
  ['TLS 1.3', tls13],
  ['TLS 1.2', tls12],
] as const;

let promising: Issued;

beforeAll(async () => {
  promising = await ca.issue({ names: ['localhost'], tlsFeatures: [5] });
});

type Staple = Uint8Array | (() => Promise<Uint8Array | undefined>);

const credentialsOf = ({ pem }: Pick<Issued, 'pem'>, ocspResponse?: Staple): TlsServerOptions['credentials'] => [
  { certificate: pem.certificate, key: pem.key, ...(ocspResponse === undefined ? {} : { ocspResponse }) },
];

const about = ({ certificate }: Issued, single: OcspSingle = {}) =>
  ca.ocsp({ responses: [{ certificate, ...single }] });

/** What a client that gets through sees. */
async function info(credentials: TlsServerOptions['credentials'], options: Partial<ConnectOptions>) {
  const { server, port } = await listening({ credentials });
  const client = dial(port, options);
  const description = await client.opened;
  client.destroy();
  await stop(server);
  return description;
}

/** How a client that does not get through fails, and the alert that the server hears. */
async function refusal(credentials: TlsServerOptions['credentials'], options: Partial<ConnectOptions>) {
  const { server, port } = await listening({ credentials });
  const atServer = clientError(server);
  const { code, alert } = await failure(dial(port, options));
  const heard = (await atServer).alert;
  await stop(server);
  return { code, alert, heard };
}

const badResponse = {
  code: 'ERR_TLS_CERT_STATUS',
  alert: 'bad_certificate_status_response',
  heard: 'bad_certificate_status_response',
};

function hello(options: Parameters<typeof createClientEngine>[0]) {
  let sent: Uint8Array = new Uint8Array();
  createClientEngine({ servername: 'localhost', ...options }, { message: ({ bytes }) => (sent = bytes) }).start();
  const { extensions } = decodeMessage(clientHello, sent);
  return { extensions, types: extensions.map(({ extension_type }) => extension_type) };
}

describe('a ClientHello', () => {
  const { status_request } = ExtensionType.values;

  it('asks for an OCSP response where certificates are judged by trust [6066:8:1]', () => {
    for (const options of [{ trust }, { trust: { insecure: 'accept any certificate' } as const }]) {
      const { extensions } = hello(options);
      expect(findExtension(extensions, statusRequestRow, 'CH')).toMatchObject({ status_type: 1 });
    }
  });

  it('does not where nobody would read it, or by option', () => {
    const verifier = { trust: 'test', verify: () => Promise.reject(new Error('unused')) };
    const rawPublicKeys = { rawPublicKeys: localhost.spki };
    const list = { name: 'a list', id: 'list', check: () => ({ status: 'unknown' }) as const };
    for (const options of [
      { trust, ocsp: false },
      { verifier },
      { trust: rawPublicKeys },
      { trust, revocation: { by: [] } },
      { trust, revocation: { by: [list] } },
    ]) {
      expect(hello(options).types).not.toContain(status_request);
    }
  });

  it('does so by option, and for revocation by staples', () => {
    const verifier = { trust: 'test', verify: () => Promise.reject(new Error('unused')) };
    const by = [ocsp({ provider })];
    for (const options of [
      { verifier, ocsp: true },
      { trust, revocation: { by } },
    ]) {
      expect(hello(options).types).toContain(status_request);
    }
  });
});

describe.each(both)('a response stapled to %s', (_, version) => {
  const versions = [version];

  it('that is good is taken, and none is no failure', async () => {
    const ocspResponse = await about(localhost);
    const description = await info(credentialsOf(localhost, ocspResponse), { versions });
    expect(description).toMatchObject({ verified: true, ocspResponse });
    expect(await info(credentialsOf(localhost), { versions })).toMatchObject({
      ocspResponse: undefined,
      verified: true,
    });
    const tryLater = await ca.ocsp({ responses: [], responseStatus: 3 });
    expect(await info(credentialsOf(localhost, tryLater), { versions })).toMatchObject({ verified: true });
  });

  it('that is not satisfactory ends the handshake [6066:8:5]', async () => {
    const { certificate } = localhost;
    const stranger = await ca.intermediate();
    const past = { thisUpdate: new Date(Date.now() - 100 * minute), nextUpdate: new Date(Date.now() - 50 * minute) };
    const staples = [
      Uint8Array.of(0x30, 1, 2),
      await about(promising),
      await ca.ocsp({ responses: [{ certificate }], signer: stranger }),
      await ca.ocsp({ responses: [{ certificate }], alterSignature: signature => signature.map(octet => octet ^ 1) }),
      await about(localhost, past),
      await about(localhost, { status: 'unknown' }),
    ];
    for (const staple of staples) {
      expect(await refusal(credentialsOf(localhost, staple), { versions })).toEqual(badResponse);
    }
  });

  it('may be passed over when it is out of date, by option', async () => {
    const past = { thisUpdate: new Date(Date.now() - 100 * minute), nextUpdate: new Date(Date.now() - 50 * minute) };
    const revocation = { by: [ocsp({ provider, stale: 'ignore' })] };
    const server = credentialsOf(localhost, await about(localhost, past));
    expect(await info(server, { versions, revocation })).toMatchObject({ verified: true });
  });

  it('that says revoked is an alert of its own', async () => {
    const status = { revokedAt: new Date(), reason: 1 };
    expect(await refusal(credentialsOf(localhost, await about(localhost, { status })), { versions })).toEqual({
      code: 'CERT_REVOKED',
      alert: 'certificate_revoked',
      heard: 'certificate_revoked',
    });
  });

  it('is told of, and not judged, without trust', async () => {
    const ocspResponse = Uint8Array.of(0x30, 1, 2);
    const insecure = { trust: { insecure: 'accept any certificate' } } as const;
    const description = await info(credentialsOf(localhost, ocspResponse), { versions, ...insecure });
    expect(description).toMatchObject({ verified: false, ocspResponse });
  });

  it('must be there, and good, for a certificate that promises one (RFC 7633)', async () => {
    expect(await refusal(credentialsOf(promising), { versions })).toEqual(badResponse);
    const tryLater = await ca.ocsp({ responses: [], responseStatus: 3 });
    expect(await refusal(credentialsOf(promising, tryLater), { versions })).toEqual(badResponse);
    const good = await about(promising);
    expect(await info(credentialsOf(promising, good), { versions })).toMatchObject({ verified: true });
  });

  it('need not be there for such a certificate where nobody asked', async () => {
    expect(await info(credentialsOf(promising), { versions, ocsp: false })).toMatchObject({ verified: true });
  });

  it('must be there for every certificate, by option', async () => {
    const revocation = { by: [ocsp({ provider })], unknown: 'refuse' } as const;
    expect(await refusal(credentialsOf(localhost), { versions, revocation })).toMatchObject({
      code: 'ERR_TLS_CERT_STATUS_UNKNOWN',
      heard: 'certificate_unknown',
    });
    const good = await about(localhost);
    expect(await info(credentialsOf(localhost, good), { versions, revocation })).toMatchObject({ verified: true });
  });
});

describe.each(both)('a session of %s', (_, version) => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('ends with the staple that it was made under: then there is a new one', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const nextUpdate = () => new Date(Date.now() + 60 * minute);
    const staple = () => about(localhost, { nextUpdate: nextUpdate(), thisUpdate: new Date(Date.now() - minute) });
    const { server, port } = await listening({ credentials: credentialsOf(localhost, staple) }, socket => {
      socket.end('hello');
    });
    const sessions = new MemorySessionStore();
    const visit = async () => {
      const client = dial(port, { sessions, versions: [version], verifyResumed: true });
      client.resume();
      const { resumed, verified } = await client.opened;
      await closed(client);
      return { resumed, verified };
    };
    expect(await visit()).toEqual({ resumed: false, verified: true });
    expect(await visit()).toEqual({ resumed: true, verified: true });
    // The tolerance of five minutes is a part of it.
    vi.setSystemTime(Date.now() + 66 * minute);
    expect(await visit()).toEqual({ resumed: false, verified: true });
    expect(await visit()).toEqual({ resumed: true, verified: true });
    await stop(server);
  });
});
