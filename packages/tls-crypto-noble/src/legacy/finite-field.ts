/** Diffie-Hellman in finite-field groups that come by their numbers (RFC 5246 §7.4.3, §8.1.2). Arithmetic is micro-rsa-dsa-dh's. */
import {
  CryptoError,
  type CryptoProvider,
  type DhParameters,
  type KeyExchange,
  type KeyOffer,
  type ProviderPart,
} from '@tlskit/tls-crypto';
import { I2OSP, OS2IP, pow } from 'micro-rsa-dsa-dh/utils.js';
import { keyExchange } from '../agreement.ts';
import { type FfdheName, ffdhePrime } from '../more/ffdhe-parameters.ts';

type Exchange = Omit<KeyExchange, 'name'>;

/** Adds `finiteField`. A group of RFC 7919 is recognised, and left to the provider's own where it has one. */
export const finiteField: ProviderPart = ({ groups, random }) => ({
  finiteField: parameters => finiteFieldExchange(parameters, groups, random),
});

/**
 * Bytes of a private key: 512 bits are twice the strength of any group here, so that a discrete logarithm is as hard as in the
 * whole group. It is used once.
 */
const PRIVATE_LENGTH = 64;
const [minBits, maxBits] = [1024, 8192];

/**
 * The exchange of a group.
 * @param groups where a group of RFC 7919 is looked for
 * @throws CryptoError `invalid-share` for parameters that are no group, or too small or large
 */
export function finiteFieldExchange(
  parameters: DhParameters,
  groups: CryptoProvider['groups'],
  random: CryptoProvider['random'],
): Exchange {
  const { p, g, length } = checkedParameters(parameters);
  const named = ffdheOf(p, g, length);
  const known = named && groups[named];
  if (known !== undefined) return padding(known, length);
  // Who negotiates by numbers pads nothing; what goes out has the length of p all the same.
  const power = (base: bigint, exponent: Uint8Array) => I2OSP(pow(base, OS2IP(exponent), p), length);
  return keyExchange({
    name: 'finite field' as KeyExchange['name'],
    generate() {
      const exponent = random(PRIVATE_LENGTH);
      if (OS2IP(exponent) === 0n) throw new CryptoError('no-entropy', 'the random source gives no valid private key');
      return exponent;
    },
    publicKey: privateKey => power(g, privateKey),
    agree(privateKey, peerShare) {
      const y = OS2IP(fitted(peerShare, length));
      // RFC 7919 §4 and NIST SP 800-56A §5.6.2.3.1 have it so for every group.
      if (y <= 1n || y >= p - 1n) throw new CryptoError('invalid-share', 'share out of the range of the group');
      return power(y, privateKey);
    },
  });
}

/** What can be seen of bad parameters without proving a prime, which takes longer than the whole handshake. */
function checkedParameters(parameters: DhParameters): { p: bigint; g: bigint; length: number } {
  const p = OS2IP(parameters.p);
  const g = OS2IP(parameters.g);
  const bits = p.toString(2).length;
  if (bits < minBits || bits > maxBits) throw new CryptoError('invalid-share', `a group of ${bits} bits`);
  if (smallPrimes.some(prime => p % prime === 0n)) throw new CryptoError('invalid-share', 'p has small factors');
  if (g <= 1n || g >= p - 1n) throw new CryptoError('invalid-share', 'g out of the range of the group');
  return { p, g, length: Math.ceil(bits / 8) };
}

const smallPrimes: readonly bigint[] = /* @__PURE__ */ (() => {
  const found: number[] = [];
  for (let n = 2; n < 1000; n++) if (found.every(prime => n % prime !== 0)) found.push(n);
  return found.map(BigInt);
})();

function ffdheOf(p: bigint, g: bigint, length: number): FfdheName | undefined {
  const name = `ffdhe${8 * length}`;
  const known = ['ffdhe2048', 'ffdhe3072', 'ffdhe4096', 'ffdhe6144', 'ffdhe8192'] as const;
  return g === 2n ? known.find(one => one === name && ffdhePrime(one) === p) : undefined;
}

/** The exchange of a group whose shares must have the length of its prime, for peers who write numbers without leading zeros. */
function padding(exchange: KeyExchange, length: number): Exchange {
  return {
    offer() {
      const offer = exchange.offer();
      // Callers never make a promise of a value that is there.
      return offer instanceof Promise ? offer.then(later => paddingOffer(later, length)) : paddingOffer(offer, length);
    },
    respond: peerShare => exchange.respond(fitted(peerShare, length)),
  };
}

function paddingOffer(offer: KeyOffer, length: number): KeyOffer {
  return {
    share: offer.share,
    complete: peerShare => offer.complete(fitted(peerShare, length)),
    wipe: () => offer.wipe(),
  };
}

/** @throws CryptoError `invalid-share` for more bytes than p has */
function fitted(share: Uint8Array, length: number): Uint8Array {
  if (share.length === length) return share;
  if (share.length > length)
    throw new CryptoError('invalid-share', `a share of ${share.length} bytes, p has ${length}`);
  const padded = new Uint8Array(length);
  padded.set(share, length - share.length);
  return padded;
}
