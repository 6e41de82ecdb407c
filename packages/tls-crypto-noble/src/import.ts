/** From encoded keys to keys that verify and sign. */
import { CryptoError, type CryptoProvider, type PublicKey, type SigningKey } from '@tlskit/tls-crypto';
import { nobleCurves } from './curves.ts';
import { ecdsaPublicKey, ecdsaSigningKey } from './ecdsa.ts';
import { ed25519PublicKey, ed25519SigningKey } from './ed25519.ts';
import { nobleHashes } from './hashes.ts';
import { ed25519Kind } from './keys/ed25519.ts';
import { parsePkcs8 } from './keys/pkcs8.ts';
import { parseSpki } from './keys/spki.ts';
import { rsaPublicKey, rsaSigningKey } from './rsa.ts';

/** The kinds that are told apart below. */
export const nobleKeys: CryptoProvider['keys'] = {
  'ecdsa-secp256r1': true,
  'ecdsa-secp384r1': true,
  'ecdsa-secp521r1': true,
  ed25519: true,
  rsa: true,
};

const plainKinds = [ed25519Kind];

/** @throws CryptoError `malformed-key`, or `unsupported` */
export function importPublicKey(spki: Uint8Array): PublicKey {
  const copy = Uint8Array.from(spki);
  const parts = parseSpki(copy, plainKinds);
  switch (parts.type) {
    case 'ec':
      return ecdsaPublicKey(parts, copy, nobleCurves[parts.curve], nobleHashes);
    case 'ed25519':
      return ed25519PublicKey(parts, copy);
    case 'rsa':
      return rsaPublicKey(parts, copy, nobleHashes);
    default:
      throw new CryptoError('unsupported', `key of type ${parts.type}`);
  }
}

/** @throws CryptoError `malformed-key`, or `unsupported` */
export function importPrivateKey(pkcs8: Uint8Array, random: CryptoProvider['random']): SigningKey {
  const parts = parsePkcs8(pkcs8, plainKinds);
  switch (parts.type) {
    case 'ec':
      return ecdsaSigningKey(parts, nobleCurves[parts.curve], { hashes: nobleHashes, random });
    case 'ed25519':
      return ed25519SigningKey(parts);
    case 'rsa':
      return rsaSigningKey(parts, random);
    default:
      throw new CryptoError('unsupported', `key of type ${parts.type}`);
  }
}
