/** Delegated credentials as they are made, and the certificates that may delegate (RFC 9345 §4, §4.2). */

import { delegatedCredentialContent, delegatedCredentialRow, SignatureScheme } from '@tlskit/tls-messages';
import type { CertificateOptions } from '@tlskit/tls-testing';
import { decode } from '@tlskit/tls-wire';
import { beforeAll, describe, expect, it } from 'vitest';
import { createCredential, createDelegatedCredential, type DelegationOptions } from '../src/index.ts';
import { createCA, day, type Issued, judge, noble, type TestCA, TlsError, thrown } from './support.ts';

const usage = { oid: '1.3.6.1.4.1.44363.44', value: Uint8Array.of(5, 0) };
let root: TestCA;
let delegator: Issued;
let plain: Issued;
let other: Issued;

beforeAll(async () => {
  root = await createCA();
  delegator = await root.issue({ names: ['localhost'], extensions: [usage] });
  plain = await root.issue('localhost');
  other = await root.issue({ names: ['other'], key: 'ecdsa-p384' });
});

const rightOf = (chain: readonly Uint8Array[]) => {
  const verdict = judge({ trust: { roots: root.pem } }, { chain });
  if (verdict instanceof TlsError) throw verdict;
  return verdict.delegation;
};

const make = (change: Partial<DelegationOptions> = {}): Uint8Array => {
  const made = createDelegatedCredential({
    certificate: delegator.certificate,
    key: delegator.signingKey,
    delegatedKey: other.signingKey,
    expires: Date.now() + day,
    ...change,
  });
  if (made instanceof Promise) throw new Error('the key is synchronous, and yet a promise was made');
  return made;
};

describe('a certificate may delegate', () => {
  it('with DelegationUsage, for its time', () => {
    const window = rightOf(delegator.chain);
    expect(window?.notBefore).toBeLessThan(Date.now());
    expect(window?.notAfter).toBeGreaterThan(Date.now());
  });

  const cases: [string, CertificateOptions][] = [
    ['DelegationUsage', {}],
    ['DelegationUsage of NULL', { extensions: [{ ...usage, value: Uint8Array.of(5, 1, 0) }] }],
    ['any key usage', { extensions: [usage], keyUsage: null }],
  ];
  it.each(cases)('and not without %s', async (_what, options) => {
    const leaf = await root.issue({ names: ['localhost'], ...options });
    expect(rightOf(leaf.chain)).toBeUndefined();
  });

  it('and not without digitalSignature in its key usage', async () => {
    const leaf = await root.issue({ names: ['localhost'], extensions: [usage], keyUsage: ['keyAgreement'] });
    const verdict = judge({ trust: { roots: root.pem } }, { chain: leaf.chain, keyUsage: ['keyAgreement'] });
    expect(verdict).not.toBeInstanceOf(TlsError);
    expect(verdict).toMatchObject({ delegation: undefined });
  });

  it('and is refused if the extension is critical, which it must not be', async () => {
    const leaf = await root.issue({ names: ['localhost'], extensions: [{ ...usage, critical: true }] });
    const verdict = judge({ trust: { roots: root.pem } }, { chain: leaf.chain });
    expect(verdict).toMatchObject({ code: 'UNHANDLED_CRITICAL_EXTENSION' });
  });
});

describe('createDelegatedCredential', () => {
  it('signs for the key, its scheme and its time', async () => {
    const expires = Date.now() + day;
    const bytes = make({ expires });
    const { cred, algorithm, signature } = decode(delegatedCredentialRow.in.CT, bytes);
    expect(SignatureScheme.label(cred.dc_cert_verify_algorithm)).toBe('ecdsa_secp384r1_sha384');
    expect(SignatureScheme.label(algorithm)).toBe('ecdsa_secp256r1_sha256');
    expect(cred.ASN1_subjectPublicKeyInfo).toEqual(other.spki);
    const ends = (rightOf(delegator.chain)?.notBefore as number) + cred.valid_time * 1000;
    expect(Math.abs(ends - expires)).toBeLessThan(1001);
    const content = (role: 'client' | 'server') =>
      delegatedCredentialContent(role, delegator.certificate, bytes.subarray(0, -2 - signature.length));
    const key = noble.importPublicKey(delegator.spki);
    const kind = { type: 'ecdsa', hash: 'sha256' } as const;
    expect(await key.verify(kind, content('server'), signature)).toBe(true);
    expect(await key.verify(kind, content('client'), signature)).toBe(false);
  });

  it('waits for a key that takes its time', async () => {
    const { signingKey } = delegator;
    const slow = {
      ...signingKey,
      sign: async (...args: Parameters<typeof signingKey.sign>) => signingKey.sign(...args),
    };
    const made = createDelegatedCredential({
      certificate: delegator.pem.certificate,
      key: slow,
      delegatedKey: other.signingKey,
      expires: new Date(Date.now() + day),
      role: 'client',
    });
    expect(made).toBeInstanceOf(Promise);
    expect(decode(delegatedCredentialRow.in.CT, await made).cred.ASN1_subjectPublicKeyInfo).toEqual(other.spki);
  });

  const nonsense: [string, () => Partial<DelegationOptions>, string][] = [
    [
      'a certificate that may not delegate',
      () => ({ certificate: plain.certificate, key: plain.signingKey }),
      'ERR_TLS_INVALID_OPTION',
    ],
    ['the key of another certificate', () => ({ key: plain.signingKey }), 'ERR_TLS_KEY_MISMATCH'],
    ['an end before the certificate begins', () => ({ expires: 0 }), 'ERR_TLS_INVALID_OPTION'],
    ['an end after the certificate', () => ({ expires: Date.now() + 400 * day }), 'ERR_TLS_INVALID_OPTION'],
    ['an end that is no time', () => ({ expires: Number.NaN }), 'ERR_TLS_INVALID_OPTION'],
    ['a scheme of another curve', () => ({ scheme: 'ecdsa_secp256r1_sha256' }), 'ERR_TLS_INVALID_OPTION'],
    ['a scheme that nobody knows', () => ({ scheme: 'ecdsa' }), 'ERR_TLS_INVALID_OPTION'],
    ['an algorithm for another key', () => ({ algorithm: 'ed25519' }), 'ERR_TLS_INVALID_OPTION'],
    ['an option that does not exist', () => ({ lifetime: 7 }) as never, 'ERR_TLS_INVALID_OPTION'],
  ];
  it.each(nonsense)('refuses %s', (_what, change, code) => {
    expect(thrown(() => make(change())).code).toBe(code);
  });

  it('refuses keys of rsaEncryption', async () => {
    const rsa = await root.issue({ names: ['rsa'], key: 'rsa-2048' });
    expect(thrown(() => make({ delegatedKey: rsa.signingKey })).code).toBe('ERR_TLS_INVALID_OPTION');
  });
});

describe('createCredential', () => {
  const credential = (delegatedCredential: Uint8Array, key = other.key, certificate = delegator.pem.certificate) =>
    createCredential({ provider: noble, certificate, key, delegatedCredential });

  it('takes a delegated credential with its key in place of that of the certificate', () => {
    const delegatedCredential = make();
    expect(credential(delegatedCredential)).toMatchObject({ chain: delegator.chain, delegatedCredential });
  });

  it('refuses another key, and that of the certificate too', () => {
    const bytes = make();
    expect(thrown(() => credential(bytes, plain.key)).code).toBe('ERR_TLS_KEY_MISMATCH');
    expect(thrown(() => credential(bytes, delegator.key)).code).toBe('ERR_TLS_KEY_MISMATCH');
  });

  it('refuses what does not parse, and certificates that may not delegate', () => {
    expect(thrown(() => credential(make().subarray(1))).code).toBe('ERR_TLS_INVALID_OPTION');
    expect(thrown(() => credential(make(), other.key, plain.pem.certificate)).code).toBe('ERR_TLS_INVALID_OPTION');
  });
});
