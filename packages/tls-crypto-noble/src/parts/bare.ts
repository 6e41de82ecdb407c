import { CryptoError, type CryptoProvider, platformRandom } from '@tlskit/tls-crypto';

/**
 * A provider of nothing but random bytes, for `withExtras` to fill.
 * @throws CryptoError `no-entropy` where there is no CSPRNG
 */
export function createBareProvider(): CryptoProvider {
  platformRandom(0); // throws now rather than in the middle of a handshake
  const importKey = () => {
    throw new CryptoError('unsupported', 'a key of a kind that this provider was made without');
  };
  return {
    name: 'noble',
    random: platformRandom,
    hashes: {},
    aeads: {},
    groups: {},
    keys: {},
    importPublicKey: importKey,
    importPrivateKey: importKey,
  };
}
