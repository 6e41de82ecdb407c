/** ML-KEM (FIPS 203), as a group of its own (draft-ietf-tls-mlkem) and as one half of a hybrid group, by @noble/post-quantum. */
import { ml_kem768, ml_kem1024 } from '@noble/post-quantum/ml-kem.js';
import {
  CryptoError,
  type CryptoProvider,
  type KeyExchange,
  type KeyOffer,
  type ProviderPart,
  wipe,
} from '@tlskit/tls-crypto';

/** A key exchange that is no group of its own. */
export type Kem = Omit<KeyExchange, 'name'>;

type NobleKem = typeof ml_kem768;

/** Bytes of the seed `d || z` that a key pair is made of (FIPS 203 §7.1), and of the message that a secret is made of (§7.2). */
const seedLength = 64;
const messageLength = 32;

/** Adds `MLKEM768` and `MLKEM1024`: secrets that depend on ML-KEM alone. The hybrids are what most will want. */
export const mlKemGroups: ProviderPart = ({ random }) => ({ groups: mlKemsOf(mlKem768(random), mlKem1024(random)) });

/** These KEMs as groups. */
export function mlKemsOf(
  kem768: Kem,
  kem1024: Kem,
): { readonly MLKEM768: KeyExchange; readonly MLKEM1024: KeyExchange } {
  return { MLKEM768: { name: 'MLKEM768', ...kem768 }, MLKEM1024: { name: 'MLKEM1024', ...kem1024 } };
}

/** Offers encapsulation keys of 1184 bytes, answers with ciphertexts of 1088. */
export function mlKem768(random: CryptoProvider['random']): Kem {
  return kemOf('ML-KEM-768', ml_kem768, random);
}

/** Offers encapsulation keys of 1568 bytes, answers with ciphertexts of 1568. */
export function mlKem1024(random: CryptoProvider['random']): Kem {
  return kemOf('ML-KEM-1024', ml_kem1024, random);
}

function kemOf(name: string, kem: NobleKem, random: CryptoProvider['random']): Kem {
  return {
    offer: () => new MlKemOffer(name, kem, random),
    respond(peerShare) {
      const message = random(messageLength);
      try {
        // The library checks length and modulus of the encapsulation key (FIPS 203 §7.2).
        const { cipherText, sharedSecret } = kem.encapsulate(peerShare, message);
        return { share: cipherText, sharedSecret: moved(sharedSecret) };
      } catch (cause) {
        throw new CryptoError('invalid-share', `not an encapsulation key of ${name}`, { cause });
      } finally {
        wipe(message);
      }
    },
  };
}

class MlKemOffer implements KeyOffer {
  readonly share: Uint8Array;
  readonly #name: string;
  readonly #kem: NobleKem;
  #secretKey: Uint8Array | undefined;

  constructor(name: string, kem: NobleKem, random: CryptoProvider['random']) {
    const seed = random(seedLength);
    const { publicKey, secretKey } = kem.keygen(seed);
    wipe(seed);
    this.share = publicKey;
    this.#name = name;
    this.#kem = kem;
    this.#secretKey = secretKey;
  }

  /** A ciphertext that nobody made for this key gives a secret that nobody knows (implicit rejection, FIPS 203 §6.3). */
  complete(peerShare: Uint8Array): Uint8Array {
    if (this.#secretKey === undefined) throw new CryptoError('misuse', 'this key offer was completed or wiped');
    try {
      if (peerShare.length !== this.#kem.lengths.cipherText) {
        throw new CryptoError('invalid-share', `not a ciphertext of ${this.#name}, of ${peerShare.length} bytes`);
      }
      return moved(this.#kem.decapsulate(peerShare, this.#secretKey));
    } finally {
      this.wipe();
    }
  }

  wipe(): void {
    wipe(this.#secretKey);
    this.#secretKey = undefined;
  }
}

/** The bytes in memory of their own: the library gives a view of more. */
function moved(secret: Uint8Array): Uint8Array {
  const own = Uint8Array.from(secret);
  wipe(secret);
  return own;
}
