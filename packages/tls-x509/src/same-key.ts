/** Whether two public keys are one. */
import { DecodeError, equalBytes } from '@tlskit/tls-wire';
import { readKeyInfo } from './algorithm.ts';
import { keyOids } from './oids.ts';

/** Byte for byte, but for the parameters of `rsaEncryption`, which some leave out (RFC 3279 §2.3.1 asks for NULL). */
export function isSameKey(one: Uint8Array, other: Uint8Array): boolean {
  if (equalBytes(one, other)) return true;
  try {
    const [a, b] = [readKeyInfo(one), readKeyInfo(other)];
    const rsa = a.algorithm.oid === keyOids.rsaEncryption && b.algorithm.oid === keyOids.rsaEncryption;
    return rsa && equalBytes(a.key, b.key);
  } catch (error) {
    if (error instanceof DecodeError) return false;
    throw error;
  }
}
