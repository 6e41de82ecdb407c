/** ChaCha20-Poly1305 of libsodium in WebAssembly, as an AEAD that is plugged into a provider. */
import { type Aead, aeadFrom } from '@tlskit/tls-crypto';
import sodium from 'libsodium-wrappers';

/** The module within the wrappers, whose functions take addresses; numbers of 64 bits are two of 32, the lower half first. */
interface Module {
  readonly HEAPU8: Uint8Array;
  _malloc(length: number): number;
  _crypto_aead_chacha20poly1305_ietf_encrypt(...addresses: readonly number[]): number;
  _crypto_aead_chacha20poly1305_ietf_decrypt(...addresses: readonly number[]): number;
}

/** Bytes of key, nonce, additional data and tag, and of the largest record's content. */
const [KEY, NONCE, AAD, TAG, LARGEST] = [32, 12, 64, 16, 16_384 + 256];

/**
 * Loads the module: from then on its functions are synchronous. The wrappers' functions allocate and copy each argument; here all have
 * their places, and a record is sealed and opened where it is.
 */
export async function sodiumAead(): Promise<Aead> {
  await sodium.ready;
  const module = (sodium as unknown as { readonly libsodium: Module }).libsodium;
  const keyAt = module._malloc(KEY + NONCE + AAD + LARGEST + TAG);
  const nonceAt = keyAt + KEY;
  const aadAt = nonceAt + NONCE;
  const textAt = aadAt + AAD;
  const place = (key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, text: Uint8Array) => {
    if (aad.length > AAD || text.length > LARGEST + TAG) throw new RangeError('larger than any record');
    const memory = module.HEAPU8;
    memory.set(key, keyAt);
    memory.set(nonce, nonceAt);
    memory.set(aad, aadAt);
    memory.set(text, textAt);
    return memory;
  };
  return aeadFrom('chacha20-poly1305', {
    seal(key, nonce, aad, plaintext) {
      const { length } = plaintext;
      const memory = place(key, nonce, aad, plaintext);
      const seal = module._crypto_aead_chacha20poly1305_ietf_encrypt;
      seal(textAt, 0, textAt, length, 0, aadAt, aad.length, 0, 0, nonceAt, keyAt);
      return taken(memory, length + TAG);
    },
    open(key, nonce, aad, sealed) {
      const { length } = sealed;
      const memory = place(key, nonce, aad, sealed);
      const open = module._crypto_aead_chacha20poly1305_ietf_decrypt;
      const bad = open(textAt, 0, 0, textAt, length, 0, aadAt, aad.length, 0, nonceAt, keyAt) !== 0;
      const content = taken(memory, length - TAG);
      return bad ? undefined : content;
    },
  });

  /** Nothing of the key stays where others put theirs. */
  function taken(memory: Uint8Array, length: number): Uint8Array {
    memory.fill(0, keyAt, nonceAt);
    return memory.slice(textAt, textAt + length);
  }
}
