export type { RsaPssRestriction } from './algorithm-identifier.ts';
export { encodeEcdsaSignature, parseEcdsaSignature } from './ecdsa-signature.ts';
export { fits } from './fits.ts';
export { encodePkcs8, type PrivateKeyParts, parsePkcs8 } from './pkcs8.ts';
export { coordinateLengths, requireUncompressedPoint } from './point.ts';
export type { RsaPrivateNumbers } from './rsa-numbers.ts';
export { encodeSpki, keyAlgorithm, type PublicKeyParts, parseSpki } from './spki.ts';
