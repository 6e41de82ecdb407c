/** How many records one key may protect (RFC 9846 §5.5). */
import type { AeadName } from '@tlskit/tls-crypto';

/**
 * Records by AEAD. For AES-GCM the RFC says 2^24.5 full-size records; small ones count as full, which errs on the safe side.
 * ChaCha20-Poly1305 has no limit below the sequence number's. For CCM the RFC is silent: 2^23 is what RFC 9147 §4.5.3 allows.
 */
export const recordLimits: { readonly [K in AeadName]: number } = {
  'aes-128-gcm': Math.floor(2 ** 24.5),
  'aes-256-gcm': Math.floor(2 ** 24.5),
  'chacha20-poly1305': Number.MAX_SAFE_INTEGER,
  'aes-128-ccm': 2 ** 23,
  'aes-128-ccm-8': 2 ** 23,
  'aes-256-ccm': 2 ** 23,
  'aes-256-ccm-8': 2 ** 23,
};
