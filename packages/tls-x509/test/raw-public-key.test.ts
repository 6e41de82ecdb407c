/** Trust in public keys without certificates (RFC 7250). */
import { createHash } from 'node:crypto';
import { toPem } from '@tlskit/tls-testing';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  createCertificateVerifier,
  createRawKeyCredential,
  createRawPublicKeyVerifier,
  eitherVerifier,
  type PublicKeySource,
} from '../src/index.ts';
import { createCA, type Issued, noble, type TestCA, thrown } from './support.ts';

let root: TestCA;
let one: Issued;
let two: Issued;

beforeAll(async () => {
  root = await createCA();
  one = await root.issue('localhost');
  two = await root.issue('localhost');
});

const trusting = (...keys: PublicKeySource[]) => createRawPublicKeyVerifier({ provider: noble, keys });
const show = (spki: Uint8Array) => ({ role: 'server' as const, certificateType: 2, chain: [spki], name: undefined });
const pin = (spki: Uint8Array) => `sha256/${createHash('sha256').update(spki).digest('base64')}`;

describe('createRawPublicKeyVerifier', () => {
  it('takes keys as DER, PEM and digests', () => {
    for (const key of [one.spki, toPem('PUBLIC KEY', one.spki), pin(one.spki)]) {
      expect(trusting(two.spki, key).verify(show(one.spki))).toMatchObject({ verified: true });
      expect(trusting(key).verify(show(one.spki)).publicKey.spki).toEqual(one.spki);
    }
  });

  it('refuses other keys', () => {
    expect(thrown(() => trusting(two.spki).verify(show(one.spki)))).toMatchObject({ code: 'ERR_TLS_CERT_PIN' });
  });

  it('judges nothing else: no certificates, no two keys, none', () => {
    const { verify } = trusting(one.spki);
    for (const chain of [[], [one.spki, one.spki]]) {
      expect(thrown(() => verify({ ...show(one.spki), chain })).code).toBe('ERR_TLS_CERT_REFUSED');
    }
    expect(thrown(() => verify({ ...show(one.spki), certificateType: 0 })).code).toBe('ERR_TLS_CERT_REFUSED');
    expect(thrown(() => verify({ chain: [one.spki] })).code).toBe('ERR_TLS_CERT_REFUSED');
  });

  it('refuses a trusted key that it cannot use', () => {
    const junk = Uint8Array.of(0x30, 0);
    expect(thrown(() => trusting(junk).verify(show(junk))).code).toBe('ERR_TLS_CERT_KEY');
  });

  it('names its trust by the keys, whatever their order', () => {
    expect(trusting(one.spki, two.spki).trust).toBe(trusting(pin(two.spki), one.spki).trust);
    expect(trusting(one.spki).trust).not.toBe(trusting(two.spki).trust);
  });

  it.each([
    ['no keys', []],
    ['what is no key', ['a key']],
    ['a digest of another length', ['sha256/AAAA']],
    ['numbers', [7]],
  ])('refuses %s', (_what, keys) => {
    expect(thrown(() => trusting(...(keys as PublicKeySource[]))).code).toBe('ERR_TLS_INVALID_OPTION');
  });
});

describe('eitherVerifier', () => {
  it('gives each kind to its own judge', () => {
    const raw = trusting(one.spki);
    const certificates = createCertificateVerifier({ provider: noble, trust: { roots: root.pem } });
    const both = eitherVerifier(raw, certificates);
    const certified = { role: 'server' as const, chain: two.chain, name: 'localhost' };
    expect(both.certificateTypes).toEqual([2, 0]);
    expect(both.trust).not.toBe(certificates.trust);
    expect(both.verify(show(one.spki))).toMatchObject({ trust: raw.trust });
    expect(both.verify(certified)).toMatchObject({ trust: certificates.trust });
    // A key that is trusted makes no certificate good, and a certificate that is good no key.
    expect(thrown(() => both.verify({ ...certified, chain: [one.spki] })).code).toBe('ERR_TLS_CERT_MALFORMED');
    expect(thrown(() => both.verify(show(two.spki))).code).toBe('ERR_TLS_CERT_PIN');
  });
});

describe('createRawKeyCredential', () => {
  it('has the public key in place of a chain', () => {
    for (const key of [one.key, one.pem.key, one.signingKey]) {
      expect(createRawKeyCredential({ provider: noble, key })).toMatchObject({ certificateType: 2, chain: [one.spki] });
    }
  });
});
