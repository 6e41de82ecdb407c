/** Keys that are good for signatures, and that a profile does not have. */
import { type CryptoProvider, type KeyAlgorithm, withExtras } from '@tlskit/tls-crypto';
import { dsaKeys } from '@tlskit/tls-crypto-noble/legacy';
import { describe, expect, it } from 'vitest';
import type { Algorithms } from '../src/index.ts';
import { codeOf, createCA, judge, noble } from './support.ts';

const root = await createCA();

/** The portable provider, which takes every key for one of this algorithm. */
function claiming(algorithm: KeyAlgorithm): CryptoProvider {
  const ecdsa = { type: 'ecdsa', hash: 'sha256' } as const;
  return {
    ...noble,
    importPublicKey: spki => {
      const key = noble.importPublicKey(spki);
      return { algorithm, spki, verify: (_, data, signature) => key.verify(ecdsa, data, signature) };
    },
  };
}

describe('the CA/Browser Forum (BR §6.1.5)', () => {
  it.each([
    ['RSA of no whole octets', { type: 'rsa', bits: 2052 }, 'ERR_TLS_CERT_REFUSED'],
    ['RSA of too few bits', { type: 'rsa', bits: 2040 }, 'ERR_TLS_CERT_WEAK'],
    ['RSA', { type: 'rsa', bits: 2056 }, 'accepted'],
    ['RSA of so many bits that it takes long', { type: 'rsa', bits: 8200 }, 'ERR_TLS_CERT_KEY'],
    ['Ed25519, which it does not have and nobody fears', { type: 'ed25519' }, 'accepted'],
  ] as const)('%s', async (_, algorithm, expected) => {
    const { chain } = await root.issue({ names: ['localhost'], extendedKeyUsage: ['serverAuth'] });
    const options = { provider: claiming(algorithm), trust: { roots: root.pem }, profile: 'webpki' } as const;
    expect(codeOf(judge(options, { chain }))).toBe(expected);
    if (expected === 'ERR_TLS_CERT_REFUSED') {
      expect(codeOf(judge({ ...options, profile: 'rfc5280' }, { chain }))).toBe('accepted');
    }
  });

  it.each(['dsa', 'dh'] as const)('or not: %s of too few bits is weak, wherever it may be', async type => {
    const { chain } = await root.issue({ names: ['localhost'] });
    const verdict = (bits: number, algorithms: Partial<Algorithms>) => {
      const provider = claiming({ type, bits } as KeyAlgorithm);
      return codeOf(judge({ provider, trust: { roots: root.pem }, profile: 'rfc5280', algorithms }, { chain }));
    };
    expect(verdict(2048, {})).toBe('accepted');
    expect(verdict(2047, {})).toBe('ERR_TLS_CERT_WEAK');
    expect(verdict(2047, { finiteField: 'accept' })).toBe('ERR_TLS_CERT_WEAK');
    expect(verdict(1024, { minimumRsaBits: 1024 })).toBe('accepted');
    expect(verdict(2048, { minimumRsaBits: 3072 })).toBe('ERR_TLS_CERT_WEAK');
  });

  it('has no DSA, also where the provider has it', async () => {
    const provider = withExtras(noble, dsaKeys);
    const { chain } = await root.issue({ key: 'dsa-2048', names: ['localhost'], extendedKeyUsage: ['serverAuth'] });
    const options = { provider, trust: { roots: root.pem } };
    expect(codeOf(judge({ ...options, profile: 'path' }, { chain }))).toBe('accepted');
    expect(codeOf(judge({ ...options, profile: 'webpki' }, { chain }))).toBe('ERR_TLS_CERT_REFUSED');
  });
});
