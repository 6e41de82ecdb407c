/** What logs were shown of a certificate, taken from the certificate (RFC 6962 §3.2, §3.3). */
import type { Hash } from '@tlskit/tls-crypto';
import { decode } from '@tlskit/tls-wire';
import { contextTag, DerReader, der, readDer, Tag } from '@tlskit/tls-wire/der';
import type { Certificate } from '../certificate.ts';
import { PRECERT_ENTRY, type SignedEntry, signedCertificateTimestampList, X509_ENTRY } from './sct.ts';

/** The extension of a certificate that has SCTs (§3.3). */
export const sctListOid = '1.3.6.1.4.1.11129.2.4.2';

/** The extension of a SingleResponse of OCSP that has SCTs (§3.3). */
export const ocspSctListOid = '1.3.6.1.4.1.11129.2.4.5';

/** For SCTs that come beside the certificate: it was logged as it is. */
export function x509Entry(certificate: Certificate): SignedEntry {
  return { entry_type: X509_ENTRY, signed_entry: certificate.der };
}

/** For SCTs that are in the certificate: the log saw it without them, and under its issuer's key, whoever signed the precertificate. */
export function precertEntry(certificate: Certificate, issuer: Certificate, sha256: Hash): SignedEntry {
  return {
    entry_type: PRECERT_ENTRY,
    signed_entry: { issuer_key_hash: sha256.digest(issuer.spki), tbs_certificate: withoutScts(certificate.tbs) },
  };
}

/**
 * The SerializedSCTs of the contents of an extension: the list is in an OCTET STRING of its own (§3.3).
 *
 * @throws DecodeError
 */
export function sctsInExtension(value: Uint8Array): readonly Uint8Array[] {
  const list = readDer(value, 'SignedCertificateTimestampList', reader => reader.octetString());
  return decode(signedCertificateTimestampList, list).sct_list;
}

/**
 * A TBSCertificate without its SCTs: every other byte as it stands, the lengths around the extensions anew. They are minimal, as
 * those of a certificate that was read are.
 */
function withoutScts(tbsCertificate: Uint8Array): Uint8Array {
  return readDer(tbsCertificate, 'TBSCertificate', reader => {
    const tbs = reader.enter();
    const fields: Uint8Array[] = [];
    while (!tbs.done) {
      const field = tbs.next();
      fields.push(...(field.tag === contextTag(3, true) ? otherExtensions(field.value) : [field.bytes]));
    }
    return der(Tag.sequence, ...fields);
  });
}

function otherExtensions(explicit: Uint8Array): readonly Uint8Array[] {
  const kept: Uint8Array[] = [];
  const sequence = new DerReader(explicit).enter();
  while (!sequence.done) {
    const extension = sequence.next(Tag.sequence);
    if (new DerReader(extension.value).oid() !== sctListOid) kept.push(extension.bytes);
  }
  // RFC 5280 §4.1.2.9: extensions are one or more, or not there.
  return kept.length === 0 ? [] : [der(contextTag(3, true), der(Tag.sequence, ...kept))];
}
