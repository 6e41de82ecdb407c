/**
 * The contents of extensions that are read for people (RFC 5280 §4.2; RFC 6962 §3.3; RFC 7633; RFC 3739 §3.2.6), as values of JSON:
 * octets are hexadecimal, names are `type:text`. Each reader throws DecodeError.
 */
import { SignatureScheme } from '@tlskit/tls-messages';
import { DecodeError, decode, toHex } from '@tlskit/tls-wire';
import { contextTag, DerReader, readDer, Tag } from '@tlskit/tls-wire/der';
import { encodeBase64 } from '../base64.ts';
import { readDistributionPoints, reasonFlags } from '../crl/distribution-point.ts';
import { readTime } from '../time.ts';
import { sctsInExtension } from '../transparency/entries.ts';
import { isVersion1, signedCertificateTimestamp } from '../transparency/sct.ts';
import { displayText, isDisplayText, nameText } from './text.ts';

/** A list that must not be empty. */
export function readList<T>(value: Uint8Array, what: string, read: (reader: DerReader) => T): readonly T[] {
  return readDer(value, what, reader => {
    const sequence = reader.enter();
    const items: T[] = [];
    while (!sequence.done) items.push(read(sequence));
    if (items.length === 0) throw new DecodeError(`${what} is empty`, 0);
    return items;
  });
}

export interface PolicyDetails {
  /** Dotted. */
  readonly policy: string;
  readonly qualifiers: readonly QualifierDetails[];
}

export type QualifierDetails =
  | { readonly type: 'cps'; readonly uri: string }
  | {
      readonly type: 'userNotice';
      readonly organization?: string;
      readonly numbers?: readonly number[];
      readonly text?: string;
    }
  | { readonly type: string; readonly value: string };

/** §4.2.1.4 */
export function readPolicies(value: Uint8Array): readonly PolicyDetails[] {
  return readList(value, 'CertificatePolicies', reader => {
    const information = reader.enter();
    const policy = information.oid();
    const qualifiers: QualifierDetails[] = [];
    if (!information.done) {
      const sequence = information.enter();
      while (!sequence.done) qualifiers.push(readQualifier(sequence.enter()));
    }
    information.finish('PolicyInformation');
    return { policy, qualifiers };
  });
}

function readQualifier(reader: DerReader): QualifierDetails {
  const type = reader.oid();
  const { tag, value, bytes } = reader.next();
  reader.finish('PolicyQualifierInfo');
  if (type === '1.3.6.1.5.5.7.2.1' && isDisplayText(tag)) {
    return { type: 'cps', uri: displayText(new DerReader(bytes)) };
  }
  if (type === '1.3.6.1.5.5.7.2.2' && tag === Tag.sequence) return readNotice(new DerReader(value));
  return { type, value: toHex(bytes) };
}

function readNotice(reader: DerReader): QualifierDetails {
  let reference: { organization?: string; numbers?: number[] } = {};
  if (reader.peek() === Tag.sequence) {
    const inner = reader.enter();
    const organization = displayText(inner);
    const list = inner.enter();
    const numbers: number[] = [];
    while (!list.done) numbers.push(list.smallUnsigned());
    reference = { organization, numbers };
  }
  const text = reader.done ? {} : { text: displayText(reader) };
  reader.finish('UserNotice');
  return { type: 'userNotice', ...reference, ...text };
}

export interface DistributionPointDetails {
  /** Where the CRL is. */
  readonly names?: readonly string[];
  /** The part of its name that is not the issuer's. */
  readonly nameRelativeToIssuer?: string;
  readonly reasons?: readonly string[];
  readonly issuer?: readonly string[];
}

/** §4.2.1.13, and of the same form §4.2.1.15 */
export function readPoints(value: Uint8Array): readonly DistributionPointDetails[] {
  return readDistributionPoints(value).map(({ name, reasons, crlIssuer }) => ({
    ...(name !== undefined && 'fullName' in name ? { names: name.fullName.map(nameText) } : {}),
    ...(name !== undefined && 'relativeName' in name ? { nameRelativeToIssuer: `#${toHex(name.relativeName)}` } : {}),
    ...(reasons === undefined ? {} : { reasons: reasonFlags.filter((_, i) => (reasons & (1 << i)) !== 0) }),
    ...(crlIssuer === undefined ? {} : { issuer: crlIssuer.map(nameText) }),
  }));
}

export interface TimestampDetails {
  readonly version: number;
  /** Base64 of the log's identifier, as lists of logs have it; undefined for a version that nobody here knows. */
  readonly log?: string;
  /** ISO 8601, to the millisecond. */
  readonly time?: string;
  /** The signature scheme: IANA's name. */
  readonly scheme?: string;
}

/** RFC 6962 §3.3 */
export function readTimestamps(value: Uint8Array): readonly TimestampDetails[] {
  return sctsInExtension(value).map(bytes => {
    const sct = decode(signedCertificateTimestamp, bytes);
    const version = sct.sct_version + 1;
    if (!isVersion1(sct)) return { version };
    const { id, timestamp, signature } = sct.body;
    // Beyond that JavaScript has no dates.
    if (timestamp > 8_640_000_000_000_000n) throw new DecodeError('timestamp that no date stands for', 0);
    const time = new Date(Number(timestamp)).toISOString();
    return {
      version,
      log: encodeBase64(id),
      time,
      scheme: SignatureScheme.label(signature.hash * 256 + signature.signature),
    };
  });
}

/** OIDs of the statements (RFC 3739 §3.2.6); what they say is for lawyers. */
export function readStatements(value: Uint8Array): readonly string[] {
  return readList(value, 'QCStatements', reader => reader.enter().oid());
}

/** RFC 3280 §4.2.1.4, which RFC 5280 leaves out: milliseconds since 1970. */
export function readUsagePeriod(value: Uint8Array): { readonly notBefore?: string; readonly notAfter?: string } {
  return readDer(value, 'PrivateKeyUsagePeriod', reader => {
    const sequence = reader.enter();
    const time = (number: number): string | undefined => {
      const contents = sequence.optional(contextTag(number, false))?.value;
      if (contents === undefined) return undefined;
      const text = Uint8Array.of(Tag.generalizedTime, contents.length, ...contents);
      return new Date(readTime(new DerReader(text)).time).toISOString();
    };
    const notBefore = time(0);
    const notAfter = time(1);
    sequence.finish('PrivateKeyUsagePeriod');
    return { ...(notBefore === undefined ? {} : { notBefore }), ...(notAfter === undefined ? {} : { notAfter }) };
  });
}

/** Any one string, for extensions that are no more than that. */
export function readString(value: Uint8Array): string {
  return readDer(value, 'string', displayText);
}
