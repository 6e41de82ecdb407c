/**
 * A strict reader and a small writer for DER (ITU-T X.690 §10): definite minimal lengths, one encoding for each value.
 * Certificates, keys and ECDSA signatures are read with it; what a value means is the caller's business.
 */
import { DecodeError } from './error.ts';

/** Identifier octets of the universal types that TLS meets. */
export const Tag = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  enumerated: 0x0a,
  utf8String: 0x0c,
  sequence: 0x30,
  set: 0x31,
  numericString: 0x12,
  printableString: 0x13,
  teletexString: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  visibleString: 0x1a,
  universalString: 0x1c,
  bmpString: 0x1e,
} as const;

/** The identifier octet of `[number]`, context-specific. */
export function contextTag(number: number, constructed: boolean): number {
  if (number < 0 || number > 30) throw new RangeError(`no low tag number: ${number}`);
  return 0x80 | (constructed ? 0x20 : 0) | number;
}

/** One value: identifier octet, contents, and where both stand in the input. */
export interface Der {
  readonly tag: number;
  /** The contents octets, a view of the input. */
  readonly value: Uint8Array;
  /** Identifier, length and contents, a view of the input: what signatures and digests are over. */
  readonly bytes: Uint8Array;
}

/** A cursor over consecutive DER values. Every method throws {@link DecodeError} on anything but DER. */
export class DerReader {
  readonly bytes: Uint8Array;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get done(): boolean {
    return this.#offset === this.bytes.length;
  }

  /** The identifier octet of the next value, or undefined at the end. */
  peek(): number | undefined {
    return this.bytes[this.#offset];
  }

  /** The next value; of this tag, when one is given. */
  next(tag?: number): Der {
    const start = this.#offset;
    const at = this.#pass(tag);
    const { bytes } = this;
    const end = this.#offset;
    return { tag: bytes[start] as number, value: bytes.subarray(at, end), bytes: bytes.subarray(start, end) };
  }

  /** The contents octets of the next value, which must have this tag. */
  contents(tag: number): Uint8Array {
    const at = this.#pass(tag);
    return this.bytes.subarray(at, this.#offset);
  }

  /** The next value if it has this tag. */
  optional(tag: number): Der | undefined {
    return this.peek() === tag ? this.next(tag) : undefined;
  }

  /** A reader over the contents of the next value, which must have this tag. */
  enter(tag: number = Tag.sequence): DerReader {
    return new DerReader(this.contents(tag));
  }

  /** Throws unless every byte was read. */
  finish(what: string): void {
    if (!this.done) throw new DecodeError(`${what}: trailing bytes`, this.#offset);
  }

  boolean(): boolean {
    const value = this.contents(Tag.boolean);
    if (value.length !== 1 || (value[0] !== 0 && value[0] !== 0xff)) {
      throw new DecodeError('BOOLEAN is neither 00 nor FF', this.#offset);
    }
    return value[0] === 0xff;
  }

  /** The contents of an INTEGER: two's complement, minimal. */
  integer(): Uint8Array {
    return checkedInteger(this.contents(Tag.integer), this.#offset);
  }

  /** A non-negative INTEGER as magnitude, without leading zero octets (zero is one octet 00). */
  unsigned(): Uint8Array {
    const value = this.integer();
    if ((value[0] as number) >= 0x80) throw new DecodeError('INTEGER is negative', this.#offset);
    return value.length > 1 && value[0] === 0 ? value.subarray(1) : value;
  }

  /** A non-negative INTEGER of at most six octets. */
  smallUnsigned(): number {
    const value = this.unsigned();
    if (value.length > 6) throw new DecodeError('INTEGER is too large', this.#offset);
    return value.reduce((sum, octet) => sum * 256 + octet, 0);
  }

  /** A dotted OBJECT IDENTIFIER. */
  oid(): string {
    return decodeOid(this.contents(Tag.oid));
  }

  /** A BIT STRING; DER has its unused bits zero. */
  bitString(): { readonly unusedBits: number; readonly bytes: Uint8Array } {
    return decodeBitString(this.contents(Tag.bitString));
  }

  /** A BIT STRING of whole octets, as keys and signatures are. */
  bitStringBytes(): Uint8Array {
    const { unusedBits, bytes } = this.bitString();
    if (unusedBits !== 0) throw new DecodeError('BIT STRING of no whole octets', this.#offset);
    return bytes;
  }

  octetString(): Uint8Array {
    return this.contents(Tag.octetString);
  }

  null(): void {
    if (this.contents(Tag.null).length !== 0) throw new DecodeError('NULL has contents', this.#offset);
  }

  /** Goes past the next value; where its contents begin. */
  #pass(tag: number | undefined): number {
    const start = this.#offset;
    const found = this.#octet(start);
    if ((found & 0x1f) === 0x1f) throw new DecodeError('high tag numbers are not used here', start);
    if (tag !== undefined && found !== tag) {
      throw new DecodeError(`expected tag ${hexTag(tag)}, got ${hexTag(found)}`, start);
    }
    let at = start + 2;
    let length = this.#octet(start + 1);
    if (length >= 0x80) {
      const octets = length & 0x7f;
      if (octets === 0 || octets > 4) throw new DecodeError('not a definite length of at most four octets', start + 1);
      length = 0;
      for (let i = 0; i < octets; i++) length = length * 256 + this.#octet(at++);
      if (length < 0x80 || length < 256 ** (octets - 1)) throw new DecodeError('length is not minimal', start + 1);
    }
    const left = this.bytes.length - at;
    if (length > left) throw new DecodeError(`expected ${length} bytes, ${left} left`, at);
    this.#offset = at + length;
    return at;
  }

  #octet(at: number): number {
    const octet = this.bytes[at];
    if (octet === undefined) throw new DecodeError('value is cut short', at);
    return octet;
  }
}

/** Reads exactly one value with `read`; nothing may follow. */
export function readDer<T>(bytes: Uint8Array, what: string, read: (reader: DerReader) => T): T {
  const reader = new DerReader(bytes);
  const value = read(reader);
  reader.finish(what);
  return value;
}

/** The dotted form of the contents octets of an OBJECT IDENTIFIER. */
export function decodeOid(value: Uint8Array): string {
  let text = '';
  let arc = 0;
  let fresh = true;
  for (let i = 0; i < value.length; i++) {
    const octet = value[i] as number;
    if (fresh && octet === 0x80) throw new DecodeError('OBJECT IDENTIFIER arc is not minimal', i);
    if (arc > 2 ** 45) throw new DecodeError('OBJECT IDENTIFIER arc is too large', i);
    arc = arc * 128 + (octet & 0x7f);
    fresh = octet < 0x80;
    if (!fresh) continue;
    if (text === '') {
      const first = Math.min(2, Math.floor(arc / 40));
      text = `${first}.${arc - 40 * first}`;
    } else text += `.${arc}`;
    arc = 0;
  }
  if (text === '' || !fresh) throw new DecodeError('OBJECT IDENTIFIER is cut short', value.length);
  return text;
}

/** The contents octets of a BIT STRING, taken apart. */
export function decodeBitString(value: Uint8Array): { readonly unusedBits: number; readonly bytes: Uint8Array } {
  const unusedBits = value[0];
  const bytes = value.subarray(1);
  const last = bytes.at(-1);
  if (unusedBits === undefined || unusedBits > 7 || (last === undefined && unusedBits > 0)) {
    throw new DecodeError('BIT STRING has a wrong count of unused bits', 0);
  }
  if (last !== undefined && (last & ((1 << unusedBits) - 1)) !== 0) {
    throw new DecodeError('BIT STRING has unused bits that are set', value.length - 1);
  }
  return { unusedBits, bytes };
}

function hexTag(tag: number): string {
  return `0x${tag.toString(16).padStart(2, '0')}`;
}

function checkedInteger(value: Uint8Array, offset: number): Uint8Array {
  const [first, second] = value;
  if (first === undefined) throw new DecodeError('INTEGER has no contents', offset);
  if (second !== undefined && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80))) {
    throw new DecodeError('INTEGER is not minimal', offset);
  }
  return value;
}

/** Bytes as they are, or a value around its own contents: it is written where it belongs, and nowhere else is a copy of it left. */
export type DerPart = Uint8Array | DerValue;
export type DerValue = readonly [tag: number, ...contents: DerPart[]];

/** One DER value: identifier octet, length, contents (the parts joined). No other memory holds any of them: there may be a secret among them. */
export function der(...value: DerValue): Uint8Array<ArrayBuffer> {
  return encodeDer(value);
}

/** The same of more contents than a call has room for. */
export function encodeDer(value: DerValue): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(partLength(value));
  putPart(bytes, 0, value);
  return bytes;
}

/** A non-negative INTEGER from its magnitude, leading zero octets allowed. */
export function derUnsigned(magnitude: Uint8Array): Uint8Array<ArrayBuffer> {
  return der(...unsignedPart(magnitude));
}

/** The same as part of another value. */
export function unsignedPart(magnitude: Uint8Array): DerValue {
  let at = 0;
  while (at < magnitude.length - 1 && magnitude[at] === 0) at++;
  const value = magnitude.length === 0 ? Uint8Array.of(0) : magnitude.subarray(at);
  return (value[0] as number) >= 0x80 ? [Tag.integer, Uint8Array.of(0), value] : [Tag.integer, value];
}

/** Writes the part from `at` on; where it ends. */
function putPart(bytes: Uint8Array, at: number, part: DerPart): number {
  if (!isValue(part)) {
    bytes.set(part, at);
    return at + part.length;
  }
  const header = [part[0], ...lengthOctets(contentsLength(part))];
  bytes.set(header, at);
  let next = at + header.length;
  for (let i = 1; i < part.length; i++) next = putPart(bytes, next, part[i] as DerPart);
  return next;
}

function partLength(part: DerPart): number {
  if (!isValue(part)) return part.length;
  const length = contentsLength(part);
  return 1 + lengthOctets(length).length + length;
}

function contentsLength(value: DerValue): number {
  let length = 0;
  for (let i = 1; i < value.length; i++) length += partLength(value[i] as DerPart);
  return length;
}

function lengthOctets(length: number): readonly number[] {
  if (length < 0x80) return [length];
  const octets: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256);
  return [0x80 | octets.length, ...octets];
}

/** Bytes may be of another realm, of which `instanceof` knows nothing. */
function isValue(part: DerPart): part is DerValue {
  return Array.isArray(part);
}

/** An OBJECT IDENTIFIER from its dotted form. @throws RangeError for anything else */
export function derOid(dotted: string): Uint8Array<ArrayBuffer> {
  const arcs = dotted.split('.').map(arc => (/^(0|[1-9]\d*)$/.test(arc) ? Number(arc) : Number.NaN));
  const [first, second, ...others] = arcs as [number, number, ...number[]];
  // X.690 §8.19.4: the first arc is 0, 1 or 2, and under 0 and 1 the second is below 40.
  if (arcs.length < 2 || !arcs.every(Number.isSafeInteger) || first > 2 || (first < 2 && second > 39)) {
    throw new RangeError(`no OBJECT IDENTIFIER: ${dotted}`);
  }
  const octets: number[] = [];
  for (const arc of [first * 40 + second, ...others]) {
    const base128 = [arc % 128];
    for (let rest = Math.floor(arc / 128); rest > 0; rest = Math.floor(rest / 128))
      base128.unshift((rest % 128) | 0x80);
    octets.push(...base128);
  }
  return der(Tag.oid, Uint8Array.from(octets));
}

/** A BIT STRING of whole octets. */
export function derBitString(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return der(Tag.bitString, Uint8Array.of(0), bytes);
}
