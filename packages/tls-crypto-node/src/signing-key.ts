/** Private keys by `node:crypto`, read by the strict readers of the portable provider. */
import { createECDH, createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { CryptoError, type KeyAlgorithm, type SignatureAlgorithm, type SigningKey, wipe } from '@tlskit/tls-crypto';
import {
  encodePkcs8,
  encodeSpki,
  fits,
  keyAlgorithm,
  type PrivateKeyParts,
  type PublicKeyParts,
} from '@tlskit/tls-crypto-noble/keys';
import { equalBytes } from '@tlskit/tls-wire';
import { fromBase64url, plain } from './bytes.ts';
import { nativeCurves } from './curves.ts';
import { digestOf, withPadding } from './public-key.ts';

/**
 * @param fallback makes the portable key, for what OpenSSL can do but Node offers no option for
 * @throws CryptoError `malformed-key`
 */
export function nodeSigningKey(parts: PrivateKeyParts, fallback: (pkcs8: Uint8Array) => SigningKey): SigningKey {
  return new NodeSigningKey(parts, fallback);
}

class NodeSigningKey implements SigningKey {
  readonly algorithm: KeyAlgorithm;
  readonly spki: Uint8Array;
  readonly #key: KeyObject;
  readonly #makeFallback: (pkcs8: Uint8Array) => SigningKey;
  #fallback: SigningKey | undefined;

  constructor(parts: PrivateKeyParts, fallback: (pkcs8: Uint8Array) => SigningKey) {
    this.#key = importParts(parts);
    const own = publicParts(parts, this.#key);
    this.algorithm = keyAlgorithm(own);
    this.spki = parts.type === 'rsa' ? encodeSpki(own, parts.identifier) : encodeSpki(own);
    this.#makeFallback = fallback;
  }

  sign(algorithm: SignatureAlgorithm, data: Uint8Array) {
    if (!fits(this.algorithm, algorithm)) {
      throw new CryptoError('unsupported', `this ${this.algorithm.type} key does not do ${algorithm.type}`);
    }
    if (algorithm.type === 'rsa-pss' && algorithm.mgfHash !== algorithm.hash) {
      this.#fallback ??= this.#portable();
      return this.#fallback.sign(algorithm, data);
    }
    return plain(sign(digestOf(algorithm), data, withPadding(this.#key, algorithm)));
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
