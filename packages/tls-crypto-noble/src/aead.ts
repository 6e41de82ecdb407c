/** noble's AEADs as TLS has them: 12-byte nonces (RFC 9846 §5.3), and tags behind the ciphertext. */
import { type Aead, type AeadName, aeadFrom } from '@tlskit/tls-crypto';

/** What noble's AEADs look like. `decrypt` throws for what is not authentic. */
export type NobleCipher = (
  key: Uint8Array,
  nonce: Uint8Array,
  aad: Uint8Array,
) => { encrypt(plaintext: Uint8Array): Uint8Array; decrypt(sealed: Uint8Array): Uint8Array };

export function aeadOf(name: AeadName, cipher: NobleCipher): Aead {
  return aeadFrom(name, {
    seal: (key, nonce, aad, plaintext) => cipher(key, nonce, aad).encrypt(plaintext),
    // noble checks the tag in constant time, and keeps what is not authentic to itself.
    open: (key, nonce, aad, sealed) => cipher(key, nonce, aad).decrypt(sealed),
  });
}
