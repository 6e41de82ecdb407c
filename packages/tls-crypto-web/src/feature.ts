/** What WebCrypto may have or lack. */

/** Everything that runtimes differ in, by the name under which `describe()` reports it. */
export const webFeatures = [
  ...(['x25519', 'x448', 'secp256r1', 'secp384r1', 'secp521r1', 'ml-kem-768', 'ml-kem-1024'] as const),
  ...(['ecdsa-secp256r1', 'ecdsa-secp384r1', 'ecdsa-secp521r1', 'ed25519', 'ed448'] as const),
  ...(['ml-dsa-44', 'ml-dsa-65', 'ml-dsa-87', 'rsa-pkcs1', 'rsa-pss'] as const),
] as const;

export type Feature = (typeof webFeatures)[number];

export type Has = (feature: Feature) => boolean;
