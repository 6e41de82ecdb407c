/** What is asked for beside certificates, and what stands in their place, by the options of sockets. */
import { createNodeProvider } from '@tlskit/tls-crypto-node';
import { clientHello, decodeMessage, ExtensionType } from '@tlskit/tls-messages';
import { toPem } from '@tlskit/tls-testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { createClientEngine, createServerEngine } from '../src/engine.ts';
import { createDelegatedCredential, type TrustOption, zlibStreams } from '../src/index.ts';

import { type ConnectOptions, nodeCompression, type TlsServerOptions } from '../src/node/index.ts';
import { ca, credential, failure, localhost, memoryPair, openPair, trust } from './support.ts';

const provider = createNodeProvider();
const ocspResponse = await ca.ocsp(localhost.certificate);
const scts = [Uint8Array.of(1), Uint8Array.of(2, 3)];
const { certificate, key } = credential;

async function info(client: Partial<ConnectOptions>, server: Partial<TlsServerOptions>) {
  const messages: string[] = [];
  const inspect = {
    message: ({ direction, bytes }: { direction: string; bytes: Uint8Array }) =>
      messages.push(`${direction} ${bytes[0]}`),
  };
  const ends = await openPair({ inspect, ...client }, server);
  const description = await ends.client.opened;
  ends.client.destroy();
  ends.server.destroy();
  return { ...description, messages };
}

/** How a handshake fails, at the client and at the server. */
function failures(client: Partial<ConnectOptions>, server: Partial<TlsServerOptions>) {
  const ends = memoryPair(client, server);
  return Promise.all([failure(ends.client), failure(ends.server)]);
}

const withCredential = (...credentials: NonNullable<TlsServerOptions['credentials']>): Partial<TlsServerOptions> => ({
  certificate: undefined,
  key: undefined,
  credentials,
});

describe('ocsp and scts', () => {
  it('ask for what the credential has', async () => {
    const server = withCredential({ certificate, key, ocspResponse, scts: async () => scts });
    expect(await info({ ocsp: true, scts: true }, server)).toMatchObject({ ocspResponse, scts, verified: true });
    expect(await info({ ocsp: false }, server)).toMatchObject({ ocspResponse: undefined, scts: [] });
    expect(await info({}, server)).toMatchObject({ ocspResponse, scts: [] });
  });

  it('are handed to a verifier', async () => {
    const seen: unknown[] = [];
    const verifier = {
      trust: 'test',
      verify: (evidence: { readonly ocsp?: Uint8Array; readonly scts?: readonly Uint8Array[] }) => {
        seen.push(evidence.ocsp, evidence.scts);
        const publicKey = provider.importPublicKey(localhost.spki);
        return { publicKey, verified: true, expires: Number.MAX_SAFE_INTEGER, trust: 'test' };
      },
    };
    await info(
      { trust: undefined, verifier, ocsp: true, scts: true },
      withCredential({ certificate, key, ocspResponse, scts }),
    );
    expect(seen).toEqual([ocspResponse, scts]);
  });

  it('of which a verifier says something else than yes are not verified', async () => {
    const publicKey = provider.importPublicKey(localhost.spki);
    for (const verified of ['no', undefined] as unknown[]) {
      const verify = () => ({
        publicKey,
        verified: verified as boolean,
        expires: Number.MAX_SAFE_INTEGER,
        trust: 'test',
      });
      const { verified: told } = await info({ trust: undefined, verifier: { trust: 'test', verify } }, {});
      expect(told).toBe(false);
    }
  });

  it('that turn out to be no bytes end the handshake', async () => {
    const server = withCredential({ certificate, key, ocspResponse: () => Promise.resolve('DER' as never) });
    const [atClient, atServer] = await failures({ ocsp: true }, server);
    expect(atServer).toMatchObject({ code: 'ERR_TLS_INVALID_OPTION', alert: 'internal_error' });
    expect(atClient).toMatchObject({ alert: 'internal_error', sentBy: 'peer' });
  });
});

describe('certificateCompression', () => {
  const compressed = 'in 25';
  const plain = 'in 11';
  let large: Partial<TlsServerOptions>;

  beforeAll(async () => {
    const names = ['localhost', ...Array.from({ length: 40 }, (_, i) => `service-${i}.example.com`)];
    const { pem } = await ca.issue({ names });
    large = { certificate: pem.certificate, key: pem.key };
  });

  it('is on between sockets of Node, where it pays', async () => {
    expect((await info({}, large)).messages).toContain(compressed);
    expect((await info({ certificateCompression: false }, large)).messages).toContain(plain);
    expect((await info({}, { ...large, certificateCompression: false })).messages).toContain(plain);
    // One small certificate: what would be saved is less than what it would cost.
    expect((await info({}, {})).messages).toContain(plain);
  });

  it.each(nodeCompression.map(method => [method.algorithm, method] as const))(
    'goes by algorithm %i',
    async (_code, method) => {
      const { messages, verified } = await info({ certificateCompression: [method] }, large);
      expect(messages).toContain(compressed);
      expect(verified).toBe(true);
    },
  );

  it.each(nodeCompression.map(method => [method.algorithm, method] as const))(
    'by algorithm %i takes no more and no less than was announced, and nothing behind',
    async (_code, { compress, decompress }) => {
      const body = new Uint8Array(5000).fill(7);
      const small = Uint8Array.from((await compress(body)) as Uint8Array);
      expect(small.length).toBeLessThan(100);
      expect(Uint8Array.from(await decompress(small, 5000))).toEqual(body);
      expect(() => decompress(small, 4999)).toThrow(RangeError);
      expect((await decompress(small, 5001)).length).toBe(5000);
      expect(() => decompress(Uint8Array.of(...small, 0), 5000)).toThrow();
      expect(() => decompress(small.subarray(0, -2), 5000)).toThrow();
      expect(() => decompress(new Uint8Array(0), 0)).toThrow();
      expect(compress(Uint8Array.of(1))).toBeUndefined();
    },
  );

  it('by the streams of the platform', async () => {
    const { messages, verified } = await info(
      { certificateCompression: [zlibStreams] },
      { certificateCompression: [zlibStreams] },
    );
    expect(messages).toContain(compressed);
    expect(verified).toBe(true);
    const { compress, decompress } = zlibStreams;
    const body = new Uint8Array(1 << 20);
    const bomb = (await compress(body)) as Uint8Array;
    await expect(decompress(bomb, 1000)).rejects.toThrow(RangeError);
    expect((await decompress(bomb, 1 << 20)).length).toBe(1 << 20);
    await expect(decompress(bomb.subarray(1), 1 << 20)).rejects.toThrow();
    expect(await compress(Uint8Array.of(1))).toBeUndefined();
  });

  it('is off in an engine that is not told', () => {
    let hello: Uint8Array = new Uint8Array(0);
    const engine = createClientEngine({ servername: 'localhost', trust }, { message: ({ bytes }) => (hello = bytes) });
    engine.start();
    // By its list: the bytes of a key share may say anything.
    const types = decodeMessage(clientHello, hello).extensions.map(({ extension_type }) => extension_type);
    expect(types).not.toContain(ExtensionType.values.compress_certificate);
  });
});

describe('raw public keys', () => {
  const raw = withCredential({ rawPublicKey: true, key });
  const rawKeys: TrustOption = { rawPublicKeys: toPem('PUBLIC KEY', localhost.spki) };

  it('authenticate a server that has no certificate, to a client that expects no name', async () => {
    const { verified, certificateType, peerCertificate, peerCertificates } = await info(
      { trust: rawKeys, servername: false },
      raw,
    );
    expect({ verified, certificateType, peerCertificate }).toEqual({
      verified: true,
      certificateType: { name: 'RawPublicKey', code: 2 },
      peerCertificate: undefined,
    });
    expect(peerCertificates).toEqual([localhost.spki]);
  });

  it('of somebody else are refused', async () => {
    const other = await ca.issue('localhost');
    const [atClient, atServer] = await failures({ trust: { rawPublicKeys: [other.spki] } }, raw);
    expect(atClient).toMatchObject({ code: 'ERR_TLS_CERT_PIN', alert: 'unknown_ca' });
    expect(atServer).toMatchObject({ alert: 'unknown_ca' });
  });

  it('and certificates, where both are trusted: what the server has', async () => {
    const either = { ...rawKeys, roots: ca.pem };
    expect(await info({ trust: either }, raw)).toMatchObject({
      certificateType: { name: 'RawPublicKey' },
      verified: true,
    });
    expect(await info({ trust: either }, {})).toMatchObject({ certificateType: { name: 'X509' }, verified: true });
  });

  it('are not for clients that trust certificates, nor the other way round', async () => {
    for (const [client, server] of [
      [{ trust }, raw],
      [{ trust: rawKeys }, {}],
    ] as const) {
      const [atClient, atServer] = await failures(client, server);
      expect(atServer).toMatchObject({ code: 'ERR_TLS_NO_SHARED_CERTIFICATE_TYPE' });
      expect(atClient).toMatchObject({ alert: 'unsupported_certificate' });
    }
  });
});

describe('delegated credentials', () => {
  let server: Partial<TlsServerOptions>;
  let withKeyOfCertificate: Partial<TlsServerOptions>;

  beforeAll(async () => {
    const usage = { oid: '1.3.6.1.4.1.44363.44', value: Uint8Array.of(5, 0) };
    const delegator = await ca.issue({ names: ['localhost'], extensions: [usage] });
    const other = await ca.issue({ names: ['other'], key: 'ecdsa-p384' });
    const delegatedCredential = await createDelegatedCredential({
      certificate: delegator.certificate,
      key: provider.importPrivateKey(delegator.key),
      delegatedKey: provider.importPrivateKey(other.key),
      expires: Date.now() + 86_400_000,
    });
    const delegated = { certificate: delegator.pem.certificate, key: other.pem.key, delegatedCredential };
    const own = { certificate: delegator.pem.certificate, key: delegator.pem.key };
    server = withCredential(delegated);
    withKeyOfCertificate = withCredential(delegated, own);
  });

  it('sign for the certificate, under the rules of certificates', async () => {
    const { delegatedCredential, signatureScheme, verified } = await info({ delegatedCredentials: true }, server);
    expect({ delegatedCredential, signatureScheme: signatureScheme?.name, verified }).toEqual({
      delegatedCredential: true,
      signatureScheme: 'ecdsa_secp384r1_sha384',
      verified: true,
    });
    expect(await info({ delegatedCredentials: ['ecdsa_secp384r1_sha384'] }, server)).toMatchObject({ verified: true });
  });

  it('are for those who ask; others see the key of the certificate, where there is one', async () => {
    expect(await info({}, withKeyOfCertificate)).toMatchObject({ delegatedCredential: false, verified: true });
    expect(await info({ delegatedCredentials: ['ed25519'] }, withKeyOfCertificate)).toMatchObject({
      delegatedCredential: false,
    });
    const [atClient, atServer] = await failures({}, server);
    expect(atClient).toMatchObject({ alert: 'handshake_failure' });
    expect(atServer).toMatchObject({ code: 'ERR_TLS_NO_SHARED_SIGNATURE_SCHEME' });
  });
});

describe('options that make no sense', () => {
  const client: [string, object][] = [
    ['ocsp', { ocsp: 'yes' }],
    ['scts', { scts: 1 }],
    ['certificateCompression', { certificateCompression: true }],
    ['a method without decompress', { certificateCompression: [{ algorithm: 1, compress: () => undefined }] }],
    ['an algorithm twice', { certificateCompression: [zlibStreams, zlibStreams] }],
    ['schemes that nobody knows', { delegatedCredentials: ['ecdsa'] }],
    ['schemes that may not be delegated to', { delegatedCredentials: ['rsa_pss_rsae_sha256'] }],
    ['schemes for certificates', { delegatedCredentials: ['rsa_pkcs1_sha256'] }],
    ['no schemes', { delegatedCredentials: [] }],
    ['no raw public keys', { trust: { rawPublicKeys: [] } }],
    ['raw public keys that are none', { trust: { rawPublicKeys: 'a key' } }],
    [
      'raw public keys and what trusts everybody',
      { trust: { rawPublicKeys: localhost.spki, insecure: 'accept any certificate' } },
    ],
  ];
  it.each(client)('for a client: %s', (_what, options) => {
    expect(() => createClientEngine({ servername: 'localhost', trust, ...options })).toThrow(
      expect.objectContaining({ code: 'ERR_TLS_INVALID_OPTION' }),
    );
  });

  const credentials: [string, object][] = [
    ['neither certificate nor raw public key', { key }],
    ['both', { certificate, key, rawPublicKey: true }],
    ['a raw public key with a staple', { key, rawPublicKey: true, scts }],
    ['an empty OCSP response', { certificate, key, ocspResponse: new Uint8Array(0) }],
    ['an OCSP response in text', { certificate, key, ocspResponse: 'MIIB' }],
    ['no timestamps', { certificate, key, scts: [] }],
    ['an empty timestamp', { certificate, key, scts: [new Uint8Array(0)] }],
    ['a delegated credential in text', { certificate, key, delegatedCredential: 'MIIB' }],
    ['a delegated credential that is none', { certificate, key, delegatedCredential: Uint8Array.of(1) }],
  ];
  it.each(credentials)('for a credential: %s', (_what, each) => {
    expect(() => createServerEngine({ credentials: [each as never] })).toThrow(
      expect.objectContaining({ code: 'ERR_TLS_INVALID_OPTION' }),
    );
  });
});
