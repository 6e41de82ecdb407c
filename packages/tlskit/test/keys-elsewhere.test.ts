import { createPrivateKey, createSecretKey, sign as nodeSign, webcrypto } from 'node:crypto';
import { createNodeProvider } from '@tlskit/tls-crypto-node';
import { tls12 } from '@tlskit/tls-engine/tls12';
import { tls13 } from '@tlskit/tls-engine/tls13';
import type { Issued, KeyKind } from '@tlskit/tls-testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { type CredentialOptions, createExternalSigningKey, createWebCryptoSigningKey } from '../src/index.ts';
import { keyFromKeyObject } from '../src/node/index.ts';
import { ca, failure, memoryPair, openPair, trust } from './support.ts';

const provider = createNodeProvider();
const leaves = new Map<KeyKind, Issued>();
beforeAll(async () => {
  for (const key of ['ecdsa-p256', 'ecdsa-p384', 'ecdsa-p521', 'ed25519', 'ed448', 'rsa-2048', 'rsa-pss'] as const) {
    leaves.set(key, await ca.issue({ names: ['localhost'], key }));
  }
});
const leaf = (kind: KeyKind) => leaves.get(kind) as Issued;

const cryptoKey = async ({ key }: Issued, algorithm: object) =>
  (await webcrypto.subtle.importKey('pkcs8', key, algorithm as never, false, ['sign'])) as unknown as CryptoKey;

/** The scheme that the server signed by, having no key but this one. */
async function signedBy(kind: KeyKind, key: CredentialOptions['key'], version: typeof tls13, schemes?: string[]) {
  const { certificate } = leaf(kind).pem;
  const versions = [version];
  const { client, server } = await openPair(
    // In TLS 1.2 the groups are the curves of certificates, too.
    { trust, versions, groups: ['x25519', 'secp256r1', 'secp384r1', 'secp521r1'], signatureSchemes: schemes },
    { versions, credentials: [{ certificate, key }], certificate: undefined, key: undefined },
  );
  try {
    expect(client.info?.verified).toBe(true);
    return client.info?.signatureScheme?.name;
  } finally {
    client.destroy();
    server.destroy();
  }
}

describe.each([
  ['TLS 1.3', tls13],
  ['TLS 1.2', tls12],
])('a server in %s', (name, version) => {
  const is12 = name === 'TLS 1.2';

  it.each([
    ['ecdsa-p256', { name: 'ECDSA', namedCurve: 'P-256' }, 'ecdsa_secp256r1_sha256'],
    ['ecdsa-p384', { name: 'ECDSA', namedCurve: 'P-384' }, is12 ? 'ecdsa_secp256r1_sha256' : 'ecdsa_secp384r1_sha384'],
    ['ecdsa-p521', { name: 'ECDSA', namedCurve: 'P-521' }, is12 ? 'ecdsa_secp256r1_sha256' : 'ecdsa_secp521r1_sha512'],
    ['ed25519', { name: 'Ed25519' }, 'ed25519'],
    ['rsa-2048', { name: 'RSA-PSS', hash: 'SHA-256' }, 'rsa_pss_rsae_sha256'],
    ['rsa-2048', { name: 'RSA-PSS', hash: 'SHA-384' }, 'rsa_pss_rsae_sha384'],
  ] as const)('signs by a CryptoKey that nobody can extract: %s, %o', async (kind, algorithm, scheme) => {
    const { certificate } = leaf(kind).pem;
    const privateKey = await cryptoKey(leaf(kind), algorithm);
    const key = await createWebCryptoSigningKey({ provider, privateKey, certificate });
    expect(await signedBy(kind, key, version)).toBe(scheme);
  });

  it.each(['ecdsa-p256', 'ecdsa-p384', 'ecdsa-p521', 'ed25519', 'ed448', 'rsa-2048', 'rsa-pss'] as const)(
    'signs by a KeyObject: %s',
    async kind => {
      const key = keyFromKeyObject(createPrivateKey(leaf(kind).pem.key));
      expect(await signedBy(kind, key, version)).toMatch(/^(ecdsa|ed|rsa_pss)/);
    },
  );

  it('signs by somebody who takes his time', async () => {
    const privateKey = createPrivateKey(leaf('ecdsa-p256').pem.key);
    const asked: string[] = [];
    const key = createExternalSigningKey({
      provider,
      spki: leaf('ecdsa-p256').spki,
      ecdsaFormat: 'ieee-p1363',
      async sign(algorithm, data) {
        asked.push(algorithm.type);
        await new Promise(resolve => setTimeout(resolve, 5));
        return Uint8Array.from(nodeSign('sha256', data, { key: privateKey, dsaEncoding: 'ieee-p1363' }));
      },
    });
    expect(await signedBy('ecdsa-p256', key, version)).toBe('ecdsa_secp256r1_sha256');
    expect(asked).toEqual(['ecdsa']);
  });

  it('signs by those schemes alone that the signer says', async () => {
    const { spki, signingKey } = leaf('rsa-2048');
    const signatureSchemes = ['rsa_pss_rsae_sha512'];
    const key = createExternalSigningKey({
      provider,
      spki,
      signatureSchemes,
      sign: (...asked) => signingKey.sign(...asked),
    });
    expect(await signedBy('rsa-2048', key, version)).toBe('rsa_pss_rsae_sha512');
  });

  it('that signs wrongly hears so itself, and its client nothing of a signature', async () => {
    const { certificate } = leaf('ecdsa-p256').pem;
    for (const [sign, code] of [
      [async () => new Uint8Array(70), 'ERR_TLS_KEY_MISMATCH'],
      [async () => 'no bytes', 'ERR_TLS_INTERNAL'],
      [
        async () => {
          throw new Error('the HSM is on fire');
        },
        'ERR_TLS_INTERNAL',
      ],
    ] as const) {
      const key = createExternalSigningKey({ provider, certificate, sign: sign as never });
      const versions = [version];
      const { client, server } = memoryPair({ trust, versions }, { versions, certificate, key });
      const [theirs, ours] = await Promise.all([failure(client), failure(server)]);
      expect(ours).toMatchObject({ code, alert: 'internal_error', sentBy: 'us' });
      expect(theirs).toMatchObject({ alert: 'internal_error', sentBy: 'peer' });
    }
  });
});

describe('a client', () => {
  it.each([
    ['TLS 1.3', tls13],
    ['TLS 1.2', tls12],
  ])('signs by a CryptoKey in %s', async (_, version) => {
    const alice = await ca.issue('alice');
    const privateKey = await cryptoKey(alice, { name: 'ECDSA', namedCurve: 'P-256' });
    const key = await createWebCryptoSigningKey({ provider, privateKey, spki: alice.spki });
    const versions = [version];
    const { client, server } = await openPair(
      { trust, versions, certificate: alice.pem.certificate, key },
      { versions, clientAuth: 'require', trust },
    );
    expect(server.info?.peerCertificate?.subject).toBe('CN=alice');
    client.destroy();
    server.destroy();
  });
});

describe('RSA and WebCrypto', () => {
  it('a CryptoKey for RSASSA-PKCS1-v1_5 serves TLS 1.2 alone, and together with one for RSA-PSS both', async () => {
    const { certificate } = leaf('rsa-2048').pem;
    const pkcs1 = await cryptoKey(leaf('rsa-2048'), { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' });
    const pss = await cryptoKey(leaf('rsa-2048'), { name: 'RSA-PSS', hash: 'SHA-256' });
    const alone = await createWebCryptoSigningKey({ provider, privateKey: pkcs1, certificate });
    const both = await createWebCryptoSigningKey({ provider, privateKey: [pss, pkcs1], certificate });
    expect(await signedBy('rsa-2048', alone, tls12)).toBe('rsa_pkcs1_sha256');
    const { client, server } = memoryPair({ trust, versions: [tls13] }, { certificate, key: alone });
    expect(await failure(server)).toMatchObject({ alert: 'handshake_failure', sentBy: 'us' });
    client.destroy();
    expect(await signedBy('rsa-2048', both, tls13)).toBe('rsa_pss_rsae_sha256');
    const old = ['rsa_pkcs1_sha256', 'ecdsa_secp256r1_sha256'];
    expect(await signedBy('rsa-2048', both, tls12, old)).toBe('rsa_pkcs1_sha256');
  });
});

it.each([
  ['a secret one', () => createSecretKey(Buffer.alloc(16))],
  [
    'one of X25519',
    () =>
      createPrivateKey({
        key: Buffer.from(`302e020100300506032b656e04220420${'77'.repeat(32)}`, 'hex'),
        format: 'der',
        type: 'pkcs8',
      }),
  ],
  ['nothing', () => undefined],
])('a KeyObject that signs nothing is refused: %s', (_, make) => {
  expect(() => keyFromKeyObject(make() as never)).toThrow(expect.objectContaining({ code: 'ERR_TLS_INVALID_OPTION' }));
});
