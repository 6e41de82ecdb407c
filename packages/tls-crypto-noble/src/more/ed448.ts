/** Ed448 (RFC 8032 §5.2), pure, as TLS and X.509 use it (RFC 8410). */
import { ed448 } from '@noble/curves/ed448.js';
import type { ProviderPart } from '@tlskit/tls-crypto';
import { eddsaPublicKey, eddsaSigningKey } from '../eddsa.ts';
import { ed448Kind } from '../keys/ed448.ts';
import { type PrivateKeyParts, parsePkcs8 } from '../keys/pkcs8.ts';
import { isOfKind } from '../keys/plain.ts';
import { type PublicKeyParts, parseSpki } from '../keys/spki.ts';

const kinds = [ed448Kind];

/** Adds keys of the type `ed448`, which sign and verify. */
export const ed448Keys: ProviderPart = base => ({
  keys: { ed448: true },
  importPublicKey(spki) {
    if (!isOfKind(kinds, spki)) return base.importPublicKey(spki);
    const copy = Uint8Array.from(spki);
    return eddsaPublicKey(ed448, parseSpki(copy, kinds) as Extract<PublicKeyParts, { type: 'ed448' }>, copy);
  },
  importPrivateKey(pkcs8) {
    if (!isOfKind(kinds, pkcs8)) return base.importPrivateKey(pkcs8);
    return eddsaSigningKey(ed448, parsePkcs8(pkcs8, kinds) as Extract<PrivateKeyParts, { type: 'ed448' }>);
  },
});
