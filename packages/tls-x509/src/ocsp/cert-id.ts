/** CertID, by which requests and responses name a certificate (RFC 6960 §4.1.1). */
import type { CryptoProvider, Hash, HashName } from '@tlskit/tls-crypto';
import { equalBytes } from '@tlskit/tls-wire';
import { type DerReader, der, derOid, Tag } from '@tlskit/tls-wire/der';
import { hashOf, hashOids, readAlgorithmIdentifier, readKeyInfo } from '../algorithm.ts';
import type { Certificate } from '../certificate.ts';

export interface CertId {
  /** What the two hashes are made with; undefined where nobody here knows it. */
  readonly hash: HashName | undefined;
  readonly issuerNameHash: Uint8Array;
  readonly issuerKeyHash: Uint8Array;
  /** Contents octets of the INTEGER, as certificates have them. */
  readonly serialNumber: Uint8Array;
}

/** @throws DecodeError */
export function readCertId(reader: DerReader): CertId {
  const sequence = reader.enter();
  const hash = hashOf(readAlgorithmIdentifier(sequence));
  const issuerNameHash = sequence.octetString();
  const issuerKeyHash = sequence.octetString();
  const serialNumber = sequence.integer();
  sequence.finish('CertID');
  return { hash, issuerNameHash, issuerKeyHash, serialNumber };
}

/** DER of the CertID of a certificate of this issuer. */
export function encodeCertId(certificate: Certificate, issuer: Certificate, hash: Hash): Uint8Array {
  const oid = Object.keys(hashOids).find(each => hashOids[each] === hash.name) as string;
  return der(
    Tag.sequence,
    der(Tag.sequence, derOid(oid), der(Tag.null)),
    der(Tag.octetString, hash.digest(certificate.issuer.der)),
    der(Tag.octetString, hash.digest(keyBits(issuer))),
    der(Tag.integer, certificate.serialNumber),
  );
}

/** Whether that is the certificate: the serial number under the issuer's name and key, all three (RFC 6960 §3.2, 1). */
export function identifies(
  { hash: name, issuerNameHash, issuerKeyHash, serialNumber }: CertId,
  certificate: Certificate,
  issuer: Certificate,
  hashes: CryptoProvider['hashes'],
): boolean {
  // Serial numbers first: they cost nothing, and a response may be about a thousand others.
  if (!equalBytes(serialNumber, certificate.serialNumber)) return false;
  const hash = name && hashes[name];
  if (hash === undefined) return false;
  return (
    equalBytes(issuerNameHash, hash.digest(certificate.issuer.der)) &&
    equalBytes(issuerKeyHash, hash.digest(keyBits(issuer)))
  );
}

/** What KeyHash and issuerKeyHash are over: the contents of the key's BIT STRING, without its count of unused bits. */
export function keyBits({ spki }: Certificate): Uint8Array {
  return readKeyInfo(spki).key;
}
