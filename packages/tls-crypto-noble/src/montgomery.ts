/** X25519 and X448 (RFC 7748), as RFC 9846 §7.4.2 wants them. */
import { CryptoError, type CryptoProvider, isAllZero } from '@tlskit/tls-crypto';
import type { Agreement } from './agreement.ts';

/** The part of noble's curves that is used here. */
interface MontgomeryCurve {
  getPublicKey(secretKey: Uint8Array): Uint8Array;
  getSharedSecret(secretKey: Uint8Array, publicKey: Uint8Array): Uint8Array;
}

/** @param length bytes of a private key, a share, and a secret */
export function montgomeryAgreement(
  name: 'x25519' | 'x448',
  curve: MontgomeryCurve,
  length: number,
  random: CryptoProvider['random'],
): Agreement {
  return {
    name,
    generate: () => random(length),
    publicKey: privateKey => curve.getPublicKey(privateKey),
    agree(privateKey, peerShare) {
      if (peerShare.length !== length) throw new CryptoError('invalid-share', `a share of ${name} has ${length} bytes`);
      let secret: Uint8Array;
      try {
        secret = curve.getSharedSecret(privateKey, peerShare);
      } catch (cause) {
        // noble refuses points of low order by itself; we do not depend on it.
        throw new CryptoError('invalid-share', `share of ${name} is of low order`, { cause });
      }
      // RFC 9846 §7.4.2: an all-zero shared secret MUST abort.
      if (isAllZero(secret)) throw new CryptoError('invalid-share', `${name} gave an all-zero secret`);
      return secret;
    },
  };
}
