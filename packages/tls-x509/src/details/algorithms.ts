/** Keys and signature algorithms with their parameters, in words and as values (RFC 3279, RFC 4055, RFC 5480, RFC 8410, RFC 9881). */
import type { HashName } from '@tlskit/tls-crypto';
import { DecodeError, toHex } from '@tlskit/tls-wire';
import { readDer, Tag } from '@tlskit/tls-wire/der';
import {
  type AlgorithmIdentifier,
  bitLength,
  describeKey,
  readKeyInfo,
  readRsaKey,
  signatureKind,
} from '../algorithm.ts';
import { keyOids } from '../oids.ts';
import { signatureNames } from './oid-names.ts';
import { called } from './text.ts';

export interface KeyDetails {
  /** `RSA 2048`, `ECDSA P-256`, `Ed25519`, …; `unreadable`, or the OID of what nobody here knows. */
  readonly words: string;
  /** Of the algorithm, dotted; undefined where the key is unreadable. */
  readonly oid?: string;
  /** Of a modulus or a prime, in bits. */
  readonly bits?: number;
  /** RSA's public exponent, decimal. */
  readonly exponent?: string;
  /** `P-256`, …, or its OID. */
  readonly curve?: string;
  /** DER of the algorithm's parameters, hexadecimal, where they are none of the above. */
  readonly parameters?: string;
}

export interface SignatureDetails {
  /** `ECDSA with SHA-256`, … */
  readonly words: string;
  /** Dotted. */
  readonly oid: string;
  /** Whether it rests on MD5, SHA-1 or what is older. */
  readonly weak: boolean;
}

/** Never throws. */
export function keyDetails(spki: Uint8Array): KeyDetails {
  const words = describeKey(spki);
  try {
    const { algorithm, key } = readKeyInfo(spki);
    const { oid, parameters } = algorithm;
    switch (oid) {
      case keyOids.ec:
        return { words, oid, curve: words.replace(/^ECDSA /, '') };
      case keyOids.rsaEncryption:
        return { words, oid, ...rsa(key) };
      case keyOids.rsassaPss:
        return { words, oid, ...rsa(key), ...(parameters === undefined ? {} : { parameters: toHex(parameters) }) };
      case keyOids.dsa:
      case keyOids.dh:
        return { words, oid, ...(parameters === undefined ? {} : { bits: primeBits(parameters) }) };
      default:
        return { words, oid, ...(parameters === undefined ? {} : { parameters: toHex(parameters) }) };
    }
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return { words: 'unreadable' };
  }
}

/** Never throws. */
export function signatureDetails(identifier: AlgorithmIdentifier): SignatureDetails {
  const { oid } = identifier;
  try {
    const { known, weak } = signatureKind(identifier);
    return { words: known === undefined ? called(oid, signatureNames) : wordsOf(known), oid, weak };
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return { words: `${called(oid, signatureNames)} with parameters that cannot be read`, oid, weak: false };
  }
}

function wordsOf(known: NonNullable<ReturnType<typeof signatureKind>['known']>): string {
  switch (known.type) {
    case 'rsa-pkcs1':
      return `RSA with ${hash(known.hash)}`;
    case 'rsa-pss': {
      const mgf = known.mgfHash === known.hash ? '' : `, MGF1 with ${hash(known.mgfHash)}`;
      return `RSA-PSS with ${hash(known.hash)}${mgf}, ${known.saltLength} bytes of salt`;
    }
    case 'ecdsa':
      return `ECDSA with ${hash(known.hash)}`;
    case 'dsa':
      return `DSA with ${hash(known.hash)}`;
    case 'ed25519':
      return 'Ed25519';
    case 'ed448':
      return 'Ed448';
    case 'ml-dsa':
      return `ML-DSA-${known.set}`;
  }
}

function hash(name: HashName): string {
  return name.replace('sha', 'SHA-');
}

function rsa(key: Uint8Array): { bits: number; exponent: string } {
  const { bits, exponent } = readRsaKey(key);
  const hex = `0x${toHex(exponent)}`;
  // Nobody reads the decimal digits of a large one, and they take long to make.
  return { bits, exponent: exponent.length > 16 ? hex : BigInt(hex).toString() };
}

/** Parameters of DSA (RFC 3279 §2.3.2) and DH (§2.3.3) begin with the prime. */
function primeBits(parameters: Uint8Array): number {
  return readDer(parameters, 'parameters', reader => bitLength(reader.enter(Tag.sequence).unsigned()));
}
