/**
 * The portable provider in parts, for bundles that carry the primitives that they name and no others:
 *
 *     withExtras(createBareProvider(), sha2, aesGcm, x25519, nistGroups, ecdsaKeys, rsaKeys)
 *
 * does all that RFC 9846 §9.1 demands of a client, and x25519. Keys are public ones, but for `ecdsaPrivateKeys`: who signs by others takes
 * `createNobleProvider`.
 */
export { aesGcm } from './aes-gcm.ts';
export { createBareProvider } from './bare.ts';
export { chacha20Poly1305 } from './chacha20-poly1305.ts';
export { ed25519Keys } from './ed25519.ts';
export { ecdsaKeys, ecdsaPrivateKeys, nistGroups } from './nist.ts';
export { rsaKeys } from './rsa.ts';
export { sha2 } from './sha2.ts';
export { x25519 } from './x25519.ts';
