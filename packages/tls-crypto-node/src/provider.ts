/** The native provider: `node:crypto` where it can, the portable provider where it cannot. */
import { randomFillSync } from 'node:crypto';
import {
  CryptoError,
  type CryptoProvider,
  type CurveName,
  type HashName,
  type PublicKey,
  type SigningKey,
} from '@tlskit/tls-crypto';
import { createNobleProvider } from '@tlskit/tls-crypto-noble';
import { parsePkcs8, parseSpki } from '@tlskit/tls-crypto-noble/keys';
import { type NodeAeadName, nodeAead } from './aead.ts';
import { nodeEcdh, nodeX25519 } from './groups.ts';
import { nodeHash } from './hash.ts';
import { type Feature, nodeHas, type Probe } from './probe.ts';
import { nodePublicKey } from './public-key.ts';
import { nodeSigningKey } from './signing-key.ts';

export interface NodeOptions {
  /**
   * Replaces the platform's CSPRNG for private keys of Diffie-Hellman groups and for the provider's `random`, with the draws of
   * the portable provider; signatures keep OpenSSL's own. For known-answer tests.
   * **Anything but a CSPRNG here gives your keys away.**
   */
  readonly random?: (length: number) => Uint8Array;
}

export type NodeProvider = CryptoProvider & {
  /** Who does what: each hash, AEAD, group and kind of signature by its name. */
  describe(): Record<string, 'node' | 'noble'>;
};

/** The native provider: synchronous; what the running Node lacks, the portable provider does, as `describe()` tells. */
export function createNodeProvider(options: NodeOptions = {}): NodeProvider {
  return assemble(options, nodeHas);
}

/** The provider, given what node can do. */
export function assemble(options: NodeOptions, has: Probe): NodeProvider {
  const injected = options.random === undefined ? undefined : measured(options.random);
  const noble = createNobleProvider(injected === undefined ? {} : { random: injected });
  const random = injected ?? nativeRandom;

  const chosen: Record<string, 'node' | 'noble'> = {};
  function pick<T>(feature: Feature, native: () => T, portable: T | undefined): T {
    const useNode = has(feature);
    chosen[feature] = useNode ? 'node' : 'noble';
    return useNode ? native() : (portable as T);
  }

  const hash = (name: HashName) => pick(name, () => nodeHash(name), noble.hashes[name]);
  const aead = (name: NodeAeadName) => pick(name, () => nodeAead(name), noble.aeads[name]);
  const ecdh = (curve: CurveName) => pick(curve, () => nodeEcdh(curve, injected), noble.groups[curve]);
  const doesKey = (feature: Feature) => pick(feature, () => true, false);

  const hashes = { sha1: hash('sha1'), sha256: hash('sha256'), sha384: hash('sha384'), sha512: hash('sha512') };
  const aeads = {
    'aes-128-gcm': aead('aes-128-gcm'),
    'aes-256-gcm': aead('aes-256-gcm'),
    'chacha20-poly1305': aead('chacha20-poly1305'),
  };
  const groups = {
    x25519: pick('x25519', () => nodeX25519(random), noble.groups.x25519),
    secp256r1: ecdh('secp256r1'),
    secp384r1: ecdh('secp384r1'),
    secp521r1: ecdh('secp521r1'),
  };
  const nativeEc: Readonly<Record<CurveName, boolean>> = {
    secp256r1: doesKey('ecdsa-secp256r1'),
    secp384r1: doesKey('ecdsa-secp384r1'),
    secp521r1: doesKey('ecdsa-secp521r1'),
  };
  const nativeOther = { ed25519: doesKey('ed25519'), rsa: doesKey('rsa') };
  const isNative = (key: { type: 'ec'; curve: CurveName } | { type: 'ed25519' | 'rsa' }) =>
    key.type === 'ec' ? nativeEc[key.curve] : nativeOther[key.type];

  return {
    name: 'node',
    random,
    hashes,
    aeads,
    groups,
    importPublicKey(spki): PublicKey {
      const copy = Uint8Array.from(spki);
      const parts = parseSpki(copy);
      if (!isNative(parts)) return noble.importPublicKey(copy);
      return nodePublicKey(parts, copy, () => noble.importPublicKey(copy));
    },
    importPrivateKey(pkcs8): SigningKey {
      const parts = parsePkcs8(pkcs8);
      return isNative(parts) ? nodeSigningKey(parts, noble.importPrivateKey) : noble.importPrivateKey(pkcs8);
    },
    describe: () => ({ ...chosen }),
  };
}

function nativeRandom(length: number): Uint8Array {
  return randomFillSync(new Uint8Array(length));
}

/** What comes from outside is copied, since keys drawn from it are wiped, and measured. */
function measured(source: (length: number) => Uint8Array): (length: number) => Uint8Array {
  return length => {
    const bytes = Uint8Array.from(source(length));
    if (bytes.length !== length)
      throw new CryptoError('no-entropy', `random gave ${bytes.length} bytes, not ${length}`);
    return bytes;
  };
}
