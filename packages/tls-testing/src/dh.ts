/** Diffie-Hellman keys in ffdhe2048 (RFC 7919 §A.1), for certificates of suites with DH_RSA and DH_DSS. */
import { ffdhePrime, platformRandom } from '@tlskit/tls-crypto';
import * as asn1js from 'asn1js';
import { bytesOf, octets, oid, sequence, small } from './asn1.ts';

/** DER PKCS#8 of a fresh key, with DomainParameters (RFC 3279 §2.3.3). */
export function generateDh(): Uint8Array {
  const p = ffdhePrime('ffdhe2048');
  const x = platformRandom(32);
  // RFC 7919 §A.1: the group is of order q, a prime of 2,047 bits; 225 bits of x would do.
  x[0] = ((x[0] as number) & 0x7f) | 0x40;
  const domain = sequence(unsigned(p), small(2), unsigned((p - 1n) / 2n));
  const privateKey = new asn1js.Integer({ valueHex: x });
  return bytesOf(sequence(small(0), sequence(oid('1.2.840.10046.2.1'), domain), octets(bytesOf(privateKey))));
}

function unsigned(value: bigint): asn1js.Integer {
  const digits = value.toString(16);
  // An even number of digits, and a zero in front where the first bit would be a sign.
  const even = digits.length % 2 === 0 ? digits : `0${digits}`;
  const hex = Number.parseInt(even.slice(0, 2), 16) >= 0x80 ? `00${even}` : even;
  return new asn1js.Integer({ valueHex: Uint8Array.from(hex.match(/../g) ?? [], byte => Number.parseInt(byte, 16)) });
}
