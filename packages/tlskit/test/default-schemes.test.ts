/** What may sign where nobody names anything. */
import { SignatureScheme } from '@tlskit/tls-messages';
import { describe, expect, it } from 'vitest';
import { defaultSignatureSchemes } from '../src/index.ts';

describe('the signature schemes by default', () => {
  it('hash by SHA-256 or longer, or as EdDSA does itself: SHA-1 and MD5 are not among them (RFC 9155) [8422:5.10:4]', () => {
    // HashAlgorithm is the first byte of what TLS 1.2 has (RFC 5246 §7.4.1.4.1): sha256 is 4, sha512 6, Intrinsic 8.
    const hashes = defaultSignatureSchemes.map(name => SignatureScheme.values[name] >> 8);
    expect([...new Set(hashes)].sort((a, b) => a - b)).toEqual([4, 5, 6, 8]);
  });
});
