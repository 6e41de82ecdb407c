/** EdDSA (RFC 8032), pure and without a context, as TLS and X.509 use it (RFC 8410). */
import type { EdDSA } from '@noble/curves/abstract/edwards.js';
import { CryptoError, type PublicKey, type SignatureAlgorithm, type SigningKey } from '@tlskit/tls-crypto';
import { equalBytes } from '@tlskit/tls-wire';
import type { PrivateKeyParts } from './keys/pkcs8.ts';
import { encodeSpki, type PublicKeyParts } from './keys/spki.ts';

type Curve = Pick<EdDSA, 'getPublicKey' | 'sign' | 'verify'>;
type Eddsa = 'ed25519' | 'ed448';

export function eddsaPublicKey(
  curve: Curve,
  { type, point }: Extract<PublicKeyParts, { type: Eddsa }>,
  spki: Uint8Array,
): PublicKey {
  const own = Uint8Array.from(point);
  return {
    algorithm: { type },
    spki,
    verify(requested: SignatureAlgorithm, data: Uint8Array, signature: Uint8Array): boolean {
      // A signature is twice as long as a point (RFC 8032 §5.1.6, §5.2.6).
      if (requested.type !== type || signature.length !== 2 * own.length) return false;
      // Without ZIP 215: encodings must be reduced, as RFC 8032 §5.1.3 and §5.2.3 have it.
      return curve.verify(signature, data, own, { zip215: false });
    },
  };
}

/** @throws CryptoError `malformed-key` for a public key that is not the private key's */
export function eddsaSigningKey(curve: Curve, parts: Extract<PrivateKeyParts, { type: Eddsa }>): SigningKey {
  const { type } = parts;
  const seed = Uint8Array.from(parts.seed);
  const point = curve.getPublicKey(seed);
  if (parts.point !== undefined && !equalBytes(parts.point, point)) {
    throw new CryptoError('malformed-key', 'the public key does not belong to the private key');
  }
  return {
    algorithm: { type },
    spki: encodeSpki({ type, point }),
    sign(requested: SignatureAlgorithm, data: Uint8Array): Uint8Array {
      if (requested.type !== type) throw new CryptoError('unsupported', `an ${type} key does not do ${requested.type}`);
      return curve.sign(data, seed);
    },
  };
}
