/**
 * BER (ITU-T X.690 §8) made DER as far as files need it: indefinite lengths, lengths that are not minimal, and OCTET STRINGs in
 * pieces. PKCS#12 and PKCS#7 are BER by definition, and Windows, Java and macOS write it.
 */
import { DecodeError } from '@tlskit/tls-wire';
import { type DerPart, DerReader, type DerValue, encodeDer, Tag } from '@tlskit/tls-wire/der';

/** How deep values may stand in one another: PKCS#12 has about ten levels before its encryption. */
const maximumDepth = 32;

const constructedBit = 0x20;
const constructedOctetString = Tag.octetString | constructedBit;

/** One value and where the next begins. */
interface Found {
  /** In DER once it is written. */
  readonly value: DerValue;
  readonly next: number;
}

/**
 * One value, definite and in one piece, as a copy. What primitive values contain is left as it is, be it BER itself.
 *
 * @throws DecodeError for what is cut short, followed by anything, or nested deeper than 32 values
 */
export function berToDer(ber: Uint8Array): Uint8Array {
  const { value, next } = read(ber, 0, ber.length, 0);
  if (next !== ber.length) throw new DecodeError('BER: trailing bytes', next);
  return encodeDer(value);
}

function read(ber: Uint8Array, start: number, end: number, depth: number): Found {
  if (depth > maximumDepth) throw new DecodeError(`BER nested deeper than ${maximumDepth} values`, start);
  const tag = octetAt(ber, start, end);
  if ((tag & 0x1f) === 0x1f) throw new DecodeError('high tag numbers are not used here', start);
  const isConstructed = (tag & constructedBit) !== 0;
  const { length, at } = readLength(ber, start + 1, end);
  if (length === undefined && !isConstructed) throw new DecodeError('a primitive value of indefinite length', start);
  const stop = length === undefined ? end : at + length;
  if (stop > end) throw new DecodeError(`expected ${length} bytes, ${end - at} left`, at);
  if (!isConstructed) return { value: [tag, ber.subarray(at, stop)], next: stop };
  const inner: DerValue[] = [];
  let next = at;
  for (;;) {
    if (length !== undefined && next === stop) break;
    // X.690 §8.1.5: end-of-contents is two zero octets.
    if (length === undefined && octetAt(ber, next, end) === 0) {
      if (octetAt(ber, next + 1, end) !== 0) throw new DecodeError('end-of-contents that has contents', next);
      next += 2;
      break;
    }
    const found = read(ber, next, stop, depth + 1);
    inner.push(found.value);
    next = found.next;
  }
  return { value: tag === constructedOctetString ? joined(inner, start) : [tag, ...inner], next };
}

/** @returns no length for an indefinite one */
function readLength(ber: Uint8Array, start: number, end: number): { length?: number; at: number } {
  const first = octetAt(ber, start, end);
  if (first < 0x80) return { length: first, at: start + 1 };
  if (first === 0x80) return { at: start + 1 };
  const octets = first & 0x7f;
  if (octets > 8) throw new DecodeError('a length of more than eight octets', start);
  let length = 0;
  for (let i = 1; i <= octets; i++) length = length * 256 + octetAt(ber, start + i, end);
  return { length, at: start + 1 + octets };
}

/** X.690 §8.7.3: the pieces of an OCTET STRING are OCTET STRINGs, which are in one piece by now. */
function joined(pieces: readonly DerValue[], start: number): DerValue {
  return [Tag.octetString, ...pieces.flatMap(piece => contentsOf(piece, start))];
}

/** The contents of an OCTET STRING. */
function contentsOf(piece: DerValue, start: number): DerPart[] {
  const [tag, ...contents] = piece;
  if (tag !== Tag.octetString) throw new DecodeError('an OCTET STRING of other pieces than its own kind', start);
  return contents;
}

/** The contents of `[number] IMPLICIT OCTET STRING`, already DER, which may be of pieces. @throws DecodeError */
export function implicitOctets(tag: number, value: Uint8Array): Uint8Array {
  if ((tag & constructedBit) === 0) return value;
  const pieces: DerValue[] = [];
  for (let at = 0; at < value.length; ) {
    const piece = read(value, at, value.length, 0);
    pieces.push(piece.value);
    at = piece.next;
  }
  return new DerReader(encodeDer(joined(pieces, 0))).octetString();
}

function octetAt(ber: Uint8Array, at: number, end: number): number {
  const octet = at < end ? ber[at] : undefined;
  if (octet === undefined) throw new DecodeError('value is cut short', at);
  return octet;
}
