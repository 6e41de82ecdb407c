/** Private keys by `node:crypto`, read by the strict readers of the portable provider. */
import {
  constants,
  createECDH,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  type KeyObject,
  privateDecrypt,
  sign,
} from 'node:crypto';
import {
  CryptoError,
  type CurveName,
  type KeyAlgorithm,
  type SignatureAlgorithm,
  type SigningKey,
  unpadPkcs1,
  wipe,
} from '@tlskit/tls-crypto';
import {
  encodePkcs8,
  encodeSpki,
  fits,
  keyAlgorithm,
  type PrivateKeyParts,
  type PublicKeyParts,
  requireUncompressedPoint,
} from '@tlskit/tls-crypto-noble/keys';
import { equalBytes } from '@tlskit/tls-wire';
import { fromBase64url, plain } from './bytes.ts';
import { nativeCurves } from './curves.ts';
import { digestOf, importParts as publicKeyObject, withPadding } from './public-key.ts';
import { quietly } from './quietly.ts';

/**
 * @param fallback makes the portable key, for what OpenSSL can do but Node offers no option for
 * @param decrypts whether node does raw RSA decryption
 * @throws CryptoError `malformed-key`
 */
export function nodeSigningKey(
  parts: PrivateKeyParts,
  fallback: (pkcs8: Uint8Array) => SigningKey,
  decrypts: boolean,
): SigningKey {
  return new NodeSigningKey(parts, fallback, decrypts);
}

class NodeSigningKey implements SigningKey {
  readonly algorithm: KeyAlgorithm;
  readonly spki: Uint8Array;
  readonly decryptPkcs1?: (ciphertext: Uint8Array, fallback: Uint8Array) => Uint8Array;
  readonly agree?: (peerShare: Uint8Array) => Uint8Array;
  readonly #key: KeyObject;
  readonly #makeFallback: (pkcs8: Uint8Array) => SigningKey;
  #fallback: SigningKey | undefined;

  constructor(parts: PrivateKeyParts, fallback: (pkcs8: Uint8Array) => SigningKey, decrypts: boolean) {
    this.#key = importParts(parts);
    const own = publicParts(parts, this.#key);
    this.algorithm = keyAlgorithm(own);
    this.spki = parts.type === 'rsa' ? encodeSpki(own, parts.identifier) : encodeSpki(own);
    this.#makeFallback = fallback;
    if (parts.type === 'rsa' && parts.pssOnly === undefined && decrypts) {
      const { length } = parts.modulus;
      this.decryptPkcs1 = (ciphertext, random) => decryptPkcs1(this.#key, ciphertext, random, length);
    }
    if (parts.type === 'ec') {
      const { curve } = parts;
      this.agree = peerShare => agree(this.#key, curve, peerShare);
    }
  }

  sign(algorithm: SignatureAlgorithm, data: Uint8Array) {
    if (!fits(this.algorithm, algorithm)) {
      throw new CryptoError('unsupported', `this ${this.algorithm.type} key does not do ${algorithm.type}`);
    }
    if (algorithm.type === 'rsa-pss' && algorithm.mgfHash !== algorithm.hash) {
      this.#fallback ??= this.#portable();
      return this.#fallback.sign(algorithm, data);
    }
    return plain(quietly(() => sign(digestOf(algorithm), data, withPadding(this.#key, algorithm))));
  }

  #portable(): SigningKey {
    const pkcs8 = this.#key.export({ format: 'der', type: 'pkcs8' });
    try {
      return this.#makeFallback(pkcs8);
    } finally {
      wipe(pkcs8);
    }
  }
}

/**
 * OpenSSL does the arithmetic, blinded, and nothing else: Node refuses PKCS#1 padding or does it in a way of its own, and what is
 * wrong with the padding must not be seen in any case (RFC 5246 §7.4.7.1).
 */
function decryptPkcs1(key: KeyObject, ciphertext: Uint8Array, fallback: Uint8Array, length: number): Uint8Array {
  let encoded: Uint8Array;
  try {
    // RFC 8017 §7.2.2 step 1. OpenSSL takes a shorter one for a smaller number.
    if (ciphertext.length !== length) throw new RangeError('ciphertext of another length than the modulus');
    encoded = plain(privateDecrypt({ key, padding: constants.RSA_NO_PADDING }, ciphertext));
  } catch {
    // Not a number below the modulus, or of another length: the sender knows that himself.
    encoded = new Uint8Array(length);
  }
  const message = unpadPkcs1(encoded, fallback);
  wipe(encoded);
  return message;
}

function agree(privateKey: KeyObject, curve: CurveName, peerShare: Uint8Array): Uint8Array {
  requireUncompressedPoint(curve, peerShare, 'invalid-share');
  try {
    return plain(diffieHellman({ privateKey, publicKey: publicKeyObject({ type: 'ec', curve, point: peerShare }) }));
  } catch (cause) {
    throw new CryptoError('invalid-share', `${curve} share is not a point of the curve`, { cause });
  }
}

/** The key, cleanly encoded anew: what OpenSSL would make of odd forms does not matter then. */
function importParts(parts: PrivateKeyParts): KeyObject {
  const pkcs8 = encodePkcs8(parts);
  try {
    return createPrivateKey({ key: Buffer.from(pkcs8.buffer), format: 'der', type: 'pkcs8' });
  } catch (cause) {
    throw new CryptoError('malformed-key', `not a private key of type ${parts.type}`, { cause });
  } finally {
    wipe(pkcs8);
  }
}

/** The public half. @throws CryptoError `malformed-key` for a private key out of range, or a public key that is not its own */
function publicParts(parts: PrivateKeyParts, key: KeyObject): PublicKeyParts {
  switch (parts.type) {
    case 'rsa':
      return parts;
    case 'ec':
      return { type: 'ec', curve: parts.curve, point: own(ecPoint(parts), parts.point) };
    case 'ml-dsa':
      return { type: 'ml-dsa', set: parts.set, key: own(jwkMember(key, 'pub'), parts.publicKey) };
    default:
      return { type: parts.type, point: own(jwkMember(key, 'x'), parts.point) };
  }
}

function jwkMember(key: KeyObject, member: 'x' | 'pub'): Uint8Array {
  return fromBase64url((createPublicKey(key).export({ format: 'jwk' }) as Record<string, string>)[member] as string);
}

/** The public key that was computed, which must be the one that was stated, if any was. */
function own(computed: Uint8Array, stated: Uint8Array | undefined): Uint8Array {
  if (stated !== undefined && !equalBytes(stated, computed)) {
    throw new CryptoError('malformed-key', 'the public key does not belong to the private key');
  }
  return computed;
}

function ecPoint({ curve, scalar }: Extract<PrivateKeyParts, { type: 'ec' }>): Uint8Array {
  const ecdh = createECDH(nativeCurves[curve].openssl);
  try {
    ecdh.setPrivateKey(scalar);
  } catch (cause) {
    throw new CryptoError('malformed-key', `private key out of the range of ${curve}`, { cause });
  }
  return plain(ecdh.getPublicKey());
}
