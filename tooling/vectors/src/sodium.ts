/** A provider with an AEAD in WebAssembly that a caller plugs in: libsodium's ChaCha20-Poly1305. */
import { aeadFrom, type CryptoProvider, withAead } from '@tlskit/tls-crypto';
import sodium from 'libsodium-wrappers';

await sodium.ready;

const chacha20 = aeadFrom('chacha20-poly1305', {
  seal: (key, nonce, aad, plaintext) =>
    sodium.crypto_aead_chacha20poly1305_ietf_encrypt(plaintext, aad, null, nonce, key),
  open: (key, nonce, aad, sealed) => sodium.crypto_aead_chacha20poly1305_ietf_decrypt(null, sealed, aad, nonce, key),
});

export function withSodium<Provider extends CryptoProvider>(provider: Provider) {
  return withAead(provider, chacha20, 'libsodium');
}
