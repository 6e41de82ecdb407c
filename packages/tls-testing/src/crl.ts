/**
 * Building one CRL (RFC 5280 §5.1): well formed unless asked otherwise, and with every means to ask otherwise.
 * The structure is encoded by asn1js and pkijs, as that of certificates.
 */
import type { SignatureAlgorithm, SigningKey } from '@tlskit/tls-crypto';
import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';
import { type Block, bits, bytesOf, copy, integerContents, oid, raw, sequence, small, tagged } from './asn1.ts';
import { algorithmIdentifier, encodeExtension, type Issuer, time } from './certificate.ts';
import {
  type DistributionPoint,
  freshestCrl,
  type IssuingDistributionPoint,
  issuingDistributionPoint,
} from './distribution-points.ts';
import { authorityKeyIdentifier, extensionOids, type RawExtension } from './extensions.ts';
import { type AlternativeName, encodeName, encodeSubject, type Subject } from './names.ts';
import { toPem } from './pem.ts';

/** CRLReason by its names (RFC 5280 §5.3.1); there is no 7. */
const reasons = {
  unspecified: 0,
  keyCompromise: 1,
  cACompromise: 2,
  affiliationChanged: 3,
  superseded: 4,
  cessationOfOperation: 5,
  certificateHold: 6,
  removeFromCRL: 8,
  privilegeWithdrawn: 9,
  aACompromise: 10,
} as const;

export type CrlReason = keyof typeof reasons;

/** One revoked certificate. */
export interface CrlEntry {
  /** DER of the certificate, or contents octets of its serial number. */
  readonly certificate?: Uint8Array;
  readonly serial?: Uint8Array;
  /** When it was revoked. Default: an hour ago. */
  readonly date?: Date | Uint8Array;
  /** By name, or any number. Default: no reason code. */
  readonly reason?: CrlReason | number;
  readonly invalidityDate?: Date;
  /** Who issued the certificate, in indirect CRLs: for this entry and those behind it. */
  readonly certificateIssuer?: readonly AlternativeName[] | Subject;
  /** Further extensions, last. */
  readonly extensions?: readonly RawExtension[];
}

/** What a CRL says. Where `null` is possible it leaves the field out; `undefined` takes the default. */
export interface CrlOptions {
  /** Default: none. DER of the entries, one behind the other, is written as it is. */
  readonly revoked?: readonly CrlEntry[] | Uint8Array;
  /** Default: two hours ago. DER of a Time is written as it is. */
  readonly thisUpdate?: Date | Uint8Array;
  /** Default: seven days ahead. */
  readonly nextUpdate?: Date | Uint8Array | null;
  /** `cRLNumber`. Default 1. */
  readonly number?: number | bigint | null;
  /** The number of the complete CRL that this one is the difference to: makes it a delta CRL. */
  readonly deltaBase?: number | bigint;
  readonly issuingDistributionPoint?: IssuingDistributionPoint;
  /** Default: the issuer's subject key identifier. */
  readonly authorityKeyIdentifier?: Uint8Array | null;
  /** Where deltas to this CRL are to be found. */
  readonly freshestCrl?: readonly DistributionPoint[];
  /** Default 2; with 1, no extensions are written. */
  readonly version?: 1 | 2;
  /** The issuer's name, where it is to be another than the signer's. */
  readonly issuer?: Subject;
  /** Further extensions, last; one with the OID of a default replaces it, and a second with the same OID makes a duplicate. */
  readonly extensions?: readonly RawExtension[];
  /** How it is signed. Default: by the signer's key. */
  readonly signature?: SignatureAlgorithm;
  /** An OID to write, with NULL parameters, in place of the real signature algorithm. */
  readonly claimedAlgorithm?: string;
  /** DER of an AlgorithmIdentifier outside the signed part that differs from the one inside. */
  readonly outerAlgorithm?: Uint8Array;
  /** Changes the DER of the signed part before it is signed. */
  readonly alter?: (tbsCertList: Uint8Array) => Uint8Array;
  /** Signs with another key than the issuer's, of the same kind. */
  readonly forged?: boolean;
}

export interface TestCrl {
  readonly der: Uint8Array;
  readonly pem: string;
}

const hour = 3_600_000;

/** @throws RangeError for an entry that is of no certificate */
export async function buildCrl(
  options: CrlOptions,
  issuer: Omit<Issuer, 'key'>,
  key: SigningKey,
  algorithm: SignatureAlgorithm,
): Promise<TestCrl> {
  const now = Date.now();
  const inner =
    options.claimedAlgorithm === undefined
      ? algorithmIdentifier(algorithm)
      : sequence(oid(options.claimedAlgorithm), new asn1js.Null());
  const { version = 2, nextUpdate = new Date(now + 7 * 24 * hour) } = options;
  const blocks: Block[] = [];
  if (version > 1) blocks.push(small(version - 1));
  blocks.push(
    inner,
    raw(options.issuer === undefined ? issuer.name : encodeSubject(options.issuer)),
    time(options.thisUpdate ?? new Date(now - 2 * hour)),
  );
  if (nextUpdate !== null) blocks.push(time(nextUpdate));
  const { revoked = [] } = options;
  if (revoked instanceof Uint8Array) blocks.push(sequence(raw(revoked)));
  else if (revoked.length > 0) blocks.push(sequence(...revoked.map(entry => encodeEntry(entry, version))));
  const extensions = version === 2 ? extensionsOf(options, issuer) : [];
  if (extensions.length > 0) blocks.push(tagged(0, sequence(...extensions.map(encodeExtension))));
  const plain = bytesOf(sequence(...blocks));
  const tbs = options.alter?.(plain) ?? plain;
  const signature = await key.sign(algorithm, tbs);
  const outer = options.outerAlgorithm === undefined ? inner : raw(options.outerAlgorithm);
  const der = bytesOf(sequence(raw(tbs), outer, bits(signature)));
  return { der, pem: toPem('X509 CRL', der) };
}

function encodeEntry(entry: CrlEntry, version: number): Block {
  const blocks = [integerContents(serialOf(entry)), time(entry.date ?? new Date(Date.now() - hour))];
  const extensions: RawExtension[] = [];
  const { reason, invalidityDate, certificateIssuer } = entry;
  if (reason !== undefined) {
    const value = bytesOf(new asn1js.Enumerated({ value: typeof reason === 'number' ? reason : reasons[reason] }));
    extensions.push({ oid: extensionOids.reasonCode, value });
  }
  if (invalidityDate !== undefined) {
    const value = bytesOf(new asn1js.GeneralizedTime({ valueDate: wholeSeconds(invalidityDate) }));
    extensions.push({ oid: extensionOids.invalidityDate, value });
  }
  if (certificateIssuer !== undefined) {
    const names = Array.isArray(certificateIssuer)
      ? certificateIssuer
      : [{ directoryName: certificateIssuer as Subject }];
    const value = bytesOf(sequence(...names.map(encodeName)));
    extensions.push({ oid: extensionOids.certificateIssuer, critical: true, value });
  }
  const all = [...extensions, ...(entry.extensions ?? [])];
  return version === 2 && all.length > 0
    ? sequence(...blocks, sequence(...all.map(encodeExtension)))
    : sequence(...blocks);
}

function serialOf({ certificate, serial }: CrlEntry): Uint8Array {
  if (serial !== undefined) return serial;
  if (certificate === undefined) throw new RangeError('an entry has a certificate or a serial number');
  const parsed = new pkijs.Certificate({ schema: asn1js.fromBER(copy(certificate)).result });
  return parsed.serialNumber.valueBlock.valueHexView;
}

function extensionsOf(options: CrlOptions, issuer: Omit<Issuer, 'key'>): RawExtension[] {
  const own: RawExtension[] = [];
  const { number = 1, deltaBase, issuingDistributionPoint: point } = options;
  const identifier =
    options.authorityKeyIdentifier === undefined ? issuer.keyIdentifier : options.authorityKeyIdentifier;
  if (identifier !== null && identifier !== undefined) own.push(authorityKeyIdentifier(identifier));
  if (number !== null) own.push({ oid: extensionOids.cRLNumber, value: encodeNumber(number) });
  if (deltaBase !== undefined) {
    own.push({ oid: extensionOids.deltaCRLIndicator, critical: true, value: encodeNumber(deltaBase) });
  }
  if (point !== undefined) own.push(issuingDistributionPoint(point));
  if (options.freshestCrl !== undefined) own.push(freshestCrl(options.freshestCrl));
  const added = options.extensions ?? [];
  return [...own.filter(extension => !added.some(other => other.oid === extension.oid)), ...added];
}

function encodeNumber(number: number | bigint): Uint8Array {
  return bytesOf(asn1js.Integer.fromBigInt(BigInt(number)));
}

function wholeSeconds(date: Date): Date {
  return new Date(Math.floor(date.getTime() / 1000) * 1000);
}
