/** Diffie-Hellman in the form of a KEM. */
import { CryptoError, type GroupName, type KeyExchange, type KeyOffer, wipe } from '@tlskit/tls-crypto';

/** Key agreement with both keys as bytes. */
export interface Agreement {
  readonly name: GroupName;
  /** A fresh private key, which the caller wipes. */
  generate(): Uint8Array;
  publicKey(privateKey: Uint8Array): Uint8Array;
  /** @throws CryptoError `invalid-share` */
  agree(privateKey: Uint8Array, peerShare: Uint8Array): Uint8Array;
}

export function keyExchange(agreement: Agreement): KeyExchange {
  return {
    name: agreement.name,
    offer: () => new NobleOffer(agreement),
    respond(peerShare) {
      const privateKey = agreement.generate();
      try {
        const sharedSecret = agreement.agree(privateKey, peerShare);
        return { share: agreement.publicKey(privateKey), sharedSecret };
      } finally {
        wipe(privateKey);
      }
    },
  };
}

class NobleOffer implements KeyOffer {
  readonly share: Uint8Array;
  readonly #agreement: Agreement;
  #privateKey: Uint8Array | undefined;

  constructor(agreement: Agreement) {
    this.#agreement = agreement;
    this.#privateKey = agreement.generate();
    this.share = agreement.publicKey(this.#privateKey);
  }

  complete(peerShare: Uint8Array): Uint8Array {
    if (this.#privateKey === undefined) throw new CryptoError('misuse', 'this key offer was completed or wiped');
    try {
      return this.#agreement.agree(this.#privateKey, peerShare);
    } finally {
      this.wipe();
    }
  }

  wipe(): void {
    wipe(this.#privateKey);
    this.#privateKey = undefined;
  }
}
