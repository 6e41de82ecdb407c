/** Points of the NIST curves as bytes (SEC 1 §2.3.3; RFC 9846 §4.3.8.2). */
import { CryptoError, type CryptoErrorCode, type CurveName } from '@tlskit/tls-crypto';

/** The curves of keys, and one that is for key exchange with old peers alone. */
export type EcGroupName = CurveName | 'secp224r1';

/** Bytes of a coordinate, and of a private key (RFC 5915 §3). */
export const coordinateLengths: Readonly<Record<EcGroupName, number>> = {
  secp224r1: 28,
  secp256r1: 32,
  secp384r1: 48,
  secp521r1: 66,
};

/**
 * Throws unless `point` has the uncompressed form, `04 || X || Y`, in its exact length: compressed and hybrid forms and the
 * point at infinity are refused. Whether it is on the curve is the implementation's to check.
 */
export function requireUncompressedPoint(curve: EcGroupName, point: Uint8Array, code: CryptoErrorCode): void {
  const length = 1 + 2 * coordinateLengths[curve];
  if (point.length !== length || point[0] !== 4) {
    throw new CryptoError(code, `${curve}: not an uncompressed point of ${length} bytes`);
  }
}
