/** CurvePrivateKey of Ed25519 and Ed448 (RFC 8410 §7). */
import { CryptoError } from '@tlskit/tls-crypto';
import { readDer } from '@tlskit/tls-wire/der';

/** The seed in an OCTET STRING. @throws CryptoError `malformed-key`, or DecodeError */
export function readCurvePrivateKey(key: Uint8Array, length: number): Uint8Array {
  const seed = readDer(key, 'CurvePrivateKey', reader => reader.octetString());
  if (seed.length !== length) {
    throw new CryptoError('malformed-key', `private key of ${seed.length} bytes, not ${length}`);
  }
  return seed;
}
