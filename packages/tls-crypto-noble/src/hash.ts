/** noble's hashes, and HMAC (RFC 2104) over them. */
import { hmac } from '@noble/hashes/hmac.js';
import type { Hash, HashContext, HashName } from '@tlskit/tls-crypto';

/** The part of a noble hash that is used here. */
interface NobleHash {
  (data: Uint8Array): Uint8Array;
  readonly outputLen: number;
  readonly blockLen: number;
  create(): NobleState;
}

interface NobleState {
  update(data: Uint8Array): unknown;
  digest(): Uint8Array;
  clone(): NobleState;
}

export function hashOf(name: HashName, noble: NobleHash & Parameters<typeof hmac>[0]): Hash {
  return {
    name,
    outputLength: noble.outputLen,
    blockLength: noble.blockLen,
    create: () => new NobleHashContext(noble.create()),
    digest(...parts) {
      const [only] = parts;
      if (parts.length === 1 && only !== undefined) return noble(only);
      const state = noble.create();
      for (const part of parts) state.update(part);
      return state.digest();
    },
    hmac(key, ...parts) {
      const state = hmac.create(noble, key);
      for (const part of parts) state.update(part);
      return state.digest();
    },
  };
}

class NobleHashContext implements HashContext {
  readonly #state: NobleState;

  constructor(state: NobleState) {
    this.#state = state;
  }

  update(data: Uint8Array): this {
    this.#state.update(data);
    return this;
  }

  digest(): Uint8Array {
    // noble's digest() ends and wipes the state it is called on, so a copy is finished in its stead.
    return this.#state.clone().digest();
  }

  clone(): HashContext {
    return new NobleHashContext(this.#state.clone());
  }
}
