/** ML-DSA (FIPS 204), pure and with an empty context, as X.509 and TLS use it (RFC 9881; draft-ietf-tls-mldsa), by @noble/post-quantum. */
import { shake256 } from '@noble/hashes/sha3.js';
import { ml_dsa44, ml_dsa65, ml_dsa87 } from '@noble/post-quantum/ml-dsa.js';
import {
  CryptoError,
  type CryptoProvider,
  type KeyAlgorithm,
  type MlDsaSet,
  type ProviderPart,
  type PublicKey,
  type SignatureAlgorithm,
  type SigningKey,
  wipe,
} from '@tlskit/tls-crypto';
import { equalBytes } from '@tlskit/tls-wire';
import { fits } from '../keys/fits.ts';
import { mlDsaKinds, mlDsaLengths } from '../keys/ml-dsa.ts';
import { type PrivateKeyParts, parsePkcs8 } from '../keys/pkcs8.ts';
import { isOfKind } from '../keys/plain.ts';
import { encodeSpki, type PublicKeyParts, parseSpki } from '../keys/spki.ts';

type MlDsaPublicParts = Extract<PublicKeyParts, { type: 'ml-dsa' }>;
type MlDsaPrivateParts = Extract<PrivateKeyParts, { type: 'ml-dsa' }>;

const nobleMlDsa = { 44: ml_dsa44, 65: ml_dsa65, 87: ml_dsa87 } as const;

/** Adds keys of the type `ml-dsa`, which sign and verify. */
export const mlDsaKeys: ProviderPart = base => ({
  keys: { 'ml-dsa-44': true, 'ml-dsa-65': true, 'ml-dsa-87': true },
  importPublicKey(spki) {
    if (!isOfKind(mlDsaKinds, spki)) return base.importPublicKey(spki);
    const copy = Uint8Array.from(spki);
    return mlDsaPublicKey(parseSpki(copy, mlDsaKinds) as MlDsaPublicParts, copy);
  },
  importPrivateKey(pkcs8) {
    if (!isOfKind(mlDsaKinds, pkcs8)) return base.importPrivateKey(pkcs8);
    return new MlDsaSigningKey(parsePkcs8(pkcs8, mlDsaKinds) as MlDsaPrivateParts, base.random);
  },
});

function mlDsaPublicKey({ set, key }: MlDsaPublicParts, spki: Uint8Array): PublicKey {
  const algorithm = { type: 'ml-dsa', set } as const;
  const own = Uint8Array.from(key);
  return {
    algorithm,
    spki,
    verify(requested: SignatureAlgorithm, data: Uint8Array, signature: Uint8Array): boolean {
      if (!fits(algorithm, requested) || signature.length !== mlDsaLengths[set].signature) return false;
      return nobleMlDsa[set].verify(signature, data, own);
    },
  };
}

class MlDsaSigningKey implements SigningKey {
  readonly algorithm: KeyAlgorithm & { type: 'ml-dsa' };
  readonly spki: Uint8Array;
  readonly #secretKey: Uint8Array;
  readonly #random: CryptoProvider['random'];

  /** @throws CryptoError `malformed-key` for an expanded key that is not the seed's or not whole, or another public key */
  constructor({ set, seed, expanded, publicKey }: MlDsaPrivateParts, random: CryptoProvider['random']) {
    const own = seed === undefined ? opened(set, expanded) : nobleMlDsa[set].keygen(seed);
    // RFC 9881 §8.2: an expanded key that is not the seed's MUST be rejected.
    if (expanded !== undefined && !equalBytes(expanded, own.secretKey)) {
      wipe(own.secretKey);
      throw new CryptoError('malformed-key', 'the expanded ML-DSA key does not belong to the seed');
    }
    if (publicKey !== undefined && !equalBytes(publicKey, own.publicKey)) {
      wipe(own.secretKey);
      throw new CryptoError('malformed-key', 'the public key does not belong to the private key');
    }
    this.algorithm = { type: 'ml-dsa', set };
    this.spki = encodeSpki({ type: 'ml-dsa', set, key: own.publicKey });
    this.#secretKey = own.secretKey;
    this.#random = random;
  }

  sign(algorithm: SignatureAlgorithm, data: Uint8Array): Uint8Array {
    const { set } = this.algorithm;
    if (!fits(this.algorithm, algorithm)) {
      throw new CryptoError('unsupported', `an ML-DSA-${set} key does not do ${algorithm.type}`);
    }
    // FIPS 204 §3.4: hedged, against faults and side channels.
    const extraEntropy = this.#random(32);
    const signature = nobleMlDsa[set].sign(data, this.#secretKey, { extraEntropy });
    wipe(extraEntropy);
    return signature;
  }
}

/** A key pair from an expanded private key, whose hash of the public key must be right; its t0 is taken on trust. */
function opened(set: MlDsaSet, expanded: Uint8Array): { secretKey: Uint8Array; publicKey: Uint8Array } {
  let publicKey: Uint8Array;
  try {
    publicKey = nobleMlDsa[set].getPublicKey(expanded);
  } catch (cause) {
    throw new CryptoError('malformed-key', `not an expanded ML-DSA-${set} key`, { cause });
  }
  // FIPS 204 §6.1: tr = H(pk, 64) stands behind ρ and K, of 32 bytes each.
  if (!equalBytes(shake256(publicKey, { dkLen: 64 }), expanded.subarray(64, 128))) {
    throw new CryptoError('malformed-key', 'the expanded ML-DSA key has another public key than its own');
  }
  return { secretKey: Uint8Array.from(expanded), publicKey };
}
