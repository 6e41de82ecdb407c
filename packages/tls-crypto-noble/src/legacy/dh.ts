/**
 * Diffie-Hellman keys in certificates, by which suites with DH_RSA and DH_DSS agree (RFC 3279 §2.3.3, ANSI X9.42; RFC 5246 §7.4.2).
 * They sign nothing. Arithmetic is micro-rsa-dsa-dh's.
 */
import {
  CryptoError,
  type CryptoProvider,
  type DhParameters,
  type KeyAlgorithm,
  type ProviderPart,
  type PublicKey,
  type SigningKey,
} from '@tlskit/tls-crypto';
import { type DerReader, der, derBitString, derOid, derUnsigned, readDer, Tag } from '@tlskit/tls-wire/der';
import { I2OSP, OS2IP, pow } from 'micro-rsa-dsa-dh/utils.js';
import { readOneAsymmetricKey, requireOwnPublicKey } from '../keys/one-asymmetric-key.ts';
import { isOfKind } from '../keys/plain.ts';
import { orMalformed } from '../keys/spki.ts';

const oid = '1.2.840.10046.2.1';

/** Bytes of the number that blinds a private exponent. */
const BLINDING_LENGTH = 8;

/** For `isOfKind`. */
export const dhKinds = [{ oid }] as const;

/** Adds keys of the type `dh`, which agree. */
export const dhKeys: ProviderPart = base => ({
  keys: { dh: true },
  importPublicKey(spki) {
    return isOfKind(dhKinds, spki) ? dhPublicKey(Uint8Array.from(spki)) : base.importPublicKey(spki);
  },
  importPrivateKey(pkcs8) {
    return isOfKind(dhKinds, pkcs8) ? dhPrivateKey(pkcs8, base.random) : base.importPrivateKey(pkcs8);
  },
});

interface Domain {
  readonly p: bigint;
  readonly g: bigint;
  readonly q: bigint;
}

function dhPublicKey(spki: Uint8Array): PublicKey {
  const { domain, y } = orMalformed('SubjectPublicKeyInfo', () =>
    readDer(spki, 'SubjectPublicKeyInfo', outer => {
      const reader = outer.enter();
      const read = readDomain(reader);
      const key = readDer(reader.bitStringBytes(), 'DHPublicKey', inner => OS2IP(inner.unsigned()));
      reader.finish('SubjectPublicKeyInfo');
      return { domain: read, y: key };
    }),
  );
  if (!isInRange(domain, y)) throw new CryptoError('malformed-key', 'a DH key out of range');
  return {
    algorithm: algorithmOf(domain),
    spki,
    // Certificates are imported that nobody vouches for yet, many at a time: the long work is for those whose key is used.
    get share() {
      if (!isGroup(domain)) throw new CryptoError('invalid-share', 'DH parameters that are no group');
      checkMember(domain, y, 'a DH key outside of its group');
      return numberOf(y, domain);
    },
    verify: () => false,
  };
}

function dhPrivateKey(pkcs8: Uint8Array, random: CryptoProvider['random']): SigningKey {
  const { algorithm: domain, key, publicKey } = readOneAsymmetricKey(pkcs8, readDomain);
  const x = orMalformed('PKCS#8', () => readDer(key, 'DHPrivateKey', inner => OS2IP(inner.unsigned())));
  const { p, q, g } = domain;
  if (!isGroup(domain)) throw new CryptoError('malformed-key', 'DH parameters that are no group');
  if (x <= 1n || x >= q - 1n) throw new CryptoError('malformed-key', 'a DH private key out of range');
  const parameters = der(Tag.sequence, ...[p, g, q].map(integer));
  const y = integer(pow(g, x, p));
  requireOwnPublicKey(y, publicKey);
  return {
    algorithm: algorithmOf(domain),
    spki: der(Tag.sequence, der(Tag.sequence, derOid(oid), parameters), derBitString(y)),
    sign(requested) {
      throw new CryptoError('unsupported', `a DH key does not do ${requested.type}`);
    },
    agree(peerShare) {
      const y = OS2IP(peerShare);
      // The key is used again and again: a share of small order would tell of it, bit by bit (RFC 2631 §2.1.5, RFC 7919 §5.1).
      checkMember(domain, y, 'a share outside of the group');
      // Another exponent for each use, of the same effect in a group of order q: what time tells of it, it tells once.
      const blinded = x + q * OS2IP(random(BLINDING_LENGTH));
      return numberOf(pow(y, blinded, p), domain);
    },
  };
}

/**
 * AlgorithmIdentifier with DomainParameters (RFC 3279 §2.3.3), of which j and the validation parameters are passed over. What takes
 * long to see, {@link isGroup} looks at.
 */
function readDomain(parent: DerReader): Domain {
  const reader = parent.enter();
  reader.oid();
  if (reader.peek() !== Tag.sequence) throw new CryptoError('unsupported', 'a DH key without parameters');
  const inner = reader.enter();
  const [p, g, q] = [OS2IP(inner.unsigned()), OS2IP(inner.unsigned()), OS2IP(inner.unsigned())];
  reader.finish('AlgorithmIdentifier');
  const [bits, orderBits] = [p.toString(2).length, q.toString(2).length];
  const sizes = bits >= 1024 && bits <= 8192 && orderBits >= 160 && q < p;
  if (!sizes || (p & q & 1n) === 0n || (p - 1n) % q !== 0n || g <= 1n || g >= p - 1n) {
    throw new CryptoError('malformed-key', 'DH parameters that are no group');
  }
  return { p, q, g };
}

/** Whether g is of order q. */
function isGroup({ p, g, q }: Domain): boolean {
  return pow(g, q, p) === 1n;
}

/** SP 800-56A §5.6.2.3.1: in range, and of order q. @throws CryptoError `invalid-share` */
function checkMember(domain: Domain, y: bigint, what: string): void {
  const { p, q } = domain;
  if (!isInRange(domain, y) || pow(y, q, p) !== 1n) throw new CryptoError('invalid-share', what);
}

function isInRange({ p }: Domain, y: bigint): boolean {
  return y > 1n && y < p - 1n;
}

function algorithmOf({ p, g }: Domain): KeyAlgorithm {
  const parameters: DhParameters = { p: bytes(p), g: bytes(g) };
  return { type: 'dh', bits: p.toString(2).length, parameters };
}

/** With leading zeros, as long as p. */
function numberOf(value: bigint, { p }: Domain): Uint8Array {
  return I2OSP(value, bytes(p).length);
}

function bytes(value: bigint): Uint8Array {
  return I2OSP(value, Math.ceil(value.toString(16).length / 2));
}

function integer(value: bigint): Uint8Array {
  return derUnsigned(bytes(value));
}
