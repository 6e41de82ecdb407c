/**
 * The entries of a CRL (RFC 5280 §5.1.2.6, §5.3). CRLs may have a hundred thousand: they are walked once, strictly and without making
 * objects, and found by a table of their offsets.
 */
import { DecodeError, equalBytes } from '@tlskit/tls-wire';
import { DerReader, decodeOid, readDer, Tag } from '@tlskit/tls-wire/der';
import { readExtensionList } from '../extension-list.ts';
import { type GeneralName, readGeneralNames } from '../general-name.ts';
import { type RevocationReason, revocationReasons } from '../revocation.ts';
import { readGeneralizedTime, readTime } from '../time.ts';

/** One revoked certificate. */
export interface CrlEntry {
  /** Contents octets of the INTEGER. */
  readonly serialNumber: Uint8Array;
  /** When it was revoked, milliseconds since 1970. */
  readonly date: number;
  readonly reason: RevocationReason | undefined;
  /** When it may have gone wrong, milliseconds since 1970. */
  readonly invalidityDate: number | undefined;
  /** Whose certificate it is, where that is not the CRL's issuer: what this entry says, or the last before it that says so. */
  readonly certificateIssuer: readonly GeneralName[] | undefined;
}

const entryOids = {
  reasonCode: '2.5.29.21',
  holdInstructionCode: '2.5.29.23',
  invalidityDate: '2.5.29.24',
  certificateIssuer: '2.5.29.29',
} as const;

/** The contents of `revokedCertificates`. */
export class CrlEntries {
  readonly #bytes: Uint8Array;
  /** How many there are. */
  readonly count: number;
  /** The critical extension of an entry that nobody here knows, dotted: then the CRL says nothing of any certificate (§5.3). */
  readonly unknownExtension: string | undefined;
  /** Where the entries are that name an issuer, ascending. */
  readonly #issuerChanges: readonly number[];
  #index: SerialIndex | undefined;
  /** The issuer that was read last: entries that stand together have the same one. */
  #lastIssuer: { readonly at: number; readonly names: readonly GeneralName[] } | undefined;

  /** @throws DecodeError for what is no list of entries */
  constructor(bytes: Uint8Array, version: 1 | 2) {
    this.#bytes = bytes;
    const walk = walkEntries(bytes, version);
    this.count = walk.count;
    this.unknownExtension = walk.unknownExtension;
    this.#issuerChanges = walk.issuerChanges;
  }

  /** Whether entries name issuers of certificates: such entries are for indirect CRLs (§5.3.3). */
  get nameIssuers(): boolean {
    return this.#issuerChanges.length > 0;
  }

  /** All of them, in order. @throws DecodeError */
  *all(): Generator<CrlEntry> {
    const cursor = new Cursor(this.#bytes, 0, this.#bytes.length);
    while (cursor.at < cursor.end) {
      const { at } = cursor;
      cursor.next(Tag.sequence);
      yield this.#read(at);
    }
  }

  /** Those with this serial number, whoever issued it, in order. @throws DecodeError */
  *withSerial(serialNumber: Uint8Array): Generator<CrlEntry> {
    if (this.count === 0) return;
    this.#index ??= new SerialIndex(this.#bytes, this.count);
    for (const at of this.#index.find(serialNumber)) yield this.#read(at);
  }

  /** Whether there is any with this serial number; nothing of it is read. */
  has(serialNumber: Uint8Array): boolean {
    if (this.count === 0) return false;
    this.#index ??= new SerialIndex(this.#bytes, this.count);
    return this.#index.find(serialNumber).next().done !== true;
  }

  #read(at: number): CrlEntry {
    const entry = new DerReader(this.#bytes.subarray(at)).enter();
    const serialNumber = entry.integer();
    const date = readTime(entry).time;
    const extensions = entry.done ? undefined : readExtensionList(entry);
    entry.finish('entry of a CRL');
    const value = (oid: string): Uint8Array | undefined => extensions?.get(oid)?.value;
    const reason = value(entryOids.reasonCode);
    const invalidityDate = value(entryOids.invalidityDate);
    return {
      serialNumber,
      date,
      reason: reason === undefined ? undefined : readReason(reason),
      invalidityDate:
        invalidityDate === undefined ? undefined : readDer(invalidityDate, 'invalidityDate', readGeneralizedTime),
      certificateIssuer: this.#issuerOf(at),
    };
  }

  /** §5.3.3: of the entry itself, or of the last one before it that names one. */
  #issuerOf(at: number): readonly GeneralName[] | undefined {
    const changes = this.#issuerChanges;
    let low = 0;
    let high = changes.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((changes[middle] as number) <= at) low = middle + 1;
      else high = middle;
    }
    const change = changes[low - 1];
    if (change === undefined) return undefined;
    if (this.#lastIssuer?.at === change) return this.#lastIssuer.names;
    const entry = new DerReader(this.#bytes.subarray(change)).enter();
    entry.next();
    entry.next();
    const value = readExtensionList(entry).get(entryOids.certificateIssuer)?.value as Uint8Array;
    const names = readDer(value, 'CertificateIssuer', reader => readGeneralNames(reader.enter()));
    this.#lastIssuer = { at: change, names };
    return names;
  }
}

/** Where serial numbers are: lists by hash, so that those of one kind cost no more to enter than any others. */
class SerialIndex {
  readonly #bytes: Uint8Array;
  /** Numbers of entries plus one, 0 for none: the first of each list, and the next of each entry. */
  readonly #first: Uint32Array;
  readonly #next: Uint32Array;
  readonly #offsets: Uint32Array;

  constructor(bytes: Uint8Array, count: number) {
    this.#bytes = bytes;
    this.#first = new Uint32Array(2 ** Math.ceil(Math.log2(count + 1)));
    this.#next = new Uint32Array(count);
    this.#offsets = new Uint32Array(count);
    const cursor = new Cursor(bytes, 0, bytes.length);
    for (let i = 0; i < count; i++) {
      this.#offsets[i] = cursor.at;
      cursor.next(Tag.sequence);
    }
    // Backwards, so that lists are in the order of the entries.
    for (let i = count - 1; i >= 0; i--) {
      const slot = this.#slot(serialAt(bytes, this.#offsets[i] as number));
      this.#next[i] = this.#first[slot] as number;
      this.#first[slot] = i + 1;
    }
  }

  /** Offsets of the entries with this serial number. */
  *find(serialNumber: Uint8Array): Generator<number> {
    let entry = this.#first[this.#slot(serialNumber)] as number;
    for (; entry !== 0; entry = this.#next[entry - 1] as number) {
      const at = this.#offsets[entry - 1] as number;
      if (equalBytes(serialAt(this.#bytes, at), serialNumber)) yield at;
    }
  }

  /** FNV-1a. */
  #slot(serialNumber: Uint8Array): number {
    let value = 0x811c9dc5;
    for (let i = 0; i < serialNumber.length; i++) value = Math.imul(value ^ (serialNumber[i] as number), 0x01000193);
    return (value ^ (value >>> 15)) & (this.#first.length - 1);
  }
}

/** §5.3.1 */
function readReason(value: Uint8Array): RevocationReason {
  const number = readDer(value, 'CRLReason', reader => reader.next(Tag.enumerated).value);
  const name = number.length === 1 ? revocationReasons[number[0] as number] : undefined;
  if (name === undefined) throw new DecodeError('CRLReason that does not exist', 0);
  return name;
}

/** The strict pass over all entries. What is checked here is shape; contents that nobody asks for are read when they are found. */
function walkEntries(
  bytes: Uint8Array,
  version: 1 | 2,
): { count: number; unknownExtension: string | undefined; issuerChanges: readonly number[] } {
  const issuerChanges: number[] = [];
  let count = 0;
  let unknownExtension: string | undefined;
  const entries = new Cursor(bytes, 0, bytes.length);
  const entry = new Cursor(bytes, 0, 0);
  while (entries.at < entries.end) {
    const { at } = entries;
    entries.next(Tag.sequence);
    count++;
    entry.enter(entries);
    entry.next(Tag.integer);
    checkSerial(bytes, entry.start, entry.at);
    entry.next();
    checkTimeShape(bytes, entry.tag, entry.start, entry.at);
    if (entry.at === entry.end) continue;
    if (version === 1) throw new DecodeError('entry of a version 1 CRL has extensions', at);
    const seen = walkExtensions(entry);
    if (seen.namesIssuer) issuerChanges.push(at);
    unknownExtension ??= seen.unknown;
    if (entry.at !== entry.end) throw new DecodeError('entry of a CRL: trailing bytes', entry.at);
  }
  return { count, unknownExtension, issuerChanges };
}

/** Of one entry: each known extension once, and which critical one is unknown. */
function walkExtensions(entry: Cursor): { namesIssuer: boolean; unknown: string | undefined } {
  entry.next(Tag.sequence);
  if (entry.start === entry.at) throw new DecodeError('Extensions is empty', entry.start);
  const { bytes } = entry;
  const list = new Cursor(bytes, entry.start, entry.at);
  const extension = new Cursor(bytes, 0, 0);
  let seen = 0;
  let unknown: string | undefined;
  while (list.at < list.end) {
    list.next(Tag.sequence);
    extension.enter(list);
    extension.next(Tag.oid);
    const known = knownExtension(bytes, extension.start, extension.at);
    const oid: readonly [number, number] = [extension.start, extension.at];
    const critical = bytes[extension.at] === Tag.boolean && extension.at < extension.end;
    if (critical) {
      extension.next(Tag.boolean);
      if (extension.at - extension.start !== 1 || bytes[extension.start] !== 0xff) {
        throw new DecodeError('critical is not TRUE, though it is written', extension.start);
      }
    }
    extension.next(Tag.octetString);
    if (extension.at !== extension.end) throw new DecodeError('Extension: trailing bytes', extension.at);
    if (known === 0) {
      if (critical) unknown ??= decodeOid(bytes.subarray(...oid));
    } else if ((seen & known) !== 0) throw new DecodeError('an extension appears twice in an entry', oid[0]);
    seen |= known;
  }
  return { namesIssuer: (seen & certificateIssuerBit) !== 0, unknown };
}

const certificateIssuerBit = 1 << (29 - 20);

/** A bit for each of the extensions that are read here, 0 for all others: the last arc of 2.5.29, less 20. */
function knownExtension(bytes: Uint8Array, start: number, end: number): number {
  if (end - start !== 3 || bytes[start] !== 0x55 || bytes[start + 1] !== 0x1d) return 0;
  const last = bytes[start + 2] as number;
  // holdInstructionCode of RFC 3280 asks for nothing: whoever is on hold is refused.
  return last === 21 || last === 23 || last === 24 || last === 29 ? 1 << (last - 20) : 0;
}

/** INTEGER in its only encoding. */
function checkSerial(bytes: Uint8Array, start: number, end: number): void {
  const first = bytes[start] as number;
  const second = bytes[start + 1] as number;
  const padded = end - start > 1 && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80));
  if (start === end || padded) throw new DecodeError('INTEGER is not minimal', start);
}

/** Digits and a Z; whether there is such a day is looked at when the entry is read. */
function checkTimeShape(bytes: Uint8Array, tag: number, start: number, end: number): void {
  const length = tag === Tag.utcTime ? 13 : tag === Tag.generalizedTime ? 15 : 0;
  let good = length > 0 && end - start === length && bytes[end - 1] === 0x5a;
  for (let i = start; good && i < end - 1; i++) good = (bytes[i] as number) >= 0x30 && (bytes[i] as number) <= 0x39;
  if (!good) throw new DecodeError('revocationDate is no Time to the second and in Zulu', start);
}

function serialAt(bytes: Uint8Array, entry: number): Uint8Array {
  const cursor = new Cursor(bytes, entry, bytes.length);
  cursor.next();
  cursor.enter(cursor);
  cursor.next();
  return bytes.subarray(cursor.start, cursor.at);
}

/** DerReader's rules without its objects: the last value's tag, and where its contents start; they end at `at`. */
class Cursor {
  readonly bytes: Uint8Array;
  at: number;
  end: number;
  tag = 0;
  start = 0;

  constructor(bytes: Uint8Array, at: number, end: number) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  /** Over the contents of the value that the other has just passed. */
  enter(other: Cursor): void {
    const { start, at } = other;
    this.at = start;
    this.end = at;
  }

  next(tag?: number): void {
    const { bytes, end } = this;
    let at = this.at;
    if (at + 2 > end) throw new DecodeError('value is cut short', at);
    const found = bytes[at++] as number;
    if (tag !== undefined && found !== tag) throw new DecodeError(`expected tag ${tag}, got ${found}`, at - 1);
    let length = bytes[at++] as number;
    if (length >= 0x80) {
      const octets = length & 0x7f;
      if (octets === 0 || octets > 4) throw new DecodeError('not a definite length of at most four octets', at - 1);
      if (at + octets > end) throw new DecodeError('value is cut short', at);
      length = 0;
      for (let i = 0; i < octets; i++) length = length * 256 + (bytes[at++] as number);
      if (length < 0x80 || length < 256 ** (octets - 1)) throw new DecodeError('length is not minimal', at);
    }
    if (length > end - at) throw new DecodeError(`expected ${length} bytes, ${end - at} left`, at);
    this.tag = found;
    this.start = at;
    this.at = at + length;
  }
}
