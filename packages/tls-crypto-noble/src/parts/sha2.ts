import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import type { ProviderPart } from '@tlskit/tls-crypto';
import { hashOf } from '../hash.ts';

/** The hashes of TLS 1.3 and of its certificates: `sha256`, `sha384`, `sha512`. The other parts use what hashes there are when they are added. */
export const sha2: ProviderPart = () => ({
  hashes: {
    sha256: hashOf('sha256', sha256),
    sha384: hashOf('sha384', sha384),
    sha512: hashOf('sha512', sha512),
  },
});
