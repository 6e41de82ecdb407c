/** ChaCha20-Poly1305 of libsodium in WebAssembly, as an AEAD that is plugged into a provider. */
import { type Aead, CryptoError, type ProviderPart, wipe } from '@tlskit/tls-crypto';
import sodium from 'libsodium-wrappers';

const [keyLength, nonceLength, tagLength] = [32, 12, 16];

/** Loads the module: from then on its functions are synchronous. */
export async function sodiumAead(): Promise<ProviderPart> {
  await sodium.ready;
  return () => ({ aeads: { 'chacha20-poly1305': aead } });
}

const aead: Aead = {
  name: 'chacha20-poly1305',
  keyLength,
  nonceLength,
  tagLength,
  create(given) {
    if (given.length !== keyLength) throw new CryptoError('misuse', `a key of ${given.length} bytes`);
    let key: Uint8Array | undefined = Uint8Array.from(given);
    const use = (nonce: Uint8Array): Uint8Array => {
      if (key === undefined) throw new CryptoError('misuse', 'the key was wiped');
      if (nonce.length !== nonceLength) throw new CryptoError('misuse', `a nonce of ${nonce.length} bytes`);
      return key;
    };
    return {
      seal: (nonce, aad, plaintext) => [
        sodium.crypto_aead_chacha20poly1305_ietf_encrypt(plaintext, aad, null, nonce, use(nonce)),
      ],
      open(nonce, aad, sealed) {
        const opener = use(nonce);
        if (sealed.length < tagLength) return undefined;
        try {
          return sodium.crypto_aead_chacha20poly1305_ietf_decrypt(null, sealed, aad, nonce, opener);
        } catch {
          return undefined;
        }
      },
      wipe() {
        wipe(key);
        key = undefined;
      },
    };
  },
};
