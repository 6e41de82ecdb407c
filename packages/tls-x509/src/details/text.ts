/** What certificates say, in words that act on no terminal and cannot be taken for other words. */
import { DecodeError, toHex } from '@tlskit/tls-wire';
import { contextTag, DerReader, decodeOid, Tag } from '@tlskit/tls-wire/der';
import { readText } from '../distinguished-name.ts';
import type { GeneralName } from '../general-name.ts';
import { formatIp } from '../ip.ts';
import { otherNames } from './oid-names.ts';

/** A name in words: the OID, and what it is called where somebody knows. */
export function called(oid: string, names: Readonly<Record<string, string>>): string {
  const name = names[oid];
  return name === undefined ? oid : `${name} (${oid})`;
}

/** `AB:CD:…` */
export function hexPairs(bytes: Uint8Array): string {
  return (toHex(bytes).toUpperCase().match(/../g) ?? []).join(':');
}

/** Text of the certificate's as it goes into words: quoted unless it is plain, with everything that is no visible character escaped. */
export function safe(text: string): string {
  // A space would let one name look like two.
  if (/^[!-~]+$/.test(text) && !text.startsWith('"')) return text;
  return `"${escaped(text.replace(/["\\]/g, '\\$&'))}"`;
}

/** A sentence of the certificate's: as {@link safe}, always in quotes. */
export function quoted(text: string): string {
  return `"${escaped(text.replace(/["\\]/g, '\\$&'))}"`;
}

function escaped(text: string): string {
  const hidden = /[\p{C}\p{Zl}\p{Zp}]/gu;
  return text.replace(hidden, character => `\\u{${(character.codePointAt(0) as number).toString(16)}}`);
}

/** `dns:example.com`, `ip:192.0.2.1`, `otherName:…`: the text as it stands in the certificate. Never throws. */
export function nameText(name: GeneralName): string {
  return `${name.type}:${contentOf(name, formatIp)}`;
}

/** The same of a constraint: addresses with the length of their prefix (RFC 4632), or with their mask where it has holes. */
export function subtreeText(name: GeneralName): string {
  return `${name.type}:${contentOf(name, prefixText)}`;
}

/** {@link nameText} and {@link subtreeText} made safe. */
export function safeName(text: string): string {
  const colon = text.indexOf(':');
  const type = text.slice(0, colon);
  const value = text.slice(colon + 1);
  // Distinguished names are written with their own escapes.
  return type === 'directoryName' ? text : `${type}:${value === '' ? '""' : safe(value)}`;
}

function contentOf(name: GeneralName, ip: (octets: Uint8Array) => string): string {
  switch (name.type) {
    case 'dns':
    case 'email':
    case 'uri':
      return name.value;
    case 'ip':
      return ip(name.value);
    case 'directoryName':
      return name.value.toString();
    case 'otherName':
      return readable(name.value, otherName);
    case 'registeredID':
      return readable(name.value, decodeOid);
    default:
      return `#${toHex(name.value)}`;
  }
}

function readable(value: Uint8Array, read: (value: Uint8Array) => string): string {
  try {
    return read(value);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return `#${toHex(value)}`;
  }
}

/** `SEQUENCE { type-id OBJECT IDENTIFIER, value [0] EXPLICIT ANY }`, without its tag. */
function otherName(value: Uint8Array): string {
  const reader = new DerReader(value);
  const oid = reader.oid();
  const explicit = reader.enter(contextTag(0, true));
  const { tag, value: contents, bytes } = explicit.next();
  const text = readText(tag, contents);
  return `${otherNames[oid] ?? oid}:${text ?? `#${toHex(bytes)}`}`;
}

function prefixText(octets: Uint8Array): string {
  const half = octets.length / 2;
  if (half !== 4 && half !== 16) return `#${toHex(octets)}`;
  const address = formatIp(octets.subarray(0, half));
  const mask = octets.subarray(half);
  const bits = Array.from(mask, octet => octet.toString(2).padStart(8, '0')).join('');
  const end = bits.indexOf('0');
  const length = end === -1 ? bits.length : end;
  return bits.slice(length).includes('1') ? `${address}/${formatIp(mask)}` : `${address}/${length}`;
}

/** DisplayString (RFC 5280 §4.2.1.4), or hexadecimal of what is none. */
export function displayText(reader: DerReader): string {
  const { tag, value, bytes } = reader.next();
  return readText(tag, value) ?? `#${toHex(bytes)}`;
}

/** Whether the next value is a string of the kinds that DisplayString has. */
export function isDisplayText(tag: number | undefined): boolean {
  return tag === Tag.utf8String || tag === Tag.visibleString || tag === Tag.bmpString || tag === Tag.ia5String;
}
