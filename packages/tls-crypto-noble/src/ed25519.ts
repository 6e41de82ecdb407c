/** Ed25519 (RFC 8032 §5.1), pure, as TLS and X.509 use it (RFC 8410). */
import { ed25519 } from '@noble/curves/ed25519.js';
import { CryptoError, type PublicKey, type SignatureAlgorithm, type SigningKey } from '@tlskit/tls-crypto';
import { equalBytes } from '@tlskit/tls-wire';
import type { PrivateKeyParts } from './keys/pkcs8.ts';
import { encodeSpki, type PublicKeyParts } from './keys/spki.ts';

const algorithm = { type: 'ed25519' } as const;

export function ed25519PublicKey(parts: Extract<PublicKeyParts, { type: 'ed25519' }>, spki: Uint8Array): PublicKey {
  const point = Uint8Array.from(parts.point);
  return {
    algorithm,
    spki,
    verify(requested: SignatureAlgorithm, data: Uint8Array, signature: Uint8Array): boolean {
      if (requested.type !== 'ed25519' || signature.length !== 64) return false;
      // Without ZIP 215: encodings must be reduced, as RFC 8032 §5.1.3 has it.
      return ed25519.verify(signature, data, point, { zip215: false });
    },
  };
}

/** @throws CryptoError `malformed-key` for a public key that is not the private key's */
export function ed25519SigningKey(parts: Extract<PrivateKeyParts, { type: 'ed25519' }>): SigningKey {
  const seed = Uint8Array.from(parts.seed);
  const point = ed25519.getPublicKey(seed);
  if (parts.point !== undefined && !equalBytes(parts.point, point)) {
    throw new CryptoError('malformed-key', 'the public key does not belong to the private key');
  }
  return {
    algorithm,
    spki: encodeSpki({ type: 'ed25519', point }),
    sign(requested: SignatureAlgorithm, data: Uint8Array): Uint8Array {
      if (requested.type !== 'ed25519') {
        throw new CryptoError('unsupported', `an Ed25519 key does not do ${requested.type}`);
      }
      return ed25519.sign(data, seed);
    },
  };
}
