import { CryptoError } from './error.ts';

/**
 * Bytes from the platform's CSPRNG (`crypto.getRandomValues`), as many as asked for.
 * @throws CryptoError `no-entropy` where the platform has none: there is no fallback
 */
export function platformRandom(length: number): Uint8Array {
  const source = globalThis.crypto;
  if (typeof source?.getRandomValues !== 'function') {
    throw new CryptoError('no-entropy', 'this platform has no crypto.getRandomValues');
  }
  const bytes = new Uint8Array(length);
  // getRandomValues gives at most 65,536 bytes a call.
  for (let at = 0; at < length; at += 65_536) source.getRandomValues(bytes.subarray(at, Math.min(length, at + 65_536)));
  return bytes;
}
