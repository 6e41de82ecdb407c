import { gcm } from '@noble/ciphers/aes.js';
import type { ProviderPart } from '@tlskit/tls-crypto';
import { aeadOf } from '../aead.ts';

/** The AEADs `aes-128-gcm` and `aes-256-gcm`. */
export const aesGcm: ProviderPart = () => ({
  aeads: {
    'aes-128-gcm': aeadOf('aes-128-gcm', gcm),
    'aes-256-gcm': aeadOf('aes-256-gcm', gcm),
  },
});
