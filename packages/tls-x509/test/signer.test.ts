import { createPrivateKey, sign as nodeSign, webcrypto } from 'node:crypto';
import type { SignatureAlgorithm } from '@tlskit/tls-crypto';
import { toPem } from '@tlskit/tls-testing';
import { toHex } from '@tlskit/tls-wire';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  createCredential,
  createExternalSigningKey,
  createWebCryptoSigningKey,
  type ExternalKeyOptions,
  type WebCryptoKeyOptions,
} from '../src/index.ts';
import { createCA, type Issued, noble, type TestCA, type TlsError, thrown } from './support.ts';

let ca: TestCA;
let ec: Issued;
let p384: Issued;
let rsa: Issued;
let edwards: Issued;
beforeAll(async () => {
  ca = await createCA();
  ec = await ca.issue('localhost');
  p384 = await ca.issue({ names: ['localhost'], key: 'ecdsa-p384' });
  rsa = await ca.issue({ names: ['localhost'], key: 'rsa-2048' });
  edwards = await ca.issue({ names: ['localhost'], key: 'ed25519' });
});

const data = new TextEncoder().encode('what is signed');
const ecdsa: SignatureAlgorithm = { type: 'ecdsa', hash: 'sha256' };
const pss = (hash: 'sha256' | 'sha384'): SignatureAlgorithm => ({
  type: 'rsa-pss',
  hash,
  mgfHash: hash,
  saltLength: hash === 'sha256' ? 32 : 48,
});
const pkcs1: SignatureAlgorithm = { type: 'rsa-pkcs1', hash: 'sha256' };

const rejection = async (promise: Promise<unknown>): Promise<TlsError> => {
  try {
    await promise;
  } catch (error) {
    return error as TlsError;
  }
  throw new Error('nothing was thrown');
};

describe('an external signer', () => {
  const external = (options: Partial<ExternalKeyOptions> = {}) =>
    createExternalSigningKey({
      provider: noble,
      sign: (...asked) => ec.signingKey.sign(...asked),
      spki: ec.spki,
      ...options,
    });
  const isGood = (signature: Uint8Array, algorithm = ecdsa, spki = ec.spki) =>
    noble.importPublicKey(spki).verify(algorithm, data, signature);

  it('signs, at once or later, and goes with its certificate alone', async () => {
    const atOnce = external();
    expect(atOnce.algorithm).toEqual({ type: 'ec', curve: 'secp256r1' });
    expect(isGood(atOnce.sign(ecdsa, data) as Uint8Array)).toBe(true);
    const later = external({ sign: async (...asked) => ec.signingKey.sign(...asked) });
    expect(isGood(await later.sign(ecdsa, data))).toBe(true);
    const { certificate } = ec.pem;
    expect(createCredential({ provider: noble, certificate, key: later }).key).toBe(later);
    const other = p384.pem.certificate;
    expect(thrown(() => createCredential({ provider: noble, certificate: other, key: later })).code).toBe(
      'ERR_TLS_KEY_MISMATCH',
    );
  });

  it('has its public half by itself or in its certificate', () => {
    for (const half of [
      { spki: toPem('PUBLIC KEY', ec.spki) },
      { spki: undefined, certificate: ec.pem.certificate },
      { spki: undefined, certificate: ec.certificate },
    ]) {
      expect(toHex(external(half).spki)).toBe(toHex(ec.spki));
    }
  });

  it('may give r and s side by side', () => {
    const privateKey = createPrivateKey(ec.pem.key);
    for (const dsaEncoding of ['der', 'ieee-p1363'] as const) {
      const sign = (_: unknown, bytes: Uint8Array) =>
        Uint8Array.from(nodeSign('sha256', bytes, { key: privateKey, dsaEncoding }));
      const key = external({ sign, ecdsaFormat: dsaEncoding });
      for (let i = 0; i < 20; i++) expect(isGood(key.sign(ecdsa, data) as Uint8Array)).toBe(true);
      const wrong = external({ sign, ecdsaFormat: dsaEncoding === 'der' ? 'ieee-p1363' : 'der' });
      expect(() => wrong.sign(ecdsa, data)).toThrow();
    }
  });

  it('says by which schemes it signs', () => {
    const key = external({ signatureSchemes: ['rsa_pss_rsae_sha256', 'rsa_pkcs1_sha256'], spki: rsa.spki });
    expect([pss('sha256'), pss('sha384'), pkcs1].map(each => key.signs?.(each))).toEqual([true, false, true]);
    expect(external().signs).toBeUndefined();
  });

  it('whose signatures are not good is found out, unless nobody looks', async () => {
    const stranger = p384.signingKey;
    const wrong = [
      (...asked: Parameters<typeof stranger.sign>) => stranger.sign(...asked),
      async (...asked: Parameters<typeof stranger.sign>) => stranger.sign(...asked),
      () => new Uint8Array(70),
    ];
    for (const sign of wrong) {
      const attempt = (async () => external({ sign }).sign(ecdsa, data))();
      expect((await rejection(attempt)).code).toBe('ERR_TLS_KEY_MISMATCH');
    }
    expect(external({ sign: () => new Uint8Array(70), verify: false }).sign(ecdsa, data)).toEqual(new Uint8Array(70));
  });

  it('that gives no signature is told so', () => {
    for (const given of [undefined, 'text', new Uint8Array(), null]) {
      for (const verify of [true, false]) {
        expect(() => external({ sign: () => given as never, verify }).sign(ecdsa, data)).toThrow('something else');
      }
    }
  });

  it.each([
    ['no public half', { spki: undefined }],
    ['two public halves', { certificate: 'x' }],
    ['no function', { sign: 'sign' }],
    ['another form', { ecdsaFormat: 'raw' }],
    ['verify that is none', { verify: 'yes' }],
    ['no schemes', { signatureSchemes: [] }],
    ['schemes of another key', { signatureSchemes: ['ed25519'] }],
    ['schemes that nobody knows', { signatureSchemes: ['ecdsa_sha3'] }],
    ['a public key that is none', { spki: new Uint8Array(10) }],
    ['PEM without a public key', { spki: '-----BEGIN A-----\nAAAA\n-----END A-----\n' }],
    ['an option that does not exist', { signs: true }],
  ])('with %s is refused', (_, options) => {
    expect(thrown(() => external(options as never)).code).toBe('ERR_TLS_INVALID_OPTION');
  });
});

describe('a key of WebCrypto', () => {
  const { subtle } = webcrypto;
  type Parameters_ = webcrypto.EcKeyImportParams | webcrypto.RsaHashedImportParams | { name: string };
  const imported = async ({ key }: Issued, algorithm: Parameters_, usages: webcrypto.KeyUsage[] = ['sign']) =>
    (await subtle.importKey('pkcs8', key, algorithm, false, usages)) as unknown as CryptoKey;
  const create = (options: Omit<WebCryptoKeyOptions, 'provider'>) =>
    createWebCryptoSigningKey({ provider: noble, ...options });
  const p256 = { name: 'ECDSA', namedCurve: 'P-256' };

  it('for ECDSA signs by every hash, in DER', async () => {
    const privateKey = await imported(ec, p256);
    expect(privateKey.extractable).toBe(false);
    const key = await create({ privateKey, certificate: ec.certificate });
    expect(createCredential({ provider: noble, certificate: ec.certificate, key }).key).toBe(key);
    for (const hash of ['sha256', 'sha384', 'sha512'] as const) {
      const algorithm = { type: 'ecdsa', hash } as const;
      expect(key.signs?.(algorithm)).toBe(true);
      for (let i = 0; i < 10; i++) {
        const signature = await key.sign(algorithm, data);
        expect(noble.importPublicKey(ec.spki).verify(algorithm, data, signature)).toBe(true);
      }
    }
  });

  it('for RSA signs by its padding and hash alone: several make one', async () => {
    const keys = [
      await imported(rsa, { name: 'RSA-PSS', hash: 'SHA-256' }),
      await imported(rsa, { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }),
    ] as const;
    const all = [pss('sha256'), pss('sha384'), pkcs1];
    const alone = await create({ privateKey: keys[0], spki: rsa.spki });
    expect(all.map(each => alone.signs?.(each))).toEqual([true, false, false]);
    await expect((async () => alone.sign(pkcs1, data))()).rejects.toMatchObject({ code: 'unsupported' });
    const both = await create({ privateKey: keys, spki: rsa.spki });
    expect(all.map(each => both.signs?.(each))).toEqual([true, false, true]);
    for (const algorithm of [pss('sha256'), pkcs1]) {
      const signature = await both.sign(algorithm, data);
      expect(noble.importPublicKey(rsa.spki).verify(algorithm, data, signature)).toBe(true);
    }
  });

  it('for Ed25519 signs, and has its public half from its pair', async () => {
    const key = await create({ privateKey: await imported(edwards, { name: 'Ed25519' }), spki: edwards.spki });
    const signature = await key.sign({ type: 'ed25519' }, data);
    expect(noble.importPublicKey(edwards.spki).verify({ type: 'ed25519' }, data, signature)).toBe(true);
    const pair = (await subtle.generateKey(p256, false, ['sign', 'verify'])) as unknown as CryptoKeyPair;
    expect((await create(pair)).algorithm).toEqual({ type: 'ec', curve: 'secp256r1' });
  });

  it('that is not the one of its public half is refused', async () => {
    const privateKey = await imported(ec, p256);
    for (const spki of [(await ca.issue('other.test')).spki, p384.spki, rsa.spki, edwards.spki]) {
      expect((await rejection(create({ privateKey, spki }))).code).toBe('ERR_TLS_KEY_MISMATCH');
    }
    const both = [await imported(rsa, { name: 'RSA-PSS', hash: 'SHA-256' }), privateKey];
    expect((await rejection(create({ privateKey: both, spki: rsa.spki }))).code).toBe('ERR_TLS_KEY_MISMATCH');
  });

  it('that the platform does not sign by is refused: of RSA, too short for its hash and salt', async () => {
    const short = { name: 'RSA-PSS', hash: 'SHA-512', modulusLength: 1024, publicExponent: Uint8Array.of(1, 0, 1) };
    const pair = (await subtle.generateKey(short, false, ['sign', 'verify'])) as unknown as CryptoKeyPair;
    const error = await rejection(create(pair));
    expect(error.code).toBe('ERR_TLS_INVALID_OPTION');
    expect(error.message).toContain('does not sign');
  });

  it('of another use is refused', async () => {
    const pair = (await subtle.generateKey(p256, true, ['sign', 'verify'])) as unknown as CryptoKeyPair;
    const ecdh = await imported(ec, { name: 'ECDH', namedCurve: 'P-256' }, ['deriveBits']);
    const oaep = await imported(rsa, { name: 'RSA-OAEP', hash: 'SHA-256' }, ['decrypt']);
    const hmac = (await subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, true, ['sign'])) as unknown as CryptoKey;
    const cases: [unknown, RegExp][] = [
      [pair.publicKey, /private CryptoKey is needed/],
      [hmac, /private CryptoKey is needed/],
      [ecdh, /for deriveBits, and lacks the usage sign/],
      [oaep, /for decrypt, and lacks the usage sign/],
      [[], /list of them/],
      [undefined, /is a CryptoKey/],
      [{ sign() {} }, /is a CryptoKey/],
      [createPrivateKey(ec.pem.key), /is a CryptoKey/],
    ];
    for (const [privateKey, message] of cases) {
      const error = await rejection(create({ privateKey: privateKey as never, spki: ec.spki }));
      expect(error.code).toBe('ERR_TLS_INVALID_OPTION');
      expect(error.message).toMatch(message);
    }
    for (const half of [{}, { publicKey: pair.privateKey }, { publicKey: pair.publicKey, spki: ec.spki }]) {
      const error = await rejection(create({ privateKey: pair.privateKey, ...half }));
      expect(error.code).toBe('ERR_TLS_INVALID_OPTION');
    }
  });

  it('is not to be handed over as it is', async () => {
    const privateKey = await imported(ec, p256);
    for (const key of [privateKey, createPrivateKey(ec.pem.key), {}, null]) {
      const error = thrown(() => createCredential({ provider: noble, certificate: ec.certificate, key: key as never }));
      expect(error.code).toBe('ERR_TLS_INVALID_OPTION');
      expect(error.message).toContain('createWebCryptoSigningKey');
    }
  });
});
