/** Keys of Ed448 (RFC 8410), and the public ones under which implementations disagree, or anything verifies. */
import { CryptoError } from '@tlskit/tls-crypto';
import { toHex } from '@tlskit/tls-wire';
import { readCurvePrivateKey } from './curve-key.ts';
import { oid } from './oids.ts';
import type { PlainKind } from './plain.ts';

const type = 'ed448';

export const ed448Kind: PlainKind = {
  oid: oid.ed448,
  readPublicKey(point) {
    if (point.length !== 57) throw new CryptoError('malformed-key', 'an Ed448 key has 57 bytes');
    refuseWeakEd448(point);
    return { type, point };
  },
  readPrivateKey(key, point) {
    const seed = readCurvePrivateKey(key, 57);
    return point === undefined ? { type, seed } : { type, seed, point };
  },
};

const p = 2n ** 448n - 2n ** 224n - 1n;

/**
 * Refuses keys of small order, whose y is 0, 1 or -1, under which one signature can be good for many messages, and encodings
 * of y that are not reduced (RFC 8032 §5.2.3).
 * @throws CryptoError `malformed-key`
 */
function refuseWeakEd448(point: Uint8Array): void {
  // Little-endian; the last octet has the sign of x in its first bit and nothing else.
  const y = BigInt(`0x${toHex(point.slice(0, 56).reverse())}`);
  if (((point[56] as number) & 0x7f) !== 0 || y <= 1n || y >= p - 1n) {
    throw new CryptoError('malformed-key', 'Ed448 key of small order or not in canonical form');
  }
}
