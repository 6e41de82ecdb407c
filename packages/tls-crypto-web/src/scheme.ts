/** Signature algorithms in the words of WebCrypto, and signatures in its form. */
import type { CurveName, HashName, KeyAlgorithm, SignatureAlgorithm } from '@tlskit/tls-crypto';
import { coordinateLengths, encodeEcdsaSignature, parseEcdsaSignature } from '@tlskit/tls-crypto-noble/keys';
import type { Feature, Has } from './feature.ts';
import { curveNames, hashNames } from './subtle.ts';

/** How WebCrypto does a signature algorithm with a kind of key. */
export interface Scheme {
  /** What the key is imported for. */
  readonly key: { readonly name: string; readonly namedCurve?: string; readonly hash?: string };
  /** What it is then asked to do. */
  readonly use: { readonly name: string; readonly hash?: string; readonly saltLength?: number };
}

/** Undefined where the runtime does not do it, or WebCrypto has no words for it. */
export function schemeOf(has: Has, key: KeyAlgorithm, algorithm: SignatureAlgorithm): Scheme | undefined {
  const feature = featureOf(key, algorithm);
  return feature !== undefined && has(feature) ? schemeFor(key, algorithm) : undefined;
}

function featureOf(key: KeyAlgorithm, algorithm: SignatureAlgorithm): Feature | undefined {
  switch (algorithm.type) {
    case 'ecdsa':
      return key.type === 'ec' && isLongFor(key.curve, algorithm.hash) ? `ecdsa-${key.curve}` : undefined;
    case 'ml-dsa':
      return `ml-dsa-${algorithm.set}`;
    case 'rsa-pss':
      // MGF1 uses the hash of the message: there is no option for another.
      return algorithm.hash === algorithm.mgfHash ? 'rsa-pss' : undefined;
    case 'dsa':
      return undefined;
    default:
      return algorithm.type;
  }
}

/**
 * Whether a digest has half the bytes of the curve's field. With shorter ones, as of P-384 and SHA-1, which TLS never pairs, there are runtimes
 * that find every signature bad.
 */
function isLongFor(curve: CurveName, hash: HashName): boolean {
  return 2 * digestLengths[hash] >= coordinateLengths[curve];
}

const digestLengths: Readonly<Record<HashName, number>> = { sha1: 20, sha256: 32, sha384: 48, sha512: 64 };

/** The scheme, whoever does it. */
export function schemeFor(key: KeyAlgorithm, algorithm: SignatureAlgorithm): Scheme | undefined {
  switch (algorithm.type) {
    case 'ecdsa': {
      if (key.type !== 'ec') return undefined;
      const hash = hashNames[algorithm.hash];
      return { key: { name: 'ECDSA', namedCurve: curveNames[key.curve] }, use: { name: 'ECDSA', hash } };
    }
    case 'ed25519':
      return plain('Ed25519');
    case 'ed448':
      return plain('Ed448');
    case 'ml-dsa':
      return plain(`ML-DSA-${algorithm.set}`);
    case 'rsa-pkcs1':
      return rsa('RSASSA-PKCS1-v1_5', algorithm.hash);
    case 'rsa-pss':
      return rsa('RSA-PSS', algorithm.hash, algorithm.saltLength);
    case 'dsa':
      return undefined;
  }
}

function plain(name: string): Scheme {
  return { key: { name }, use: { name } };
}

function rsa(name: string, hash: HashName, saltLength?: number): Scheme {
  return { key: { name, hash: hashNames[hash] }, use: saltLength === undefined ? { name } : { name, saltLength } };
}

/**
 * A signature of TLS as WebCrypto takes it: ECDSA's as `r || s` (IEEE P1363), all others as they are. In memory of its own. Undefined for
 * what is none by its form.
 * @param modulus of an RSA key
 */
export function toWeb(key: KeyAlgorithm, signature: Uint8Array, modulus?: Uint8Array): Uint8Array | undefined {
  if (key.type === 'ec') return parseEcdsaSignature(key.curve, signature);
  if (modulus !== undefined && !isBelow(signature, modulus)) return undefined;
  return Uint8Array.from(signature);
}

/** RFC 8017 §8.1.2 step 1, §5.2.2 step 1: as long as the modulus, and a smaller number. Not all runtimes look. */
function isBelow(signature: Uint8Array, modulus: Uint8Array): boolean {
  if (signature.length !== modulus.length) return false;
  const at = signature.findIndex((octet, i) => octet !== modulus[i]);
  return at >= 0 && (signature[at] as number) < (modulus[at] as number);
}

/** The way back. */
export function fromWeb(key: KeyAlgorithm, signature: ArrayBuffer): Uint8Array {
  const bytes = new Uint8Array(signature);
  return key.type === 'ec' ? encodeEcdsaSignature(bytes) : bytes;
}
