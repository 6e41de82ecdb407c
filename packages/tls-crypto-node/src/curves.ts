import type { CurveName } from '@tlskit/tls-crypto';

/** What OpenSSL and JSON Web Keys (RFC 7518 §6.2.1.1) call the curves. */
export const nativeCurves: Readonly<Record<CurveName, { readonly openssl: string; readonly jwk: string }>> = {
  secp256r1: { openssl: 'prime256v1', jwk: 'P-256' },
  secp384r1: { openssl: 'secp384r1', jwk: 'P-384' },
  secp521r1: { openssl: 'secp521r1', jwk: 'P-521' },
};
