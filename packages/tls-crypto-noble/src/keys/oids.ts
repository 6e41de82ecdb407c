/** Object identifiers of keys, curves and hashes (RFC 5480 §2.1.1, RFC 8410 §3, RFC 9881 §2, RFC 8017 §A, RFC 4055 §2.1). */
import type { CurveName, HashName, MlDsaSet } from '@tlskit/tls-crypto';

export const oid = {
  ecPublicKey: '1.2.840.10045.2.1',
  rsaEncryption: '1.2.840.113549.1.1.1',
  rsassaPss: '1.2.840.113549.1.1.10',
  mgf1: '1.2.840.113549.1.1.8',
  ed25519: '1.3.101.112',
  ed448: '1.3.101.113',
} as const;

export const curveOids: Readonly<Record<CurveName, string>> = {
  secp256r1: '1.2.840.10045.3.1.7',
  secp384r1: '1.3.132.0.34',
  secp521r1: '1.3.132.0.35',
};

export const hashOids: Readonly<Record<HashName, string>> = {
  sha1: '1.3.14.3.2.26',
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
};

export const mlDsaOids: Readonly<Record<MlDsaSet, string>> = {
  44: '2.16.840.1.101.3.4.3.17',
  65: '2.16.840.1.101.3.4.3.18',
  87: '2.16.840.1.101.3.4.3.19',
};

/** The name that a table above gives to an object identifier. */
export function nameOf<Name extends string>(table: Readonly<Record<Name, string>>, dotted: string): Name | undefined {
  return (Object.keys(table) as Name[]).find(name => table[name] === dotted);
}
