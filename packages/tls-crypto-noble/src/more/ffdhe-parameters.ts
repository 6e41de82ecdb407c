/** The finite-field groups of RFC 7919, and what a share of theirs must be (RFC 9846 §4.3.8.1). */
import { CryptoError, type FfdheName, ffdhePrime } from '@tlskit/tls-crypto';
import { toHex } from '@tlskit/tls-wire';

export { type FfdheName, ffdhePrime };

/** Bytes of a private key: the least that RFC 7919 §A allows for an exponent (225 to 400 bits), in whole bytes. */
export const ffdhePrivateKeyLengths: Readonly<Record<FfdheName, number>> = {
  ffdhe2048: 29,
  ffdhe3072: 35,
  ffdhe4096: 41,
  ffdhe6144: 47,
  ffdhe8192: 50,
};

/**
 * The number of a peer's share.
 * @throws CryptoError `invalid-share` unless it has the length of p and 1 < Y < p - 1
 */
export function requireFfdheShare(name: FfdheName, share: Uint8Array): bigint {
  // RFC 9846 §4.3.8.1: "padded to the left with zeros to the size of p".
  const length = Number(name.slice('ffdhe'.length)) / 8;
  if (share.length !== length) throw new CryptoError('invalid-share', `a share of ${name} has ${length} bytes`);
  const y = BigInt(`0x${toHex(share)}`);
  // RFC 9846 §4.3.8.1: "Peers MUST validate each other's public key Y by ensuring that 1 < Y < p-1."
  if (y <= 1n || y >= ffdhePrime(name) - 1n) throw new CryptoError('invalid-share', `share of ${name} out of range`);
  return y;
}
