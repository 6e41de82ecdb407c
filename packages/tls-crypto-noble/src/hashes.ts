/** SHA-1 and SHA-2 (FIPS 180-4). */
import { sha1 } from '@noble/hashes/legacy.js';
import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import type { Hash, HashName } from '@tlskit/tls-crypto';
import { declared } from '@tlskit/tls-wire';
import { hashOf } from './hash.ts';

/** noble's functions by our names: derivations from passwords hand them back to the library. */
export const nobleFunctions = { sha1, sha256, sha384, sha512 } as const;

export const nobleHashes: Readonly<Record<HashName, Hash>> = /* @__PURE__ */ declared(() => ({
  sha1: hashOf('sha1', sha1),
  sha256: hashOf('sha256', sha256),
  sha384: hashOf('sha384', sha384),
  sha512: hashOf('sha512', sha512),
}));
