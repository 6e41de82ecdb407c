/** AES-CCM by `node:crypto`, with 12-byte nonces and tags of 16 or 8 bytes (RFC 6655 §3). */
import { type CipherCCMTypes, createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto';
import { type Aead, type AeadKey, CryptoError } from '@tlskit/tls-crypto';
import { plain } from './bytes.ts';

const nonceLength = 12;
/** With 12 bytes of nonce three are left for the length of the message (NIST SP 800-38C §A.1). */
const longest = 2 ** 24 - 1;

interface CcmForm {
  readonly algorithm: CipherCCMTypes;
  readonly keyLength: number;
  readonly tagLength: number;
}

const forms = {
  'aes-128-ccm': { algorithm: 'aes-128-ccm', keyLength: 16, tagLength: 16 },
  'aes-128-ccm-8': { algorithm: 'aes-128-ccm', keyLength: 16, tagLength: 8 },
  'aes-256-ccm': { algorithm: 'aes-256-ccm', keyLength: 32, tagLength: 16 },
  'aes-256-ccm-8': { algorithm: 'aes-256-ccm', keyLength: 32, tagLength: 8 },
} as const satisfies Record<string, CcmForm>;

export type NodeCcmName = keyof typeof forms;

export function isCcm(name: string): name is NodeCcmName {
  return Object.hasOwn(forms, name);
}

export function nodeCcm(name: NodeCcmName): Aead {
  const { keyLength, tagLength } = forms[name];
  return {
    name,
    keyLength,
    nonceLength,
    tagLength,
    create(key) {
      if (key.length !== keyLength) throw new CryptoError('misuse', `${name} takes a key of ${keyLength} bytes`);
      return new NodeCcmKey(forms[name], createSecretKey(key));
    },
  };
}

class NodeCcmKey implements AeadKey {
  readonly #algorithm: CipherCCMTypes;
  readonly #tagLength: number;
  #key: KeyObject | undefined;

  constructor({ algorithm, tagLength }: CcmForm, key: KeyObject) {
    this.#algorithm = algorithm;
    this.#tagLength = tagLength;
    this.#key = key;
  }

  /** The ciphertext, and the tag. */
  seal(nonce: Uint8Array, aad: Uint8Array, plaintext: Uint8Array): readonly [Uint8Array, Uint8Array] {
    const key = this.#live();
    if (nonce.length !== nonceLength) throw new CryptoError('misuse', `a nonce has ${nonceLength} bytes`);
    if (plaintext.length > longest) throw new CryptoError('misuse', 'CCM takes less than 16 MiB');
    const cipher = createCipheriv(this.#algorithm, key, nonce, { authTagLength: this.#tagLength });
    cipher.setAAD(aad, { plaintextLength: plaintext.length });
    // CCM wants exactly one update, also of nothing.
    const ciphertext = plain(cipher.update(plaintext));
    cipher.final();
    return [ciphertext, plain(cipher.getAuthTag())];
  }

  open(nonce: Uint8Array, aad: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
    const key = this.#live();
    const length = sealed.length - this.#tagLength;
    if (nonce.length !== nonceLength || length < 0 || length > longest) return undefined;
    const decipher = createDecipheriv(this.#algorithm, key, nonce, { authTagLength: this.#tagLength });
    decipher.setAuthTag(sealed.subarray(length));
    decipher.setAAD(aad, { plaintextLength: length });
    try {
      // OpenSSL checks the tag in update, and wipes what is not authentic; Node tells in final.
      const plaintext = plain(decipher.update(sealed.subarray(0, length)));
      decipher.final();
      return plaintext;
    } catch {
      return undefined;
    }
  }

  wipe(): void {
    // OpenSSL wipes its copy when the key object is collected.
    this.#key = undefined;
  }

  #live(): KeyObject {
    if (this.#key === undefined) throw new CryptoError('misuse', 'this AEAD key was wiped');
    return this.#key;
  }
}
