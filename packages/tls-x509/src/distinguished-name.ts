/** Distinguished names (RFC 5280 §4.1.2.4): reading, comparing by §7.1, and writing for people in the manner of RFC 4514. */
import { DecodeError, equalBytes, toHex } from '@tlskit/tls-wire';
import { DerReader, Tag } from '@tlskit/tls-wire/der';
import { attributeNames } from './oids.ts';

export interface Attribute {
  readonly oid: string;
  /** Identifier octet of the value. */
  readonly tag: number;
  /** Contents octets of the value. */
  readonly value: Uint8Array;
}

/** Attributes that stand together; nearly always one. */
export type RelativeName = readonly Attribute[];

export class DistinguishedName {
  /** DER, a view of the certificate. */
  readonly der: Uint8Array;
  readonly rdns: readonly RelativeName[];
  #text: string | undefined;
  #keys: readonly string[] | undefined;
  #key: string | undefined;

  /** @throws DecodeError for what is not a Name */
  constructor(der: Uint8Array) {
    this.der = der;
    const reader = new DerReader(der);
    const sequence = reader.enter();
    reader.finish('Name');
    const rdns: RelativeName[] = [];
    while (!sequence.done) rdns.push(readRelativeName(sequence));
    this.rdns = rdns;
  }

  get isEmpty(): boolean {
    return this.rdns.length === 0;
  }

  /** One comparable string for each RDN: equal exactly when §7.1 calls the RDNs equal. */
  get keys(): readonly string[] {
    this.#keys ??= this.rdns.map(rdn => rdn.map(attributeKey).sort().join('+'));
    return this.#keys;
  }

  /** The same for the whole name. */
  get key(): string {
    this.#key ??= this.keys.join(',');
    return this.#key;
  }

  /** Whether RFC 5280 §7.1 calls the names equal: letters without regard to case, space folded, whatever string type. */
  equals(other: DistinguishedName): boolean {
    if (equalBytes(this.der, other.der)) return true;
    return this.rdns.length === other.rdns.length && this.isWithin(other);
  }

  /** Whether the name lies in the subtree of `base`: its first RDNs are those of `base` (RFC 5280 §7.1). */
  isWithin(base: DistinguishedName): boolean {
    const { keys } = this;
    return base.keys.length <= keys.length && base.keys.every((key, i) => key === keys[i]);
  }

  /** The last value of this attribute as text. */
  last(oid: string): string | undefined {
    return this.values(oid).at(-1);
  }

  /** Every value of this attribute as text, in order. */
  values(oid: string): string[] {
    return this.rdns.flatMap(rdn =>
      rdn.filter(attribute => attribute.oid === oid).map(value => textOf(value) ?? `#${toHex(value.value)}`),
    );
  }

  /** The name as messages have it: shortened, as it is a stranger's. */
  get label(): string {
    const text = this.toString();
    return text.length > 200 ? `${text.slice(0, 200)}…` : text;
  }

  /** `CN=…, O=…, C=…`: most specific first, with what could mislead a reader escaped. */
  toString(): string {
    this.#text ??= this.rdns
      .map(rdn => rdn.map(writeAttribute).join('+'))
      .reverse()
      .join(', ');
    return this.#text;
  }
}

function readRelativeName(reader: DerReader): RelativeName {
  const set = reader.enter(Tag.set);
  const attributes: Attribute[] = [];
  while (!set.done) {
    const pair = set.enter();
    const oid = pair.oid();
    const { tag, value } = pair.next();
    pair.finish('AttributeTypeAndValue');
    attributes.push({ oid, tag, value });
  }
  // SET SIZE (1..MAX) OF AttributeTypeAndValue
  if (attributes.length === 0) throw new DecodeError('RelativeDistinguishedName is empty', 0);
  return attributes;
}

function attributeKey(attribute: Attribute): string {
  const text = textOf(attribute);
  if (text === undefined || manyMarks.test(text)) return `${attribute.oid}#${attribute.tag}:${toHex(attribute.value)}`;
  return `${attribute.oid}=${JSON.stringify(prepare(text))}`;
}

/**
 * More combining characters in a row than any text has (UAX #15 §12.2, Stream-Safe Text Format). To put them in order takes the square of
 * their number, so such values are compared by their octets.
 */
const manyMarks = /[\p{M}\uff9e\uff9f]{31}/u;

/** The string preparation of RFC 4518 as far as §7.1 asks for it: case folded, NFKC, insignificant space folded. */
function prepare(text: string): string {
  if (/^[\x21-\x7e]+( [\x21-\x7e]+)*$/.test(text)) return text.toLowerCase();
  return text.normalize('NFKC').toLowerCase().normalize('NFKC').replace(/\s+/gu, ' ').trim();
}

/** The value as text; TeletexString is compared by its octets (§7.1). */
function textOf({ tag, value }: Attribute): string | undefined {
  return readText(tag, value);
}

/** The contents of a string of this type as text, or undefined for a type or an encoding that has none. */
export function readText(tag: number, value: Uint8Array): string | undefined {
  switch (tag) {
    case Tag.utf8String:
      return asciiText(value) ?? decodeText(utf8, value);
    case Tag.printableString:
    case Tag.ia5String:
    case Tag.numericString:
    case Tag.visibleString:
      return asciiText(value);
    case Tag.bmpString:
      return value.length % 2 === 0 ? decodeText(utf16, value) : undefined;
    default:
      return undefined;
  }
}

const utf8 = /* @__PURE__ */ new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const utf16 = /* @__PURE__ */ new TextDecoder('utf-16be', { fatal: true, ignoreBOM: true });

function decodeText(decoder: TextDecoder, value: Uint8Array): string | undefined {
  try {
    return decoder.decode(value);
  } catch {
    return undefined;
  }
}

/** Undefined for what is not ASCII. Most names are, and short: they need no decoder. */
function asciiText(value: Uint8Array): string | undefined {
  let text = '';
  for (const octet of value) {
    if (octet >= 0x80) return undefined;
    text += String.fromCharCode(octet);
  }
  return text;
}

function writeAttribute(attribute: Attribute): string {
  const text = textOf(attribute);
  const type = attributeNames[attribute.oid] ?? attribute.oid;
  return `${type}=${text === undefined ? `#${toHex(attribute.value)}` : escapeText(text)}`;
}

/** RFC 4514 §2.4, and everything that is no printable character: control characters, direction marks, lone surrogates. */
function escapeText(text: string): string {
  return text
    .replace(/[\\,+"<>;=]/g, '\\$&')
    .replace(/^[# ]| $/g, '\\$&')
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, character => `\\u{${(character.codePointAt(0) as number).toString(16)}}`);
}
