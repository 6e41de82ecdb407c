/** Private keys that the caller has as a KeyObject of `node:crypto`; they are not exported. */
import { createPublicKey, KeyObject, sign } from 'node:crypto';
import { CryptoError, type KeyAlgorithm, type SignatureAlgorithm, type SigningKey } from '@tlskit/tls-crypto';
import {
  ed448Kind,
  ed25519Kind,
  fits,
  keyAlgorithm,
  mlDsaKinds,
  type PublicKeyParts,
  parseSpki,
} from '@tlskit/tls-crypto-noble/keys';
import { plain } from './bytes.ts';
import { digestOf, withPadding } from './public-key.ts';

const plainKinds = [ed25519Kind, ed448Kind, ...mlDsaKinds];

/**
 * A signing key of a private KeyObject: RSA, RSA-PSS, ECDSA on the NIST curves, Ed25519, Ed448, and ML-DSA where Node has it.
 *
 * @throws CryptoError `misuse` for what is no private KeyObject, `unsupported` for one of another kind
 */
export function createKeyObjectSigningKey(key: KeyObject): SigningKey {
  if (!(key instanceof KeyObject) || key.type !== 'private') {
    throw new CryptoError('misuse', 'a KeyObject of the type private is needed');
  }
  const spki = Uint8Array.from(createPublicKey(key).export({ format: 'der', type: 'spki' }));
  const parts: PublicKeyParts = parseSpki(spki, plainKinds);
  const algorithm: KeyAlgorithm = keyAlgorithm(parts);
  // Node has no option for the hash of the mask generation function: it is that of the message.
  const signs = (asked: SignatureAlgorithm) =>
    fits(algorithm, asked) && (asked.type !== 'rsa-pss' || asked.mgfHash === asked.hash);
  return {
    algorithm,
    spki,
    signs,
    sign(asked, data) {
      if (!signs(asked)) throw new CryptoError('unsupported', `this ${algorithm.type} key does not do ${asked.type}`);
      return plain(sign(digestOf(asked), data, withPadding(key, asked)));
    },
  };
}
