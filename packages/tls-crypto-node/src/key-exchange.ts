/** Key exchange with a private key that node holds, in the form of a KEM. */
import { CryptoError, type KeyExchange, type KeyOffer } from '@tlskit/tls-crypto';

/** A private key that node holds. */
export interface PrivateKey {
  readonly share: Uint8Array;
  /** @throws CryptoError `invalid-share` */
  agree(peerShare: Uint8Array): Uint8Array;
}

export function keyExchange<Name>(name: Name, generate: () => PrivateKey): Omit<KeyExchange, 'name'> & { name: Name } {
  return {
    name,
    offer: () => new NodeOffer(generate()),
    respond(peerShare) {
      const key = generate();
      return { sharedSecret: key.agree(peerShare), share: key.share };
    },
  };
}

export class NodeOffer implements KeyOffer {
  readonly share: Uint8Array;
  /** Memory of the private key is node's, who wipes it when the object is collected. */
  #key: PrivateKey | undefined;

  constructor(key: PrivateKey) {
    this.share = key.share;
    this.#key = key;
  }

  complete(peerShare: Uint8Array): Uint8Array {
    const key = this.#key;
    if (key === undefined) throw new CryptoError('misuse', 'this key offer was completed or wiped');
    this.#key = undefined;
    return key.agree(peerShare);
  }

  wipe(): void {
    this.#key = undefined;
  }
}
