/** ECDSA signatures as DER (RFC 3279 §2.2.3): `SEQUENCE { r INTEGER, s INTEGER }`. */
import type { CurveName } from '@tlskit/tls-crypto';
import { concat, DecodeError } from '@tlskit/tls-wire';
import { der, derUnsigned, readDer, Tag } from '@tlskit/tls-wire/der';
import { coordinateLengths } from './point.ts';

/**
 * `r || s`, each in the length of the curve's order, or undefined for anything but the one DER encoding of two numbers
 * that fit. Whether they are between 1 and n - 1 is the implementation's to check.
 */
export function parseEcdsaSignature(curve: CurveName, signature: Uint8Array): Uint8Array | undefined {
  const length = coordinateLengths[curve];
  try {
    return readDer(signature, 'ECDSA signature', outer => {
      const reader = outer.enter();
      const r = reader.unsigned();
      const s = reader.unsigned();
      reader.finish('ECDSA signature');
      if (r.length > length || s.length > length) return undefined;
      const pair = new Uint8Array(2 * length);
      pair.set(r, length - r.length);
      pair.set(s, 2 * length - s.length);
      return pair;
    });
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
}

/** The DER form of `r || s`. */
export function encodeEcdsaSignature(pair: Uint8Array): Uint8Array {
  const length = pair.length / 2;
  return der(Tag.sequence, concat(derUnsigned(pair.subarray(0, length)), derUnsigned(pair.subarray(length))));
}
