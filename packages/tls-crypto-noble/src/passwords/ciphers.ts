/** The ciphers that files are encrypted with, all of them in CBC mode with padding (RFC 8018 §B.2). They are only ever read. */
import { cbc } from '@noble/ciphers/aes.js';
import { wipe } from '@tlskit/tls-crypto';
import { concat } from '@tlskit/tls-wire';
import { TripleDes } from '../legacy/des.ts';
import { rc2Decrypt } from './rc2.ts';

export type FileCipherName =
  | 'aes-128-cbc'
  | 'aes-192-cbc'
  | 'aes-256-cbc'
  | 'des-cbc'
  | 'des-ede-cbc'
  | 'des-ede3-cbc'
  | 'rc2-40-cbc'
  | 'rc2-64-cbc'
  | 'rc2-128-cbc';

export interface FileCipher {
  /** Bytes. */
  readonly keyLength: number;
  /** Bytes of a block, and of the IV. */
  readonly blockLength: number;
  /** The plaintext without its padding; undefined where that is wrong, as under a wrong key, or where there are no whole blocks. */
  decrypt(key: Uint8Array, iv: Uint8Array, ciphertext: Uint8Array): Uint8Array | undefined;
}

type RawDecryption = (key: Uint8Array, iv: Uint8Array, ciphertext: Uint8Array) => Uint8Array;

const aes: RawDecryption = (key, iv, ciphertext) => cbc(key, iv, { disablePadding: true }).decrypt(ciphertext);
const rc2: RawDecryption = (key, iv, ciphertext) => rc2Decrypt(key, 8 * key.length, iv, ciphertext);

/** One key thrice is DES, two are the older triple DES. */
const des: RawDecryption = (key, iv, ciphertext) => {
  const thrice = concat(key, key, key);
  const cipher = new TripleDes(thrice.subarray(0, 24));
  const plaintext = cipher.decrypt(iv, ciphertext);
  cipher.wipe();
  wipe(thrice);
  return plaintext;
};

export const fileCiphers: Readonly<Record<FileCipherName, FileCipher>> = {
  'aes-128-cbc': padded(16, 16, aes),
  'aes-192-cbc': padded(24, 16, aes),
  'aes-256-cbc': padded(32, 16, aes),
  'des-cbc': padded(8, 8, des),
  'des-ede-cbc': padded(16, 8, des),
  'des-ede3-cbc': padded(24, 8, des),
  'rc2-40-cbc': padded(5, 8, rc2),
  'rc2-64-cbc': padded(8, 8, rc2),
  'rc2-128-cbc': padded(16, 8, rc2),
};

function padded(keyLength: number, blockLength: number, decrypt: RawDecryption): FileCipher {
  return {
    keyLength,
    blockLength,
    decrypt(key, iv, ciphertext) {
      if (ciphertext.length === 0 || ciphertext.length % blockLength !== 0) return undefined;
      const plaintext = decrypt(key, iv, ciphertext);
      const length = unpadded(plaintext, blockLength);
      if (length === undefined) wipe(plaintext);
      return length === undefined ? undefined : plaintext.subarray(0, length);
    },
  };
}

/** RFC 8018 §6.1.1: as many octets as each of them says, one block at most. Who holds file and passphrase learns nothing by time. */
function unpadded(plaintext: Uint8Array, blockLength: number): number | undefined {
  const padding = plaintext.at(-1) as number;
  if (padding === 0 || padding > blockLength) return undefined;
  const length = plaintext.length - padding;
  return plaintext.subarray(length).every(octet => octet === padding) ? length : undefined;
}
