/** Private keys of WebCrypto, extractable or not (W3C Web Cryptography API §13). */
import { TlsError } from '@tlskit/tls-alerts';
import {
  CryptoError,
  type CryptoProvider,
  type HashName,
  type SignatureAlgorithm,
  type SigningKey,
} from '@tlskit/tls-crypto';
import { checkKeys, invalidOption } from './errors.ts';
import { derOfPair, type PublicHalf, publicHalf } from './signer.ts';

export interface WebCryptoKeyOptions extends PublicHalf {
  readonly provider: Pick<CryptoProvider, 'importPublicKey'>;
  /**
   * A private key with the usage `sign`. WebCrypto binds RSA keys to one padding and one hash: with several of one RSA key, imported for
   * RSA-PSS and for RSASSA-PKCS1-v1_5, by one hash and another, more peers are served. TLS 1.3 signs by RSA-PSS alone.
   */
  readonly privateKey: CryptoKey | readonly CryptoKey[];
  /** In place of `spki` and `certificate`, the public key, if it is extractable. */
  readonly publicKey?: CryptoKey | undefined;
}

const optionNames: Record<keyof WebCryptoKeyOptions, true> = {
  provider: true,
  privateKey: true,
  publicKey: true,
  spki: true,
  certificate: true,
};

/**
 * A signing key of `crypto.subtle`: ECDSA, Ed25519, Ed448, RSA-PSS, RSASSA-PKCS1-v1_5, and ML-DSA where the platform has it. Each signs
 * once here, to see that it is the key of its public half.
 *
 * @throws TlsError `ERR_TLS_KEY_MISMATCH` for a key that is not the one of the public half; `ERR_TLS_INVALID_OPTION` for a public key,
 *   one without the usage `sign`, of a kind that signs nothing, or that does not sign when it is asked, a public half that cannot be exported or used, and platforms without
 *   WebCrypto, which browsers offer to secure pages alone
 */
export async function createWebCryptoSigningKey(options: WebCryptoKeyOptions): Promise<SigningKey> {
  checkKeys('a WebCrypto key', options, Object.keys(optionNames));
  const subtle = globalThis.crypto?.subtle as SubtleCrypto | undefined;
  if (subtle === undefined) throw invalidOption('this platform offers no crypto.subtle');
  const { provider, privateKey, publicKey, ...half } = options;
  const keys: readonly CryptoKey[] = Array.isArray(privateKey) ? privateKey : [privateKey as CryptoKey];
  if (keys.length === 0) throw invalidOption('privateKey is a CryptoKey, or a list of them');
  const abilities = keys.map(abilityOf);
  if (publicKey !== undefined && (half.spki ?? half.certificate) !== undefined) {
    throw invalidOption('publicKey, spki and certificate exclude one another');
  }
  const own = publicHalf(provider, publicKey === undefined ? half : { spki: await exported(publicKey, subtle) });
  for (const { key, sample } of abilities) {
    if (!(await own.verify(sample, challenge, await tried(subtle, key, sample)))) {
      throw new TlsError(
        'ERR_TLS_KEY_MISMATCH',
        `the CryptoKey for ${key.algorithm.name} is not the one of its public half`,
      );
    }
  }
  const find = (algorithm: SignatureAlgorithm) => abilities.find(({ signs }) => signs(algorithm))?.key;
  return {
    algorithm: own.algorithm,
    spki: own.spki,
    signs: algorithm => find(algorithm) !== undefined,
    async sign(algorithm, data) {
      const key = find(algorithm);
      if (key === undefined) throw new CryptoError('unsupported', `no CryptoKey is for ${algorithm.type} by this hash`);
      return signBy(subtle, key, algorithm, data);
    },
  };
}

/** What a key is asked to sign before it is used. A handshake never signs it: that is 64 spaces first, or two randoms. */
const challenge = new TextEncoder().encode('tlskit: whether a private key is the one of its public half');

interface Ability {
  readonly key: CryptoKey;
  /** One algorithm that it signs by. */
  readonly sample: SignatureAlgorithm;
  signs(algorithm: SignatureAlgorithm): boolean;
}

const hashes: Readonly<Record<string, HashName>> = {
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};
const saltLengths: Readonly<Record<HashName, number>> = { sha1: 20, sha256: 32, sha384: 48, sha512: 64 };

/** @throws TlsError `ERR_TLS_INVALID_OPTION` */
function abilityOf(key: CryptoKey): Ability {
  if (typeof key !== 'object' || key === null || !('usages' in key)) throw invalidOption('privateKey is a CryptoKey');
  const { type, usages } = key;
  const algorithm = key.algorithm as { readonly name: string; readonly hash?: { readonly name: string } };
  if (type !== 'private') throw invalidOption(`a private CryptoKey is needed, this one is ${type}`);
  if (!usages.includes('sign')) {
    throw invalidOption(`the CryptoKey is for ${usages.join(' and ') || 'nothing'}, and lacks the usage sign`);
  }
  const hash = hashes[algorithm.hash?.name ?? ''];
  switch (algorithm.name) {
    case 'ECDSA':
      return { key, sample: { type: 'ecdsa', hash: 'sha256' }, signs: each => each.type === 'ecdsa' };
    case 'Ed25519':
    case 'Ed448': {
      const kind = algorithm.name === 'Ed448' ? 'ed448' : 'ed25519';
      return { key, sample: { type: kind }, signs: each => each.type === kind };
    }
    case 'RSASSA-PKCS1-v1_5':
      if (hash === undefined) break;
      return {
        key,
        sample: { type: 'rsa-pkcs1', hash },
        signs: each => each.type === 'rsa-pkcs1' && each.hash === hash,
      };
    case 'RSA-PSS':
      if (hash === undefined) break;
      return {
        key,
        sample: { type: 'rsa-pss', hash, mgfHash: hash, saltLength: saltLengths[hash] },
        signs: each => each.type === 'rsa-pss' && each.hash === hash && each.mgfHash === hash,
      };
    case 'ML-DSA-44':
    case 'ML-DSA-65':
    case 'ML-DSA-87': {
      const set = Number(algorithm.name.slice(-2)) as 44 | 65 | 87;
      return { key, sample: { type: 'ml-dsa', set }, signs: each => each.type === 'ml-dsa' && each.set === set };
    }
  }
  throw invalidOption(`a CryptoKey for ${algorithm.name} signs nothing that TLS has`);
}

async function signBy(
  subtle: SubtleCrypto,
  key: CryptoKey,
  algorithm: SignatureAlgorithm,
  data: Uint8Array,
): Promise<Uint8Array> {
  const { name } = key.algorithm;
  const parameters = {
    name,
    ...(algorithm.type === 'ecdsa' ? { hash: Object.keys(hashes).find(each => hashes[each] === algorithm.hash) } : {}),
    ...(algorithm.type === 'rsa-pss' ? { saltLength: algorithm.saltLength } : {}),
  };
  const signature = new Uint8Array(await subtle.sign(parameters as EcdsaParams, key, Uint8Array.from(data)));
  return algorithm.type === 'ecdsa' ? derOfPair(signature) : signature;
}

/** RSA keys may be too short for what they were made for, and keys of some platforms ask their owner. */
async function tried(subtle: SubtleCrypto, key: CryptoKey, sample: SignatureAlgorithm): Promise<Uint8Array> {
  try {
    return await signBy(subtle, key, sample, challenge);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw invalidOption(`the CryptoKey for ${key.algorithm.name} does not sign: ${message}`, error);
  }
}

async function exported(key: CryptoKey, subtle: SubtleCrypto): Promise<Uint8Array> {
  try {
    if (key.type !== 'public') throw new TypeError(`it is ${key.type}`);
    return new Uint8Array(await subtle.exportKey('spki', key));
  } catch (error) {
    throw invalidOption('publicKey is no public CryptoKey that can be exported: spki or certificate helps', error);
  }
}
