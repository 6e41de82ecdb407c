/** X25519 and X448 (RFC 7748) by `node:crypto`, as RFC 9846 §7.4.2 wants them. */
import { createPrivateKey, createPublicKey, diffieHellman, type KeyObject } from 'node:crypto';
import { CryptoError, type CryptoProvider, isAllZero, type KeyExchange, wipe } from '@tlskit/tls-crypto';
import { concat, fromHex } from '@tlskit/tls-wire';
import { base64url, fromBase64url, plain } from './bytes.ts';
import { keyExchange, type PrivateKey } from './key-exchange.ts';
import { quietly } from './quietly.ts';
import { nodeMajor } from './version.ts';

/** Of each: bytes of a key, its name in JSON Web Keys (RFC 8037 §2), and PKCS#8 up to the key itself (RFC 8410 §7). */
const curves = {
  x25519: { length: 32, jwk: 'X25519', pkcs8Prefix: fromHex('302e020100300506032b656e04220420') },
  x448: { length: 56, jwk: 'X448', pkcs8Prefix: fromHex('3046020100300506032b656f043a0438') },
} as const;

type MontgomeryName = keyof typeof curves;

/** @param random draws private keys, always */
export function nodeMontgomery(name: MontgomeryName, random: CryptoProvider['random']): KeyExchange {
  return keyExchange(name, () => privateKeyOf(name, random));
}

function privateKeyOf(name: MontgomeryName, random: CryptoProvider['random']): PrivateKey {
  const { length, jwk } = curves[name];
  const secret = random(length);
  const key = importPrivateKey(name, secret);
  wipe(secret);
  const { x } = createPublicKey(key).export({ format: 'jwk' });
  return {
    share: fromBase64url(x as string),
    agree(peerShare) {
      if (peerShare.length !== length) throw new CryptoError('invalid-share', `a share of ${name} has ${length} bytes`);
      let shared: Uint8Array;
      try {
        const x = base64url(peerShare);
        const peer = quietly(() => createPublicKey({ key: { kty: 'OKP', crv: jwk, x }, format: 'jwk' }));
        shared = plain(diffieHellman({ privateKey: key, publicKey: peer }));
      } catch (cause) {
        // OpenSSL refuses points of low order by itself; we do not depend on it.
        throw new CryptoError('invalid-share', `share of ${name} is of low order`, { cause });
      }
      // RFC 9846 §7.4.2: an all-zero shared secret MUST abort.
      if (isAllZero(shared)) throw new CryptoError('invalid-share', `${name} gave an all-zero secret`);
      return shared;
    },
  };
}

/**
 * Keys are imported rather than generated: on Node 20, exporting the public half of a pair that `generateKeyPairSync` made
 * deadlocks now and then, when the collector runs in the middle of it. DER can be wiped, unlike the strings of a JWK, but
 * Node 20 takes ten times as long for it.
 */
const importPrivateKey: (name: MontgomeryName, secret: Uint8Array) => KeyObject =
  nodeMajor >= 22
    ? (name, secret) => {
        const der = concat(curves[name].pkcs8Prefix, secret);
        const key = quietly(() => createPrivateKey({ key: Buffer.from(der.buffer), format: 'der', type: 'pkcs8' }));
        wipe(der);
        return key;
      }
    : (name, secret) =>
        // A private JWK must have an `x`, of which Node makes nothing.
        createPrivateKey({ key: { kty: 'OKP', crv: curves[name].jwk, x: 'AA', d: base64url(secret) }, format: 'jwk' });
