/** What an object identifier is called, of whatever kind it is. */
import { crlExt } from '../crl/oids.ts';
import { ocspOids } from '../ocsp/oids.ts';
import { attributeNames, keyOids } from '../oids.ts';
import {
  accessNames,
  extensionNames,
  otherNames,
  policyNames,
  purposeNames,
  signatureNames,
  statementNames,
} from './oid-names.ts';

/** Algorithms, curves, and what files of keys are made of (RFC 3279, RFC 4055, RFC 5480, RFC 5758, RFC 8018, RFC 5652, RFC 7292). */
const more: Readonly<Record<string, string>> = {
  '1.2.840.10045.3.1.7': 'P-256',
  '1.3.132.0.10': 'secp256k1',
  '1.3.132.0.34': 'P-384',
  '1.3.132.0.35': 'P-521',
  '1.2.840.10045.4.1': 'ecdsa-with-SHA1',
  '1.2.840.10045.4.3.2': 'ecdsa-with-SHA256',
  '1.2.840.10045.4.3.3': 'ecdsa-with-SHA384',
  '1.2.840.10045.4.3.4': 'ecdsa-with-SHA512',
  '1.2.840.113549.1.1.5': 'sha1WithRSAEncryption',
  '1.2.840.113549.1.1.8': 'MGF1',
  '1.2.840.113549.1.1.11': 'sha256WithRSAEncryption',
  '1.2.840.113549.1.1.12': 'sha384WithRSAEncryption',
  '1.2.840.113549.1.1.13': 'sha512WithRSAEncryption',
  '1.3.14.3.2.26': 'SHA-1',
  '2.16.840.1.101.3.4.2.1': 'SHA-256',
  '2.16.840.1.101.3.4.2.2': 'SHA-384',
  '2.16.840.1.101.3.4.2.3': 'SHA-512',
  '1.2.840.113549.1.5.12': 'PBKDF2',
  '1.2.840.113549.1.5.13': 'PBES2',
  '1.2.840.113549.2.7': 'HMAC with SHA-1',
  '1.2.840.113549.2.9': 'HMAC with SHA-256',
  '1.2.840.113549.2.10': 'HMAC with SHA-384',
  '1.2.840.113549.2.11': 'HMAC with SHA-512',
  '1.3.6.1.4.1.11591.4.11': 'scrypt',
  '2.16.840.1.101.3.4.1.2': 'AES-128-CBC',
  '2.16.840.1.101.3.4.1.42': 'AES-256-CBC',
  '1.2.840.113549.3.7': 'DES-EDE3-CBC',
  '1.2.840.113549.1.7.1': 'data',
  '1.2.840.113549.1.7.2': 'signedData',
  '1.2.840.113549.1.7.6': 'encryptedData',
  '1.2.840.113549.1.9.14': 'extensionRequest',
  '1.2.840.113549.1.9.20': 'friendlyName',
  '1.2.840.113549.1.9.21': 'localKeyId',
  '1.2.840.113549.1.9.22.1': 'x509Certificate',
  '1.2.840.113549.1.12.10.1.1': 'keyBag',
  '1.2.840.113549.1.12.10.1.2': 'pkcs8ShroudedKeyBag',
  '1.2.840.113549.1.12.10.1.3': 'certBag',
  '2.5.29.21': 'cRLReason',
  '2.5.29.24': 'invalidityDate',
  '2.5.29.37.0': 'anyExtendedKeyUsage',
};

let names: ReadonlyMap<string, string> | undefined;

/** For people: nothing is decided by these names. Undefined for what nobody here knows. */
export function oidName(oid: string): string | undefined {
  const reversed = (oids: Readonly<Record<string, string>>): [string, string][] =>
    Object.entries(oids).map(([name, dotted]) => [dotted, name]);
  names ??= new Map([
    ...[keyOids, crlExt, ocspOids].flatMap(reversed),
    ...[attributeNames, accessNames, otherNames, statementNames, signatureNames, policyNames, purposeNames].flatMap(
      Object.entries<string>,
    ),
    ...Object.entries(extensionNames),
    ...Object.entries(more),
  ]);
  return names.get(oid);
}
