/** How much work a file may ask for: whoever wrote it chose the costs, and is not to choose how long its reader is busy. */
import type { HashName } from '@tlskit/tls-crypto';
import { pbkdf2, scryptKey } from '@tlskit/tls-crypto-noble/passwords';
import { checkKeys, invalidOption } from '../errors.ts';

export interface PasswordLimits {
  /**
   * Rounds of PBKDF1, PBKDF2 and PKCS#12's derivation, of all keys in a file together. 3,000,000 by default: in JavaScript some ten
   * seconds with SHA-256, and three times as many with SHA-512. OpenSSL's files have 2,048 for each key, those of GnuTLS 600,000.
   */
  readonly iterations?: number | undefined;
  /**
   * Bytes that scrypt mixes (128 · N · r · p, RFC 7914, where N counts as 16 at least), of all keys in a file together, and so the most
   * memory that it takes. 2^27 by default, about a second.
   */
  readonly scryptBytes?: number | undefined;
}

/** Derivations by the platform in place of those in JavaScript, such as `pbkdf2Sync` and `scryptSync` of `node:crypto`. */
export interface PasswordFunctions {
  /** @param length of the key, in bytes, as below */
  pbkdf2(hash: HashName, password: Uint8Array, salt: Uint8Array, iterations: number, length: number): Uint8Array;
  /** @param maximumMemory in bytes */
  scrypt(
    password: Uint8Array,
    salt: Uint8Array,
    cost: { readonly N: number; readonly r: number; readonly p: number },
    length: number,
    maximumMemory: number,
  ): Uint8Array;
}

export interface PasswordOptions {
  /** How much work the file may ask for. */
  readonly limits?: PasswordLimits | undefined;
  /** What does that work. */
  readonly functions?: PasswordFunctions | undefined;
}

const defaults: Required<{ [K in keyof PasswordLimits]: number }> = { iterations: 3_000_000, scryptBytes: 2 ** 27 };

/** What is left of the limits while one file is read, and who works. */
export class Work {
  readonly functions: PasswordFunctions;
  readonly #left: { iterations: number; scryptBytes: number };
  readonly #limits: Required<{ [K in keyof PasswordLimits]: number }>;

  /** @throws TlsError `ERR_TLS_INVALID_OPTION` for limits that are none */
  constructor({ limits = {}, functions = { pbkdf2, scrypt: scryptKey } }: PasswordOptions = {}) {
    this.functions = functions;
    checkKeys('limits of a file', limits, Object.keys(defaults));
    const limit = (name: keyof PasswordLimits) => {
      const value = limits[name] ?? defaults[name];
      if (!Number.isSafeInteger(value) || value < 1) throw invalidOption(`${name} is a number, 1 or more`);
      return value;
    };
    this.#limits = { iterations: limit('iterations'), scryptBytes: limit('scryptBytes') };
    this.#left = { ...this.#limits };
  }

  /** To be asked before the work is done. @throws TlsError `ERR_TLS_INVALID_OPTION` for more than is left */
  spend(what: keyof PasswordLimits, amount: number): void {
    this.#left[what] -= amount;
    if (this.#left[what] < 0) {
      throw invalidOption(`the file asks for more ${what} than its limit of ${this.#limits[what]}`);
    }
  }
}
