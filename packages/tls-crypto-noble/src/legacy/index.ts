/** What TLS 1.2 has beside all that TLS 1.3 has, for old peers: each a part for `withExtras`. */
import type { ProviderPart } from '@tlskit/tls-crypto';
import { aesCbc, tripleDesCbc } from './cbc.ts';
import { dhKeys, dhKinds } from './dh.ts';
import { dsaKeys, dsaKinds } from './dsa.ts';
import { finiteField, finiteFieldExchange } from './finite-field.ts';
import { rsaEncryption } from './rsa-encryption.ts';
import { secp224r1 } from './secp224r1.ts';

export {
  aesCbc,
  dhKeys,
  dhKinds,
  dsaKeys,
  dsaKinds,
  finiteField,
  finiteFieldExchange,
  rsaEncryption,
  secp224r1,
  tripleDesCbc,
};

/** For `withExtras(createNobleProvider(), ...legacyExtras)`. `finiteField` finds the groups that were there before. */
export const legacyExtras: readonly ProviderPart[] = [
  aesCbc,
  tripleDesCbc,
  secp224r1,
  finiteField,
  rsaEncryption,
  dsaKeys,
  dhKeys,
];
