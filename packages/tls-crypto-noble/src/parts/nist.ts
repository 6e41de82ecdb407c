/** What is done on P-256 and P-384. */
import { p256, p384 } from '@noble/curves/nist.js';
import { CryptoError, type ProviderPart } from '@tlskit/tls-crypto';
import { keyExchange } from '../agreement.ts';
import { ecdhAgreement } from '../ecdh.ts';
import { ecdsaPublicKey, ecdsaSigningKey } from '../ecdsa.ts';
import { oid } from '../keys/oids.ts';
import { type PrivateKeyParts, parsePkcs8 } from '../keys/pkcs8.ts';
import { isOfKind } from '../keys/plain.ts';
import { type PublicKeyParts, parseSpki } from '../keys/spki.ts';

const nist = { secp256r1: p256, secp384r1: p384 } as const;

/** The groups `secp256r1` and `secp384r1`. */
export const nistGroups: ProviderPart = ({ random }) => ({
  groups: {
    secp256r1: keyExchange(ecdhAgreement('secp256r1', nist.secp256r1, random)),
    secp384r1: keyExchange(ecdhAgreement('secp384r1', nist.secp384r1, random)),
  },
});

/** Public keys on P-256 and P-384. */
export const ecdsaKeys: ProviderPart = base => ({
  keys: { 'ecdsa-secp256r1': true, 'ecdsa-secp384r1': true },
  importPublicKey(spki) {
    if (!isOfKind([{ oid: oid.ecPublicKey }], spki)) return base.importPublicKey(spki);
    const copy = Uint8Array.from(spki);
    const parts = parseSpki(copy, []) as Extract<PublicKeyParts, { type: 'ec' }>;
    if (parts.curve === 'secp521r1') throw new CryptoError('unsupported', 'a key on P-521');
    return ecdsaPublicKey(parts, copy, nist[parts.curve], base.hashes);
  },
});

/** Private keys on P-256 and P-384, PKCS#8: for a server, or a client with a certificate of its own. */
export const ecdsaPrivateKeys: ProviderPart = base => ({
  importPrivateKey(pkcs8) {
    if (!isOfKind([{ oid: oid.ecPublicKey }], pkcs8)) return base.importPrivateKey(pkcs8);
    const parts = parsePkcs8(pkcs8, []) as Extract<PrivateKeyParts, { type: 'ec' }>;
    if (parts.curve === 'secp521r1') throw new CryptoError('unsupported', 'a key on P-521');
    return ecdsaSigningKey(parts, nist[parts.curve], base);
  },
});
