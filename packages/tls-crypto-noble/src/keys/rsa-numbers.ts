/** Checks on the numbers of RSA keys (RFC 8017 §3). Whether a key is strong enough is policy, and judged elsewhere. */
import { CryptoError } from '@tlskit/tls-crypto';
import { toHex } from '@tlskit/tls-wire';

/** The numbers of a two-prime RSA key, big-endian without leading zero octets. */
export interface RsaPrivateNumbers {
  readonly modulus: Uint8Array;
  readonly exponent: Uint8Array;
  readonly privateExponent: Uint8Array;
  readonly prime1: Uint8Array;
  readonly prime2: Uint8Array;
  readonly exponent1: Uint8Array;
  readonly exponent2: Uint8Array;
  readonly coefficient: Uint8Array;
}

const minBits = 1024;
/** Verifying with a larger key would let a peer's certificate cost us seconds. */
const maxBits = 16_384;

/** The bit length of a magnitude without leading zero octets. */
export function modulusBits(magnitude: Uint8Array): number {
  return 8 * magnitude.length - Math.clz32(magnitude[0] ?? 0) + 24;
}

/** @throws CryptoError `malformed-key` unless the modulus is odd, of 1024 to 16,384 bits, and the exponent odd, of 2 to 33 bits */
export function requirePublicRsa(key: { readonly modulus: Uint8Array; readonly exponent: Uint8Array }): void {
  const bits = modulusBits(key.modulus);
  if (bits < minBits || bits > maxBits) throw new CryptoError('malformed-key', `RSA modulus of ${bits} bits`);
  if (!isOdd(key.modulus)) throw new CryptoError('malformed-key', 'RSA modulus is even');
  // RFC 8017 §3.1: 3 <= e. Real exponents have 17 bits; more than 33, which others refuse too, would only make verification slow.
  if (!isOdd(key.exponent) || modulusBits(key.exponent) < 2 || modulusBits(key.exponent) > 33) {
    throw new CryptoError('malformed-key', 'RSA exponent is even, below 3, or over 33 bits');
  }
}

/**
 * Whether the private numbers fit the public ones and each other (RFC 8017 §3.2). A key that does not would make signatures
 * that fail, or that give its primes away. Primality is not tested.
 * @throws CryptoError `malformed-key`
 */
export function requireConsistentRsa(key: RsaPrivateNumbers): void {
  const [n, e, d, p, q, dp, dq, qInv] = [
    key.modulus,
    key.exponent,
    key.privateExponent,
    key.prime1,
    key.prime2,
    key.exponent1,
    key.exponent2,
    key.coefficient,
  ].map(magnitude => BigInt(`0x${toHex(magnitude)}`)) as [
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
  ];
  const fitting =
    p > 2n &&
    q > 2n &&
    p !== q &&
    p * q === n &&
    d < n &&
    (e * d) % (p - 1n) === 1n &&
    (e * d) % (q - 1n) === 1n &&
    dp === d % (p - 1n) &&
    dq === d % (q - 1n) &&
    qInv < p &&
    (qInv * q) % p === 1n;
  if (!fitting) throw new CryptoError('malformed-key', 'the numbers of the RSA key do not fit each other');
}

function isOdd(magnitude: Uint8Array): boolean {
  return ((magnitude.at(-1) ?? 0) & 1) === 1;
}
