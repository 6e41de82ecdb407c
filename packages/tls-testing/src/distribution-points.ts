/** Where CRLs are to be found, in certificates and in CRLs themselves (RFC 5280 §4.2.1.13, §4.2.1.15, §5.2.5). */
import * as asn1js from 'asn1js';
import { type Block, bytesOf, implicit, raw, sequence, tagged } from './asn1.ts';
import { extensionOids, type RawExtension } from './extensions.ts';
import { type AlternativeName, encodeName, encodeSubject, type Subject } from './names.ts';

/** The bits of ReasonFlags, in order (RFC 5280 §4.2.1.13). */
const reasonFlags = [
  'unused',
  'keyCompromise',
  'cACompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'certificateHold',
  'privilegeWithdrawn',
  'aACompromise',
] as const;

export type ReasonFlag = (typeof reasonFlags)[number];

/** A DistributionPointName: whole names, or what stands behind the name of the CRL's issuer, one attribute or several in one RDN. */
export type DistributionPointName =
  | readonly AlternativeName[]
  | { readonly relative: Readonly<Record<string, string>> };

/** A distribution point; a string is the URI of one that has nothing else. */
export type DistributionPoint =
  | string
  | {
      readonly name?: DistributionPointName;
      readonly reasons?: readonly ReasonFlag[];
      /** Who issues the CRLs, where that is not the certificate's issuer. */
      readonly crlIssuer?: readonly AlternativeName[] | Subject;
    };

/** IssuingDistributionPoint (RFC 5280 §5.2.5). */
export interface IssuingDistributionPoint {
  readonly name?: DistributionPointName | string;
  readonly onlyContainsUserCerts?: boolean;
  readonly onlyContainsCACerts?: boolean;
  readonly onlySomeReasons?: readonly ReasonFlag[];
  readonly indirectCRL?: boolean;
  readonly onlyContainsAttributeCerts?: boolean;
}

export function crlDistributionPoints(points: readonly DistributionPoint[]): RawExtension {
  return { oid: extensionOids.crlDistributionPoints, value: encodePoints(points) };
}

export function freshestCrl(points: readonly DistributionPoint[]): RawExtension {
  return { oid: extensionOids.freshestCrl, value: encodePoints(points) };
}

export function issuingDistributionPoint(point: IssuingDistributionPoint): RawExtension {
  const { name } = point;
  const flag = (number: number, value: boolean | undefined): Block[] =>
    value === true ? [implicit(number, Uint8Array.of(0xff))] : [];
  const value = sequence(
    ...(name === undefined ? [] : [encodePointName(typeof name === 'string' ? [{ uri: name }] : name)]),
    ...flag(1, point.onlyContainsUserCerts),
    ...flag(2, point.onlyContainsCACerts),
    ...(point.onlySomeReasons === undefined ? [] : [implicit(3, reasonBits(point.onlySomeReasons))]),
    ...flag(4, point.indirectCRL),
    ...flag(5, point.onlyContainsAttributeCerts),
  );
  return { oid: extensionOids.issuingDistributionPoint, critical: true, value: bytesOf(value) };
}

function encodePoints(points: readonly DistributionPoint[]): Uint8Array {
  return bytesOf(sequence(...points.map(encodePoint)));
}

function encodePoint(point: DistributionPoint): Block {
  if (typeof point === 'string') return encodePoint({ name: [{ uri: point }] });
  const { name, reasons, crlIssuer } = point;
  return sequence(
    ...(name === undefined ? [] : [encodePointName(name)]),
    ...(reasons === undefined ? [] : [implicit(1, reasonBits(reasons))]),
    ...(crlIssuer === undefined ? [] : [tagged(2, ...issuerNames(crlIssuer).map(encodeName))]),
  );
}

function issuerNames(issuer: readonly AlternativeName[] | Subject): readonly AlternativeName[] {
  return Array.isArray(issuer) ? issuer : [{ directoryName: issuer as Subject }];
}

/** A CHOICE, so that its tag is explicit. */
function encodePointName(name: DistributionPointName): Block {
  if (!('relative' in name)) return tagged(0, tagged(0, ...name.map(encodeName)));
  const { result } = asn1js.fromBER(Uint8Array.from(encodeSubject(name.relative)));
  const rdns = (result as asn1js.Sequence).valueBlock.value as asn1js.Set[];
  const attributes = rdns.flatMap(rdn => rdn.valueBlock.value.map(attribute => raw(bytesOf(attribute))));
  return tagged(0, tagged(1, ...attributes));
}

/** Contents of the BIT STRING, which as a list of named bits has no zero bits at its end. */
function reasonBits(reasons: readonly ReasonFlag[]): Uint8Array {
  const numbers = reasons.map(reason => reasonFlags.indexOf(reason));
  const highest = Math.max(0, ...numbers);
  const octets = new Uint8Array(2 + (highest >> 3));
  octets[0] = 7 - (highest & 7);
  for (const number of numbers)
    octets[1 + (number >> 3)] = (octets[1 + (number >> 3)] as number) | (0x80 >> (number & 7));
  return octets;
}
