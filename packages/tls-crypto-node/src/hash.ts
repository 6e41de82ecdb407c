/** SHA-1, SHA-2 and HMAC by `node:crypto`. */
import crypto, { createHash, createHmac, createSecretKey, type Hash as NativeHash } from 'node:crypto';
import { type Hash, type HashContext, type HashName, wipe } from '@tlskit/tls-crypto';
import { plain } from './bytes.ts';

const lengths: Readonly<Record<HashName, { readonly outputLength: number; readonly blockLength: number }>> = {
  sha1: { outputLength: 20, blockLength: 64 },
  sha256: { outputLength: 32, blockLength: 64 },
  sha384: { outputLength: 48, blockLength: 128 },
  sha512: { outputLength: 64, blockLength: 128 },
};

/** `crypto.hash` is quicker than an object for short input; Node has it from 20.12, other platforms may not. */
const oneShot: (name: HashName, data: Uint8Array) => Uint8Array =
  typeof crypto.hash === 'function'
    ? (name, data) => plain(crypto.hash(name, data, 'buffer'))
    : (name, data) => plain(createHash(name).update(data).digest());

/**
 * A hash that goes into another one at once, and opens nothing by itself: it takes less than half as long where it is no buffer of its
 * own.
 */
const hashInto: (name: HashName, data: Uint8Array, target: Buffer, at: number) => void =
  typeof crypto.hash === 'function'
    ? (name, data, target, at) => void target.write(crypto.hash(name, data, 'binary'), at, 'latin1')
    : (name, data, target, at) => void createHash(name).update(data).digest().copy(target, at);

/** Messages up to here, which are all those of the key schedule, are MACed by two one-shot hashes: half the cost of an Hmac object. */
const shortMessage = 512;

export function nodeHash(name: HashName): Hash {
  const { outputLength, blockLength } = lengths[name];
  // Scratch space, wiped after each use; everything here is synchronous.
  const inner = new Uint8Array(blockLength + shortMessage);
  const outer = Buffer.from(new ArrayBuffer(blockLength + outputLength));

  return {
    name,
    outputLength,
    blockLength,
    create: () => new NodeHashContext(createHash(name)),
    digest(...parts) {
      const [only] = parts;
      if (parts.length === 1 && only !== undefined) return oneShot(name, only);
      const state = createHash(name);
      for (const part of parts) state.update(part);
      return plain(state.digest());
    },
    hmac(key, ...parts) {
      let length = 0;
      for (const part of parts) length += part.length;
      if (key.length > blockLength || length > shortMessage) {
        const state = createHmac(name, createSecretKey(key));
        for (const part of parts) state.update(part);
        return plain(state.digest());
      }
      // RFC 2104 §2: H(K ^ opad || H(K ^ ipad || text)).
      pad(inner, key, 0x36, blockLength);
      let at = blockLength;
      for (const part of parts) {
        inner.set(part, at);
        at += part.length;
      }
      hashInto(name, inner.subarray(0, at), outer, blockLength);
      pad(outer, key, 0x5c, blockLength);
      const mac = oneShot(name, outer);
      inner.fill(0, 0, at);
      wipe(outer);
      return mac;
    },
  };
}

/** The key, filled up with zeros to a block, exclusive-or `octet`. */
function pad(target: Uint8Array, key: Uint8Array, octet: number, blockLength: number): void {
  for (let i = 0; i < key.length; i++) target[i] = (key[i] as number) ^ octet;
  target.fill(octet, key.length, blockLength);
}

class NodeHashContext implements HashContext {
  readonly #state: NativeHash;

  constructor(state: NativeHash) {
    this.#state = state;
  }

  update(data: Uint8Array): this {
    this.#state.update(data);
    return this;
  }

  digest(): Uint8Array {
    // A native state is finished by digest(): finish a copy.
    return plain(this.#state.copy().digest());
  }

  clone(): HashContext {
    return new NodeHashContext(this.#state.copy());
  }
}
