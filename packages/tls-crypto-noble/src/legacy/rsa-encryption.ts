/** RSAES-PKCS1-v1_5 (RFC 8017 §7.2.1), the client's half: deciphering is for native providers, whose arithmetic tells nothing. */
import { CryptoError, type CryptoProvider, type ProviderPart, type PublicKey, wipe } from '@tlskit/tls-crypto';
import { I2OSP, OS2IP, pow } from 'micro-rsa-dsa-dh/utils.js';
import { parseSpki } from '../keys/spki.ts';

/** Lets RSA keys encrypt, other than those of `id-RSASSA-PSS`. */
export const rsaEncryption: ProviderPart = base => ({
  importPublicKey(spki) {
    const key = base.importPublicKey(spki);
    const { algorithm } = key;
    if (algorithm.type !== 'rsa' || algorithm.pssOnly !== undefined || key.encryptPkcs1 !== undefined) return key;
    return encrypting(key, base.random);
  },
});

function encrypting(key: PublicKey, random: CryptoProvider['random']): PublicKey {
  return {
    algorithm: key.algorithm,
    spki: key.spki,
    verify: (algorithm, data, signature) => key.verify(algorithm, data, signature),
    encryptPkcs1(message) {
      const parts = parseSpki(key.spki, []);
      if (parts.type !== 'rsa') throw new CryptoError('misuse', 'not an RSA key');
      const { length } = parts.modulus;
      if (message.length > length - 11) {
        throw new CryptoError('misuse', `a message of ${message.length} bytes under a modulus of ${length}`);
      }
      const encoded = new Uint8Array(length);
      encoded[1] = 2;
      encoded.set(nonZero(length - message.length - 3, random), 2);
      encoded.set(message, length - message.length);
      const ciphertext = I2OSP(pow(OS2IP(encoded), OS2IP(parts.exponent), OS2IP(parts.modulus)), length);
      wipe(encoded);
      return ciphertext;
    },
  };
}

/** Random bytes, none of which is zero. */
function nonZero(length: number, random: CryptoProvider['random']): Uint8Array {
  const bytes = random(length);
  for (let at = 0, draws = 0; at < length; ) {
    if (bytes[at] !== 0) at++;
    else if (draws++ > 64 + length) throw new CryptoError('no-entropy', 'the random source gives zeros');
    else bytes[at] = random(1)[0] as number;
  }
  return bytes;
}
