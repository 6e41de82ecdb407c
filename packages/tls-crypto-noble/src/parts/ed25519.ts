import { ed25519 } from '@noble/curves/ed25519.js';
import type { ProviderPart } from '@tlskit/tls-crypto';
import { eddsaPublicKey } from '../eddsa.ts';
import { ed25519Kind } from '../keys/ed25519.ts';
import { isOfKind } from '../keys/plain.ts';
import { type PublicKeyParts, parseSpki } from '../keys/spki.ts';

/** Public keys of Ed25519. */
export const ed25519Keys: ProviderPart = base => ({
  keys: { ed25519: true },
  importPublicKey(spki) {
    if (!isOfKind([ed25519Kind], spki)) return base.importPublicKey(spki);
    const copy = Uint8Array.from(spki);
    const parts = parseSpki(copy, [ed25519Kind]) as Extract<PublicKeyParts, { type: 'ed25519' }>;
    return eddsaPublicKey(ed25519, parts, copy);
  },
});
