/**
 * Diffie-Hellman by WebCrypto, in the form of a KEM: X25519 and X448 (RFC 7748), ECDH on the NIST curves (RFC 9846 §4.3.8.2, §7.4.2).
 * Private keys are generated there, cannot be read, and never come into memory of ours.
 */
import { CryptoError, type CurveName, isAllZero, type KeyExchange, type KeyOffer, wipe } from '@tlskit/tls-crypto';
import { coordinateLengths, requireUncompressedPoint } from '@tlskit/tls-crypto-noble/keys';
import { curveNames, type Subtle } from './subtle.ts';

export type MontgomeryName = 'x25519' | 'x448';

/** What tells one group from another. */
interface Parameters {
  readonly name: CurveName | MontgomeryName;
  /** For generating and importing keys. */
  readonly algorithm: { readonly name: string; readonly namedCurve?: string };
  /** Bytes of the secret. */
  readonly secretLength: number;
  /** Whether a secret of zeros is one: a point may have X = 0, and is of full order. */
  readonly mayBeZero: boolean;
  /** @throws CryptoError `invalid-share` for what is none by its form */
  requireForm(share: Uint8Array): void;
}

/** @param portable the same group in JavaScript, which has the last word on a share that WebCrypto refuses */
export function webEcdh(subtle: Subtle, curve: CurveName, portable: KeyExchange): KeyExchange {
  return keyExchange(subtle, portable, {
    name: curve,
    algorithm: { name: 'ECDH', namedCurve: curveNames[curve] },
    secretLength: coordinateLengths[curve],
    mayBeZero: true,
    requireForm: share => requireUncompressedPoint(curve, share, 'invalid-share'),
  });
}

/** @param portable as of `webEcdh` */
export function webMontgomery(subtle: Subtle, name: MontgomeryName, portable: KeyExchange): KeyExchange {
  const length = name === 'x25519' ? 32 : 56;
  return keyExchange(subtle, portable, {
    name,
    algorithm: { name: name === 'x25519' ? 'X25519' : 'X448' },
    secretLength: length,
    mayBeZero: false,
    requireForm(share) {
      if (share.length !== length) throw new CryptoError('invalid-share', `a share of ${name} has ${length} bytes`);
    },
  });
}

function keyExchange(subtle: Subtle, portable: KeyExchange, parameters: Parameters): KeyExchange {
  return {
    name: parameters.name,
    async offer() {
      try {
        const { privateKey, publicKey } = await generate(subtle, parameters);
        const share = new Uint8Array(await subtle.exportKey('raw', publicKey));
        return new WebOffer(share, privateKey, (key, peerShare) => agree(subtle, parameters, key, peerShare));
      } catch {
        return portable.offer();
      }
    },
    respond(peerShare) {
      parameters.requireForm(peerShare);
      return respond(subtle, portable, parameters, Uint8Array.from(peerShare));
    },
  };
}

/** What can be done at the same time is: runtimes do it on other threads. */
async function respond(subtle: Subtle, portable: KeyExchange, parameters: Parameters, peerShare: Uint8Array) {
  let sharedSecret: Uint8Array;
  let share: Uint8Array;
  try {
    const [pair, peer] = await Promise.all([generate(subtle, parameters), importShare(subtle, parameters, peerShare)]);
    const [secret, exported] = await Promise.all([
      derive(subtle, parameters, pair.privateKey, peer),
      subtle.exportKey('raw', pair.publicKey),
    ]);
    [sharedSecret, share] = [secret, new Uint8Array(exported)];
  } catch {
    return portable.respond(peerShare);
  }
  requireSecret(parameters, sharedSecret);
  return { share, sharedSecret };
}

async function agree(subtle: Subtle, parameters: Parameters, key: CryptoKey, peerShare: Uint8Array) {
  parameters.requireForm(peerShare);
  let secret: Uint8Array;
  try {
    secret = await derive(subtle, parameters, key, await importShare(subtle, parameters, peerShare));
  } catch (cause) {
    throw new CryptoError('invalid-share', `not a share of ${parameters.name}`, { cause });
  }
  requireSecret(parameters, secret);
  return secret;
}

function generate(subtle: Subtle, { algorithm }: Parameters): Promise<CryptoKeyPair> {
  return subtle.generateKey(algorithm, false, ['deriveBits']);
}

/** WebCrypto sees to it that the point is on the curve. */
function importShare(subtle: Subtle, { algorithm }: Parameters, share: Uint8Array): Promise<CryptoKey> {
  return subtle.importKey('raw', share, algorithm, false, []);
}

async function derive(
  subtle: Subtle,
  { algorithm: { name }, secretLength }: Parameters,
  key: CryptoKey,
  peer: CryptoKey,
) {
  return new Uint8Array(await subtle.deriveBits({ name, public: peer }, key, 8 * secretLength));
}

/** RFC 9846 §7.4.2: an all-zero secret MUST abort. Runtimes refuse points of low order by themselves; we do not depend on it. */
function requireSecret({ name, secretLength, mayBeZero }: Parameters, secret: Uint8Array): void {
  if (!mayBeZero && isAllZero(secret)) throw new CryptoError('invalid-share', `${name} gave an all-zero secret`);
  if (secret.length === secretLength) return;
  wipe(secret);
  throw new CryptoError('unsupported', `${name} gave a secret of ${secret.length} bytes`);
}

/** A private key that WebCrypto holds, and what completes the exchange with it. */
export class WebOffer implements KeyOffer {
  readonly share: Uint8Array;
  readonly #complete: (key: CryptoKey, peerShare: Uint8Array) => Promise<Uint8Array>;
  /** Memory of the private key is the runtime's, which may wipe it when the object is collected. */
  #key: CryptoKey | undefined;

  constructor(
    share: Uint8Array,
    key: CryptoKey,
    complete: (key: CryptoKey, peerShare: Uint8Array) => Promise<Uint8Array>,
  ) {
    this.share = share;
    this.#key = key;
    this.#complete = complete;
  }

  complete(peerShare: Uint8Array): Promise<Uint8Array> {
    const key = this.#key;
    if (key === undefined) throw new CryptoError('misuse', 'this key offer was completed or wiped');
    this.#key = undefined;
    return this.#complete(key, Uint8Array.from(peerShare));
  }

  wipe(): void {
    this.#key = undefined;
  }
}
