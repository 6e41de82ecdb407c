/**
 * What is asked of certificates beyond the path validation of RFC 5280 §6.1: how authorities are to make them, by RFC 5280 §4 and by
 * the Baseline Requirements of the CA/Browser Forum.
 */
import { equalBytes } from '@tlskit/tls-wire';
import type { Certificate } from './certificate.ts';
import { presentedLabels } from './dns.ts';
import { refusal } from './errors.ts';
import { formatIp } from './ip.ts';
import { ext, purposeOids } from './oids.ts';

/**
 * - `path`: path validation (RFC 5280 §6.1), purposes, and the refusal of weak algorithms.
 * - `rfc5280`: the same, and certificates must be made as RFC 5280 §4 tells authorities to make them.
 * - `webpki`: the same, and as the CA/Browser Forum tells the authorities that browsers trust.
 *
 * Where none is named, `webpki` is asked of servers and `rfc5280` of clients.
 */
export type Profile = 'path' | 'rfc5280' | 'webpki';

export const profiles: readonly Profile[] = ['path', 'rfc5280', 'webpki'];

/**
 * Where in a path a certificate stands. A leaf that is an anchor itself was named as it is: no authority made it for others, so that
 * rules for authorities do not fit it.
 */
export type Position = 'leaf' | 'trusted leaf' | 'intermediate' | 'anchor';

export function isLeaf(position: Position): boolean {
  return position === 'leaf' || position === 'trusted leaf';
}

/** What is wrong, and the section that says so. */
type Problem = readonly [what: string, rfc: string];

/** @throws TlsError `ERR_TLS_CERT_REFUSED` when the certificate does not keep to the profile; it says to which */
export function checkProfile(profile: Profile, certificate: Certificate, position: Position): void {
  if (profile === 'path' || (position === 'anchor' && isOlderThanRules(certificate))) return;
  const problem = rfc5280Problem(profile, certificate, position) ?? webPkiProblem(profile, certificate, position);
  if (problem === undefined) return;
  const [what, rfc] = problem;
  throw refusal('ERR_TLS_CERT_REFUSED', certificate, `${what}, says profile ${profile}`, { rfc });
}

/**
 * Whether a certificate was made before the Baseline Requirements took effect, in July 2012: roots that the public trusts since then are
 * without key identifiers, or with more in them, or with basic constraints that are not critical. What claims to be older than version 3
 * itself (1996) only leaves its date open.
 */
function isOlderThanRules({ notBefore }: Certificate): boolean {
  return notBefore >= Date.UTC(1996) && notBefore < Date.UTC(2012, 6);
}

function rfc5280Problem(profile: Profile, certificate: Certificate, position: Position): Problem | undefined {
  return (
    // An anchor is known by its key and name: roots in use have serial number 0, or GeneralizedTime for 2010.
    (position === 'anchor' ? undefined : (serialNumberProblem(certificate) ?? timesProblem(certificate))) ??
    keyIdentifierProblem(certificate, position) ??
    namesProblem(certificate) ??
    accessProblem(certificate) ??
    uniqueIdentifierProblem(certificate) ??
    (isLeaf(position) ? subscriberProblem(certificate) : authorityProblem(certificate, profile))
  );
}

/** RFC 5280 §4.1.2.2: positive, at most 20 octets. */
function serialNumberProblem(certificate: Certificate): Problem | undefined {
  const { serialNumber } = certificate;
  const positive = (serialNumber[0] as number) < 0x80 && serialNumber.some(octet => octet !== 0);
  if (positive && serialNumber.length <= 20) return undefined;
  return ['serial number is not positive and of at most 20 octets', 'RFC 5280 §4.1.2.2'];
}

function timesProblem(certificate: Certificate): Problem | undefined {
  if (certificate.hasConformingTimes) return undefined;
  return ['has a date before 2050 as GeneralizedTime', 'RFC 5280 §4.1.2.5'];
}

/** RFC 5280 §4.2.1.1, §4.2.1.2 */
function keyIdentifierProblem(certificate: Certificate, position: Position): Problem | undefined {
  for (const [oid, name, section] of [
    [ext.authorityKeyIdentifier, 'authority key identifier', 'RFC 5280 §4.2.1.1'],
    [ext.subjectKeyIdentifier, 'subject key identifier', 'RFC 5280 §4.2.1.2'],
  ] as const) {
    if (certificate.extensions.get(oid)?.critical) return [`${name} is critical`, section];
  }
  const authority = certificate.authorityKeyIdentifier;
  // MUST, but for the self-signed; and nobody looks for the issuer of what is trusted itself.
  const needed = position !== 'trusted leaf' && !(position === 'anchor' && certificate.isSelfIssued);
  if (needed && authority?.keyIdentifier === undefined) {
    return ['has no authority key identifier', 'RFC 5280 §4.2.1.1'];
  }
  if (!isLeaf(position) && certificate.subjectKeyIdentifier === undefined) {
    return ['has no subject key identifier', 'RFC 5280 §4.2.1.2'];
  }
  return undefined;
}

/** RFC 5280 §4.2.2.1: nobody needs it for a path, and yet it must be readable. @throws TlsError when it is malformed */
function accessProblem(certificate: Certificate): Problem | undefined {
  void certificate.authorityInfoAccess;
  return undefined;
}

/** RFC 5280 §4.1.2.8 MUST NOT. */
function uniqueIdentifierProblem(certificate: Certificate): Problem | undefined {
  return certificate.hasUniqueIdentifiers ? ['has a unique identifier', 'RFC 5280 §4.1.2.8'] : undefined;
}

/** RFC 5280 §4.2.1.6 */
function namesProblem(certificate: Certificate): Problem | undefined {
  const extension = certificate.extensions.get(ext.subjectAltName);
  if (extension !== undefined && certificate.subject.isEmpty && !extension.critical) {
    return ['subject is empty and its alternative names are not critical', 'RFC 5280 §4.2.1.6'];
  }
  for (const name of certificate.subjectAltName ?? []) {
    if (name.type === 'dns' && presentedLabels(name.value, false) === undefined) {
      return ['has a DNS name that is not in the preferred name syntax', 'RFC 5280 §4.2.1.6'];
    }
    if (name.type === 'ip' && name.value.length !== 4 && name.value.length !== 16) {
      return ['has an IP address of neither 4 nor 16 octets', 'RFC 5280 §4.2.1.6'];
    }
  }
  return undefined;
}

function subscriberProblem(certificate: Certificate): Problem | undefined {
  const isAuthority = certificate.basicConstraints?.ca === true;
  if (certificate.nameConstraints !== undefined && !isAuthority) {
    return ['has name constraints and is no authority', 'RFC 5280 §4.2.1.10'];
  }
  if (certificate.keyUsage?.has('keyCertSign') && !isAuthority) {
    return ['may sign certificates and is no authority', 'RFC 5280 §4.2.1.3'];
  }
  if (certificate.basicConstraints?.pathLength !== undefined && !isAuthority) {
    return ['has a path length and is no authority', 'RFC 5280 §4.2.1.9'];
  }
  return undefined;
}

function authorityProblem(certificate: Certificate, profile: Profile): Problem | undefined {
  if (certificate.subject.isEmpty) return ['is of an authority without name', 'RFC 5280 §4.1.2.6'];
  if (certificate.extensions.get(ext.basicConstraints)?.critical === false) {
    return ['basic constraints of an authority are not critical', 'RFC 5280 §4.2.1.9'];
  }
  if (certificate.extensions.get(ext.policyConstraints)?.critical === false) {
    return ['policy constraints are not critical', 'RFC 5280 §4.2.1.11'];
  }
  if (certificate.extensions.get(ext.inhibitAnyPolicy)?.critical === false) {
    return ['inhibition of anyPolicy is not critical', 'RFC 5280 §4.2.1.14'];
  }
  // Baseline Requirements §7.1.2.5.2 (note): name constraints may be non-critical, for clients that do not know them.
  if (profile !== 'webpki' && certificate.extensions.get(ext.nameConstraints)?.critical === false) {
    return ['name constraints are not critical', 'RFC 5280 §4.2.1.10'];
  }
  if (certificate.basicConstraints?.pathLength !== undefined && certificate.keyUsage?.has('keyCertSign') === false) {
    return ['has a path length and may not sign certificates', 'RFC 5280 §4.2.1.9'];
  }
  return undefined;
}

function webPkiProblem(profile: Profile, certificate: Certificate, position: Position): Problem | undefined {
  if (profile !== 'webpki' || position === 'trusted leaf') return undefined;
  if (certificate.version !== 3) return ['is not of version 3', 'CA/Browser Forum BR §7.1.1'];
  if (position === 'anchor') return webPkiRootProblem(certificate);
  return position === 'leaf' ? webPkiSubscriberProblem(certificate) : undefined;
}

/** BR §7.1.2.1 */
function webPkiRootProblem(certificate: Certificate): Problem | undefined {
  if (certificate.extendedKeyUsage !== undefined) {
    return ['is of a root and has extended key usage', 'CA/Browser Forum BR §7.1.2.1.2'];
  }
  const identifier = certificate.authorityKeyIdentifier;
  if (identifier === undefined) return undefined;
  if (identifier.keyIdentifier === undefined || (identifier.issuer ?? identifier.serialNumber) !== undefined) {
    return ['has an authority key identifier with other fields than the key', 'CA/Browser Forum BR §7.1.2.1.3'];
  }
  const own = certificate.subjectKeyIdentifier;
  if (certificate.isSelfIssued && own !== undefined && !equalBytes(own, identifier.keyIdentifier)) {
    return ['is of a root and its key identifiers differ', 'CA/Browser Forum BR §7.1.2.1.3'];
  }
  return undefined;
}

/** BR §7.1.2.7 */
function webPkiSubscriberProblem(certificate: Certificate): Problem | undefined {
  if (certificate.basicConstraints?.ca === true) {
    return ['is of an authority and used by a subscriber', 'CA/Browser Forum BR §7.1.2.7.8'];
  }
  const purposes = certificate.extendedKeyUsage;
  if (purposes === undefined || purposes.includes(purposeOids.any)) {
    return ['has no extended key usage, or any', 'CA/Browser Forum BR §7.1.2.7.10'];
  }
  if (certificate.extensions.get(ext.extendedKeyUsage)?.critical) {
    return ['extended key usage is critical', 'CA/Browser Forum BR §7.1.2.7.6'];
  }
  const names = certificate.extensions.get(ext.subjectAltName);
  if (names === undefined || (names.critical && !certificate.subject.isEmpty)) {
    return ['has no subject alternative names, or critical ones beside a subject', 'CA/Browser Forum BR §7.1.2.7.12'];
  }
  return commonNameProblem(certificate);
}

/**
 * BR §7.1.4.3 MUST: a common name is the text of one of the alternative names.
 * Asked of subjects that are a common name alone, as those of domain validation are (§7.1.2.7.2): in others it is a title among many.
 */
function commonNameProblem(certificate: Certificate): Problem | undefined {
  const { subject } = certificate;
  if (subject.rdns.length !== 1) return undefined;
  const names = alternativeNames(certificate);
  const unnamed = subject.values('2.5.4.3').find(name => !names.has(name));
  if (unnamed === undefined) return undefined;
  return ['has a common name that is no alternative name', 'CA/Browser Forum BR §7.1.4.3'];
}

/** The alternative names as common names may have them. */
function alternativeNames(certificate: Certificate): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { type, value } of certificate.subjectAltName ?? []) {
    if (type === 'dns') {
      names.add(value);
      // The domain of a wildcard is a common name for it by long custom.
      if (value.startsWith('*.')) names.add(value.slice(2));
    }
    // IPv6 addresses are to be written by RFC 5952.
    if (type === 'ip' && (value.length === 4 || value.length === 16)) names.add(formatIp(value));
  }
  return names;
}
