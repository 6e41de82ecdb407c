import { chacha20poly1305 } from '@noble/ciphers/chacha.js';
import type { ProviderPart } from '@tlskit/tls-crypto';
import { aeadOf } from '../aead.ts';

/** The AEAD `chacha20-poly1305`, the quickest that there is in JavaScript. */
export const chacha20Poly1305: ProviderPart = () => ({
  aeads: { 'chacha20-poly1305': aeadOf('chacha20-poly1305', chacha20poly1305) },
});
