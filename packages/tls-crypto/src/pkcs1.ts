/** EME-PKCS1-v1_5 decoding (RFC 8017 §7.2.2) that tells nobody whether it went well (RFC 5246 §7.4.7.1). */

/**
 * The message in `encoded`, which is what raw RSA made of a ciphertext, as long as the modulus: `00 02 PS 00 M`. It is known how
 * long M must be. Where anything is wrong, or M has another length, the answer is a copy of `fallback`; in time that depends on
 * the lengths alone. For providers, and for keys that live elsewhere and answer with what they decrypted.
 * @param fallback random, as long as the message
 * @throws RangeError where eleven bytes more than those of the message do not fit: the key is too small for it
 */
export function unpadPkcs1(encoded: Uint8Array, fallback: Uint8Array): Uint8Array {
  const at = encoded.length - fallback.length;
  if (at < 11) throw new RangeError(`a message of ${fallback.length} bytes under a modulus of ${encoded.length}`);
  // Zero as long as all is well. All of PS, eight bytes at least, is other than zero, and the byte behind it is zero.
  let wrong = (encoded[0] as number) | ((encoded[1] as number) ^ 2) | (encoded[at - 1] as number);
  for (let i = 2; i < at - 1; i++) wrong |= zeroMask(encoded[i] as number);
  const keep = zeroMask(wrong);
  const message = new Uint8Array(fallback.length);
  for (let i = 0; i < message.length; i++) {
    message[i] = ((encoded[at + i] as number) & keep) | ((fallback[i] as number) & ~keep);
  }
  return message;
}

/** All ones for 0, else 0. @param value 0 or more, or all ones */
function zeroMask(value: number): number {
  return ~(value | -value) >> 31;
}
