/** ECDH on the NIST curves (RFC 9846 §4.3.8.2, §7.4.2). */
import type { ECDSA } from '@noble/curves/abstract/weierstrass.js';
import { CryptoError, type CryptoProvider, wipe } from '@tlskit/tls-crypto';
import type { Agreement } from './agreement.ts';
import { coordinateLengths, type EcGroupName, requireUncompressedPoint } from './keys/point.ts';

type Random = CryptoProvider['random'];

/** The part of noble's curves that is used here. */
type Curve = Pick<ECDSA, 'getPublicKey' | 'getSharedSecret' | 'utils'>;

/** ECDH on a curve of cofactor 1, whose shares are uncompressed points. */
export function ecdhAgreement(name: EcGroupName, curve: Curve, random: Random): Agreement {
  const length = coordinateLengths[name];
  return {
    name,
    generate: () => randomScalar(name, curve, random),
    publicKey: privateKey => curve.getPublicKey(privateKey, false),
    agree(privateKey, peerShare) {
      requireUncompressedPoint(name, peerShare, 'invalid-share');
      let point: Uint8Array;
      try {
        // noble checks that the point is on the curve; these curves have cofactor 1.
        point = curve.getSharedSecret(privateKey, peerShare, false);
      } catch (cause) {
        throw new CryptoError('invalid-share', `${name} share is not a point of the curve`, { cause });
      }
      // RFC 9846 §7.4.2: the X coordinate, leading zero octets kept.
      const secret = point.slice(1, 1 + length);
      wipe(point);
      return secret;
    },
  };
}

/** A private key by rejection sampling (FIPS 186-5 §A.2.2): `random` decides it byte for byte. */
function randomScalar(name: EcGroupName, { utils }: Curve, random: Random): Uint8Array {
  // A draw is refused once in 2^32 at most (P-256); a source that fails this often is broken.
  for (let draw = 0; draw < 64; draw++) {
    const scalar = random(coordinateLengths[name]);
    // The order of P-521 has 521 bits, of which the first octet holds one.
    if (name === 'secp521r1') scalar[0] = (scalar[0] as number) & 1;
    if (utils.isValidSecretKey(scalar)) return scalar;
    wipe(scalar);
  }
  throw new CryptoError('no-entropy', 'the random source gives no valid private key');
}
