/** DSA (FIPS 186-4 §4), as X.509 and TLS 1.2 use it (RFC 3279 §2.2.2, §2.3.2). Arithmetic is micro-rsa-dsa-dh's. */
import {
  CryptoError,
  type CryptoProvider,
  type KeyAlgorithm,
  type ProviderPart,
  type PublicKey,
  type SignatureAlgorithm,
  type SigningKey,
} from '@tlskit/tls-crypto';
import { DecodeError } from '@tlskit/tls-wire';
import { type DerReader, der, derBitString, derOid, derUnsigned, readDer, Tag } from '@tlskit/tls-wire/der';
import { I2OSP, invert, mod, OS2IP, pow } from 'micro-rsa-dsa-dh/utils.js';
import { nobleHashes } from '../hashes.ts';
import { readOneAsymmetricKey, requireOwnPublicKey } from '../keys/one-asymmetric-key.ts';
import { isOfKind } from '../keys/plain.ts';
import { orMalformed } from '../keys/spki.ts';

const oid = '1.2.840.10040.4.1';

/** For `isOfKind`. */
export const dsaKinds = [{ oid }] as const;

/** Adds keys of the type `dsa`, which sign and verify. */
export const dsaKeys: ProviderPart = base => ({
  keys: { dsa: true },
  importPublicKey(spki) {
    return isOfKind(dsaKinds, spki) ? dsaPublicKey(Uint8Array.from(spki)) : base.importPublicKey(spki);
  },
  importPrivateKey(pkcs8) {
    return isOfKind(dsaKinds, pkcs8) ? dsaSigningKey(pkcs8, base.random) : base.importPrivateKey(pkcs8);
  },
});

interface Domain {
  readonly p: bigint;
  readonly q: bigint;
  readonly g: bigint;
}

function dsaPublicKey(spki: Uint8Array): PublicKey {
  const { domain, y } = orMalformed('SubjectPublicKeyInfo', () =>
    readDer(spki, 'SubjectPublicKeyInfo', outer => {
      const reader = outer.enter();
      const read = readDomain(reader);
      const key = readDer(reader.bitStringBytes(), 'DSAPublicKey', inner => OS2IP(inner.unsigned()));
      reader.finish('SubjectPublicKeyInfo');
      return { domain: read, y: key };
    }),
  );
  const { p, q, g } = domain;
  if (y <= 1n || y >= p - 1n) throw new CryptoError('malformed-key', 'a DSA key out of range');
  let isGood: boolean | undefined;
  return {
    algorithm: algorithmOf(domain),
    spki,
    verify(requested: SignatureAlgorithm, data: Uint8Array, signature: Uint8Array): boolean {
      const pair = requested.type === 'dsa' ? readSignature(signature) : undefined;
      if (requested.type !== 'dsa' || pair === undefined) return false;
      const [r, s] = pair;
      if (r <= 0n || r >= q || s <= 0n || s >= q) return false;
      // FIPS 186-4 §4.7 asks for assurance of y: in range, and of order q. Certificates are imported that nobody vouches for yet, many at
      // a time: the long work is for those whose key is used.
      isGood ??= isGroup(domain) && pow(y, q, p) === 1n;
      if (!isGood || gcd(s, q) !== 1n) return false;
      const w = invert(s, q);
      const [u1, u2] = [mod(digestNumber(requested, data, q) * w, q), mod(r * w, q)];
      return mod(mod(pow(g, u1, p) * pow(y, u2, p), p), q) === r;
    },
  };
}

function dsaSigningKey(pkcs8: Uint8Array, random: CryptoProvider['random']): SigningKey {
  const { algorithm: domain, key, publicKey } = readOneAsymmetricKey(pkcs8, readDomain);
  const x = orMalformed('PKCS#8', () => readDer(key, 'DSAPrivateKey', inner => OS2IP(inner.unsigned())));
  const { p, q, g } = domain;
  if (!isGroup(domain)) throw new CryptoError('malformed-key', 'DSA parameters that are no group');
  if (x <= 0n || x >= q) throw new CryptoError('malformed-key', 'DSA private key out of range');
  const parameters = der(Tag.sequence, integer(p), integer(q), integer(g));
  const identifier = der(Tag.sequence, derOid(oid), parameters);
  const y = integer(pow(g, x, p));
  requireOwnPublicKey(y, publicKey);
  return {
    algorithm: algorithmOf(domain),
    spki: der(Tag.sequence, identifier, derBitString(y)),
    sign(requested: SignatureAlgorithm, data: Uint8Array): Uint8Array {
      if (requested.type !== 'dsa') throw new CryptoError('unsupported', `a DSA key does not do ${requested.type}`);
      const length = byteLength(q);
      for (let draw = 0; draw < 64; draw++) {
        // FIPS 186-4 §B.2.1: 64 bits more than q has, so that the remainder is as good as uniform.
        const k = mod(OS2IP(random(length + 8)), q - 1n) + 1n;
        const r = mod(pow(g, k, p), q);
        const s = mod(invert(k, q) * mod(digestNumber(requested, data, q) + x * r, q), q);
        if (r !== 0n && s !== 0n) return der(Tag.sequence, integer(r), integer(s));
      }
      throw new CryptoError('no-entropy', 'the random source gives no valid signature');
    },
  };
}

/**
 * AlgorithmIdentifier with Dss-Parms (RFC 3279 §2.3.2). Parameters that are inherited from the issuer are refused. They may be none of a
 * group: {@link isGroup}.
 */
function readDomain(parent: DerReader): Domain {
  const reader = parent.enter();
  reader.oid();
  if (reader.peek() !== Tag.sequence) throw new CryptoError('unsupported', 'DSA key without parameters');
  const inner = reader.enter();
  const [p, q, g] = [OS2IP(inner.unsigned()), OS2IP(inner.unsigned()), OS2IP(inner.unsigned())];
  inner.finish('Dss-Parms');
  reader.finish('AlgorithmIdentifier');
  const [bits, orderBits] = [p.toString(2).length, q.toString(2).length];
  // FIPS 186-4 §4.2 has primes of 1024 to 3072 bits and orders of 160 to 256; a larger prime would only cost time.
  const sizes = bits >= 1024 && bits <= 4096 && orderBits >= 160 && orderBits <= 256;
  if (!sizes || (p & q & 1n) === 0n || (p - 1n) % q !== 0n || g <= 1n || g >= p) {
    throw new CryptoError('malformed-key', 'DSA parameters that fit no key');
  }
  return { p, q, g };
}

/** Whether g is of order q, as far as it can be known without asking for primes. */
function isGroup({ p, q, g }: Domain): boolean {
  return pow(g, q, p) === 1n;
}

/** q of a stranger may be no prime, so that not everything has an inverse. */
function gcd(a: bigint, b: bigint): bigint {
  return b === 0n ? a : gcd(b, a % b);
}

function algorithmOf({ p }: Domain): KeyAlgorithm {
  return { type: 'dsa', bits: p.toString(2).length };
}

/** Dss-Sig-Value (RFC 3279 §2.2.2), in DER alone. */
function readSignature(signature: Uint8Array): readonly [bigint, bigint] | undefined {
  try {
    return readDer(signature, 'Dss-Sig-Value', outer => {
      const reader = outer.enter();
      const pair = [OS2IP(reader.unsigned()), OS2IP(reader.unsigned())] as const;
      reader.finish('Dss-Sig-Value');
      return pair;
    });
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
}

/** FIPS 186-4 §4.6: the leftmost bits of the digest, as many as q has. */
function digestNumber({ hash }: Extract<SignatureAlgorithm, { type: 'dsa' }>, data: Uint8Array, q: bigint): bigint {
  const digest = nobleHashes[hash].digest(data);
  const surplus = 8 * digest.length - q.toString(2).length;
  return surplus > 0 ? OS2IP(digest) >> BigInt(surplus) : OS2IP(digest);
}

function byteLength(value: bigint): number {
  return Math.ceil(value.toString(16).length / 2);
}

function integer(value: bigint): Uint8Array {
  return derUnsigned(I2OSP(value, byteLength(value)));
}
