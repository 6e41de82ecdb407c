/**
 * A certificate in full, for people and for JSON: every extension, keys with their parameters, fingerprints. Apart from the rest of the
 * package, so that whoever only verifies carries none of it.
 */
import type { Hash } from '@tlskit/tls-crypto';
import { encodeBase64 } from '../base64.ts';
import type { Certificate } from '../certificate.ts';
import { type CertificateDescription, describeCertificate } from '../describe.ts';
import { type KeyDetails, keyDetails, type SignatureDetails, signatureDetails } from './algorithms.ts';
import { type ExtensionDetails, extensionDetails } from './extensions.ts';
import { policyNames } from './oid-names.ts';
import { called } from './text.ts';

export type { KeyDetails, SignatureDetails } from './algorithms.ts';
export { type ExtensionDetails, extensionDetails } from './extensions.ts';
export { oidName } from './oid-name.ts';

/** A certificate policy in words: what it is called where many authorities have it, and its dotted OID. */
export function describePolicy(oid: string): string {
  return called(oid, policyNames);
}

/** Everything that a certificate says. */
export interface CertificateDetails extends CertificateDescription {
  readonly version: 1 | 2 | 3;
  readonly keyDetails: KeyDetails;
  readonly signature: SignatureDetails;
  /** Whether subject and issuer are the same name; that says nothing of who signed. */
  readonly selfIssued: boolean;
  /** In order. */
  readonly extensions: readonly ExtensionDetails[];
  /** `sha256/…`: base64 of the SHA-256 of the public key, as pins have it (RFC 7469 §2.4); only where a hash was given. */
  readonly pin?: string;
}

/**
 * What a certificate says, unverified. Texts are as the certificate has them, which is not safe to show; but `words` and names of
 * subject and issuer have no control characters. Never throws for a certificate that parsed.
 *
 * @param sha256 for fingerprint and pin
 */
export function certificateDetails(certificate: Certificate, sha256?: Hash): CertificateDetails {
  return {
    ...describeCertificate(certificate, sha256),
    version: certificate.version,
    keyDetails: keyDetails(certificate.spki),
    signature: signatureDetails(certificate.signatureAlgorithm),
    selfIssued: certificate.isSelfIssued,
    extensions: extensionDetails(certificate),
    ...(sha256 === undefined ? {} : { pin: `sha256/${encodeBase64(sha256.digest(certificate.spki))}` }),
  };
}
