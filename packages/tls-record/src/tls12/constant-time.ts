/**
 * Numbers that are secret: masks instead of branches, and loops whose bounds are public. All values are integers from 0 to 2^30.
 * JavaScript engines promise nothing; there is nothing here that would make one treat secrets differently.
 */

/** All ones where a < b, else 0. */
export function lessMask(a: number, b: number): number {
  return (a - b) >> 31;
}

/** All ones where a = b, else 0. */
export function equalMask(a: number, b: number): number {
  return ((a ^ b) - 1) >> 31;
}

/** What the padding of a decrypted CBC record is. */
export interface Unpadded {
  /** All ones where the padding is well-formed, else 0. Secret. */
  readonly good: number;
  /** Bytes of padding with its length byte, 1 to 256; 1 where it is malformed (RFC 5246 §6.2.3.2). Secret. */
  readonly length: number;
}

/**
 * Looks at the padding of `plaintext` (RFC 5246 §6.2.3.2): every byte of it, in time that depends on the length of `plaintext`.
 * @param least bytes that must stand before it, of the MAC; there are more than that
 */
export function checkPadding(plaintext: Uint8Array, least: number): Unpadded {
  const end = plaintext.length - 1;
  const padding = plaintext[end] as number;
  let good = ~lessMask(end - least, padding);
  let difference = 0;
  for (let i = Math.min(255, end); i > 0; i--) {
    difference |= ~lessMask(padding, i) & ((plaintext[end - i] as number) ^ padding);
  }
  good &= equalMask(difference, 0);
  return { good, length: (good & padding) + 1 };
}

/**
 * The `length` bytes at the secret place `at` of `bytes`, at most 255 before their last possible place, which is
 * `bytes.length - length - 1`. No address depends on `at`.
 */
export function extract(bytes: Uint8Array, at: number, length: number): Uint8Array {
  const first = Math.max(0, bytes.length - length - 256);
  // Collected as they come, round and round: what is wanted lies whole in the ring, but turned.
  const ring = new Uint8Array(length);
  let turned = 0;
  for (let i = first, place = 0; i < bytes.length; i++) {
    const within = ~lessMask(i, at) & lessMask(i, at + length);
    ring[place] = (ring[place] as number) | ((bytes[i] as number) & within);
    turned |= place & equalMask(i, at);
    place = place + 1 === length ? 0 : place + 1;
  }
  const found = new Uint8Array(length);
  for (let shift = 0; shift < length; shift++) {
    const mask = equalMask(shift, turned);
    for (let i = 0; i < length; i++) {
      const from = shift + i < length ? shift + i : shift + i - length;
      found[i] = (found[i] as number) | ((ring[from] as number) & mask);
    }
  }
  return found;
}

/** All ones where both are the same, else 0. They have the same length. */
export function sameMask(a: Uint8Array, b: Uint8Array): number {
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= (a[i] as number) ^ (b[i] as number);
  return equalMask(difference, 0);
}
