/**
 * RSADP for the server of this page (RFC 8017 §5.1.2), so that the key exchange of old can be seen. The portable provider has none: in
 * JavaScript the time that it takes tells of the key. Here everybody has the key anyway.
 */
import { type CryptoProvider, unpadPkcs1 } from '@tlskit/tls-crypto';
import { parsePkcs8 } from '@tlskit/tls-crypto-noble/keys';

export function decrypting(base: CryptoProvider): Pick<CryptoProvider, 'importPrivateKey'> {
  return {
    importPrivateKey(pkcs8) {
      const key = base.importPrivateKey(pkcs8);
      if (key.algorithm.type !== 'rsa') return key;
      const parts = parsePkcs8(pkcs8, []);
      if (parts.type !== 'rsa') return key;
      const [modulus, exponent] = [integer(parts.modulus), integer(parts.privateExponent)];
      return {
        algorithm: key.algorithm,
        spki: key.spki,
        sign: (algorithm, data) => key.sign(algorithm, data),
        decryptPkcs1: (ciphertext, fallback) =>
          unpadPkcs1(octets(power(integer(ciphertext), exponent, modulus), parts.modulus.length), fallback),
      };
    },
  };
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let [result, square] = [1n, base % modulus];
  for (let left = exponent; left > 0n; left >>= 1n) {
    if ((left & 1n) === 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

function integer(bytes: Uint8Array): bigint {
  return bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

function octets(value: bigint, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let at = length - 1, left = value; at >= 0; at--, left >>= 8n) bytes[at] = Number(left & 0xffn);
  return bytes;
}
