/** ChaCha20-Poly1305 of libsodium in WebAssembly, as an AEAD that is plugged into a provider. */
import { type Aead, aeadFrom } from '@tlskit/tls-crypto';
import sodium from 'libsodium-wrappers';

/** Loads the module: from then on its functions are synchronous. */
export async function sodiumAead(): Promise<Aead> {
  await sodium.ready;
  return aeadFrom('chacha20-poly1305', {
    seal: (key, nonce, aad, plaintext) =>
      sodium.crypto_aead_chacha20poly1305_ietf_encrypt(plaintext, aad, null, nonce, key),
    // It throws for what is not authentic.
    open: (key, nonce, aad, sealed) => sodium.crypto_aead_chacha20poly1305_ietf_decrypt(null, sealed, aad, nonce, key),
  });
}
