/** Finite-field Diffie-Hellman by `node:crypto` (RFC 7919; RFC 9846 §4.3.8.1, §7.4.1). */
import { createDiffieHellman, createPrivateKey, createPublicKey, diffieHellman } from 'node:crypto';
import { CryptoError, type CryptoProvider, isAllZero, type KeyExchange, wipe } from '@tlskit/tls-crypto';
import { type FfdheName, ffdhePrime, ffdhePrivateKeyLengths, requireFfdheShare } from '@tlskit/tls-crypto-noble/more';
import { fromHex } from '@tlskit/tls-wire';
import { DerReader, der, derOid, Tag, unsignedPart } from '@tlskit/tls-wire/der';
import { plain } from './bytes.ts';
import { keyExchange, type PrivateKey } from './key-exchange.ts';
import { nodeMajor } from './version.ts';

const generator = Uint8Array.of(2);

/** @param random draws private keys, always: exponents as short as RFC 7919 allows */
export function nodeFfdhe(name: FfdheName, random: CryptoProvider['random']): KeyExchange {
  return keyExchange(name, () => {
    const exponent = random(ffdhePrivateKeyLengths[name]);
    if (isAllZero(exponent)) throw new CryptoError('no-entropy', 'the random source gives no valid private key');
    const key = arithmetic(name, exponent);
    wipe(exponent);
    const length = Number(name.slice('ffdhe'.length)) / 8;
    return {
      share: padded(key.share, length),
      agree(peerShare) {
        // OpenSSL's own check lets numbers above p pass.
        requireFfdheShare(name, peerShare);
        try {
          return padded(key.agree(peerShare), length);
        } catch (cause) {
          // OpenSSL of Node 20 to 22 may look whether the number is a square, as those of honest peers are.
          throw new CryptoError('invalid-share', `share of ${name} is outside of the group`, { cause });
        }
      },
    };
  });
}

/**
 * A `DiffieHellman` object takes its parameters for unknown from Node 24 on, and proves the prime anew each time: that
 * takes a minute. Keys of DH are quick from Node 22 on; before, they prove the peer's number, which takes 30 times as long as
 * the exchange.
 */
const arithmetic: (name: FfdheName, exponent: Uint8Array) => PrivateKey =
  nodeMajor >= 22 ? keyObject : diffieHellmanObject;

function diffieHellmanObject(name: FfdheName, exponent: Uint8Array): PrivateKey {
  const exchange = createDiffieHellman(prime(name), generator);
  exchange.setPrivateKey(exponent);
  return {
    share: plain(exchange.generateKeys()),
    agree: peerShare => plain(exchange.computeSecret(peerShare)),
  };
}

function keyObject(name: FfdheName, exponent: Uint8Array): PrivateKey {
  const algorithm = algorithmIdentifier(name);
  const secret = [Tag.octetString, unsignedPart(exponent)] as const;
  const pkcs8 = der(Tag.sequence, Uint8Array.of(Tag.integer, 1, 0), algorithm, secret);
  const privateKey = createPrivateKey({ key: Buffer.from(pkcs8.buffer), format: 'der', type: 'pkcs8' });
  wipe(pkcs8);
  const reader = new DerReader(plain(createPublicKey(privateKey).export({ format: 'der', type: 'spki' }))).enter();
  reader.next();
  return {
    share: new DerReader(reader.bitStringBytes()).unsigned(),
    agree(peerShare) {
      const spki = der(Tag.sequence, algorithm, [Tag.bitString, Uint8Array.of(0), unsignedPart(peerShare)]);
      const publicKey = createPublicKey({ key: Buffer.from(spki.buffer), format: 'der', type: 'spki' });
      return plain(diffieHellman({ privateKey, publicKey }));
    },
  };
}

const primes = new Map<FfdheName, Uint8Array>();

function prime(name: FfdheName): Uint8Array {
  let bytes = primes.get(name);
  if (bytes === undefined) {
    bytes = fromHex(ffdhePrime(name).toString(16));
    primes.set(name, bytes);
  }
  return bytes;
}

/** `dhKeyAgreement` with p and g (PKCS #3 §9), by which OpenSSL knows the group again. */
function algorithmIdentifier(name: FfdheName): Uint8Array {
  const parameters = [Tag.sequence, unsignedPart(prime(name)), unsignedPart(generator)] as const;
  return der(Tag.sequence, derOid('1.2.840.113549.1.3.1'), parameters);
}

/** RFC 9846 §4.3.8.1, §7.4.1: left-padded with zeros to the size of the prime. */
function padded(value: Uint8Array, length: number): Uint8Array {
  if (value.length === length) return value;
  const bytes = new Uint8Array(length);
  bytes.set(value, length - value.length);
  wipe(value);
  return bytes;
}
