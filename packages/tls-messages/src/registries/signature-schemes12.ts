/** Signature schemes as TLS 1.2 reads their code points: a hash and a signature algorithm (RFC 5246 §7.4.1.4.1, RFC 8422 §5.1.3). */

import type { HashName, KeyAlgorithm, KeyName, SignatureAlgorithm } from '@tlskit/tls-crypto';
import { declared } from '@tlskit/tls-wire';
import { SignatureScheme, signatureSchemeInfo } from './signature-schemes.ts';

/** What a signature scheme is in ServerKeyExchange, CertificateVerify and certificates of TLS 1.2. */
export interface SignatureSchemeInfo12 {
  /** The code point. */
  readonly code: number;
  /** IANA's name. */
  readonly name: string;
  /** What a provider is asked to do. */
  readonly algorithm: SignatureAlgorithm;
  /** The kinds of key that such signatures are made with, of which a provider must know one to have the scheme. */
  readonly keys: readonly KeyName[];
  /** Whether a key can make, and so check, this signature in TLS 1.2: ECDSA is free to use any curve (RFC 8422 §5.1.3). */
  readonly key: (algorithm: KeyAlgorithm) => boolean;
}

/** The scheme by code point, or undefined where TLS 1.2 has none, or providers cannot do it. */
export function signatureSchemeInfo12(code: number): SignatureSchemeInfo12 | undefined {
  const dsaHash = dsaHashes.get(code);
  if (dsaHash !== undefined) {
    const name = SignatureScheme.label(code);
    const algorithm = { type: 'dsa', hash: dsaHash } as const;
    return { code, name, algorithm, keys: ['dsa'], key: key => key.type === 'dsa' };
  }
  const info = signatureSchemeInfo(code);
  // draft-ietf-tls-mldsa §4: MUST NOT be used in TLS 1.2.
  if (info === undefined || info.algorithm.type === 'ml-dsa') return undefined;
  const { name, algorithm, keys } = info;
  if (algorithm.type !== 'ecdsa') return { code, name, algorithm, keys, key: info.key };
  return { code, name, algorithm, keys: ecdsaKeys, key: key => key.type === 'ec' };
}

const ecdsaKeys = ['ecdsa-secp256r1', 'ecdsa-secp384r1', 'ecdsa-secp521r1'] as const;

const dsaHashes: ReadonlyMap<number, HashName> = /* @__PURE__ */ declared(
  () =>
    new Map([
      [SignatureScheme.values.dsa_sha1_RESERVED, 'sha1'],
      [SignatureScheme.values.dsa_sha256_RESERVED, 'sha256'],
      [SignatureScheme.values.dsa_sha384_RESERVED, 'sha384'],
      [SignatureScheme.values.dsa_sha512_RESERVED, 'sha512'],
    ]),
);
