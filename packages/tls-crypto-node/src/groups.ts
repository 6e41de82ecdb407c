/** X25519 (RFC 7748) and ECDH on the NIST curves by `node:crypto`, in the form of a KEM (RFC 9846 §4.3.8.2, §7.4.2). */
import { createECDH, createPrivateKey, createPublicKey, diffieHellman, type ECDH, type KeyObject } from 'node:crypto';
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
import { coordinateLengths, requireUncompressedPoint } from '@tlskit/tls-crypto-noble/keys';
import { concat, fromHex } from '@tlskit/tls-wire';
import { base64url, fromBase64url, plain } from './bytes.ts';
import { nativeCurves } from './curves.ts';

type Random = CryptoProvider['random'];

/** A private key that node holds. */
interface PrivateKey {
  readonly share: Uint8Array;
  /** @throws CryptoError `invalid-share` */
  agree(peerShare: Uint8Array): Uint8Array;
}

/** @param random draws private keys; X25519 always asks it, the NIST curves only when it is given */
export function nodeX25519(random: Random): KeyExchange {
  return keyExchange('x25519', () => x25519PrivateKey(random));
}

export function nodeEcdh(curve: CurveName, random?: Random): KeyExchange {
  return keyExchange(curve, () => ecdhPrivateKey(curve, random));
}

function keyExchange(name: GroupName, generate: () => PrivateKey): KeyExchange {
  return {
    name,
    offer: () => new NodeOffer(generate()),
    respond(peerShare) {
      const key = generate();
      return { sharedSecret: key.agree(peerShare), share: key.share };
    },
  };
}

class NodeOffer implements KeyOffer {
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

function x25519PrivateKey(random: Random): PrivateKey {
  const secret = random(32);
  const key = importX25519(secret);
  wipe(secret);
  const { x } = createPublicKey(key).export({ format: 'jwk' });
  return {
    share: fromBase64url(x as string),
    agree(peerShare) {
      if (peerShare.length !== 32) throw new CryptoError('invalid-share', 'an X25519 share has 32 bytes');
      let shared: Uint8Array;
      try {
        const peer = createPublicKey({ key: { kty: 'OKP', crv: 'X25519', x: base64url(peerShare) }, format: 'jwk' });
        shared = plain(diffieHellman({ privateKey: key, publicKey: peer }));
      } catch (cause) {
        // OpenSSL refuses points of low order by itself; we do not depend on it.
        throw new CryptoError('invalid-share', 'X25519 share of low order', { cause });
      }
      // RFC 9846 §7.4.2: an all-zero shared secret MUST abort.
      if (isAllZero(shared)) throw new CryptoError('invalid-share', 'X25519 gave an all-zero secret');
      return shared;
    },
  };
}

/** PKCS#8 of an X25519 key up to the key itself (RFC 8410 §7). */
const pkcs8Prefix = fromHex('302e020100300506032b656e04220420');

/**
 * Keys are imported rather than generated: on Node 20, exporting the public half of a pair that `generateKeyPairSync` made
 * deadlocks now and then, when the collector runs in the middle of it. DER can be wiped, unlike the strings of a JWK, but
 * Node 20 takes ten times as long for it.
 */
const importX25519: (secret: Uint8Array) => KeyObject =
  Number.parseInt(process.versions.node, 10) >= 22
    ? secret => {
        const der = concat(pkcs8Prefix, secret);
        const key = createPrivateKey({ key: Buffer.from(der.buffer), format: 'der', type: 'pkcs8' });
        wipe(der);
        return key;
      }
    : secret =>
        // A private JWK must have an `x`, of which Node makes nothing.
        createPrivateKey({ key: { kty: 'OKP', crv: 'X25519', x: 'AA', d: base64url(secret) }, format: 'jwk' });

function ecdhPrivateKey(curve: CurveName, random: Random | undefined): PrivateKey {
  const ecdh = createECDH(nativeCurves[curve].openssl);
  if (random === undefined) ecdh.generateKeys();
  else drawPrivateKey(ecdh, curve, random);
  return {
    share: plain(ecdh.getPublicKey()),
    agree(peerShare) {
      requireUncompressedPoint(curve, peerShare, 'invalid-share');
      try {
        // OpenSSL checks that the point is on the curve, and gives X with its leading zero octets.
        return plain(ecdh.computeSecret(peerShare));
      } catch (cause) {
        throw new CryptoError('invalid-share', `${curve} share is not a point of the curve`, { cause });
      }
    },
  };
}

/** Rejection sampling (FIPS 186-5 §A.2.2), in the same draws as the portable provider. */
function drawPrivateKey(ecdh: ECDH, curve: CurveName, random: Random): void {
  for (let draw = 0; draw < 64; draw++) {
    const scalar = random(coordinateLengths[curve]);
    if (curve === 'secp521r1') scalar[0] = (scalar[0] as number) & 1;
    try {
      ecdh.setPrivateKey(scalar);
      return;
    } catch {
      // Zero, or not below the order.
    } finally {
      wipe(scalar);
    }
  }
  throw new CryptoError('no-entropy', 'the random source gives no valid private key');
}
