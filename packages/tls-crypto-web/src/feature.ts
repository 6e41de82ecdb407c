/** What WebCrypto may have or lack. */
import type { CurveName, MlDsaSet } from '@tlskit/tls-crypto';

/** Everything that runtimes differ in, by the name under which `describe()` reports it. */
export type Feature =
  | 'x25519'
  | 'x448'
  | CurveName
  | 'ml-kem-768'
  | 'ml-kem-1024'
  | `ecdsa-${CurveName}`
  | 'ed25519'
  | 'ed448'
  | `ml-dsa-${MlDsaSet}`
  | 'rsa-pkcs1'
  | 'rsa-pss';

export type Has = (feature: Feature) => boolean;
