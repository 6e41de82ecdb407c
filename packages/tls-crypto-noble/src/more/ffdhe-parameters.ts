/** The finite-field groups of RFC 7919, and what a share of theirs must be (RFC 9846 §4.3.8.1). */
import { CryptoError, type GroupName } from '@tlskit/tls-crypto';
import { toHex } from '@tlskit/tls-wire';

export type FfdheName = Extract<GroupName, `ffdhe${number}`>;

/** Bits of the prime, and the X of its formula (RFC 7919 §A.1 to §A.5). */
const parameters: Readonly<Record<FfdheName, { readonly bits: number; readonly x: bigint }>> = {
  ffdhe2048: { bits: 2048, x: 560_316n },
  ffdhe3072: { bits: 3072, x: 2_625_351n },
  ffdhe4096: { bits: 4096, x: 5_736_041n },
  ffdhe6144: { bits: 6144, x: 15_705_020n },
  ffdhe8192: { bits: 8192, x: 10_965_728n },
};

/** Bytes of a private key: the least that RFC 7919 §A allows for an exponent (225 to 400 bits), in whole bytes. */
export const ffdhePrivateKeyLengths: Readonly<Record<FfdheName, number>> = {
  ffdhe2048: 29,
  ffdhe3072: 35,
  ffdhe4096: 41,
  ffdhe6144: 47,
  ffdhe8192: 50,
};

const primes = new Map<FfdheName, bigint>();

/** p = 2^bits - 2^(bits - 64) + { [2^(bits - 130) e] + X } 2^64 - 1. The generator is 2. */
export function ffdhePrime(name: FfdheName): bigint {
  let prime = primes.get(name);
  if (prime === undefined) {
    const { bits, x } = parameters[name];
    const size = BigInt(bits);
    const middle = (eulersNumber() >> (precision - (size - 130n))) + x;
    prime = 2n ** size - 2n ** (size - 64n) + middle * 2n ** 64n - 1n;
    primes.set(name, prime);
  }
  return prime;
}

/** Bits after the point; every term may be one too small in the last of them, and there are some thousand terms. */
const precision = 8192n;

/** e = 1/0! + 1/1! + 1/2! + …, times 2^precision: shorter than its digits, and nothing up our sleeve. */
function eulersNumber(): bigint {
  let sum = 0n;
  let term = 1n << precision;
  for (let k = 1n; term > 0n; k++) {
    sum += term;
    term /= k;
  }
  return sum;
}

/**
 * The number of a peer's share.
 * @throws CryptoError `invalid-share` unless it has the length of p and 1 < Y < p - 1
 */
export function requireFfdheShare(name: FfdheName, share: Uint8Array): bigint {
  // RFC 9846 §4.3.8.1: "padded to the left with zeros to the size of p".
  const length = parameters[name].bits / 8;
  if (share.length !== length) throw new CryptoError('invalid-share', `a share of ${name} has ${length} bytes`);
  const y = BigInt(`0x${toHex(share)}`);
  // RFC 9846 §4.3.8.1: "Peers MUST validate each other's public key Y by ensuring that 1 < Y < p-1."
  if (y <= 1n || y >= ffdhePrime(name) - 1n) throw new CryptoError('invalid-share', `share of ${name} out of range`);
  return y;
}
