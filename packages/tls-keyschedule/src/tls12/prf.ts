/** The pseudorandom function of TLS 1.2 (RFC 5246 §5). The hash is the cipher suite's, SHA-256 or SHA-384. */
import { type Hash, wipe } from '@tlskit/tls-crypto';
import { ascii, concat } from '@tlskit/tls-wire';

/**
 * PRF(secret, label, seed) = P_hash(secret, label + seed), `length` bytes of it, which the caller wipes.
 * @param label ASCII
 * @param seed in parts, which are taken as one
 */
export function prf12(
  hash: Hash,
  secret: Uint8Array,
  label: string,
  seed: readonly Uint8Array[],
  length: number,
): Uint8Array {
  const labelAndSeed = concat(ascii(label), ...seed);
  const output = new Uint8Array(length);
  // A(1) = HMAC_hash(secret, A(0)), A(0) = seed; then A(i) = HMAC_hash(secret, A(i - 1)).
  let a = hash.hmac(secret, labelAndSeed);
  for (let at = 0; at < length; at += hash.outputLength) {
    const block = hash.hmac(secret, a, labelAndSeed);
    output.set(block.subarray(0, length - at), at);
    const next = hash.hmac(secret, a);
    wipe(a, block);
    a = next;
  }
  wipe(a);
  return output;
}
