/** Keys of Ed25519 (RFC 8410), and the public ones under which implementations disagree, or anything verifies. */
import { CryptoError } from '@tlskit/tls-crypto';
import { declared, toHex } from '@tlskit/tls-wire';
import { readCurvePrivateKey } from './curve-key.ts';
import { oid } from './oids.ts';
import type { PlainKind } from './plain.ts';

const type = 'ed25519';

export const ed25519Kind: PlainKind = /* @__PURE__ */ declared(() => ({
  oid: oid.ed25519,
  readPublicKey(point) {
    if (point.length !== 32) throw new CryptoError('malformed-key', 'an Ed25519 key has 32 bytes');
    refuseWeakEd25519(point);
    return { type, point };
  },
  readPrivateKey(key, point) {
    const seed = readCurvePrivateKey(key, 32);
    return point === undefined ? { type, seed } : { type, seed, point };
  },
}));

/** y coordinates of the eight points of small order, little-endian, sign bit cleared. */
const smallOrder: ReadonlySet<string> = new Set([
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
]);

/**
 * Refuses keys of small order, under which one signature can be good for many messages, and encodings of y that are not
 * reduced (RFC 8032 §5.1.3).
 * @throws CryptoError `malformed-key`
 */
function refuseWeakEd25519(point: Uint8Array): void {
  const y = Uint8Array.from(point);
  y[31] = (y[31] as number) & 0x7f;
  // p = 2^255 - 19, little-endian: ed ff … ff 7f.
  const reduced = y[31] !== 0x7f || (y[0] as number) < 0xed || y.subarray(1, 31).some(octet => octet !== 0xff);
  if (!reduced || smallOrder.has(toHex(y))) {
    throw new CryptoError('malformed-key', 'Ed25519 key of small order or not in canonical form');
  }
}
