/** What one certificate must be at its place in a path, whatever else is in the path (RFC 5280 §6.1.3, §6.1.4). */
import type { SignatureAlgorithm } from '@tlskit/tls-crypto';
import { type AlgorithmIdentifier, signatureKind } from './algorithm.ts';
import type { Certificate } from './certificate.ts';
import { type Named, orMalformed, refusal } from './errors.ts';
import { ext, purposeOids } from './oids.ts';
import type { Algorithms, Policy } from './policy.ts';
import { checkProfile, isLeaf, type Position } from './profile.ts';

/** Extensions that are processed, so that they may be critical. */
const processed: ReadonlySet<string> = new Set([
  ext.subjectKeyIdentifier,
  ext.authorityKeyIdentifier,
  ext.keyUsage,
  ext.basicConstraints,
  ext.extendedKeyUsage,
  ext.subjectAltName,
  ext.nameConstraints,
  ext.certificatePolicies,
  ext.policyMappings,
  ext.policyConstraints,
  ext.inhibitAnyPolicy,
  ext.tlsFeature,
]);

/** @throws TlsError for the first thing that is wrong with the certificate at this place */
export function checkCertificate(certificate: Certificate, position: Position, policy: Policy): void {
  checkExtensions(certificate, policy.alsoProcessed);
  if (!isLeaf(position)) checkAuthority(certificate, position);
  checkPurpose(certificate, position, policy);
  checkValidity(certificate, policy.time);
  checkProfile(policy.profile, certificate, position);
}

/** The algorithm of the signature of a certificate, or of what else authorities sign. @throws TlsError when it is weak, unknown or malformed */
export function signatureAlgorithm(
  identifier: AlgorithmIdentifier,
  signed: Named,
  algorithms: Algorithms,
): SignatureAlgorithm {
  const kind = orMalformed(signed, 'signature algorithm', 'RFC 5280 §4.1.1.2', () => signatureKind(identifier));
  const allowed = kind.known !== undefined && algorithms.sha1 === 'accept';
  if (kind.weak && !allowed) {
    throw refusal('ERR_TLS_CERT_WEAK', signed, `is signed with MD5 or SHA-1 (${identifier.oid})`);
  }
  if (kind.known === undefined) {
    const message = `is signed with an algorithm that is not supported (${identifier.oid})`;
    throw refusal('ERR_TLS_CERT_KEY', signed, message, { rfc: 'RFC 5280 §4.1.1.2' });
  }
  return kind.known;
}

/**
 * §6.1.4 (o), §6.1.5 (f): every critical extension is processed; what is processed is well formed.
 *
 * @param also OIDs that are processed by the caller
 */
export function checkExtensions(certificate: Certificate, also: readonly string[] = []): void {
  for (const { oid, critical } of certificate.extensions.values()) {
    if (critical && !processed.has(oid) && !also.includes(oid)) {
      throw refusal('UNHANDLED_CRITICAL_EXTENSION', certificate, `has the critical extension ${oid}, which is unknown`);
    }
  }
  // Each reads its extension, and throws when that is malformed.
  void certificate.basicConstraints;
  void certificate.keyUsage;
  void certificate.extendedKeyUsage;
  void certificate.subjectAltName;
  void certificate.nameConstraints;
  void certificate.subjectKeyIdentifier;
  void certificate.authorityKeyIdentifier;
  void certificate.certificatePolicies;
  void certificate.policyMappings;
  void certificate.policyConstraints;
  void certificate.inhibitAnyPolicy;
  void certificate.tlsFeatures;
}

/** RFC 7633 §4.2.2: what an authority's certificate says of features, those that it issues say too. @throws TlsError */
export function checkFeatures(certificate: Certificate, issuer: Certificate): void {
  const missing = issuer.tlsFeatures?.find(feature => certificate.tlsFeatures?.includes(feature) !== true);
  if (missing === undefined) return;
  const what = `lacks the TLS feature ${missing}, which ${issuer.label} asks of what it issues`;
  throw refusal('ERR_TLS_CERT_REFUSED', certificate, what, { rfc: 'RFC 7633 §4.2.2' });
}

function checkAuthority(certificate: Certificate, position: Position): void {
  // §6.1.4 (k): authorities of versions 1 and 2 are such by other means; to be a trust anchor is one.
  const byOtherMeans = position === 'anchor' && certificate.version < 3;
  if (certificate.basicConstraints?.ca !== true && !byOtherMeans) {
    throw refusal('INVALID_CA', certificate, 'is used as an authority and is none');
  }
  // §6.1.4 (n)
  if (certificate.keyUsage?.has('keyCertSign') === false) {
    throw refusal('KEYUSAGE_NO_CERTSIGN', certificate, 'is used as an authority and its key may not sign certificates');
  }
}

/** §4.2.1.3, §4.2.1.12. Purposes of authorities bind what they issue: so browsers read them. */
function checkPurpose(certificate: Certificate, position: Position, { purpose }: Policy): void {
  const { name } = purpose;
  const purposes = name === undefined ? undefined : certificate.extendedKeyUsage;
  if (name !== undefined && purposes?.includes(purposeOids[name]) === false && !purposes.includes(purposeOids.any)) {
    throw refusal('INVALID_PURPOSE', certificate, `is not for ${name} (extended key usage)`);
  }
  const forbidden = purpose.keyUsage.find(usage => certificate.keyUsage?.has(usage) === false);
  if (isLeaf(position) && forbidden !== undefined) {
    throw refusal('KEYUSAGE_NO_DIGITAL_SIGNATURE', certificate, `key may not be used for ${forbidden}`);
  }
}

/** §6.1.3 (a)(2). Certificates know seconds: the current time is taken to the second too. */
export function checkValidity(certificate: Certificate, time: number): void {
  const now = Math.floor(time / 1000) * 1000;
  if (now < certificate.notBefore) {
    throw refusal('CERT_NOT_YET_VALID', certificate, `is valid from ${iso(certificate.notBefore)}, it is ${iso(now)}`);
  }
  if (now > certificate.notAfter) {
    throw refusal('CERT_HAS_EXPIRED', certificate, `was valid until ${iso(certificate.notAfter)}, it is ${iso(now)}`);
  }
}

function iso(time: number): string {
  return new Date(time).toISOString().replace('.000Z', 'Z');
}
