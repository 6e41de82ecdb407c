/** Finite-field Diffie-Hellman (RFC 7919; RFC 9846 §4.3.8.1, §7.4.1). Arithmetic is micro-rsa-dsa-dh's. */
import { CryptoError, type CryptoProvider, type KeyExchange, type ProviderPart } from '@tlskit/tls-crypto';
import { I2OSP, OS2IP, pow } from 'micro-rsa-dsa-dh/utils.js';
import { type Agreement, keyExchange } from '../agreement.ts';
import { type FfdheName, ffdhePrime, ffdhePrivateKeyLengths, requireFfdheShare } from './ffdhe-parameters.ts';

/** Adds the groups `ffdhe2048` to `ffdhe8192`. */
export const ffdhe: ProviderPart = ({ random }) => ({
  groups: {
    ffdhe2048: group('ffdhe2048', random),
    ffdhe3072: group('ffdhe3072', random),
    ffdhe4096: group('ffdhe4096', random),
    ffdhe6144: group('ffdhe6144', random),
    ffdhe8192: group('ffdhe8192', random),
  },
});

function group(name: FfdheName, random: CryptoProvider['random']): KeyExchange {
  return keyExchange(ffdheAgreement(name, random));
}

function ffdheAgreement(name: FfdheName, random: CryptoProvider['random']): Agreement {
  /** base^exponent mod p, left-padded with zeros to the size of p: shares as §4.3.8.1 has them, and secrets as §7.4.1. */
  const power = (base: bigint, exponent: Uint8Array): Uint8Array => {
    const prime = ffdhePrime(name);
    return I2OSP(pow(base, OS2IP(exponent), prime), prime.toString(16).length / 2);
  };
  return {
    name,
    generate() {
      const exponent = random(ffdhePrivateKeyLengths[name]);
      // Once in 2^232 draws at most; a source that gives it is broken, and the share would be 1.
      if (OS2IP(exponent) === 0n) throw new CryptoError('no-entropy', 'the random source gives no valid private key');
      return exponent;
    },
    publicKey: privateKey => power(2n, privateKey),
    agree: (privateKey, peerShare) => power(requireFfdheShare(name, peerShare), privateKey),
  };
}
