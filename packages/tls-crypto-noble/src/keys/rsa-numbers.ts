/** Bounds on RSA public keys. Whether a key is strong enough is policy, and judged elsewhere. */
import { CryptoError } from '@tlskit/tls-crypto';

const minBits = 1024;
/** Verifying with a larger key would let a peer's certificate cost us seconds. */
const maxBits = 16_384;

/** The bit length of a magnitude without leading zero octets. */
export function modulusBits(magnitude: Uint8Array): number {
  return 8 * magnitude.length - Math.clz32(magnitude[0] ?? 0) + 24;
}

/** @throws CryptoError `malformed-key` unless the modulus is odd, of 1024 to 16,384 bits, and the exponent odd, of 2 to 64 bits */
export function requirePublicRsa(key: { readonly modulus: Uint8Array; readonly exponent: Uint8Array }): void {
  const bits = modulusBits(key.modulus);
  if (bits < minBits || bits > maxBits) throw new CryptoError('malformed-key', `RSA modulus of ${bits} bits`);
  if (!isOdd(key.modulus)) throw new CryptoError('malformed-key', 'RSA modulus is even');
  // RFC 8017 §3.1: 3 <= e. Real exponents have 17 bits; more than 64 would only make verification slow.
  if (!isOdd(key.exponent) || modulusBits(key.exponent) < 2 || key.exponent.length > 8) {
    throw new CryptoError('malformed-key', 'RSA exponent is even, below 3, or over 64 bits');
  }
}

function isOdd(magnitude: Uint8Array): boolean {
  return ((magnitude.at(-1) ?? 0) & 1) === 1;
}
