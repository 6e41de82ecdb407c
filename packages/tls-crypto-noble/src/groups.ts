/**
 * Diffie-Hellman groups in the form of a KEM (RFC 9846 §4.3.8.2, §7.4.2): X25519 (RFC 7748) and ECDH on the NIST curves.
 */
import { x25519 } from '@noble/curves/ed25519.js';
import {
  CryptoError,
  type CryptoProvider,
  type CurveName,
  type GroupName,
  isAllZero,
  type KeyExchange,
  type KeyOffer,
  wipe,
} from '@tlskit/tls-crypto';
import { nobleCurves } from './curves.ts';
import { coordinateLengths, requireUncompressedPoint } from './keys/point.ts';

type Random = CryptoProvider['random'];

/** Key agreement with both keys as bytes. */
interface Agreement {
  readonly name: GroupName;
  /** A fresh private key, which the caller wipes. */
  generate(): Uint8Array;
  publicKey(privateKey: Uint8Array): Uint8Array;
  /** @throws CryptoError `invalid-share` */
  agree(privateKey: Uint8Array, peerShare: Uint8Array): Uint8Array;
}

export function nobleGroups(random: Random) {
  return {
    x25519: keyExchange(x25519Agreement(random)),
    secp256r1: keyExchange(ecdhAgreement('secp256r1', random)),
    secp384r1: keyExchange(ecdhAgreement('secp384r1', random)),
    secp521r1: keyExchange(ecdhAgreement('secp521r1', random)),
  } satisfies CryptoProvider['groups'];
}

function keyExchange(agreement: Agreement): KeyExchange {
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

function x25519Agreement(random: Random): Agreement {
  return {
    name: 'x25519',
    generate: () => random(32),
    publicKey: privateKey => x25519.getPublicKey(privateKey),
    agree(privateKey, peerShare) {
      if (peerShare.length !== 32) throw new CryptoError('invalid-share', 'an X25519 share has 32 bytes');
      let secret: Uint8Array;
      try {
        secret = x25519.getSharedSecret(privateKey, peerShare);
      } catch (cause) {
        // noble refuses points of low order by itself; we do not depend on it.
        throw new CryptoError('invalid-share', 'X25519 share of low order', { cause });
      }
      // RFC 9846 §7.4.2: an all-zero shared secret MUST abort.
      if (isAllZero(secret)) throw new CryptoError('invalid-share', 'X25519 gave an all-zero secret');
      return secret;
    },
  };
}

function ecdhAgreement(name: CurveName, random: Random): Agreement {
  const curve = nobleCurves[name];
  const length = coordinateLengths[name];
  return {
    name,
    generate: () => randomScalar(name, random),
    publicKey: privateKey => curve.getPublicKey(privateKey, false),
    agree(privateKey, peerShare) {
      requireUncompressedPoint(name, peerShare, 'invalid-share');
      let point: Uint8Array;
      try {
        // noble checks that the point is on the curve; these curves have cofactor 1.
        point = curve.getSharedSecret(privateKey, peerShare, false);
      } catch (cause) {
        throw new CryptoError('invalid-share', `${name} share is not a point of the curve`, { cause });
      }
      // RFC 9846 §7.4.2: the X coordinate, leading zero octets kept.
      const secret = point.slice(1, 1 + length);
      wipe(point);
      return secret;
    },
  };
}

/** A private key by rejection sampling (FIPS 186-5 §A.2.2): `random` decides it byte for byte. */
function randomScalar(name: CurveName, random: Random): Uint8Array {
  const { utils } = nobleCurves[name];
  // A draw is refused once in 2^32 at most (P-256); a source that fails this often is broken.
  for (let draw = 0; draw < 64; draw++) {
    const scalar = random(coordinateLengths[name]);
    // The order of P-521 has 521 bits, of which the first octet holds one.
    if (name === 'secp521r1') scalar[0] = (scalar[0] as number) & 1;
    if (utils.isValidSecretKey(scalar)) return scalar;
    wipe(scalar);
  }
  throw new CryptoError('no-entropy', 'the random source gives no valid private key');
}
