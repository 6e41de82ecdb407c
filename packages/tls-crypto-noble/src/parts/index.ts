/**
 * The portable provider in parts, for bundles that carry the primitives that they name and no others:
 *
 *     withExtras(createBareProvider(), sha2, aesGcm, x25519, nistGroups, ecdsaKeys, rsaKeys)
 *
 * does all that RFC 9846 §9.1 demands of a client, and x25519. Keys are public ones: who signs takes `createNobleProvider`.
 */
import { gcm } from '@noble/ciphers/aes.js';
import { chacha20poly1305 } from '@noble/ciphers/chacha.js';
import { ed25519 } from '@noble/curves/ed25519.js';
import { p256, p384 } from '@noble/curves/nist.js';
import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import { CryptoError, type CryptoProvider, type ProviderPart, platformRandom } from '@tlskit/tls-crypto';
import { aeadOf } from '../aead.ts';
import { keyExchange } from '../agreement.ts';
import { ecdsaPublicKey } from '../ecdsa.ts';
import { eddsaPublicKey } from '../eddsa.ts';
import { ecdhAgreement } from '../groups.ts';
import { hashOf } from '../hash.ts';
import { ed25519Kind } from '../keys/ed25519.ts';
import { oid } from '../keys/oids.ts';
import { isOfKind } from '../keys/plain.ts';
import { type PublicKeyParts, parseSpki } from '../keys/spki.ts';
import { montgomeryAgreement } from '../montgomery.ts';
import { rsaPublicKey } from '../rsa.ts';
import { curve25519 } from './curve25519.ts';

/**
 * A provider of nothing but random bytes, for `withExtras` to fill.
 * @throws CryptoError `no-entropy` where there is no CSPRNG
 */
export function createBareProvider(): CryptoProvider {
  platformRandom(0); // throws now rather than in the middle of a handshake
  const importKey = () => {
    throw new CryptoError('unsupported', 'a key of a kind that this provider was made without');
  };
  return {
    name: 'noble',
    random: platformRandom,
    hashes: {},
    aeads: {},
    groups: {},
    keys: {},
    importPublicKey: importKey,
    importPrivateKey: importKey,
  };
}

/** The hashes of TLS 1.3 and of its certificates: `sha256`, `sha384`, `sha512`. The other parts use what hashes there are when they are added. */
export const sha2: ProviderPart = () => ({
  hashes: {
    sha256: hashOf('sha256', sha256),
    sha384: hashOf('sha384', sha384),
    sha512: hashOf('sha512', sha512),
  },
});

/** The AEADs `aes-128-gcm` and `aes-256-gcm`. */
export const aesGcm: ProviderPart = () => ({
  aeads: {
    'aes-128-gcm': aeadOf('aes-128-gcm', gcm),
    'aes-256-gcm': aeadOf('aes-256-gcm', gcm),
  },
});

/** The AEAD `chacha20-poly1305`, the quickest that there is in JavaScript. */
export const chacha20Poly1305: ProviderPart = () => ({
  aeads: { 'chacha20-poly1305': aeadOf('chacha20-poly1305', chacha20poly1305) },
});

/** The group `x25519`: a client makes its keys in three times the time that `createNobleProvider` takes, for 3 kB less of code. */
export const x25519: ProviderPart = ({ random }) => ({
  groups: { x25519: keyExchange(montgomeryAgreement('x25519', curve25519, 32, random)) },
});

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

/** Public keys of RSA, `id-RSASSA-PSS` ones among them. */
export const rsaKeys: ProviderPart = base => ({
  keys: { rsa: true },
  importPublicKey(spki) {
    if (!isOfKind([{ oid: oid.rsaEncryption }, { oid: oid.rsassaPss }], spki)) return base.importPublicKey(spki);
    const copy = Uint8Array.from(spki);
    return rsaPublicKey(parseSpki(copy, []) as Extract<PublicKeyParts, { type: 'rsa' }>, copy, base.hashes);
  },
});

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
