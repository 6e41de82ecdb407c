/** Distinguished names and GeneralNames as callers write them, and as RFC 5280 §4.1.2.4, §4.2.1.6 encodes them. */
import * as asn1js from 'asn1js';
import { type Block, bytesOf, implicit, oid, raw, sequence, tagged } from './asn1.ts';

/**
 * A distinguished name: a common name, or attributes by short name or dotted OID in order (one RDN each),
 * or the DER of a whole Name.
 */
export type Subject = string | Readonly<Record<string, AttributeText>> | Uint8Array;

/** The text of an attribute: as RFC 5280 has it, as a PrintableString, or DER of any value. */
export type AttributeText = string | { readonly printable: string } | { readonly der: Uint8Array };

/**
 * A subject alternative name. A string is an IP address if it looks like one, otherwise a DNS name, and is written as it is:
 * malformed names are for the asking. `der` is a whole GeneralName.
 */
export type AlternativeName =
  | string
  | { readonly dns: string }
  | { readonly ip: string | Uint8Array }
  | { readonly email: string }
  | { readonly uri: string }
  | { readonly directoryName: Subject }
  | { readonly registeredId: string }
  | { readonly otherName: { readonly oid: string; readonly value: Uint8Array } }
  | { readonly der: Uint8Array };

const attributeOids: Readonly<Record<string, string>> = {
  CN: '2.5.4.3',
  SN: '2.5.4.4',
  serialNumber: '2.5.4.5',
  C: '2.5.4.6',
  L: '2.5.4.7',
  ST: '2.5.4.8',
  street: '2.5.4.9',
  O: '2.5.4.10',
  OU: '2.5.4.11',
  DC: '0.9.2342.19200300.100.1.25',
  emailAddress: '1.2.840.113549.1.9.1',
};

/** DER of the Name. @throws RangeError for an attribute that has no known short name */
export function encodeSubject(subject: Subject): Uint8Array {
  if (subject instanceof Uint8Array) return subject;
  const attributes = Object.entries(typeof subject === 'string' ? { CN: subject } : subject);
  const rdns = attributes.map(([key, value]) => {
    const type = /^\d+(\.\d+)+$/.test(key) ? key : attributeOids[key];
    if (type === undefined) throw new RangeError(`no attribute is called ${key}`);
    return new asn1js.Set({ value: [sequence(oid(type), directoryString(key, value))] });
  });
  return bytesOf(sequence(...rdns));
}

/** A GeneralName (RFC 5280 §4.2.1.6). `constraint` makes the form of name constraints, in which an IP address has its mask. */
export function encodeName(name: AlternativeName): Block {
  if (typeof name === 'string') return encodeName(looksLikeIp(name) ? { ip: name } : { dns: name });
  if ('dns' in name) return implicit(2, latin1(name.dns));
  if ('ip' in name) return implicit(7, typeof name.ip === 'string' ? encodeIp(name.ip) : name.ip);
  if ('email' in name) return implicit(1, latin1(name.email));
  if ('uri' in name) return implicit(6, latin1(name.uri));
  if ('directoryName' in name) return tagged(4, raw(encodeSubject(name.directoryName)));
  if ('registeredId' in name) return implicit(8, bytesOf(oid(name.registeredId).valueBlock));
  if ('otherName' in name) return tagged(0, oid(name.otherName.oid), tagged(0, raw(name.otherName.value)));
  return raw(name.der);
}

/** The 4 or 16 octets of an address, or the 8 or 32 of address and mask for the form `10.0.0.0/8`. @throws RangeError for anything else */
export function encodeIp(text: string): Uint8Array {
  const [address, prefix] = text.split('/') as [string, string | undefined];
  const octets = address.includes(':') ? ipv6(address) : ipv4(address);
  if (prefix === undefined) return Uint8Array.from(octets);
  const mask = octets.map((_, i) => 0xff & (0xff00 >> Math.max(0, Math.min(8, Number(prefix) - 8 * i))));
  return Uint8Array.from([...octets, ...mask]);
}

function directoryString(key: string, value: AttributeText): Block {
  if (typeof value !== 'string') {
    return 'der' in value ? raw(value.der) : new asn1js.PrintableString({ value: value.printable });
  }
  // RFC 5280 §A.1: country and serial number are PrintableString, DC and e-mail address are IA5String.
  if (key === 'C' || key === 'serialNumber') return new asn1js.PrintableString({ value });
  if (key === 'DC' || key === 'emailAddress') return new asn1js.IA5String({ value });
  return new asn1js.Utf8String({ value });
}

/** One octet a character: text that no IA5String may hold can be written too. */
function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, character => character.charCodeAt(0));
}

function looksLikeIp(text: string): boolean {
  return text.includes(':') || /^\d+\.\d+\.\d+\.\d+(\/\d+)?$/.test(text);
}

function ipv4(text: string): number[] {
  const octets = text.split('.').map(Number);
  if (octets.length !== 4 || octets.some(octet => !(octet >= 0 && octet < 256))) {
    throw new RangeError(`not an IPv4 address: ${text}`);
  }
  return octets;
}

function ipv6(text: string): number[] {
  const [head = '', tail] = text.split('::') as [string, string | undefined];
  const groups = (part: string): number[] => (part === '' ? [] : part.split(':').map(group => Number(`0x${group}`)));
  const left = groups(head);
  const right = tail === undefined ? [] : groups(tail);
  const all = tail === undefined ? left : [...left, ...Array(8 - left.length - right.length).fill(0), ...right];
  if (all.length !== 8 || all.some(group => !(group >= 0 && group < 65_536))) {
    throw new RangeError(`not an IPv6 address: ${text}`);
  }
  return all.flatMap(group => [group >> 8, group & 0xff]);
}
