/** Signature algorithms by the names that the suite gives them (RFC 3279 §2.2, RFC 4055, RFC 5758, RFC 8410, RFC 8692, NIST's registry). */
import type { AlgorithmIdentifier } from '@tlskit/tls-x509';
import type { SignatureAlgorithmName } from './cases.ts';

const names: Readonly<Record<string, SignatureAlgorithmName>> = {
  '1.2.840.113549.1.1.4': 'RSA_WITH_MD5',
  '1.2.840.113549.1.1.5': 'RSA_WITH_SHA1',
  '1.3.14.3.2.29': 'RSA_WITH_SHA1',
  '1.2.840.113549.1.1.14': 'RSA_WITH_SHA224',
  '1.2.840.113549.1.1.11': 'RSA_WITH_SHA256',
  '1.2.840.113549.1.1.12': 'RSA_WITH_SHA384',
  '1.2.840.113549.1.1.13': 'RSA_WITH_SHA512',
  '2.16.840.1.101.3.4.3.13': 'RSA_WITH_SHA3_224',
  '2.16.840.1.101.3.4.3.14': 'RSA_WITH_SHA3_256',
  '2.16.840.1.101.3.4.3.15': 'RSA_WITH_SHA3_384',
  '2.16.840.1.101.3.4.3.16': 'RSA_WITH_SHA3_512',
  '1.2.840.113549.1.1.10': 'RSASSA_PSS',
  '1.2.840.10045.4.1': 'ECDSA_WITH_SHA1',
  '1.2.840.10045.4.3.1': 'ECDSA_WITH_SHA224',
  '1.2.840.10045.4.3.2': 'ECDSA_WITH_SHA256',
  '1.2.840.10045.4.3.3': 'ECDSA_WITH_SHA384',
  '1.2.840.10045.4.3.4': 'ECDSA_WITH_SHA512',
  '2.16.840.1.101.3.4.3.9': 'ECDSA_WITH_SHA3_224',
  '2.16.840.1.101.3.4.3.10': 'ECDSA_WITH_SHA3_256',
  '2.16.840.1.101.3.4.3.11': 'ECDSA_WITH_SHA3_384',
  '2.16.840.1.101.3.4.3.12': 'ECDSA_WITH_SHA3_512',
  '1.2.840.10040.4.3': 'DSA_WITH_SHA1',
  '2.16.840.1.101.3.4.3.1': 'DSA_WITH_SHA224',
  '2.16.840.1.101.3.4.3.2': 'DSA_WITH_SHA256',
  '2.16.840.1.101.3.4.3.3': 'DSA_WITH_SHA384',
  '2.16.840.1.101.3.4.3.4': 'DSA_WITH_SHA512',
  '1.3.101.112': 'ED25519',
  '1.3.101.113': 'ED448',
  '1.2.643.2.2.3': 'GOSTR3411_94_WITH_3410_2001',
  '1.2.643.7.1.1.3.2': 'GOSTR3410_2012_WITH_3411_2012_256',
  '1.2.643.7.1.1.3.3': 'GOSTR3410_2012_WITH_3411_2012_512',
};

export function signatureAlgorithmName({ oid }: AlgorithmIdentifier): SignatureAlgorithmName | undefined {
  return names[oid];
}
