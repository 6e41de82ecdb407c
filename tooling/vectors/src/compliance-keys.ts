/**
 * Fresh keys of every kind, as DER, for the compliance checks. Made by `node:crypto`, which is neither subject nor reference here;
 * where it has no ML-DSA, by @noble/post-quantum.
 */
import { generateKeyPairSync, type KeyObject, type RSAPSSKeyPairKeyObjectOptions } from 'node:crypto';
import { type HashName, type MlDsaSet, platformRandom, type SignatureAlgorithm, withExtras } from '@tlskit/tls-crypto';
import { createNobleProvider } from '@tlskit/tls-crypto-noble';
import { encodePkcs8 } from '@tlskit/tls-crypto-noble/keys';
import { mlDsaKeys } from '@tlskit/tls-crypto-noble/pq';

export interface TestKey {
  readonly name: string;
  readonly spki: Uint8Array;
  readonly pkcs8: Uint8Array;
  /** What the key can do. */
  readonly algorithms: readonly SignatureAlgorithm[];
  /** What is near to it, and yet it cannot. */
  readonly refused: readonly SignatureAlgorithm[];
}

const hashes: readonly HashName[] = ['sha1', 'sha256', 'sha384', 'sha512'];
const saltLengths: Readonly<Record<HashName, number>> = { sha1: 20, sha256: 32, sha384: 48, sha512: 64 };

const ecdsa: readonly SignatureAlgorithm[] = hashes.map(hash => ({ type: 'ecdsa', hash }));
const pkcs1: readonly SignatureAlgorithm[] = hashes.map(hash => ({ type: 'rsa-pkcs1', hash }));
const pss: readonly SignatureAlgorithm[] = hashes.map(hash => pssWith(hash, hash, saltLengths[hash]));

export function pssWith(hash: HashName, mgfHash: HashName, saltLength: number): SignatureAlgorithm {
  return { type: 'rsa-pss', hash, mgfHash, saltLength };
}

let made: readonly TestKey[] | undefined;

/** The keys, made once in a process. */
export function testKeys(): readonly TestKey[] {
  made ??= [
    ...['P-256', 'P-384', 'P-521'].map(namedCurve =>
      keyOf(namedCurve, generateKeyPairSync('ec', { namedCurve }), ecdsa, [
        ...pkcs1,
        ...pss,
        { type: 'ed25519' },
        { type: 'ed448' },
      ]),
    ),
    keyOf('Ed25519', generateKeyPairSync('ed25519'), [{ type: 'ed25519' }], [...ecdsa, ...pkcs1, { type: 'ed448' }]),
    keyOf('Ed448', generateKeyPairSync('ed448'), [{ type: 'ed448' }], [...ecdsa, ...pss, { type: 'ed25519' }]),
    ...([44, 65, 87] as const).flatMap(mlDsaKeysOf),
    // 1025 and 1031 bits: the encoded message of PSS is then a byte shorter than the modulus, or its top byte is all mask.
    ...[1024, 1025, 1031, 2048].map(modulusLength =>
      keyOf(
        `RSA-${modulusLength}`,
        generateKeyPairSync('rsa', { modulusLength }),
        [
          ...pkcs1,
          ...pss.filter(
            algorithm => algorithm.type === 'rsa-pss' && (modulusLength > 1100 || algorithm.hash !== 'sha512'),
          ),
          pssWith('sha256', 'sha256', 0),
          pssWith('sha256', 'sha1', 20),
          pssWith('sha384', 'sha512', 11),
        ],
        [
          ...ecdsa,
          { type: 'ed25519' },
          pssWith('sha256', 'sha256', Math.ceil((modulusLength - 1) / 8) - 33),
          pssWith('sha256', 'sha256', -1),
          pssWith('sha256', 'sha256', 1.5),
        ],
      ),
    ),
    keyOf('RSA-PSS, unrestricted', generateKeyPairSync('rsa-pss', { modulusLength: 2048 }), pss, pkcs1),
    keyOf(
      'RSA-PSS, SHA-256 with salts from 24 bytes',
      restrictedPss('sha256', 'sha256', 24),
      [pssWith('sha256', 'sha256', 32), pssWith('sha256', 'sha256', 24)],
      [
        ...pkcs1,
        pssWith('sha256', 'sha256', 23),
        pssWith('sha384', 'sha384', 48),
        pssWith('sha256', 'sha1', 32),
        pssWith('sha1', 'sha256', 32),
      ],
    ),
    keyOf(
      'RSA-PSS, SHA-384 with MGF1 of SHA-256',
      restrictedPss('sha384', 'sha256', 48),
      [pssWith('sha384', 'sha256', 48)],
      [pssWith('sha384', 'sha384', 48), pssWith('sha256', 'sha256', 48)],
    ),
  ];
  return made;
}

/** As a seed, and where `node:crypto` makes the key, as it writes it: a seed and what it expands to. */
function mlDsaKeysOf(set: MlDsaSet): TestKey[] {
  const algorithm = { type: 'ml-dsa', set } as const;
  const refused: SignatureAlgorithm[] = [
    ...([44, 65, 87] as const).filter(other => other !== set).map(other => ({ type: 'ml-dsa', set: other }) as const),
    { type: 'ed25519' },
    { type: 'ecdsa', hash: 'sha256' },
  ];
  const pkcs8 = encodePkcs8({ type: 'ml-dsa', set, seed: platformRandom(32) });
  const { spki } = withExtras(createNobleProvider(), mlDsaKeys).importPrivateKey(pkcs8);
  const seeded = { name: `ML-DSA-${set}, a seed`, spki, pkcs8, algorithms: [algorithm], refused };
  const native = nativeKeyPair(`ml-dsa-${set}`);
  return native === undefined ? [seeded] : [seeded, keyOf(`ML-DSA-${set}`, native, [algorithm], refused)];
}

/** Undefined where node:crypto does not know the type. Types of node:crypto are older than ML-DSA. */
function nativeKeyPair(type: string): KeyPair | undefined {
  try {
    return (generateKeyPairSync as unknown as (type: string) => KeyPair)(type);
  } catch {
    return undefined;
  }
}

interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

function restrictedPss(hashAlgorithm: HashName, mgf1HashAlgorithm: HashName, saltLength: number) {
  const options = { modulusLength: 2048, hashAlgorithm, mgf1HashAlgorithm, saltLength };
  // Node demands a number of bytes, its types a string.
  return generateKeyPairSync('rsa-pss', options as unknown as RSAPSSKeyPairKeyObjectOptions);
}

function keyOf(
  name: string,
  { publicKey, privateKey }: KeyPair,
  algorithms: readonly SignatureAlgorithm[],
  refused: readonly SignatureAlgorithm[],
): TestKey {
  // Exported as DER: on Node 20, exporting a JWK after generateKeyPairSync deadlocks now and then.
  const spki = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }));
  const pkcs8 = new Uint8Array(privateKey.export({ format: 'der', type: 'pkcs8' }));
  return { name, spki, pkcs8, algorithms, refused };
}
