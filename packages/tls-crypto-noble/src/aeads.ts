/** AES-GCM (NIST SP 800-38D) and ChaCha20-Poly1305 (RFC 8439), with 12-byte nonces and 16-byte tags as TLS has them (RFC 9846 §5.2). */
import { gcm } from '@noble/ciphers/aes.js';
import { chacha20poly1305 } from '@noble/ciphers/chacha.js';
import type { Aead, AeadName } from '@tlskit/tls-crypto';
import { declared } from '@tlskit/tls-wire';
import { aeadOf } from './aead.ts';

export const nobleAeads = /* @__PURE__ */ declared(
  () =>
    ({
      'aes-128-gcm': aeadOf('aes-128-gcm', gcm),
      'aes-256-gcm': aeadOf('aes-256-gcm', gcm),
      'chacha20-poly1305': aeadOf('chacha20-poly1305', chacha20poly1305),
    }) satisfies { readonly [K in AeadName]?: Aead },
);
