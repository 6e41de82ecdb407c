import { CryptoError, type CryptoProvider, platformRandom, primitiveNames } from '@tlskit/tls-crypto';
import { nobleAeads } from './aeads.ts';
import { nobleGroups } from './groups.ts';
import { nobleHashes } from './hashes.ts';
import { importPrivateKey, importPublicKey, nobleKeys } from './import.ts';

export interface NobleOptions {
  /**
   * Replaces the platform's CSPRNG, everywhere: key generation, signing, and the provider's `random`. For tests that must
   * repeat themselves and for demonstrations. **Anything but a CSPRNG here gives your keys away.**
   *
   * A private key of a Diffie-Hellman group is drawn with one call, for as many bytes as it has, and used as it is drawn
   * (NIST curves draw again when it is out of range): known-answer tests rest on that.
   */
  readonly random?: (length: number) => Uint8Array;
}

export type NobleProvider = CryptoProvider & {
  /** That everything is `noble`, what was added included. */
  describe(): Record<string, 'noble'>;
};

/**
 * The portable provider: everything in JavaScript, synchronous, wherever there is `crypto.getRandomValues`.
 * @throws CryptoError `no-entropy` where there is no CSPRNG
 */
export function createNobleProvider(options: NobleOptions = {}): NobleProvider {
  const random = options.random === undefined ? platformRandom : injected(options.random);
  if (random === platformRandom) platformRandom(0); // throws now rather than in the middle of a handshake
  return {
    name: 'noble',
    random,
    hashes: nobleHashes,
    aeads: nobleAeads,
    groups: nobleGroups(random),
    keys: nobleKeys,
    importPublicKey,
    importPrivateKey: pkcs8 => importPrivateKey(pkcs8, random),
    describe() {
      return Object.fromEntries(primitiveNames(this).map(name => [name, 'noble']));
    },
  };
}

/** What comes from outside is copied, since keys drawn from it are wiped, and measured. */
function injected(source: (length: number) => Uint8Array): (length: number) => Uint8Array {
  return length => {
    const bytes = Uint8Array.from(source(length));
    if (bytes.length !== length)
      throw new CryptoError('no-entropy', `random gave ${bytes.length} bytes, not ${length}`);
    return bytes;
  };
}
