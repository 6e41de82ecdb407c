/** AES-GCM (NIST SP 800-38D) and ChaCha20-Poly1305 (RFC 8439), with 12-byte nonces and 16-byte tags as TLS has them (RFC 9846 §5.2). */
import { gcm } from '@noble/ciphers/aes.js';
import { chacha20poly1305 } from '@noble/ciphers/chacha.js';
import { type Aead, type AeadName, aeadFrom } from '@tlskit/tls-crypto';
import { declared } from '@tlskit/tls-wire';

/** What noble's AEADs look like. `decrypt` throws for what is not authentic. */
export type NobleCipher = (
  key: Uint8Array,
  nonce: Uint8Array,
  aad: Uint8Array,
) => { encrypt(plaintext: Uint8Array): Uint8Array; decrypt(sealed: Uint8Array): Uint8Array };

export const nobleAeads = /* @__PURE__ */ declared(
  () =>
    ({
      'aes-128-gcm': aeadOf('aes-128-gcm', gcm),
      'aes-256-gcm': aeadOf('aes-256-gcm', gcm),
      'chacha20-poly1305': aeadOf('chacha20-poly1305', chacha20poly1305),
    }) satisfies { readonly [K in AeadName]?: Aead },
);

export function aeadOf(name: AeadName, cipher: NobleCipher): Aead {
  return aeadFrom(name, {
    seal: (key, nonce, aad, plaintext) => cipher(key, nonce, aad).encrypt(plaintext),
    // noble checks the tag in constant time, and keeps what is not authentic to itself.
    open: (key, nonce, aad, sealed) => cipher(key, nonce, aad).decrypt(sealed),
  });
}
