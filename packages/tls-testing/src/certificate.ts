/**
 * Building one certificate (RFC 5280 §4.1): well formed unless asked otherwise, and with every means to ask otherwise.
 * The structure is encoded by asn1js and pkijs, so that a parser under test meets somebody else's DER.
 */
import type { HashName, SignatureAlgorithm, SigningKey } from '@tlskit/tls-crypto';
import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';
import {
  type Block,
  bits,
  bytesOf,
  copy,
  implicit,
  integerContents,
  octets,
  oid,
  raw,
  sequence,
  small,
  tagged,
} from './asn1.ts';
import { crlDistributionPoints, type DistributionPoint, freshestCrl } from './distribution-points.ts';
import {
  type AuthorityInfoAccessOptions,
  type AuthorityKeyIdentifierOptions,
  authorityInfoAccess,
  authorityKeyIdentifier,
  basicConstraints,
  extendedKeyUsage,
  extensionOids,
  issuerAltName,
  type KeyUsageName,
  keyUsage,
  type NameConstraintOptions,
  nameConstraints,
  ocspNoCheck,
  type Purpose,
  type RawExtension,
  subjectAltName,
  subjectKeyIdentifier,
  tlsFeatures,
} from './extensions.ts';
import type { KeyKind } from './keys.ts';
import { type AlternativeName, encodeSubject, type Subject } from './names.ts';
import {
  certificatePolicies,
  inhibitAnyPolicy,
  type PolicyConstraintOptions,
  type PolicyOption,
  policyConstraints,
  policyMappings,
} from './policies.ts';

/** What a certificate says. Where `null` is possible it leaves the extension out; `undefined` takes the default. */
export interface CertificateOptions {
  /** A kind to make a new key of (default `ecdsa-p256`), or the DER PKCS#8 of a key that is there. */
  readonly key?: KeyKind | Uint8Array;
  /** Default: the first name that is text, as common name. */
  readonly subject?: Subject;
  /** Subject alternative names. */
  readonly names?: readonly AlternativeName[] | null;
  /** Default: a day ago. DER of a Time is written as it is. */
  readonly notBefore?: Date | Uint8Array;
  /** Default: 90 days ahead, for authorities ten years. */
  readonly notAfter?: Date | Uint8Array;
  /** Contents octets of the INTEGER, written as they are. Default: 16 random octets, positive. */
  readonly serial?: Uint8Array;
  /** Default 3; with less, no extensions are written. */
  readonly version?: 1 | 2 | 3;
  /** The number that is written for the version, whatever else `version` makes of the certificate: 0 is what DER leaves out, 2 is v3. */
  readonly claimedVersion?: number;
  /** Unique identifiers (RFC 5280 §4.1.2.8), which nobody should have. */
  readonly issuerUniqueId?: Uint8Array;
  readonly subjectUniqueId?: Uint8Array;
  /** The name of the issuer, where it is not to be the issuer's. */
  readonly issuerName?: Subject;
  /** DER SubjectPublicKeyInfo to write in place of the key's own. */
  readonly publicKey?: Uint8Array;
  /** `cA` of basic constraints. Default: true for authorities, otherwise no basic constraints at all. */
  readonly ca?: boolean | null;
  readonly pathLength?: number;
  /** Default: `digitalSignature`; for authorities `keyCertSign` and `cRLSign`. */
  readonly keyUsage?: readonly KeyUsageName[] | null;
  /** Default: `serverAuth` and `clientAuth`; none for authorities. */
  readonly extendedKeyUsage?: readonly Purpose[] | null;
  readonly nameConstraints?: NameConstraintOptions;
  readonly policies?: readonly PolicyOption[];
  /** Each a policy of the issuer's, and what the subject calls it; dotted OIDs. */
  readonly policyMappings?: readonly (readonly [issuer: string, subject: string])[];
  readonly policyConstraints?: PolicyConstraintOptions;
  /** How many certificates may follow in which `anyPolicy` counts. */
  readonly inhibitAnyPolicy?: number;
  readonly issuerAltName?: readonly AlternativeName[];
  /** Where more is to be had: URIs of OCSP responders, and of the issuer's certificate. */
  readonly authorityInfoAccess?: AuthorityInfoAccessOptions;
  /** Extensions of TLS that a server with this certificate answers (RFC 7633), by number: 5 is `status_request`. */
  readonly tlsFeatures?: readonly number[];
  /** Whether to say of a responder that it need not be asked about (`id-pkix-ocsp-nocheck`, RFC 6960 §4.2.2.2.1). */
  readonly ocspNoCheck?: boolean;
  /** Default: from the key. */
  readonly subjectKeyIdentifier?: Uint8Array | null;
  /** Default: the issuer's subject key identifier. */
  readonly authorityKeyIdentifier?: Uint8Array | AuthorityKeyIdentifierOptions | null;
  /** Where CRLs that name this certificate are to be found. Default: no such extension. */
  readonly crlDistributionPoints?: readonly DistributionPoint[];
  /** Where deltas to those CRLs are to be found. */
  readonly freshestCrl?: readonly DistributionPoint[];
  /** Further extensions, last; one with the OID of a default replaces it, and a second with the same OID makes a duplicate. */
  readonly extensions?: readonly RawExtension[];
  /** Flags of extensions, by their names, where they are not to be what is usual. */
  readonly critical?: { readonly [K in keyof typeof extensionOids]?: boolean | 'FALSE' };
  /** How the issuer signs. Default: by the issuer's key. */
  readonly signature?: SignatureAlgorithm;
  /** An OID to write, with NULL parameters, in place of the real signature algorithm: for algorithms nobody should make. */
  readonly claimedAlgorithm?: string;
  /** DER of an AlgorithmIdentifier outside the signed part that differs from the one inside. */
  readonly outerAlgorithm?: Uint8Array;
  /** Changes the DER of the signed part before it is signed. */
  readonly alter?: (tbsCertificate: Uint8Array) => Uint8Array;
  /** Changes the DER of the certificate when it is signed. */
  readonly alterCertificate?: (certificate: Uint8Array) => Uint8Array;
  /** Signs with another key than the issuer's, of the same kind. */
  readonly forged?: boolean;
}

/** Who signs, as the certificate is to name it. */
export interface Issuer {
  /** DER Name. */
  readonly name: Uint8Array;
  readonly key: SigningKey;
  readonly keyIdentifier: Uint8Array | undefined;
}

const day = 86_400_000;

/** With what would be another each time it is built: to build the same again. */
export function settled(options: CertificateOptions): CertificateOptions {
  const { notBefore = new Date(Date.now() - day), notAfter = new Date(Date.now() + 90 * day) } = options;
  return { ...options, notBefore, notAfter, serial: options.serial ?? randomSerial() };
}

/** DER of the certificate. */
export async function buildCertificate(
  options: CertificateOptions,
  subject: { readonly spki: Uint8Array; readonly keyIdentifier: Uint8Array; readonly authority: boolean },
  issuer: Issuer,
  algorithm: SignatureAlgorithm,
): Promise<Uint8Array> {
  const now = Date.now();
  const inner =
    options.claimedAlgorithm === undefined
      ? algorithmIdentifier(algorithm)
      : sequence(oid(options.claimedAlgorithm), new asn1js.Null());
  const version = options.version ?? 3;
  const blocks: Block[] = [];
  const written = options.claimedVersion ?? (version === 1 ? undefined : version - 1);
  if (written !== undefined) blocks.push(tagged(0, small(written)));
  blocks.push(
    integerContents(options.serial ?? randomSerial()),
    inner,
    raw(options.issuerName === undefined ? issuer.name : encodeSubject(options.issuerName)),
    sequence(
      time(options.notBefore ?? new Date(now - day)),
      time(options.notAfter ?? new Date(now + (subject.authority ? 3650 : 90) * day)),
    ),
    raw(subjectOf(options)),
    raw(options.publicKey ?? subject.spki),
  );
  const { issuerUniqueId, subjectUniqueId } = options;
  if (issuerUniqueId !== undefined) blocks.push(implicit(1, Uint8Array.of(0, ...issuerUniqueId)));
  if (subjectUniqueId !== undefined) blocks.push(implicit(2, Uint8Array.of(0, ...subjectUniqueId)));
  const extensions = version === 3 ? extensionsOf(options, subject, issuer) : [];
  if (extensions.length > 0) blocks.push(tagged(3, sequence(...extensions.map(encodeExtension))));
  const plain = bytesOf(sequence(...blocks));
  const tbs = options.alter?.(plain) ?? plain;
  const signature = await issuer.key.sign(algorithm, tbs);
  const outer = options.outerAlgorithm === undefined ? inner : raw(options.outerAlgorithm);
  const certificate = bytesOf(sequence(raw(tbs), outer, bits(signature)));
  return options.alterCertificate?.(certificate) ?? certificate;
}

/** DER of the subject's Name. */
export function subjectOf({ subject, names }: CertificateOptions): Uint8Array {
  return encodeSubject(subject ?? names?.find(name => typeof name === 'string') ?? {});
}

function extensionsOf(
  options: CertificateOptions,
  subject: { readonly keyIdentifier: Uint8Array; readonly authority: boolean },
  issuer: Issuer,
): RawExtension[] {
  const { authority } = subject;
  const own: RawExtension[] = [];
  const ca = options.ca === undefined ? authority || undefined : (options.ca ?? undefined);
  if (ca !== undefined) own.push(basicConstraints(ca, options.pathLength));
  const usages = options.keyUsage === undefined ? defaultUsages(authority) : options.keyUsage;
  if (usages !== null) own.push(keyUsage(usages));
  const purposes = options.extendedKeyUsage === undefined ? defaultPurposes(authority) : options.extendedKeyUsage;
  if (purposes !== null) own.push(extendedKeyUsage(purposes));
  const { names } = options;
  const emptySubject = subjectOf(options).length === 2;
  if (names !== undefined && names !== null) own.push(subjectAltName(names, emptySubject));
  if (options.nameConstraints !== undefined) own.push(nameConstraints(options.nameConstraints));
  own.push(...policyExtensions(options));
  const ski = options.subjectKeyIdentifier === undefined ? subject.keyIdentifier : options.subjectKeyIdentifier;
  if (ski !== null) own.push(subjectKeyIdentifier(ski));
  const aki = options.authorityKeyIdentifier === undefined ? issuer.keyIdentifier : options.authorityKeyIdentifier;
  if (aki !== null && aki !== undefined) own.push(authorityKeyIdentifier(aki));
  if (options.authorityInfoAccess !== undefined) own.push(authorityInfoAccess(options.authorityInfoAccess));
  if (options.tlsFeatures !== undefined) own.push(tlsFeatures(options.tlsFeatures));
  if (options.ocspNoCheck === true) own.push(ocspNoCheck());
  if (options.crlDistributionPoints !== undefined) own.push(crlDistributionPoints(options.crlDistributionPoints));
  if (options.freshestCrl !== undefined) own.push(freshestCrl(options.freshestCrl));
  if (options.issuerAltName !== undefined) own.push(issuerAltName(options.issuerAltName));
  const added = options.extensions ?? [];
  const flags = new Map(Object.entries(options.critical ?? {}).map(([name, critical]) => [oidNamed(name), critical]));
  return [
    ...own
      .filter(extension => !added.some(other => other.oid === extension.oid))
      .map(extension => ({ ...extension, critical: flags.get(extension.oid) ?? extension.critical ?? false })),
    ...added,
  ];
}

function oidNamed(name: string): string {
  return extensionOids[name as keyof typeof extensionOids];
}

function policyExtensions(options: CertificateOptions): RawExtension[] {
  const own: RawExtension[] = [];
  if (options.policies !== undefined) own.push(certificatePolicies(options.policies));
  if (options.policyMappings !== undefined) own.push(policyMappings(options.policyMappings));
  if (options.policyConstraints !== undefined) own.push(policyConstraints(options.policyConstraints));
  if (options.inhibitAnyPolicy !== undefined) own.push(inhibitAnyPolicy(options.inhibitAnyPolicy));
  return own;
}

function defaultUsages(authority: boolean): readonly KeyUsageName[] {
  return authority ? ['keyCertSign', 'cRLSign'] : ['digitalSignature'];
}

function defaultPurposes(authority: boolean): readonly Purpose[] | null {
  return authority ? null : ['serverAuth', 'clientAuth'];
}

/** An Extension (RFC 5280 §4.1). */
export function encodeExtension({ oid: extnID, critical = false, value }: RawExtension): Block {
  if (critical === 'FALSE') return sequence(oid(extnID), new asn1js.Boolean({ value: false }), octets(value));
  return new pkijs.Extension({ extnID, critical, extnValue: copy(value).buffer }).toSchema();
}

/** UTCTime up to 2049, GeneralizedTime from 2050 (RFC 5280 §4.1.2.5). */
export function time(value: Date | Uint8Array): Block {
  if (value instanceof Uint8Array) return raw(value);
  const valueDate = new Date(Math.floor(value.getTime() / 1000) * 1000);
  const year = valueDate.getUTCFullYear();
  return year >= 1950 && year < 2050 ? new asn1js.UTCTime({ valueDate }) : new asn1js.GeneralizedTime({ valueDate });
}

function randomSerial(): Uint8Array {
  const serial = crypto.getRandomValues(new Uint8Array(16));
  serial[0] = ((serial[0] as number) & 0x3f) | 0x40;
  return serial;
}

const ecdsaOids: Readonly<Record<HashName, string>> = {
  sha1: '1.2.840.10045.4.1',
  sha256: '1.2.840.10045.4.3.2',
  sha384: '1.2.840.10045.4.3.3',
  sha512: '1.2.840.10045.4.3.4',
};
const rsaOids: Readonly<Record<HashName, string>> = {
  sha1: '1.2.840.113549.1.1.5',
  sha256: '1.2.840.113549.1.1.11',
  sha384: '1.2.840.113549.1.1.12',
  sha512: '1.2.840.113549.1.1.13',
};
const hashOids: Readonly<Record<HashName, string>> = {
  sha1: '1.3.14.3.2.26',
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
};

const mlDsaOids = {
  44: '2.16.840.1.101.3.4.3.17',
  65: '2.16.840.1.101.3.4.3.18',
  87: '2.16.840.1.101.3.4.3.19',
} as const;

/** RFC 3279 §2.2.2, RFC 5758 §3.1. */
const dsaOids: Readonly<Record<HashName, string>> = {
  sha1: '1.2.840.10040.4.3',
  sha256: '2.16.840.1.101.3.4.3.2',
  sha384: '2.16.840.1.101.3.4.3.3',
  sha512: '2.16.840.1.101.3.4.3.4',
};

/** A hash as an AlgorithmIdentifier (RFC 4055 §2.1). */
export function hashAlgorithm(name: HashName): Block {
  return sequence(oid(hashOids[name]), new asn1js.Null());
}

/** RFC 5758 §3.2, RFC 8410 §3, RFC 9881 §2, RFC 4055 §3.1 and §5. */
export function algorithmIdentifier(algorithm: SignatureAlgorithm): Block {
  switch (algorithm.type) {
    case 'ecdsa':
      return sequence(oid(ecdsaOids[algorithm.hash]));
    case 'dsa':
      return sequence(oid(dsaOids[algorithm.hash]));
    case 'ed25519':
      return sequence(oid('1.3.101.112'));
    case 'ed448':
      return sequence(oid('1.3.101.113'));
    case 'ml-dsa':
      return sequence(oid(mlDsaOids[algorithm.set]));
    case 'rsa-pkcs1':
      return sequence(oid(rsaOids[algorithm.hash]), new asn1js.Null());
    case 'rsa-pss': {
      const mgf = sequence(oid('1.2.840.113549.1.1.8'), hashAlgorithm(algorithm.mgfHash));
      const parameters = sequence(
        tagged(0, hashAlgorithm(algorithm.hash)),
        tagged(1, mgf),
        ...(algorithm.saltLength === 20 ? [] : [tagged(2, small(algorithm.saltLength))]),
      );
      return sequence(oid('1.2.840.113549.1.1.10'), parameters);
    }
  }
}
