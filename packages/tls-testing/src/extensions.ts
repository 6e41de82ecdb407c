/** The certificate extensions of RFC 5280 §4.2.1 that the builder knows by name. */
import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';
import { bits, bytesOf, copy, implicit, oid, sequence, small, tagged } from './asn1.ts';
import { type AlternativeName, encodeName } from './names.ts';

/** An extension as it goes into the certificate. */
export interface RawExtension {
  readonly oid: string;
  /** Left out where it is false, which is the default; `'FALSE'` writes it all the same. */
  readonly critical?: boolean | 'FALSE';
  /** The contents of extnValue: DER, if the extension is to be well formed. */
  readonly value: Uint8Array;
}

/** The bits of KeyUsage (RFC 5280 §4.2.1.3), in order. */
const keyUsages = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const;

export type KeyUsageName = (typeof keyUsages)[number];

const purposes = {
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
  codeSigning: '1.3.6.1.5.5.7.3.3',
  emailProtection: '1.3.6.1.5.5.7.3.4',
  timeStamping: '1.3.6.1.5.5.7.3.8',
  OCSPSigning: '1.3.6.1.5.5.7.3.9',
  /** Of Precertificate Signing Certificates (RFC 6962 §3.1). */
  precertificateSigning: '1.3.6.1.4.1.11129.2.4.4',
  any: '2.5.29.37.0',
} as const;

/** A purpose by name, or any by dotted OID. */
export type Purpose = keyof typeof purposes | (string & {});

/** A name that constrains, in any form; an IP address has its mask: `10.0.0.0/8`. RFC 5280 wants no `minimum` but 0, and no `maximum`. */
export type Subtree =
  | AlternativeName
  | { readonly base: AlternativeName; readonly minimum?: number; readonly maximum?: number };

export interface NameConstraintOptions {
  readonly permitted?: readonly Subtree[];
  readonly excluded?: readonly Subtree[];
}

/** AuthorityKeyIdentifier (RFC 5280 §4.2.1.1) with other fields than the key. */
export interface AuthorityKeyIdentifierOptions {
  readonly keyIdentifier?: Uint8Array;
  readonly issuer?: readonly AlternativeName[];
  /** Contents octets of the INTEGER. */
  readonly serialNumber?: Uint8Array;
}

/** One URI, or several. */
export interface AuthorityInfoAccessOptions {
  readonly ocsp?: string | readonly string[];
  readonly caIssuers?: string | readonly string[];
}

export const extensionOids = {
  authorityInfoAccess: '1.3.6.1.5.5.7.1.1',
  tlsFeature: '1.3.6.1.5.5.7.1.24',
  ocspNoCheck: '1.3.6.1.5.5.7.48.1.5',
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  issuerAltName: '2.5.29.18',
  basicConstraints: '2.5.29.19',
  cRLNumber: '2.5.29.20',
  reasonCode: '2.5.29.21',
  invalidityDate: '2.5.29.24',
  deltaCRLIndicator: '2.5.29.27',
  issuingDistributionPoint: '2.5.29.28',
  certificateIssuer: '2.5.29.29',
  nameConstraints: '2.5.29.30',
  crlDistributionPoints: '2.5.29.31',
  certificatePolicies: '2.5.29.32',
  policyMappings: '2.5.29.33',
  authorityKeyIdentifier: '2.5.29.35',
  policyConstraints: '2.5.29.36',
  extendedKeyUsage: '2.5.29.37',
  freshestCrl: '2.5.29.46',
  inhibitAnyPolicy: '2.5.29.54',
} as const;

export function basicConstraints(ca: boolean, pathLength?: number): RawExtension {
  const value = new pkijs.BasicConstraints({
    cA: ca,
    ...(pathLength === undefined ? {} : { pathLenConstraint: pathLength }),
  });
  return { oid: extensionOids.basicConstraints, critical: true, value: bytesOf(value.toSchema()) };
}

export function keyUsage(usages: readonly KeyUsageName[]): RawExtension {
  const numbers = usages.map(usage => keyUsages.indexOf(usage));
  const highest = Math.max(0, ...numbers);
  const octets = new Uint8Array(highest < 8 ? 1 : 2);
  for (const number of numbers) {
    const at = number >> 3;
    octets[at] = (octets[at] as number) | (0x80 >> (number & 7));
  }
  return { oid: extensionOids.keyUsage, critical: true, value: bytesOf(bits(octets, 7 - (highest & 7))) };
}

export function extendedKeyUsage(names: readonly Purpose[]): RawExtension {
  const keyPurposes = names.map(name => (Object.hasOwn(purposes, name) ? purposes[name as 'any'] : name));
  return { oid: extensionOids.extendedKeyUsage, value: bytesOf(sequence(...keyPurposes.map(oid))) };
}

/** Critical when the subject is empty (RFC 5280 §4.2.1.6). */
export function subjectAltName(names: readonly AlternativeName[], critical: boolean): RawExtension {
  return { oid: extensionOids.subjectAltName, critical, value: bytesOf(sequence(...names.map(encodeName))) };
}

export function issuerAltName(names: readonly AlternativeName[]): RawExtension {
  return { oid: extensionOids.issuerAltName, value: bytesOf(sequence(...names.map(encodeName))) };
}

export function nameConstraints({ permitted, excluded }: NameConstraintOptions): RawExtension {
  const subtrees = (number: number, names: readonly Subtree[] | undefined): asn1js.BaseBlock[] =>
    names === undefined ? [] : [tagged(number, ...names.map(subtree))];
  const value = sequence(...subtrees(0, permitted), ...subtrees(1, excluded));
  return { oid: extensionOids.nameConstraints, critical: true, value: bytesOf(value) };
}

function subtree(given: Subtree): asn1js.BaseBlock {
  if (typeof given === 'string' || !('base' in given)) return sequence(encodeName(given));
  const { base, minimum, maximum } = given;
  const distance = (number: number, value: number | undefined): asn1js.BaseBlock[] =>
    value === undefined ? [] : [implicit(number, bytesOf(small(value)).subarray(2))];
  return sequence(encodeName(base), ...distance(0, minimum), ...distance(1, maximum));
}

export function subjectKeyIdentifier(identifier: Uint8Array): RawExtension {
  const value = new asn1js.OctetString({ valueHex: copy(identifier) });
  return { oid: extensionOids.subjectKeyIdentifier, value: bytesOf(value) };
}

export function authorityKeyIdentifier(given: Uint8Array | AuthorityKeyIdentifierOptions): RawExtension {
  const { keyIdentifier, issuer, serialNumber } = given instanceof Uint8Array ? { keyIdentifier: given } : given;
  const value = sequence(
    ...(keyIdentifier === undefined ? [] : [implicit(0, keyIdentifier)]),
    ...(issuer === undefined ? [] : [tagged(1, ...issuer.map(encodeName))]),
    ...(serialNumber === undefined ? [] : [implicit(2, serialNumber)]),
  );
  return { oid: extensionOids.authorityKeyIdentifier, value: bytesOf(value) };
}

/** RFC 5280 §4.2.2.1: OCSP responders first. */
export function authorityInfoAccess({ ocsp = [], caIssuers = [] }: AuthorityInfoAccessOptions): RawExtension {
  const describe = (method: string, uris: string | readonly string[]): asn1js.BaseBlock[] =>
    [uris].flat().map(uri => sequence(oid(method), encodeName({ uri })));
  const value = sequence(...describe('1.3.6.1.5.5.7.48.1', ocsp), ...describe('1.3.6.1.5.5.7.48.2', caIssuers));
  return { oid: extensionOids.authorityInfoAccess, value: bytesOf(value) };
}

/** RFC 7633 §4.1 */
export function tlsFeatures(features: readonly number[]): RawExtension {
  return { oid: extensionOids.tlsFeature, value: bytesOf(sequence(...features.map(small))) };
}

/** RFC 6960 §4.2.2.2.1 */
export function ocspNoCheck(): RawExtension {
  return { oid: extensionOids.ocspNoCheck, value: bytesOf(new asn1js.Null()) };
}
