/**
 * Keys from passwords: PBKDF1 and PBKDF2 (RFC 8018 §5), scrypt (RFC 7914), the derivation of PKCS#12 (RFC 7292 §B.2) and that of
 * OpenSSL's older PEM files. The work is the caller's to bound: iterations and sizes come out of files.
 */
import { md5, sha1 } from '@noble/hashes/legacy.js';
import { pbkdf2 as noblePbkdf2 } from '@noble/hashes/pbkdf2.js';
import { scrypt } from '@noble/hashes/scrypt.js';
import { type HashName, wipe } from '@tlskit/tls-crypto';
import { concat } from '@tlskit/tls-wire';
import { nobleFunctions } from '../hashes.ts';

const digests = { ...nobleFunctions, md5 } as const;

/** @param length of the key, in bytes */
export function pbkdf2(
  hash: HashName,
  password: Uint8Array,
  salt: Uint8Array,
  iterations: number,
  length: number,
): Uint8Array {
  return noblePbkdf2(nobleFunctions[hash], password, salt, { c: iterations, dkLen: length });
}

/** scrypt's cost N, a power of two; block size r and parallelization p. */
export interface ScryptCost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/** @throws Error for a cost that is none (RFC 7914 §2), or takes more than `maximumMemory` bytes */
export function scryptKey(
  password: Uint8Array,
  salt: Uint8Array,
  cost: ScryptCost,
  length: number,
  maximumMemory: number,
): Uint8Array {
  return scrypt(password, salt, { ...cost, dkLen: length, maxmem: maximumMemory });
}

/** PBKDF1 (RFC 8018 §5.1): the whole digest, of which the first bytes are the key. */
export function pbkdf1(hash: 'md5' | 'sha1', password: Uint8Array, salt: Uint8Array, iterations: number): Uint8Array {
  const digest = { md5, sha1 }[hash];
  return digested(digest, concat(password, salt), iterations);
}

/** The key of PEM that is encrypted by the headers of RFC 1421, as OpenSSL derives it: one round of MD5. */
export function bytesToKey(password: Uint8Array, salt: Uint8Array, length: number): Uint8Array {
  let block: Uint8Array = new Uint8Array();
  const blocks: Uint8Array[] = [];
  for (let made = 0; made < length; made += block.length) {
    block = digested(md5, concat(block, password, salt), 1);
    blocks.push(block);
  }
  return keyOf(blocks, length);
}

/** What the bytes are for (RFC 7292 §B.3): a key, an IV, or a key of a MAC. */
export const pkcs12Purposes = { key: 1, iv: 2, mac: 3 } as const;

/**
 * RFC 7292 §B.2.
 * @param password in UTF-16, big-endian, with two zero octets at the end
 */
export function pkcs12Key(
  hash: HashName,
  purpose: keyof typeof pkcs12Purposes,
  password: Uint8Array,
  salt: Uint8Array,
  iterations: number,
  length: number,
): Uint8Array {
  const digest = digests[hash];
  const { blockLen: v, outputLen: u } = digest;
  const diversifier = new Uint8Array(v).fill(pkcs12Purposes[purpose]);
  const words = repeated(password, v);
  const input = concat(repeated(salt, v), words);
  const blocks: Uint8Array[] = [];
  for (let made = 0; made < length; made += u) {
    const block = digested(digest, concat(diversifier, input), iterations);
    blocks.push(block);
    const b = repeated(block, v);
    addToEach(input, b.subarray(0, v), v);
    wipe(b);
  }
  wipe(input, words);
  return keyOf(blocks, length);
}

/** The digest of the digest, so many times. @param input wiped, as is all on the way */
function digested(digest: (input: Uint8Array) => Uint8Array, input: Uint8Array, iterations: number): Uint8Array {
  let block = input;
  for (let i = 0; i < iterations; i++) {
    const next = digest(block);
    wipe(block);
    block = next;
  }
  return block;
}

/** The first bytes of the blocks, which are wiped. */
function keyOf(blocks: readonly Uint8Array[], length: number): Uint8Array {
  const joined = concat(...blocks);
  const key = joined.slice(0, length);
  wipe(joined, ...blocks);
  return key;
}

/** Copies of the octets, the last cut short, that fill whole blocks; none of none. */
function repeated(octets: Uint8Array, blockLength: number): Uint8Array {
  const filled = new Uint8Array(blockLength * Math.ceil(octets.length / blockLength));
  for (let i = 0; i < filled.length; i++) filled[i] = octets[i % octets.length] as number;
  return filled;
}

/** I_j = (I_j + B + 1) mod 2^v, for each block of I. */
function addToEach(input: Uint8Array, b: Uint8Array, blockLength: number): void {
  for (let start = 0; start < input.length; start += blockLength) {
    let carry = 1;
    for (let i = blockLength - 1; i >= 0; i--) {
      carry += (input[start + i] as number) + (b[i] as number);
      input[start + i] = carry & 0xff;
      carry >>= 8;
    }
  }
}
