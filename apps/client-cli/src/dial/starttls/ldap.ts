/** StartTLS of LDAP: an ExtendedRequest, and its ExtendedResponse (RFC 4511 §4.14). */
import { quoted, type Wire } from '../wire.ts';
import type { StartTls } from './starttls.ts';

const OID = '1.3.6.1.4.1.1466.20037';

/** Tags (RFC 4511 §4.1.1, §4.12). */
const SEQUENCE = 0x30;
const INTEGER = 0x02;
const ENUMERATED = 0x0a;
const OCTET_STRING = 0x04;
const EXTENDED_REQUEST = 0x77;
const REQUEST_NAME = 0x80;
const EXTENDED_RESPONSE = 0x78;

export const ldap: StartTls = {
  port: 389,
  async run(wire) {
    const name = element(REQUEST_NAME, Buffer.from(OID));
    wire.write(element(SEQUENCE, Buffer.concat([Buffer.of(INTEGER, 1, 1), element(EXTENDED_REQUEST, name)])));
    const message = await wire.take(messageLength);
    const parts = parse(message, SEQUENCE);
    const [id, response] = parts;
    // Message 0 is a notice of disconnection (§4.4.1): it has the form of a response, and a reason.
    if (id?.tag !== INTEGER || response?.tag !== EXTENDED_RESPONSE) throw malformed(wire, message);
    const [result, , diagnostic] = elements(response.value);
    if (result?.tag !== ENUMERATED || result.value.length !== 1 || diagnostic?.tag !== OCTET_STRING) {
      throw malformed(wire, message);
    }
    const code = result.value[0] as number;
    const isOurs = id.value.length === 1 && id.value[0] === 1;
    if (code !== 0 || !isOurs) {
      throw wire.refused(isOurs ? 'StartTLS' : 'us', `${resultNames[code] ?? `result ${code}`}: ${diagnostic.value}`);
    }
  },
};

/** Results that StartTLS may have (RFC 4511 §4.14.2, appendix A). */
const resultNames: Readonly<Record<number, string>> = {
  1: 'operationsError',
  2: 'protocolError',
  8: 'strongerAuthRequired',
  10: 'referral',
  51: 'busy',
  52: 'unavailable',
  53: 'unwillingToPerform',
  80: 'other',
};

interface Element {
  readonly tag: number;
  readonly value: Buffer;
}

/** @param value less than 128 bytes */
function element(tag: number, value: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(tag, value.length), value]);
}

/** The length of the message, or 0 where it is not all there; what cannot be one is taken as it came. BER's definite lengths only (§5.1). */
function messageLength(buffered: Buffer): number {
  if (buffered[0] !== SEQUENCE) return buffered.length;
  const { end } = header(buffered, 0) ?? { end: Number.POSITIVE_INFINITY };
  return end <= buffered.length ? end : 0;
}

function header(bytes: Buffer, at: number): { readonly start: number; readonly end: number } | undefined {
  const first = bytes[at + 1];
  if (first === undefined) return undefined;
  if (first < 0x80) return { start: at + 2, end: at + 2 + first };
  const size = first & 0x7f;
  // An indefinite length, or one that nobody needs, is the end of what can be read: of no length at all.
  if (size === 0 || size > 4) return { start: at + 2, end: at + 2 };
  if (at + 2 + size > bytes.length) return undefined;
  return { start: at + 2 + size, end: at + 2 + size + bytes.readUIntBE(at + 2, size) };
}

/** What is in the one element that the bytes are; nothing where they are none of this tag. */
function parse(bytes: Buffer, tag: number): readonly Element[] {
  const [only, ...more] = elements(bytes);
  return only?.tag === tag && more.length === 0 ? elements(only.value) : [];
}

/** The elements one after the other; none where they do not fit. */
function elements(bytes: Buffer): readonly Element[] {
  const found: Element[] = [];
  for (let at = 0; at < bytes.length; ) {
    const { start, end } = header(bytes, at) ?? { start: 0, end: Number.POSITIVE_INFINITY };
    if (end > bytes.length) return [];
    found.push({ tag: bytes[at] as number, value: bytes.subarray(start, end) });
    at = end;
  }
  return found;
}

function malformed(wire: Wire, said: Buffer): Error {
  return wire.misconduct('MALFORMED', `says ${quoted(said.toString('hex'))} (hex), and not an ExtendedResponse`);
}
