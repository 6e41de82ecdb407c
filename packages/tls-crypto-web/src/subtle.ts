/** WebCrypto as it is used here (W3C Web Cryptography API Level 2). */

/**
 * The part of SubtleCrypto that is used, with what newer runtimes have added to it (WICG draft "Modern Algorithms in the Web
 * Cryptography API"): ML-KEM and ML-DSA, and the formats of their keys. Types of the DOM are older than that.
 */
export interface Subtle {
  generateKey(algorithm: object, extractable: boolean, usages: readonly string[]): Promise<CryptoKeyPair>;
  importKey(
    format: 'raw' | 'raw-public' | 'raw-seed' | 'spki' | 'pkcs8',
    key: Uint8Array,
    algorithm: object,
    extractable: boolean,
    usages: readonly string[],
  ): Promise<CryptoKey>;
  exportKey(format: 'raw' | 'raw-public', key: CryptoKey): Promise<ArrayBuffer>;
  /** @param length bits */
  deriveBits(algorithm: object, key: CryptoKey, length: number): Promise<ArrayBuffer>;
  sign(algorithm: object, key: CryptoKey, data: Uint8Array): Promise<ArrayBuffer>;
  verify(algorithm: object, key: CryptoKey, signature: Uint8Array, data: Uint8Array): Promise<boolean>;
  encapsulateBits(algorithm: object, key: CryptoKey): Promise<{ sharedKey: ArrayBuffer; ciphertext: ArrayBuffer }>;
  decapsulateBits(algorithm: object, key: CryptoKey, ciphertext: Uint8Array): Promise<ArrayBuffer>;
}

/** The platform's, or undefined: outside of a secure context browsers have none. */
export function platformSubtle(): SubtleCrypto | undefined {
  return globalThis.crypto?.subtle;
}

/** What WebCrypto calls the hashes, in signatures. */
export const hashNames = { sha1: 'SHA-1', sha256: 'SHA-256', sha384: 'SHA-384', sha512: 'SHA-512' } as const;

/** What WebCrypto calls the NIST curves. */
export const curveNames = { secp256r1: 'P-256', secp384r1: 'P-384', secp521r1: 'P-521' } as const;
