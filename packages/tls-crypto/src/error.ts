/**
 * - `invalid-share`: a peer's key share that must be refused (RFC 9846 §4.3.8, §7.4)
 * - `malformed-key`: an encoded key that is not what its format says
 * - `unsupported`: an algorithm that the provider, or this key, does not do
 * - `no-entropy`: the platform has no CSPRNG
 * - `misuse`: a mistake of the caller, never of a peer: a key or nonce of wrong length, an object used after `wipe()`
 */
export type CryptoErrorCode = 'invalid-share' | 'malformed-key' | 'unsupported' | 'no-entropy' | 'misuse';

/** What a provider throws, and nothing else. Who knows the protocol turns it into an alert. */
export class CryptoError extends Error {
  /** One of another copy of this package is as good. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    // biome-ignore lint/complexity/noThisInStatic: what is derived from it comes here too, and is less than all of them
    if (this !== CryptoError) return super[Symbol.hasInstance](value);
    return value instanceof Error && value.name === 'CryptoError';
  }

  override readonly name = 'CryptoError';
  readonly code: CryptoErrorCode;

  constructor(code: CryptoErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
