/** The NIST curves of TLS under their TLS names, with noble's implementation (SEC 2, FIPS 186-5). */
import type { ECDSA } from '@noble/curves/abstract/weierstrass.js';
import { p256, p384, p521 } from '@noble/curves/nist.js';
import type { CurveName } from '@tlskit/tls-crypto';

export const nobleCurves: Readonly<Record<CurveName, ECDSA>> = { secp256r1: p256, secp384r1: p384, secp521r1: p521 };
