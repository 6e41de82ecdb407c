/** Ed25519 (RFC 8032 §5.1), pure, as TLS and X.509 use it (RFC 8410). */
import { ed25519 } from '@noble/curves/ed25519.js';
import type { PublicKey, SigningKey } from '@tlskit/tls-crypto';
import { eddsaPublicKey, eddsaSigningKey } from './eddsa.ts';
import type { PrivateKeyParts } from './keys/pkcs8.ts';
import type { PublicKeyParts } from './keys/spki.ts';

export function ed25519PublicKey(parts: Extract<PublicKeyParts, { type: 'ed25519' }>, spki: Uint8Array): PublicKey {
  return eddsaPublicKey(ed25519, parts, spki);
}

/** @throws CryptoError `malformed-key` for a public key that is not the private key's */
export function ed25519SigningKey(parts: Extract<PrivateKeyParts, { type: 'ed25519' }>): SigningKey {
  return eddsaSigningKey(ed25519, parts);
}
