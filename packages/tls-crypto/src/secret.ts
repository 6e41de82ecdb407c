/** Care for secrets in buffers that we own. */

/**
 * Whether two byte strings are the same, in time that depends on their lengths alone.
 * JavaScript engines promise nothing; there is no branch on the contents here.
 */
export function constantTimeEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= (a[i] as number) ^ (b[i] as number);
  return difference === 0;
}

/** Overwrites secrets with zeros. Copies that the runtime made (moves by the collector, native key objects) are out of reach. */
export function wipe(...secrets: readonly (Uint8Array | undefined)[]): void {
  for (const secret of secrets) secret?.fill(0);
}

/** Whether all bytes are zero, in time that depends on the length alone: the check on X25519 and X448 secrets (RFC 7748 §6). */
export function isAllZero(bytes: Uint8Array): boolean {
  let bits = 0;
  for (const byte of bytes) bits |= byte;
  return bits === 0;
}
