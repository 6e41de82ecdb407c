/** An AEAD of the caller's, such as one in WebAssembly, in the place of the provider's own. */
import { CryptoError } from './error.ts';
import type { Aead, AeadKey, AeadName, CryptoProvider } from './provider.ts';
import { wipe } from './secret.ts';

/** An AEAD as libraries have it. Nothing that it is given is kept, or changed; what it gives has memory of its own. */
export interface AeadFunctions {
  /** The ciphertext with the tag behind it. */
  seal(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, plaintext: Uint8Array): Uint8Array;
  /**
   * The plaintext; for what is not authentic undefined, or any error.
   * @param sealed ciphertext with the tag behind it, never shorter than a tag
   */
  open(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, sealed: Uint8Array): Uint8Array | undefined;
}

/** An AEAD of two functions. What `Aead` asks for beside them, lengths that are checked and keys that are wiped, is done here. */
export function aeadFrom(name: AeadName, functions: AeadFunctions): Aead {
  const keyLength = name.includes('128') ? 16 : 32;
  const tagLength = name.endsWith('-8') ? 8 : 16;
  return {
    name,
    keyLength,
    nonceLength,
    tagLength,
    create(key) {
      if (key.length !== keyLength) throw new CryptoError('misuse', `${name} takes a key of ${keyLength} bytes`);
      return new PluggedKey(functions, Uint8Array.from(key), tagLength);
    },
  };
}

type Plugged<Provider> = Omit<Provider, 'describe' | 'aeadOrder'> &
  Required<Pick<CryptoProvider, 'describe' | 'aeadOrder'>>;

/**
 * The provider with this AEAD in place of its own, and in front of all others in `aeadOrder`; as a new object. The caller answers for
 * it: that it is right and constant in time, and quicker than what it stands for.
 * @param by what `describe()` is to say of it
 */
export function withAead<Provider extends CryptoProvider>(
  provider: Provider,
  aead: Aead,
  by: string,
): Plugged<Provider> {
  return {
    ...provider,
    aeads: { ...provider.aeads, [aead.name]: aead },
    aeadOrder: [aead.name, ...(provider.aeadOrder ?? []).filter(name => name !== aead.name)],
    describe(this: CryptoProvider) {
      return { ...provider.describe?.call(this), [aead.name]: by };
    },
  };
}

/** Bytes, of all AEADs of TLS (RFC 9846 §5.3, RFC 5116 §3.1). */
const nonceLength = 12;

class PluggedKey implements AeadKey {
  readonly #functions: AeadFunctions;
  readonly #key: Uint8Array;
  readonly #tagLength: number;
  #wiped = false;

  /** Takes over `key`. */
  constructor(functions: AeadFunctions, key: Uint8Array, tagLength: number) {
    this.#functions = functions;
    this.#key = key;
    this.#tagLength = tagLength;
  }

  seal(nonce: Uint8Array, aad: Uint8Array, plaintext: Uint8Array): readonly Uint8Array[] {
    if (nonce.length !== nonceLength) throw new CryptoError('misuse', `a nonce has ${nonceLength} bytes`);
    return [this.#functions.seal(this.#live(), nonce, aad, plaintext)];
  }

  open(nonce: Uint8Array, aad: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
    const key = this.#live();
    if (nonce.length !== nonceLength || sealed.length < this.#tagLength) return undefined;
    try {
      return this.#functions.open(key, nonce, aad, sealed);
    } catch {
      return undefined;
    }
  }

  wipe(): void {
    this.#wiped = true;
    wipe(this.#key);
  }

  #live(): Uint8Array {
    if (this.#wiped) throw new CryptoError('misuse', 'this AEAD key was wiped');
    return this.#key;
  }
}
