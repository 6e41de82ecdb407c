/** The primes of the finite-field groups of RFC 7919: by their numbers TLS 1.2 names them on the wire. */
import type { GroupName } from './provider.ts';

export type FfdheName = Extract<GroupName, `ffdhe${number}`>;

/** Bits of the prime, and the X of its formula (RFC 7919 §A.1 to §A.5). */
const parameters: Readonly<Record<FfdheName, { readonly bits: number; readonly x: bigint }>> = {
  ffdhe2048: { bits: 2048, x: 560_316n },
  ffdhe3072: { bits: 3072, x: 2_625_351n },
  ffdhe4096: { bits: 4096, x: 5_736_041n },
  ffdhe6144: { bits: 6144, x: 15_705_020n },
  ffdhe8192: { bits: 8192, x: 10_965_728n },
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
