/** Where CRLs are, and which part of the certificates they are about (RFC 5280 §4.2.1.13, §4.2.1.15, §5.2.5). Readers throw DecodeError. */
import { DecodeError, equalBytes } from '@tlskit/tls-wire';
import { contextTag, DerReader, decodeBitString, der, readDer, Tag } from '@tlskit/tls-wire/der';
import { DistinguishedName } from '../distinguished-name.ts';
import { type GeneralName, readGeneralNames } from '../general-name.ts';

/** The bits of ReasonFlags in order (§4.2.1.13). */
export const reasonFlags = [
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

/** A set of reasons: bit i is `reasonFlags[i]`. */
export type Reasons = number;

/** Every reason there is; "unused" is none. */
export const allReasons: Reasons = 0b1_1111_1110;

/** Whole names, or what stands behind the name of the CRL's issuer: the contents of one RDN. */
export type DistributionPointName =
  | { readonly fullName: readonly GeneralName[] }
  | { readonly relativeName: Uint8Array };

export interface DistributionPoint {
  readonly name: DistributionPointName | undefined;
  readonly reasons: Reasons | undefined;
  /** Who issues its CRLs, where that is not the issuer of the certificate. */
  readonly crlIssuer: readonly GeneralName[] | undefined;
}

/** Authorities write one or two; each of them is work for whoever looks. */
const maximumPoints = 100;

/** `CRLDistributionPoints`, and of the same form `FreshestCRL`. */
export function readDistributionPoints(value: Uint8Array): readonly DistributionPoint[] {
  return readDer(value, 'CRLDistributionPoints', reader => {
    const sequence = reader.enter();
    const points: DistributionPoint[] = [];
    while (!sequence.done) {
      if (points.length === maximumPoints) throw new DecodeError(`more than ${maximumPoints} distribution points`, 0);
      points.push(readDistributionPoint(sequence.enter()));
    }
    if (points.length === 0) throw new DecodeError('CRLDistributionPoints is empty', 0);
    return points;
  });
}

function readDistributionPoint(reader: DerReader): DistributionPoint {
  const name = readName(reader);
  const reasons = readReasons(reader, 1);
  const issuer = reader.optional(contextTag(2, true));
  const crlIssuer = issuer === undefined ? undefined : readGeneralNames(new DerReader(issuer.value));
  reader.finish('DistributionPoint');
  // §4.2.1.13 MUST: one of the two.
  if (name === undefined && crlIssuer === undefined) {
    throw new DecodeError('DistributionPoint with neither a name nor an issuer', 0);
  }
  // MUST NOT: it would be relative to several.
  const isRelative = name !== undefined && 'relativeName' in name;
  if (isRelative && crlIssuer !== undefined && crlIssuer.length > 1) {
    throw new DecodeError('DistributionPoint with a relative name and several issuers', 0);
  }
  return { name, reasons, crlIssuer };
}

/** §5.2.5: which certificates a CRL is about. */
export interface IssuingDistributionPoint {
  readonly name: DistributionPointName | undefined;
  readonly onlyContainsUserCerts: boolean;
  readonly onlyContainsCACerts: boolean;
  readonly onlySomeReasons: Reasons | undefined;
  readonly indirectCRL: boolean;
  readonly onlyContainsAttributeCerts: boolean;
}

export function readIssuingDistributionPoint(value: Uint8Array): IssuingDistributionPoint {
  return readDer(value, 'IssuingDistributionPoint', reader => {
    const sequence = reader.enter();
    // MUST NOT be empty: what says nothing is not written.
    if (sequence.done) throw new DecodeError('IssuingDistributionPoint is empty', 0);
    const point = {
      name: readName(sequence),
      onlyContainsUserCerts: readFlag(sequence, 1),
      onlyContainsCACerts: readFlag(sequence, 2),
      onlySomeReasons: readReasons(sequence, 3),
      indirectCRL: readFlag(sequence, 4),
      onlyContainsAttributeCerts: readFlag(sequence, 5),
    };
    sequence.finish('IssuingDistributionPoint');
    return point;
  });
}

/** The names of a distribution point; relative ones with `issuer` before them, none when there is no such issuer. */
export function namesOfPoint(
  name: DistributionPointName,
  issuer: DistinguishedName | undefined,
): readonly GeneralName[] {
  if ('fullName' in name) return name.fullName;
  if (issuer === undefined) return [];
  const { value } = new DerReader(issuer.der).next(Tag.sequence);
  const whole = der(Tag.sequence, value, der(Tag.set, name.relativeName));
  return [{ type: 'directoryName', value: new DistinguishedName(whole) }];
}

/**
 * Whether a name is in both lists. §5.2.5 MUST: certificate and CRL have it in the identical encoding; directory names by §7.1.
 *
 * @param count is told of each comparison, as both lists may be long
 */
export function haveNameInCommon(
  some: readonly GeneralName[],
  others: readonly GeneralName[],
  count: () => void,
): boolean {
  return some.some(one =>
    others.some(other => {
      count();
      return sameName(one, other);
    }),
  );
}

function sameName(one: GeneralName, other: GeneralName): boolean {
  if (one.type !== other.type) return false;
  if (one.type === 'directoryName') return one.value.equals(other.value as DistinguishedName);
  if (typeof one.value === 'string') return one.value === other.value;
  return equalBytes(one.value, other.value as Uint8Array);
}

/** The directory names among these: authorities have no others. */
export function directoryNames(names: readonly GeneralName[]): readonly DistinguishedName[] {
  return names.flatMap(name => (name.type === 'directoryName' ? [name.value] : []));
}

/** Whether this directory name is among them. */
export function hasDirectoryName(names: readonly GeneralName[], wanted: DistinguishedName): boolean {
  return directoryNames(names).some(name => name.equals(wanted));
}

/** The reasons in words. */
export function describeReasons(reasons: Reasons): string {
  return reasonFlags.filter((_, i) => (reasons & allReasons & (1 << i)) !== 0).join(', ');
}

/** A CHOICE, so that its tag is explicit. */
function readName(reader: DerReader): DistributionPointName | undefined {
  if (reader.peek() !== contextTag(0, true)) return undefined;
  const explicit = reader.enter(contextTag(0, true));
  const { tag, value } = explicit.next();
  explicit.finish('DistributionPointName');
  if (tag === contextTag(0, true)) return { fullName: readGeneralNames(new DerReader(value)) };
  if (tag !== contextTag(1, true)) throw new DecodeError('DistributionPointName is neither of its forms', 0);
  // As the only RDN of a name it is read as strictly as any.
  void new DistinguishedName(der(Tag.sequence, der(Tag.set, value)));
  return { relativeName: value };
}

/** `BOOLEAN DEFAULT FALSE`: DER leaves the default out. */
function readFlag(reader: DerReader, number: number): boolean {
  const flag = reader.optional(contextTag(number, false))?.value;
  if (flag === undefined) return false;
  if (flag.length !== 1 || flag[0] !== 0xff) throw new DecodeError('BOOLEAN is written and not TRUE', 0);
  return true;
}

/** ReasonFlags: a list of named bits, which has no zero bits at its end (X.690 §11.2.2). */
function readReasons(reader: DerReader, number: number): Reasons | undefined {
  const contents = reader.optional(contextTag(number, false))?.value;
  if (contents === undefined) return undefined;
  const { unusedBits, bytes } = decodeBitString(contents);
  const last = bytes.at(-1);
  if (last !== undefined && ((last >> unusedBits) & 1) === 0) throw new DecodeError('ReasonFlags ends in zero bits', 0);
  let reasons = 0;
  for (let i = 0; i < reasonFlags.length; i++) {
    if (((bytes[i >> 3] ?? 0) & (0x80 >> (i & 7))) !== 0) reasons |= 1 << i;
  }
  return reasons;
}
