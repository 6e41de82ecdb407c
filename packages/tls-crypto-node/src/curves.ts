import type { CurveName } from '@tlskit/tls-crypto';
import type { EcGroupName } from '@tlskit/tls-crypto-noble/keys';

/** What OpenSSL and JSON Web Keys (RFC 7518 §6.2.1.1) call the curves. */
export const nativeCurves: Readonly<Record<CurveName, { readonly openssl: string; readonly jwk: string }>> = {
  secp256r1: { openssl: 'prime256v1', jwk: 'P-256' },
  secp384r1: { openssl: 'secp384r1', jwk: 'P-384' },
  secp521r1: { openssl: 'secp521r1', jwk: 'P-521' },
};

/** What OpenSSL calls the curves of groups. */
export const nativeGroups: Readonly<Record<EcGroupName, string>> = {
  secp224r1: 'secp224r1',
  secp256r1: nativeCurves.secp256r1.openssl,
  secp384r1: nativeCurves.secp384r1.openssl,
  secp521r1: nativeCurves.secp521r1.openssl,
};
