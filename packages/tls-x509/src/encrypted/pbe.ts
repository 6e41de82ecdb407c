/**
 * Encryption by passwords: PBES1 and PBES2 (RFC 8018 §6), scrypt in the latter (RFC 7914 §7), and the older schemes of PKCS#12
 * (RFC 7292 §C). Only reading.
 */
import { type HashName, wipe } from '@tlskit/tls-crypto';
import { type FileCipherName, fileCiphers, pbkdf1, pkcs12Key } from '@tlskit/tls-crypto-noble/passwords';
import { DecodeError } from '@tlskit/tls-wire';
import { type DerReader, readDer, Tag } from '@tlskit/tls-wire/der';
import { type AlgorithmIdentifier, readAlgorithmIdentifier } from '../algorithm.ts';
import { invalidOption } from '../errors.ts';
import type { Passphrase } from './passphrase.ts';
import type { Work } from './work.ts';

/** Salts have 8 to 32 bytes. */
const maximumSalt = 1024;

const smallestN = 16;

const pbes2 = '1.2.840.113549.1.5.13';
const pbkdf2Oid = '1.2.840.113549.1.5.12';
const scryptOid = '1.3.6.1.4.1.11591.4.11';

/** RFC 8018 §A.4; the rows with MD2 are left out. */
const pbes1: Readonly<Record<string, readonly [hash: 'md5' | 'sha1', cipher: FileCipherName]>> = {
  '1.2.840.113549.1.5.3': ['md5', 'des-cbc'],
  '1.2.840.113549.1.5.6': ['md5', 'rc2-64-cbc'],
  '1.2.840.113549.1.5.10': ['sha1', 'des-cbc'],
  '1.2.840.113549.1.5.11': ['sha1', 'rc2-64-cbc'],
};

/** RFC 7292 §C, all with SHA-1; those with RC4 are left out. */
const pkcs12Schemes: Readonly<Record<string, FileCipherName>> = {
  '1.2.840.113549.1.12.1.3': 'des-ede3-cbc',
  '1.2.840.113549.1.12.1.4': 'des-ede-cbc',
  '1.2.840.113549.1.12.1.5': 'rc2-128-cbc',
  '1.2.840.113549.1.12.1.6': 'rc2-40-cbc',
};

/** RFC 8018 §B.2, and of AES (RFC 3565 §4.1). Their parameters are an IV. */
const ciphers: Readonly<Record<string, FileCipherName>> = {
  '1.3.14.3.2.7': 'des-cbc',
  '1.2.840.113549.3.7': 'des-ede3-cbc',
  '2.16.840.1.101.3.4.1.2': 'aes-128-cbc',
  '2.16.840.1.101.3.4.1.22': 'aes-192-cbc',
  '2.16.840.1.101.3.4.1.42': 'aes-256-cbc',
};

/** RFC 8018 §B.1. */
export const hmacOids: Readonly<Record<string, HashName>> = {
  '1.2.840.113549.2.7': 'sha1',
  '1.2.840.113549.2.9': 'sha256',
  '1.2.840.113549.2.10': 'sha384',
  '1.2.840.113549.2.11': 'sha512',
};

/**
 * What was encrypted, or undefined where the padding is wrong, as it nearly always is under a wrong passphrase.
 *
 * @throws TlsError `ERR_TLS_INVALID_OPTION` for a scheme that nobody here knows, or more work than there may be; DecodeError
 */
export function decrypt(
  algorithm: AlgorithmIdentifier,
  ciphertext: Uint8Array,
  passphrase: Passphrase,
  work: Work,
): Uint8Array | undefined {
  const { cipher: name, key, iv } = keysOf(algorithm, passphrase, work);
  try {
    return fileCiphers[name].decrypt(key, iv, ciphertext);
  } finally {
    wipe(key);
  }
}

interface Keys {
  readonly cipher: FileCipherName;
  readonly key: Uint8Array;
  readonly iv: Uint8Array;
}

function keysOf(algorithm: AlgorithmIdentifier, { octets, bmp }: Passphrase, work: Work): Keys {
  const { oid } = algorithm;
  if (oid === pbes2) return keysOfPbes2(algorithm, octets, work);
  const first = row(pbes1, oid);
  if (first !== undefined) {
    const [hash, cipher] = first;
    const { salt, iterations } = readPbeParameters(algorithm, work);
    const derived = pbkdf1(hash, octets, salt, iterations);
    return { cipher, key: derived.subarray(0, 8), iv: derived.subarray(8, 16) };
  }
  const cipher = row(pkcs12Schemes, oid);
  if (cipher === undefined) throw unknown('encryption', oid);
  const { keyLength, blockLength } = fileCiphers[cipher];
  const { salt, iterations } = readPbeParameters(algorithm, work);
  return {
    cipher,
    key: pkcs12Key('sha1', 'key', bmp, salt, iterations, keyLength),
    iv: pkcs12Key('sha1', 'iv', bmp, salt, iterations, blockLength),
  };
}

/** PBEParameter (RFC 8018 §A.3), pkcs-12PbeParams (RFC 7292 §C). */
function readPbeParameters({ parameters }: AlgorithmIdentifier, work: Work): { salt: Uint8Array; iterations: number } {
  return readDer(parameters ?? nothing, 'PBEParameter', reader => {
    const sequence = reader.enter();
    const salt = readSalt(sequence);
    const iterations = readIterations(sequence, work);
    sequence.finish('PBEParameter');
    return { salt, iterations };
  });
}

/** RFC 8018 §A.4: `SEQUENCE { keyDerivationFunc, encryptionScheme }`. */
function keysOfPbes2({ parameters }: AlgorithmIdentifier, password: Uint8Array, work: Work): Keys {
  const [derivation, scheme] = readDer(parameters ?? nothing, 'PBES2-params', reader => {
    const sequence = reader.enter();
    const both = [readAlgorithmIdentifier(sequence), readAlgorithmIdentifier(sequence)] as const;
    sequence.finish('PBES2-params');
    return both;
  });
  const cipher = row(ciphers, scheme.oid);
  if (cipher === undefined) throw unknown('cipher', scheme.oid);
  const { keyLength, blockLength } = fileCiphers[cipher];
  const iv = readDer(scheme.parameters ?? nothing, 'IV', reader => reader.octetString());
  if (iv.length !== blockLength) throw new DecodeError(`IV of ${iv.length} bytes, not ${blockLength}`, 0);
  return { cipher, key: derive(derivation, password, keyLength, work), iv };
}

function derive(derivation: AlgorithmIdentifier, password: Uint8Array, length: number, work: Work): Uint8Array {
  if (derivation.oid === pbkdf2Oid) {
    const { hash, salt, iterations, keyLength = length } = readPbkdf2(derivation, work);
    if (keyLength !== length) throw new DecodeError(`a key of ${keyLength} bytes, not ${length}`, 0);
    return work.functions.pbkdf2(hash, password, salt, iterations, length);
  }
  if (derivation.oid !== scryptOid) throw unknown('key derivation', derivation.oid);
  const { salt, ...cost } = readScrypt(derivation, length);
  const bytes = 128 * cost.N * cost.r * cost.p;
  // Where N is small most of the work is to fill the blocks and to digest them.
  work.spend('scryptBytes', Math.max(bytes, 128 * smallestN * cost.r * cost.p));
  // Beside N blocks of 128 · r bytes there are p of them, and a few more.
  return work.functions.scrypt(password, salt, cost, length, 4 * bytes);
}

/** PBKDF2-params (RFC 8018 §A.2), which PBMAC1 has too. */
export function readPbkdf2(
  { oid, parameters }: AlgorithmIdentifier,
  work: Work,
): { hash: HashName; salt: Uint8Array; iterations: number; keyLength?: number } {
  if (oid !== pbkdf2Oid) throw unknown('key derivation', oid);
  return readDer(parameters ?? nothing, 'PBKDF2-params', reader => {
    const sequence = reader.enter();
    const salt = readSalt(sequence);
    const iterations = readIterations(sequence, work);
    const keyLength = sequence.peek() === Tag.integer ? sequence.smallUnsigned() : undefined;
    const prf = sequence.done ? '1.2.840.113549.2.7' : readAlgorithmIdentifier(sequence).oid;
    sequence.finish('PBKDF2-params');
    const hash = row(hmacOids, prf);
    if (hash === undefined) throw unknown('pseudorandom function', prf);
    return { hash, salt, iterations, ...(keyLength === undefined ? {} : { keyLength }) };
  });
}

/** scrypt-params (RFC 7914 §7.1). */
function readScrypt(
  { parameters }: AlgorithmIdentifier,
  length: number,
): { salt: Uint8Array; N: number; r: number; p: number } {
  return readDer(parameters ?? nothing, 'scrypt-params', reader => {
    const sequence = reader.enter();
    const salt = readSalt(sequence);
    const [N, r, p] = [sequence.smallUnsigned(), sequence.smallUnsigned(), sequence.smallUnsigned()];
    if (!sequence.done && sequence.smallUnsigned() !== length) {
      throw new DecodeError('scrypt makes a key of another length than the cipher has', 0);
    }
    sequence.finish('scrypt-params');
    // RFC 7914 §2: N is a power of two, larger than 1 and below 2^(16 · r); the rest is bounded by the work.
    const isPower = N > 1 && N < 2 ** Math.min(31, 16 * r) && (N & (N - 1)) === 0;
    if (!isPower || r < 1 || p < 1) throw new DecodeError(`no cost of scrypt: N ${N}, r ${r}, p ${p}`, 0);
    return { salt, N, r, p };
  });
}

/** The salt itself: `otherSource` (RFC 8018 §A.2) was never defined. */
function readSalt(reader: DerReader): Uint8Array {
  const salt = reader.octetString();
  if (salt.length > maximumSalt) throw new DecodeError(`a salt of ${salt.length} bytes`, 0);
  return salt;
}

/** Those that are worked off, too. */
export function readIterations(reader: DerReader, work: Work): number {
  const iterations = reader.smallUnsigned();
  if (iterations < 1) throw new DecodeError('no iterations', 0);
  work.spend('iterations', iterations);
  return iterations;
}

function row<T>(table: Readonly<Record<string, T>>, oid: string): T | undefined {
  return Object.hasOwn(table, oid) ? table[oid] : undefined;
}

export function unknown(what: string, oid: string) {
  return invalidOption(`the file has the ${what} ${oid}, which is not supported`);
}

const nothing = new Uint8Array();
