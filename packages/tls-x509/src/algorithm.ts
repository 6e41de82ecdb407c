/** Algorithm identifiers: what signs, and what keys are (RFC 5280 §4.1.1.2, §4.1.2.7; RFC 4055, RFC 5480, RFC 5758, RFC 8410, RFC 9881). */
import type { HashName, SignatureAlgorithm } from '@tlskit/tls-crypto';
import { DecodeError } from '@tlskit/tls-wire';
import { contextTag, DerReader, readDer, Tag } from '@tlskit/tls-wire/der';
import { keyOids } from './oids.ts';

export interface AlgorithmIdentifier {
  /** Dotted. */
  readonly oid: string;
  /** DER of the parameters, or undefined when there are none. */
  readonly parameters: Uint8Array | undefined;
  /** DER of the whole. */
  readonly der: Uint8Array;
}

/** `SEQUENCE { algorithm OBJECT IDENTIFIER, parameters ANY OPTIONAL }`. @throws DecodeError */
export function readAlgorithmIdentifier(reader: DerReader): AlgorithmIdentifier {
  const { bytes, value } = reader.next(Tag.sequence);
  const inner = new DerReader(value);
  const oid = inner.oid();
  const parameters = inner.done ? undefined : inner.next().bytes;
  inner.finish('AlgorithmIdentifier');
  return { oid, parameters, der: bytes };
}

/** What a signature algorithm comes to: one that can be verified, one that must not be, or one that nobody here knows. */
export type SignatureKind =
  | { readonly known: SignatureAlgorithm; readonly weak: boolean }
  | { readonly known: undefined; readonly weak: boolean };

const rsa = (hash: HashName): SignatureAlgorithm => ({ type: 'rsa-pkcs1', hash });
const ecdsa = (hash: HashName): SignatureAlgorithm => ({ type: 'ecdsa', hash });

/** `null`: NULL or nothing, as RFC 4055 §5 lets RSA be read; `absent`: nothing at all. */
const algorithms: Readonly<Record<string, { readonly algorithm: SignatureAlgorithm; readonly parameters: string }>> = {
  '1.2.840.113549.1.1.5': { algorithm: rsa('sha1'), parameters: 'null' },
  '1.2.840.113549.1.1.11': { algorithm: rsa('sha256'), parameters: 'null' },
  '1.2.840.113549.1.1.12': { algorithm: rsa('sha384'), parameters: 'null' },
  '1.2.840.113549.1.1.13': { algorithm: rsa('sha512'), parameters: 'null' },
  '1.2.840.10045.4.1': { algorithm: ecdsa('sha1'), parameters: 'absent' },
  '1.2.840.10045.4.3.2': { algorithm: ecdsa('sha256'), parameters: 'absent' },
  '1.2.840.10045.4.3.3': { algorithm: ecdsa('sha384'), parameters: 'absent' },
  '1.2.840.10045.4.3.4': { algorithm: ecdsa('sha512'), parameters: 'absent' },
  [keyOids.ed25519]: { algorithm: { type: 'ed25519' }, parameters: 'absent' },
  [keyOids.ed448]: { algorithm: { type: 'ed448' }, parameters: 'absent' },
  [keyOids.mlDsa44]: { algorithm: { type: 'ml-dsa', set: 44 }, parameters: 'absent' },
  [keyOids.mlDsa65]: { algorithm: { type: 'ml-dsa', set: 65 }, parameters: 'absent' },
  [keyOids.mlDsa87]: { algorithm: { type: 'ml-dsa', set: 87 }, parameters: 'absent' },
};

/** MD2, MD4 and MD5 with RSA, SHA-1 with RSA by its older name, and SHA-1 with DSA: known, and not to be trusted. */
const broken = new Set([
  '1.2.840.113549.1.1.2',
  '1.2.840.113549.1.1.3',
  '1.2.840.113549.1.1.4',
  '1.3.14.3.2.29',
  '1.2.840.10040.4.3',
]);

/** @throws DecodeError for parameters that the algorithm does not have */
export function signatureKind({ oid, parameters }: AlgorithmIdentifier): SignatureKind {
  if (oid === keyOids.rsassaPss) return pssKind(parameters);
  const row = Object.hasOwn(algorithms, oid) ? algorithms[oid] : undefined;
  if (row === undefined) return { known: undefined, weak: broken.has(oid) };
  const isNull = parameters?.length === 2 && parameters[0] === Tag.null && parameters[1] === 0;
  if (parameters !== undefined && !(row.parameters === 'null' && isNull)) {
    throw new DecodeError(`signature algorithm ${oid} with parameters that it does not have`, 0);
  }
  return { known: row.algorithm, weak: 'hash' in row.algorithm && row.algorithm.hash === 'sha1' };
}

/** Hashes by themselves (RFC 3370 §2, RFC 5754 §2). */
export const hashOids: Readonly<Record<string, HashName>> = {
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};

/** The hash of this name, if anybody here knows it. Parameters are NULL or absent (RFC 5754 §2), and say nothing. */
export function hashOf({ oid }: AlgorithmIdentifier): HashName | undefined {
  return Object.hasOwn(hashOids, oid) ? hashOids[oid] : undefined;
}

/** RSASSA-PSS-params (RFC 4055 §3.1), whose defaults are SHA-1 and 20 octets of salt. */
function pssKind(parameters: Uint8Array | undefined): SignatureKind {
  if (parameters === undefined) throw new DecodeError('RSASSA-PSS signature without parameters', 0);
  return readDer(parameters, 'RSASSA-PSS-params', reader => {
    const sequence = reader.enter();
    const explicit = <T>(number: number, read: (inner: DerReader) => T): T | undefined => {
      const tag = contextTag(number, true);
      if (sequence.peek() !== tag) return undefined;
      const inner = sequence.enter(tag);
      const value = read(inner);
      inner.finish('RSASSA-PSS-params');
      return value;
    };
    const hash = explicit(0, readHash) ?? { name: 'sha1' };
    const mgfHash = explicit(1, readMaskGeneration) ?? { name: 'sha1' };
    const saltLength = explicit(2, inner => inner.smallUnsigned()) ?? 20;
    const trailer = explicit(3, inner => inner.smallUnsigned()) ?? 1;
    sequence.finish('RSASSA-PSS-params');
    if (trailer !== 1) throw new DecodeError('RSASSA-PSS-params with another trailer than 0xBC', 0);
    const weak = hash.name === 'sha1' || mgfHash.name === 'sha1';
    if (hash.name === undefined || mgfHash.name === undefined) return { known: undefined, weak };
    return { known: { type: 'rsa-pss', hash: hash.name, mgfHash: mgfHash.name, saltLength }, weak };
  });
}

function readHash(reader: DerReader): { name: HashName | undefined } {
  return { name: hashOf(readAlgorithmIdentifier(reader)) };
}

/** MGF1 (RFC 8017 §B.2.1) with its hash; there is no other. */
function readMaskGeneration(reader: DerReader): { name: HashName | undefined } {
  const { oid, parameters } = readAlgorithmIdentifier(reader);
  if (oid !== '1.2.840.113549.1.1.8' || parameters === undefined) return { name: undefined };
  return readHash(new DerReader(parameters));
}

/** A SubjectPublicKeyInfo taken apart. */
export interface KeyInfo {
  readonly algorithm: AlgorithmIdentifier;
  /** Contents of the BIT STRING. */
  readonly key: Uint8Array;
}

/** @throws DecodeError */
export function readKeyInfo(spki: Uint8Array): KeyInfo {
  return readDer(spki, 'SubjectPublicKeyInfo', reader => {
    const sequence = reader.enter();
    const algorithm = readAlgorithmIdentifier(sequence);
    const key = sequence.bitStringBytes();
    sequence.finish('SubjectPublicKeyInfo');
    return { algorithm, key };
  });
}

const curveNames: Readonly<Record<string, string>> = {
  '1.2.840.10045.3.1.1': 'P-192',
  '1.3.132.0.33': 'P-224',
  '1.2.840.10045.3.1.7': 'P-256',
  '1.3.132.0.10': 'secp256k1',
  '1.3.132.0.34': 'P-384',
  '1.3.132.0.35': 'P-521',
};

/** A key in words: `ECDSA P-256`, `RSA 2048`, `Ed25519`; the OID of what nobody here knows. Never throws. */
export function describeKey(spki: Uint8Array): string {
  try {
    const { algorithm, key } = readKeyInfo(spki);
    switch (algorithm.oid) {
      case keyOids.ec: {
        const curve = readDer(algorithm.parameters ?? new Uint8Array(), 'curve', reader => reader.oid());
        return `ECDSA ${curveNames[curve] ?? curve}`;
      }
      case keyOids.rsaEncryption:
        return `RSA ${readRsaKey(key).bits}`;
      case keyOids.rsassaPss:
        return `RSA-PSS ${readRsaKey(key).bits}`;
      case keyOids.dsa:
        return 'DSA';
      case keyOids.dh:
        return 'DH';
      case keyOids.ed25519:
        return 'Ed25519';
      case keyOids.ed448:
        return 'Ed448';
      case keyOids.mlDsa44:
        return 'ML-DSA-44';
      case keyOids.mlDsa65:
        return 'ML-DSA-65';
      case keyOids.mlDsa87:
        return 'ML-DSA-87';
      default:
        return algorithm.oid;
    }
  } catch {
    return 'unreadable';
  }
}

/** RSAPublicKey (RFC 8017 §A.1.1): bits of the modulus, and the exponent as magnitude. @throws DecodeError */
export function readRsaKey(key: Uint8Array): { readonly bits: number; readonly exponent: Uint8Array } {
  return readDer(key, 'RSAPublicKey', reader => {
    const sequence = reader.enter();
    const bits = bitLength(sequence.unsigned());
    const exponent = sequence.unsigned();
    sequence.finish('RSAPublicKey');
    return { bits, exponent };
  });
}

/** Of a magnitude without leading zero octets. */
export function bitLength(magnitude: Uint8Array): number {
  return magnitude.length * 8 - Math.clz32(magnitude[0] as number) + 24;
}
