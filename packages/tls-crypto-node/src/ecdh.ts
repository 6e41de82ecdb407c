/** ECDH on the NIST curves by `node:crypto` (RFC 9846 §4.3.8.2, §7.4.2). */
import { createECDH, type ECDH } from 'node:crypto';
import { CryptoError, type CryptoProvider, type KeyExchange, wipe } from '@tlskit/tls-crypto';
import { coordinateLengths, type EcGroupName, requireUncompressedPoint } from '@tlskit/tls-crypto-noble/keys';
import { plain } from './bytes.ts';
import { nativeGroups } from './curves.ts';
import { keyExchange, type PrivateKey } from './key-exchange.ts';

type Random = CryptoProvider['random'];

/** @param random draws private keys, when it is given; otherwise OpenSSL does */
export function nodeEcdh(curve: EcGroupName, random?: Random): KeyExchange {
  return keyExchange(curve, () => ecdhPrivateKey(curve, random));
}

function ecdhPrivateKey(curve: EcGroupName, random: Random | undefined): PrivateKey {
  const ecdh = createECDH(nativeGroups[curve]);
  if (random === undefined) ecdh.generateKeys();
  else drawPrivateKey(ecdh, curve, random);
  return {
    share: plain(ecdh.getPublicKey()),
    agree(peerShare) {
      requireUncompressedPoint(curve, peerShare, 'invalid-share');
      try {
        // OpenSSL checks that the point is on the curve, and gives X with its leading zero octets.
        return plain(ecdh.computeSecret(peerShare));
      } catch (cause) {
        throw new CryptoError('invalid-share', `${curve} share is not a point of the curve`, { cause });
      }
    },
  };
}

/** Rejection sampling (FIPS 186-5 §A.2.2), in the same draws as the portable provider. */
function drawPrivateKey(ecdh: ECDH, curve: EcGroupName, random: Random): void {
  for (let draw = 0; draw < 64; draw++) {
    const scalar = random(coordinateLengths[curve]);
    if (curve === 'secp521r1') scalar[0] = (scalar[0] as number) & 1;
    try {
      ecdh.setPrivateKey(scalar);
      return;
    } catch {
      // Zero, or not below the order.
    } finally {
      wipe(scalar);
    }
  }
  throw new CryptoError('no-entropy', 'the random source gives no valid private key');
}
