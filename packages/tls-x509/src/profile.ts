/**
 * What is asked of certificates beyond the path validation of RFC 5280 §6.1: how authorities are to make them, by RFC 5280 §4 and by
 * the Baseline Requirements of the CA/Browser Forum.
 */
import type { Certificate } from './certificate.ts';
import { presentedLabels } from './dns.ts';
import { refusal } from './errors.ts';
import { formatIp, parseIp } from './ip.ts';
import { ext, purposeOids } from './oids.ts';

/**
 * - `path`: path validation (RFC 5280 §6.1), purposes, and the refusal of weak algorithms.
 * - `rfc5280`: the same, and certificates must be made as RFC 5280 §4 tells authorities to make them.
 * - `webpki`: the same, and as the CA/Browser Forum tells the authorities that browsers trust.
 */
export type Profile = 'path' | 'rfc5280' | 'webpki';

export const profiles: readonly Profile[] = ['path', 'rfc5280', 'webpki'];

/** Where in a path a certificate stands. */
export type Position = 'leaf' | 'intermediate' | 'anchor';

/** @throws TlsError `ERR_TLS_CERT_REFUSED` or a more exact code when the certificate does not keep to the profile */
export function checkProfile(profile: Profile, certificate: Certificate, position: Position): void {
  if (profile === 'path') return;
  // An anchor is known by its key and name: roots in use have serial number 0, or GeneralizedTime for 2010.
  if (position !== 'anchor') {
    checkSerialNumber(certificate);
    checkTimes(certificate);
  }
  checkKeyIdentifiers(certificate, position);
  checkNames(certificate);
  if (position === 'leaf') checkSubscriber(certificate);
  else checkAuthority(certificate, profile);
  if (profile === 'webpki') checkWebPki(certificate, position);
}

/** RFC 5280 §4.1.2.2: positive, at most 20 octets. */
function checkSerialNumber(certificate: Certificate): void {
  const { serialNumber } = certificate;
  const positive = (serialNumber[0] as number) < 0x80 && serialNumber.some(octet => octet !== 0);
  if (positive && serialNumber.length <= 20) return;
  throw refuse(certificate, 'serial number is not positive and of at most 20 octets', 'RFC 5280 §4.1.2.2');
}

function checkTimes(certificate: Certificate): void {
  if (certificate.hasConformingTimes) return;
  throw refuse(certificate, 'has a date before 2050 as GeneralizedTime', 'RFC 5280 §4.1.2.5');
}

/** RFC 5280 §4.2.1.1, §4.2.1.2 */
function checkKeyIdentifiers(certificate: Certificate, position: Position): void {
  for (const [oid, name, section] of [
    [ext.authorityKeyIdentifier, 'authority key identifier', 'RFC 5280 §4.2.1.1'],
    [ext.subjectKeyIdentifier, 'subject key identifier', 'RFC 5280 §4.2.1.2'],
  ] as const) {
    if (certificate.extensions.get(oid)?.critical) throw refuse(certificate, `${name} is critical`, section);
  }
  const authority = certificate.authorityKeyIdentifier;
  // MUST, but for the self-signed.
  if (authority?.keyIdentifier === undefined && !(position === 'anchor' && certificate.isSelfIssued)) {
    throw refuse(certificate, 'has no authority key identifier', 'RFC 5280 §4.2.1.1');
  }
  if (position !== 'leaf' && certificate.subjectKeyIdentifier === undefined) {
    throw refuse(certificate, 'has no subject key identifier', 'RFC 5280 §4.2.1.2');
  }
}

/** RFC 5280 §4.2.1.6 */
function checkNames(certificate: Certificate): void {
  const extension = certificate.extensions.get(ext.subjectAltName);
  if (extension !== undefined && certificate.subject.isEmpty && !extension.critical) {
    throw refuse(certificate, 'subject is empty and its alternative names are not critical', 'RFC 5280 §4.2.1.6');
  }
  for (const name of certificate.subjectAltName ?? []) {
    if (name.type === 'dns' && presentedLabels(name.value, false) === undefined) {
      throw refuse(certificate, 'has a DNS name that is not in the preferred name syntax', 'RFC 5280 §4.2.1.6');
    }
    if (name.type === 'ip' && name.value.length !== 4 && name.value.length !== 16) {
      throw refuse(certificate, 'has an IP address of neither 4 nor 16 octets', 'RFC 5280 §4.2.1.6');
    }
  }
}

function checkSubscriber(certificate: Certificate): void {
  const isAuthority = certificate.basicConstraints?.ca === true;
  if (certificate.nameConstraints !== undefined && !isAuthority) {
    throw refuse(certificate, 'has name constraints and is no authority', 'RFC 5280 §4.2.1.10');
  }
  if (certificate.keyUsage?.has('keyCertSign') && !isAuthority) {
    throw refuse(certificate, 'may sign certificates and is no authority', 'RFC 5280 §4.2.1.3');
  }
  if (certificate.basicConstraints?.pathLength !== undefined && !isAuthority) {
    throw refuse(certificate, 'has a path length and is no authority', 'RFC 5280 §4.2.1.9');
  }
}

function checkAuthority(certificate: Certificate, profile: Profile): void {
  if (certificate.subject.isEmpty) throw refuse(certificate, 'is of an authority without name', 'RFC 5280 §4.1.2.6');
  if (certificate.extensions.get(ext.basicConstraints)?.critical === false) {
    throw refuse(certificate, 'basic constraints of an authority are not critical', 'RFC 5280 §4.2.1.9');
  }
  // Baseline Requirements §7.1.2.5.2 (note): name constraints may be non-critical, for clients that do not know them.
  if (profile !== 'webpki' && certificate.extensions.get(ext.nameConstraints)?.critical === false) {
    throw refuse(certificate, 'name constraints are not critical', 'RFC 5280 §4.2.1.10');
  }
  if (certificate.basicConstraints?.pathLength !== undefined && certificate.keyUsage?.has('keyCertSign') === false) {
    throw refuse(certificate, 'has a path length and may not sign certificates', 'RFC 5280 §4.2.1.9');
  }
}

function checkWebPki(certificate: Certificate, position: Position): void {
  if (certificate.version !== 3) throw refuse(certificate, 'is not of version 3', 'CA/Browser Forum BR §7.1.1');
  if (position === 'anchor') checkWebPkiRoot(certificate);
  if (position === 'leaf') checkWebPkiSubscriber(certificate);
}

/** BR §7.1.2.1 */
function checkWebPkiRoot(certificate: Certificate): void {
  if (certificate.extendedKeyUsage !== undefined) {
    throw refuse(certificate, 'is of a root and has extended key usage', 'CA/Browser Forum BR §7.1.2.1.2');
  }
  const identifier = certificate.authorityKeyIdentifier;
  if (identifier === undefined) return;
  if (identifier.keyIdentifier === undefined || (identifier.issuer ?? identifier.serialNumber) !== undefined) {
    throw refuse(
      certificate,
      'has an authority key identifier with other fields than the key',
      'CA/Browser Forum BR §7.1.2.1.3',
    );
  }
}

/** BR §7.1.2.7 */
function checkWebPkiSubscriber(certificate: Certificate): void {
  if (certificate.basicConstraints?.ca === true) {
    throw refuse(certificate, 'is of an authority and used by a subscriber', 'CA/Browser Forum BR §7.1.2.7.8');
  }
  const purposes = certificate.extendedKeyUsage;
  if (purposes === undefined || purposes.includes(purposeOids.any)) {
    throw refuse(certificate, 'has no extended key usage, or any', 'CA/Browser Forum BR §7.1.2.7.10');
  }
  if (certificate.extensions.get(ext.extendedKeyUsage)?.critical) {
    throw refuse(certificate, 'extended key usage is critical', 'CA/Browser Forum BR §7.1.2.7.6');
  }
  const names = certificate.extensions.get(ext.subjectAltName);
  if (names === undefined || (names.critical && !certificate.subject.isEmpty)) {
    throw refuse(
      certificate,
      'has no subject alternative names, or critical ones beside a subject',
      'CA/Browser Forum BR §7.1.2.7.12',
    );
  }
  checkCommonName(certificate);
}

/**
 * BR §7.1.4.3 MUST: a common name is the text of one of the alternative names.
 * Asked of subjects that are a common name alone, as those of domain validation are (§7.1.2.7.2): in others it is a title among many.
 */
function checkCommonName(certificate: Certificate): void {
  const { subject } = certificate;
  if (subject.rdns.length !== 1) return;
  const unnamed = subject.values('2.5.4.3').find(name => !isAlternativeName(certificate, name));
  if (unnamed === undefined) return;
  throw refuse(certificate, 'has a common name that is no alternative name', 'CA/Browser Forum BR §7.1.4.3');
}

function isAlternativeName(certificate: Certificate, commonName: string): boolean {
  return (certificate.subjectAltName ?? []).some(name => {
    // The domain of a wildcard is a common name for it by long custom.
    if (name.type === 'dns') return name.value === commonName || name.value === `*.${commonName}`;
    // IPv6 addresses are to be written by RFC 5952.
    return name.type === 'ip' && formatIp(name.value) === commonName && parseIp(commonName) !== undefined;
  });
}

function refuse(certificate: Certificate, what: string, rfc: string): ReturnType<typeof refusal> {
  return refusal('ERR_TLS_CERT_REFUSED', certificate, what, { rfc });
}
