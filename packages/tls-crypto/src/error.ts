export type CryptoErrorCode = 'invalid-share' | 'malformed-key' | 'unsupported' | 'no-entropy';

/** What a provider throws, and nothing else. Who knows the protocol turns it into an alert. */
export class CryptoError extends Error {
  override readonly name = 'CryptoError';
  readonly code: CryptoErrorCode;

  constructor(code: CryptoErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
