/** Throw-away key pairs of every kind that a certificate may bear, as unencrypted PKCS#8 (RFC 5958, RFC 5915, RFC 8410, RFC 4055, RFC 9881). */
import {
  type CryptoProvider,
  type MlDsaSet,
  platformRandom,
  type SignatureAlgorithm,
  type SigningKey,
} from '@tlskit/tls-crypto';
import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';
import { bytesOf, implicit, octets, oid, sequence, small, tagged, bits as toBits } from './asn1.ts';
import { generateDh } from './dh.ts';
import { generateDsa } from './dsa.ts';

/** What keys can be made. RSA needs WebCrypto (`crypto.subtle`), which browsers offer to secure pages alone; the others need randomness only. */
export type KeyKind =
  | 'ecdsa-p256'
  | 'ecdsa-p384'
  | 'ecdsa-p521'
  | 'ed25519'
  | 'ed448'
  | `ml-dsa-${MlDsaSet}`
  /** For suites of TLS 1.2 with DHE_DSS. */
  | 'dsa-2048'
  /** For suites of TLS 1.2 with DH_RSA and DH_DSS; it signs nothing. */
  | 'dh-2048'
  | 'rsa-1024'
  | 'rsa-2048'
  | 'rsa-3072'
  | 'rsa-4096'
  /** RSA of 2048 bits under `id-RSASSA-PSS`, without restrictions. */
  | 'rsa-pss';

/** A private key with its public half. */
export interface KeyPair {
  /** DER PKCS#8. */
  readonly pkcs8: Uint8Array;
  /** DER SubjectPublicKeyInfo. */
  readonly spki: Uint8Array;
  readonly signingKey: SigningKey;
}

const idEcPublicKey = '1.2.840.10045.2.1';
const idRsassaPss = '1.2.840.113549.1.1.10';

/** Keys that are random bytes: their algorithm, how many, and their form in PKCS#8 (RFC 8410 §7, RFC 9881 §6). */
const seeds = {
  ed25519: { oid: '1.3.101.112', length: 32, form: octets },
  ed448: { oid: '1.3.101.113', length: 57, form: octets },
  'ml-dsa-44': { oid: '2.16.840.1.101.3.4.3.17', length: 32, form: seed },
  'ml-dsa-65': { oid: '2.16.840.1.101.3.4.3.18', length: 32, form: seed },
  'ml-dsa-87': { oid: '2.16.840.1.101.3.4.3.19', length: 32, form: seed },
} as const;

const curves = {
  'ecdsa-p256': { oid: '1.2.840.10045.3.1.7', length: 32, mask: 0xff },
  'ecdsa-p384': { oid: '1.3.132.0.34', length: 48, mask: 0xff },
  'ecdsa-p521': { oid: '1.3.132.0.35', length: 66, mask: 0x01 },
} as const;

const rsaBits = { 'rsa-1024': 1024, 'rsa-2048': 2048, 'rsa-3072': 3072, 'rsa-4096': 4096, 'rsa-pss': 2048 } as const;

/** @throws Error for RSA where the platform has no `crypto.subtle`; CryptoError for a kind that the provider lacks */
export async function generateKey(kind: KeyKind, provider: CryptoProvider): Promise<KeyPair> {
  switch (kind) {
    case 'ecdsa-p256':
    case 'ecdsa-p384':
    case 'ecdsa-p521':
      return generateEc(curves[kind], provider);
    case 'ed25519':
    case 'ed448':
    case 'ml-dsa-44':
    case 'ml-dsa-65':
    case 'ml-dsa-87': {
      const { oid: algorithmId, length, form } = seeds[kind];
      const algorithm = new pkijs.AlgorithmIdentifier({ algorithmId });
      return importKey(pkcs8(algorithm, bytesOf(form(platformRandom(length)))), provider);
    }
    case 'dsa-2048':
      return importKey(generateDsa(), provider);
    case 'dh-2048':
      return importKey(generateDh(), provider);
    default:
      return importKey(await generateRsa(rsaBits[kind], kind === 'rsa-pss'), provider);
  }
}

/** @throws CryptoError for what is not a PKCS#8 key of a kind that the provider knows */
export function importKey(der: Uint8Array, provider: CryptoProvider): KeyPair {
  const signingKey = provider.importPrivateKey(der);
  return { pkcs8: der, spki: signingKey.spki, signingKey };
}

/** The algorithm that a key of this kind signs certificates with, unless told otherwise. */
export function defaultSignature(key: SigningKey): SignatureAlgorithm {
  const { algorithm } = key;
  switch (algorithm.type) {
    case 'ec': {
      const hash = ({ secp256r1: 'sha256', secp384r1: 'sha384', secp521r1: 'sha512' } as const)[algorithm.curve];
      return { type: 'ecdsa', hash };
    }
    case 'rsa':
      return algorithm.pssOnly === undefined
        ? { type: 'rsa-pkcs1', hash: 'sha256' }
        : { type: 'rsa-pss', hash: 'sha256', mgfHash: 'sha256', saltLength: 32 };
    case 'dsa':
      return { type: 'dsa', hash: 'sha256' };
    case 'dh':
      throw new RangeError('a DH key signs nothing');
    default:
      return algorithm;
  }
}

function generateEc(curve: (typeof curves)[keyof typeof curves], provider: CryptoProvider): KeyPair {
  const algorithm = new pkijs.AlgorithmIdentifier({
    algorithmId: idEcPublicKey,
    algorithmParams: oid(curve.oid),
  });
  const ecPrivateKey = (scalar: Uint8Array, publicKey?: Uint8Array): Uint8Array => {
    const blocks: asn1js.BaseBlock[] = [small(1), octets(scalar)];
    if (publicKey !== undefined) blocks.push(tagged(1, toBits(publicKey)));
    return pkcs8(algorithm, bytesOf(sequence(...blocks)));
  };
  for (;;) {
    const scalar = platformRandom(curve.length);
    scalar[0] = (scalar[0] as number) & curve.mask;
    let spki: Uint8Array;
    try {
      // The provider refuses a scalar outside 1 … n-1: rejection sampling, which leaves no bias.
      spki = provider.importPrivateKey(ecPrivateKey(scalar)).spki;
    } catch (error) {
      if ((error as { code?: unknown }).code === 'malformed-key') continue;
      throw error;
    }
    const point = new pkijs.PublicKeyInfo({ schema: asn1js.fromBER(Uint8Array.from(spki)).result }).subjectPublicKey;
    return importKey(ecPrivateKey(scalar, point.valueBlock.valueHexView), provider);
  }
}

async function generateRsa(bits: number, pss: boolean): Promise<Uint8Array> {
  const subtle = globalThis.crypto?.subtle;
  if (subtle === undefined) throw new Error('RSA keys need crypto.subtle, which this platform does not offer');
  const algorithm = {
    name: 'RSASSA-PKCS1-v1_5',
    modulusLength: bits,
    publicExponent: Uint8Array.of(1, 0, 1),
    hash: 'SHA-256',
  };
  const { privateKey } = await subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const der = new Uint8Array(await subtle.exportKey('pkcs8', privateKey));
  if (!pss) return der;
  const info = new pkijs.PrivateKeyInfo({ schema: asn1js.fromBER(der).result });
  return pkcs8(
    new pkijs.AlgorithmIdentifier({ algorithmId: idRsassaPss }),
    Uint8Array.from(info.privateKey.valueBlock.valueHexView),
  );
}

/** The `seed` of ML-DSA-PrivateKey. */
function seed(bytes: Uint8Array): asn1js.Primitive {
  return implicit(0, bytes);
}

function pkcs8(algorithm: pkijs.AlgorithmIdentifier, privateKey: Uint8Array): Uint8Array {
  return bytesOf(sequence(small(0), algorithm.toSchema(), octets(privateKey)));
}
