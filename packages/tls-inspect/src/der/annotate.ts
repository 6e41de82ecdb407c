/** Every byte of DER (ITU-T X.690) with a name: certificates and keys as a tree of fields, whatever is wrong with them. */
import { DecodeError } from '@tlskit/tls-wire';
import { decodeOid, Tag } from '@tlskit/tls-wire/der';
import { formatIp } from '@tlskit/tls-x509';
import { oidName } from '@tlskit/tls-x509/details';
import { type Field, leaf, parent, type Section } from '../field.ts';
import { printable } from '../text.ts';
import { anything, type DerForm, derShapes, extensionShapes, type Part, type Shape } from './shapes.ts';

/** DER as it was taken apart. */
export interface AnnotatedDer {
  /** Its leaves cover every byte; what cannot be read is `unread`. */
  readonly section: Section;
  /** What is wrong with the encoding first, and where. */
  readonly error?: DecodeError;
}

/** Values within values: certificates have some ten levels. */
const MAX_DEPTH = 40;

/**
 * The values in `bytes`, one behind another. Of a primitive value identifier, length and contents are one leaf; of a constructed one, and of a
 * string with DER within, identifier and length are a leaf named `header`. Never throws.
 * @param form whose names the parts get; `der` has none
 */
export function annotateDer(bytes: Uint8Array, form: DerForm = 'der'): AnnotatedDer {
  const walk = new Walk(bytes);
  const shape: Shape = derShapes[form];
  const label = shape.type === '' ? 'value' : shape.type;
  const fields = walk.values(0, bytes.length, () => ({ label, shape }), 0);
  const section = { name: label, bytes, fields };
  return { section, ...(walk.error !== undefined && { error: walk.error }) };
}

/** What form DER has, by the tags of its outermost values; undefined for what is no DER. It says nothing of what is within. */
export function derFormOf(bytes: Uint8Array): DerForm | undefined {
  const { section, error } = annotateDer(bytes);
  const [top, ...others] = section.fields;
  if (error !== undefined || top === undefined || others.length > 0) return undefined;
  const tags = tagsIn(top, bytes);
  const [first] = inner(top);
  const has = (...wanted: readonly number[]): boolean =>
    wanted.length <= tags.length && wanted.every((tag, i) => tags[i] === tag);
  const { sequence, bitString, octetString, integer, oid, enumerated } = Tag;
  if (has(sequence, sequence, bitString) && first !== undefined) return signedForm(tagsIn(first, bytes));
  if (has(enumerated)) return 'ocsp-response';
  if (has(integer, sequence, octetString)) return 'private-key';
  if (has(integer, sequence)) return 'pkcs12';
  if (has(integer, octetString)) return 'ec-key';
  if (tags.length === 9 && tags.every(tag => tag === integer)) return 'rsa-key';
  if (has(oid, 0xa0)) return 'pkcs7';
  if (has(sequence, bitString)) return 'public-key';
  return has(sequence, octetString) ? 'encrypted-key' : 'der';
}

/** CRLs have a time among what is signed, requests end where certificates have their validity. */
function signedForm(tags: readonly number[]): DerForm {
  if (tags.some(tag => tag === Tag.utcTime || tag === Tag.generalizedTime)) return 'crl';
  return tags.length <= 4 && tags[0] === Tag.integer && tags[3] !== Tag.sequence ? 'csr' : 'certificate';
}

function inner({ children }: Field): readonly Field[] {
  return children.slice(1);
}

function tagsIn(field: Field, bytes: Uint8Array): readonly number[] {
  return inner(field).map(({ start }) => bytes[start] as number);
}

/** Identifier and length of a value. */
interface Header {
  readonly tag: number;
  /** Where the contents begin, and end. */
  readonly from: number;
  readonly to: number;
}

class Walk {
  readonly #bytes: Uint8Array;
  error: DecodeError | undefined;
  /** The OID of the extension that the walk is in. */
  #extension: string | undefined;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** The values from `start` to `end`, which they cover. @param partOf what the value at an index with a tag is */
  values(start: number, end: number, partOf: (index: number, tag: number) => Part, depth: number): Field[] {
    const fields: Field[] = [];
    for (let at = start; at < end; ) {
      let header: Header;
      try {
        if (depth > MAX_DEPTH) throw new DecodeError('too deeply nested', at);
        header = this.#header(at, end);
      } catch (error) {
        this.error ??= error as DecodeError;
        return [...fields, { ...leaf('unread', `opaque[${end - at}]`, at, end), unread: true }];
      }
      fields.push(this.#value(at, header, partOf(fields.length, header.tag), depth));
      at = header.to;
    }
    return fields;
  }

  #header(start: number, end: number): Header {
    const bytes = this.#bytes;
    const tag = bytes[start] as number;
    if ((tag & 0x1f) === 0x1f) throw new DecodeError('a tag number above 30', start);
    const first = bytes[start + 1];
    if (first === undefined || start + 2 > end) throw new DecodeError('a value without its length', start);
    let [length, from] = [first, start + 2];
    if (first >= 0x80) {
      const count = first & 0x7f;
      if (count === 0) throw new DecodeError('an indefinite length, which is not DER', start + 1);
      if (count > 4 || from + count > end) throw new DecodeError(`a length of ${count} bytes`, start + 1);
      length = bytes.subarray(from, from + count).reduce((sum, octet) => sum * 256 + octet, 0);
      from += count;
      if (length < 0x80 || length < 256 ** (count - 1))
        throw new DecodeError('a length that is not minimal', start + 1);
    }
    if (length > end - from)
      throw new DecodeError(`a value of ${length} bytes, of which ${end - from} are there`, start);
    return { tag, from, to: from + length };
  }

  #value(start: number, { tag, from, to }: Header, given: Part, depth: number): Field {
    const { label, shape = anything } = chosen(given, tag);
    const type = shape.type === '' ? typeOf(tag) : shape.type;
    const children = this.#children(tag, from, to, shape, depth);
    if (children === undefined) {
      const text = this.#text(tag, label, from, to);
      if (label === 'extnID') this.#extension = decodedOid(this.#bytes.subarray(from, to));
      return leaf(label, type, start, to, text);
    }
    const header = leaf('header', 'DER', start, children[0]?.start ?? from, `${typeOf(tag)}, ${to - from} bytes`);
    return parent(label, type, [header, ...children]);
  }

  /** Undefined for a value that has none. */
  #children(tag: number, from: number, to: number, shape: Shape, depth: number): Field[] | undefined {
    const isConstructed = (tag & 0x20) !== 0;
    const within = isConstructed ? undefined : this.#within(tag, from, to, shape);
    if (!isConstructed && within === undefined) return undefined;
    const { parts, each, type } = within?.shape ?? shape;
    if (within !== undefined) {
      return this.values(
        within.from,
        to,
        () => ({ label: type === '' ? 'value' : type, shape: within.shape }),
        depth + 1,
      );
    }
    let next = 0;
    return this.values(
      from,
      to,
      (index, childTag) => {
        if (each !== undefined)
          return { label: each.type === '' || each.type === type ? String(index) : `${each.type}`, shape: each };
        const found = (parts ?? []).findIndex((part, i) => i >= next && (part.tags?.includes(childTag) ?? true));
        if (found < 0) return { label: String(index) };
        next = found + 1;
        return (parts as readonly Part[])[found] as Part;
      },
      depth + 1,
    );
  }

  /** What is encoded within a string that is meant to have something within, and where it begins. */
  #within(tag: number, from: number, to: number, shape: Shape): { shape: Shape; from: number } | undefined {
    // What is not used of a bit string is told in a byte before its contents.
    const start = tag === Tag.bitString ? from + 1 : from;
    if (shape.inside === undefined || start >= to) return undefined;
    const known = extensionShapes[this.#extension ?? ''];
    const isExtension = this.#extension !== undefined && shape.inside === anything;
    this.#extension = undefined;
    // What is no DER after all is a plain string.
    const probe = new Walk(this.#bytes);
    probe.values(start, to, () => ({ label: '' }), 0);
    if (probe.error !== undefined) return undefined;
    return { shape: (isExtension ? known : undefined) ?? shape.inside, from: start };
  }

  #text(tag: number, label: string, from: number, to: number): string {
    const contents = this.#bytes.subarray(from, to);
    if (tag === Tag.boolean && contents.length === 1) return contents[0] === 0 ? 'FALSE' : 'TRUE';
    if ((tag === Tag.integer || tag === Tag.enumerated) && contents.length <= 6 && contents.length > 0)
      return String(integerOf(contents));
    if (tag === Tag.oid) {
      const oid = decodedOid(contents);
      const name = oid === undefined ? undefined : oidName(oid);
      return oid === undefined ? '' : name === undefined ? oid : `${name} (${oid})`;
    }
    if (label === 'iPAddress') return formatIp(contents);
    const isText = tag >= 0x80 ? textChoices.has(label) : !binaryTags.has(tag);
    return isText ? (printable(contents) ?? '') : '';
  }
}

function chosen(part: Part, tag: number): Part {
  const choice = part.shape?.choices?.[tag];
  if (choice === undefined) return part;
  // The field has a name of its own; what was chosen for it is told with it.
  const label =
    /^\d+$/.test(part.label) || part.label === part.shape?.type ? choice.label : `${part.label} ${choice.label}`;
  return { ...choice, label };
}

const textChoices = new Set([
  'rfc822Name',
  'dNSName',
  'uniformResourceIdentifier',
  'accessLocation uniformResourceIdentifier',
]);

const binaryTags: ReadonlySet<number> = new Set([Tag.integer, Tag.bitString, Tag.octetString, Tag.null, Tag.boolean]);

const typeNames: ReadonlyMap<number, string> = new Map(
  Object.entries(Tag).map(([name, tag]) => [tag, name.replace(/([a-z])([A-Z])/g, '$1 $2').toUpperCase()]),
);

function typeOf(tag: number): string {
  if (tag >= 0xc0) return `[PRIVATE ${tag & 0x1f}]`;
  if (tag >= 0x80) return `[${tag & 0x1f}]`;
  return typeNames.get(tag) ?? `[UNIVERSAL ${tag & 0x1f}]`;
}

function decodedOid(value: Uint8Array): string | undefined {
  try {
    return decodeOid(value);
  } catch {
    return undefined;
  }
}

/** Two's complement. */
function integerOf(contents: Uint8Array): number {
  const magnitude = contents.reduce((sum, octet) => sum * 256 + octet, 0);
  return (contents[0] as number) >= 0x80 ? magnitude - 256 ** contents.length : magnitude;
}
