/**
 * X.509 certificates (RFC 5280 §4.1), read strictly and cheaply: one pass over the DER, views instead of copies,
 * extensions read when they are asked for.
 */
import { TlsError } from '@tlskit/tls-alerts';
import type { Hash } from '@tlskit/tls-crypto';
import { DecodeError, equalBytes, toHex } from '@tlskit/tls-wire';
import { contextTag, type DerReader, readDer, Tag } from '@tlskit/tls-wire/der';
import { type AlgorithmIdentifier, readAlgorithmIdentifier } from './algorithm.ts';
import { DistinguishedName } from './distinguished-name.ts';
import { orMalformed } from './errors.ts';
import { type Extension, readExtensionList } from './extension-list.ts';
import {
  type AccessDescription,
  type AuthorityKeyIdentifier,
  type BasicConstraints,
  checkBitString,
  type KeyUsage,
  type NameConstraints,
  readAlternativeNames,
  readAuthorityInfoAccess,
  readAuthorityKeyIdentifier,
  readBasicConstraints,
  readExtendedKeyUsage,
  readKeyUsage,
  readNameConstraints,
  readSubjectKeyIdentifier,
  readTlsFeatures,
} from './extensions.ts';
import type { GeneralName } from './general-name.ts';
import { ext } from './oids.ts';
import {
  type PolicyConstraints,
  type PolicyMapping,
  readCertificatePolicies,
  readInhibitAnyPolicy,
  readPolicyConstraints,
  readPolicyMappings,
} from './policy-extensions.ts';
import { readTime } from './time.ts';

/**
 * Reads a certificate, all of it. The bytes are kept and viewed, not copied: do not change them afterwards.
 *
 * @throws TlsError `ERR_TLS_CERT_MALFORMED` for what is not DER, or does not keep RFC 5280 §4.1: versions and what they allow,
 *   equal signature algorithms, forms of time, extensions once each
 */
export function parseCertificate(der: Uint8Array): Certificate {
  return orMalformed({ label: `of ${der.length} bytes` }, 'does not parse', 'RFC 5280 §4.1', () =>
    readDer(der, 'Certificate', reader => readCertificate(der, reader)),
  );
}

/** What the reader found; see the fields of {@link Certificate}. */
interface Parts {
  readonly der: Uint8Array;
  readonly tbs: Uint8Array;
  readonly version: 1 | 2 | 3;
  readonly serialNumber: Uint8Array;
  readonly signatureAlgorithm: AlgorithmIdentifier;
  readonly signature: Uint8Array;
  readonly issuer: DistinguishedName;
  readonly subject: DistinguishedName;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly hasConformingTimes: boolean;
  readonly spki: Uint8Array;
  readonly hasUniqueIdentifiers: boolean;
  readonly extensions: ReadonlyMap<string, Extension>;
}

/** A certificate as {@link parseCertificate} reads it. All bytes are views of `der`. */
export class Certificate {
  /** The whole certificate. */
  readonly der: Uint8Array;
  /** What the signature is over. */
  readonly tbs: Uint8Array;
  readonly version: 1 | 2 | 3;
  /** Contents octets of the INTEGER, two's complement. */
  readonly serialNumber: Uint8Array;
  readonly signatureAlgorithm: AlgorithmIdentifier;
  /** Contents of the BIT STRING. */
  readonly signature: Uint8Array;
  readonly issuer: DistinguishedName;
  readonly subject: DistinguishedName;
  /** First moment of validity, milliseconds since 1970. */
  readonly notBefore: number;
  /** Last second of validity, milliseconds since 1970. */
  readonly notAfter: number;
  /** Whether the forms of time are those that RFC 5280 §4.1.2.5 tells authorities to write. */
  readonly hasConformingTimes: boolean;
  /** DER SubjectPublicKeyInfo. */
  readonly spki: Uint8Array;
  /** Whether there is an issuerUniqueID or a subjectUniqueID; nobody reads them. */
  readonly hasUniqueIdentifiers: boolean;
  /** In order, by OID. */
  readonly extensions: ReadonlyMap<string, Extension>;
  readonly #read = new Map<string, unknown>();

  /** For {@link parseCertificate}. */
  constructor(parts: Parts) {
    this.der = parts.der;
    this.tbs = parts.tbs;
    this.version = parts.version;
    this.serialNumber = parts.serialNumber;
    this.signatureAlgorithm = parts.signatureAlgorithm;
    this.signature = parts.signature;
    this.issuer = parts.issuer;
    this.subject = parts.subject;
    this.notBefore = parts.notBefore;
    this.notAfter = parts.notAfter;
    this.hasConformingTimes = parts.hasConformingTimes;
    this.spki = parts.spki;
    this.hasUniqueIdentifiers = parts.hasUniqueIdentifiers;
    this.extensions = parts.extensions;
  }

  /** The certificate as messages name it: its subject, shortened, or its serial number where it has none. */
  get label(): string {
    if (this.subject.isEmpty) return `with serial number ${toHex(this.serialNumber.subarray(0, 20))}`;
    return `"${this.subject.label}"`;
  }

  /** Whether subject and issuer are the same name (RFC 5280 §3.2); that says nothing of who signed. */
  get isSelfIssued(): boolean {
    return this.subject.equals(this.issuer);
  }

  /** @throws TlsError `ERR_TLS_CERT_MALFORMED`, as do all that follow */
  get basicConstraints(): BasicConstraints | undefined {
    return this.#extension(ext.basicConstraints, 'BasicConstraints', 'RFC 5280 §4.2.1.9', readBasicConstraints);
  }

  get keyUsage(): ReadonlySet<KeyUsage> | undefined {
    return this.#extension(ext.keyUsage, 'KeyUsage', 'RFC 5280 §4.2.1.3', readKeyUsage);
  }

  /** Purposes as dotted OIDs. */
  get extendedKeyUsage(): readonly string[] | undefined {
    return this.#extension(ext.extendedKeyUsage, 'ExtendedKeyUsage', 'RFC 5280 §4.2.1.12', readExtendedKeyUsage);
  }

  get subjectAltName(): readonly GeneralName[] | undefined {
    return this.#extension(ext.subjectAltName, 'SubjectAltName', 'RFC 5280 §4.2.1.6', readAlternativeNames);
  }

  get nameConstraints(): NameConstraints | undefined {
    return this.#extension(ext.nameConstraints, 'NameConstraints', 'RFC 5280 §4.2.1.10', readNameConstraints);
  }

  get subjectKeyIdentifier(): Uint8Array | undefined {
    const { subjectKeyIdentifier } = ext;
    return this.#extension(subjectKeyIdentifier, 'SubjectKeyIdentifier', 'RFC 5280 §4.2.1.2', readSubjectKeyIdentifier);
  }

  get authorityKeyIdentifier(): AuthorityKeyIdentifier | undefined {
    const { authorityKeyIdentifier: oid } = ext;
    return this.#extension(oid, 'AuthorityKeyIdentifier', 'RFC 5280 §4.2.1.1', readAuthorityKeyIdentifier);
  }

  /** Policies as dotted OIDs. */
  get certificatePolicies(): readonly string[] | undefined {
    const { certificatePolicies } = ext;
    return this.#extension(certificatePolicies, 'CertificatePolicies', 'RFC 5280 §4.2.1.4', readCertificatePolicies);
  }

  /** Where the issuer's certificate and OCSP responders are to be found. */
  get authorityInfoAccess(): readonly AccessDescription[] | undefined {
    const { authorityInfoAccess: oid } = ext;
    return this.#extension(oid, 'AuthorityInfoAccess', 'RFC 5280 §4.2.2.1', readAuthorityInfoAccess);
  }

  /** ExtensionTypes of TLS that a server with this certificate answers. */
  get tlsFeatures(): readonly number[] | undefined {
    return this.#extension(ext.tlsFeature, 'TLS feature', 'RFC 7633 §4.1', readTlsFeatures);
  }

  get policyMappings(): readonly PolicyMapping[] | undefined {
    return this.#extension(ext.policyMappings, 'PolicyMappings', 'RFC 5280 §4.2.1.5', readPolicyMappings);
  }

  get policyConstraints(): PolicyConstraints | undefined {
    return this.#extension(ext.policyConstraints, 'PolicyConstraints', 'RFC 5280 §4.2.1.11', readPolicyConstraints);
  }

  /** How many certificates may follow in which `anyPolicy` counts. */
  get inhibitAnyPolicy(): number | undefined {
    return this.#extension(ext.inhibitAnyPolicy, 'InhibitAnyPolicy', 'RFC 5280 §4.2.1.14', readInhibitAnyPolicy);
  }

  /** SHA-256 over the DER, in the form `AB:CD:…` that Node and OpenSSL print. */
  fingerprint256(sha256: Hash): string {
    const digest = toHex(sha256.digest(this.der)).toUpperCase();
    return (digest.match(/../g) as string[]).join(':');
  }

  #extension<T>(oid: string, what: string, rfc: string, read: (value: Uint8Array) => T): T | undefined {
    const extension = this.extensions.get(oid);
    if (extension === undefined) return undefined;
    if (!this.#read.has(oid))
      this.#read.set(
        oid,
        this.#readOrError(what, rfc, () => read(extension.value)),
      );
    const known = this.#read.get(oid);
    if (known instanceof TlsError) throw known;
    return known as T;
  }

  /** Errors are kept too: the search asks for some extensions again and again, and errors cost. */
  #readOrError<T>(what: string, rfc: string, read: () => T): T | TlsError {
    try {
      return orMalformed(this, what, rfc, read);
    } catch (error) {
      if (error instanceof TlsError) return error;
      throw error;
    }
  }
}

function readCertificate(der: Uint8Array, outer: DerReader): Certificate {
  const certificate = outer.enter();
  const start = certificate.next(Tag.sequence);
  const signatureAlgorithm = readAlgorithmIdentifier(certificate);
  const signature = certificate.bitStringBytes();
  certificate.finish('Certificate');
  return readDer(start.bytes, 'TBSCertificate', reader => {
    const tbs = reader.enter();
    const version = readVersion(tbs);
    const serialNumber = tbs.integer();
    const inner = readAlgorithmIdentifier(tbs);
    // §4.1.1.2 MUST: one algorithm, named twice, once under the signature.
    if (!equalBytes(inner.der, signatureAlgorithm.der)) {
      throw new DecodeError('signature algorithms inside and outside the signed part differ', 0);
    }
    const issuer = new DistinguishedName(tbs.next(Tag.sequence).bytes);
    // §4.1.2.4 MUST: an issuer has a name.
    if (issuer.isEmpty) throw new DecodeError('issuer is empty', 0);
    const validity = tbs.enter();
    const notBefore = readTime(validity);
    const notAfter = readTime(validity);
    validity.finish('Validity');
    const subject = new DistinguishedName(tbs.next(Tag.sequence).bytes);
    const spki = tbs.next(Tag.sequence).bytes;
    const hasUniqueIdentifiers = skipUniqueIdentifiers(tbs, version);
    const extensions = readExtensions(tbs, version);
    tbs.finish('TBSCertificate');
    return new Certificate({
      der,
      tbs: start.bytes,
      version,
      serialNumber,
      signatureAlgorithm,
      signature,
      issuer,
      subject,
      notBefore: notBefore.time,
      notAfter: notAfter.time,
      hasConformingTimes: notBefore.conforming && notAfter.conforming,
      spki,
      hasUniqueIdentifiers,
      extensions,
    });
  });
}

/** §4.1.2.1. Version 1 is the default, which DER leaves out. */
function readVersion(tbs: DerReader): 1 | 2 | 3 {
  if (tbs.peek() !== contextTag(0, true)) return 1;
  const explicit = tbs.enter(contextTag(0, true));
  const version = explicit.smallUnsigned();
  explicit.finish('Version');
  if (version !== 1 && version !== 2) throw new DecodeError(`no such version: ${version}`, 0);
  return version === 1 ? 2 : 3;
}

/** §4.1.2.8 MUST: only in versions 2 and 3. Nobody reads them. True if there are any. */
function skipUniqueIdentifiers(tbs: DerReader, version: number): boolean {
  let any = false;
  for (const tag of [contextTag(1, false), contextTag(2, false)]) {
    const identifier = tbs.optional(tag);
    if (identifier === undefined) continue;
    if (version === 1) throw new DecodeError('unique identifier in a version 1 certificate', 0);
    checkBitString(identifier.value);
    any = true;
  }
  return any;
}

/** §4.1.2.9, §4.2 */
function readExtensions(tbs: DerReader, version: number): ReadonlyMap<string, Extension> {
  if (tbs.peek() !== contextTag(3, true)) return new Map();
  if (version !== 3) throw new DecodeError(`extensions in a version ${version} certificate`, 0);
  const explicit = tbs.enter(contextTag(3, true));
  const extensions = readExtensionList(explicit);
  explicit.finish('extensions');
  return extensions;
}
