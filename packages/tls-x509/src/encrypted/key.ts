/**
 * Private keys that a passphrase protects: EncryptedPrivateKeyInfo (RFC 5958 §3), and PEM with the headers of RFC 1421 §4.6, by which
 * OpenSSL encrypted before.
 */
import { wipe } from '@tlskit/tls-crypto';
import { bytesToKey, type FileCipherName, fileCiphers } from '@tlskit/tls-crypto-noble/passwords';
import { DecodeError, fromHex } from '@tlskit/tls-wire';
import { DerReader, readDer, Tag } from '@tlskit/tls-wire/der';
import { readAlgorithmIdentifier } from '../algorithm.ts';
import { checkKeys, invalidOption } from '../errors.ts';
import { type KeyFile, pkcs8Of, readKeyFile } from '../key-file.ts';
import { type Passphrase, passphraseOf, wrongPassphrase } from './passphrase.ts';
import { decrypt } from './pbe.ts';
import { type PasswordOptions, Work } from './work.ts';

/**
 * The one private key of a file, PEM or DER, without its encryption: DER PKCS#8, which is the caller's to wipe. A key that is not
 * encrypted needs no passphrase, and may have one.
 *
 * Reads PBES2 with PBKDF2 (HMAC with SHA-1, SHA-256, SHA-384, SHA-512) or scrypt and AES-128, -192, -256 or triple DES; PBES1 with DES
 * and RC2; the schemes of PKCS#12 with triple DES and RC2; PEM's own with AES, DES and triple DES.
 *
 * @param passphrase text, which is taken as UTF-8, or bytes
 * @throws TlsError `ERR_TLS_PASSPHRASE` for a wrong passphrase, which a damaged file cannot be told from; `ERR_TLS_INVALID_OPTION` for
 *   a file without a key or with several, one that is malformed, encryption that is not known, and work beyond the limits
 */
export function decryptPrivateKey(
  file: string | Uint8Array,
  passphrase: string | Uint8Array,
  options: PasswordOptions = {},
): Uint8Array {
  checkKeys('decryptPrivateKey', options, ['limits', 'functions']);
  const words = passphraseOf(passphrase);
  try {
    const work = new Work(options);
    const key = readKeyFile(file);
    if ('pkcs8' in key) return key.pkcs8;
    return 'encryptedInfo' in key ? decryptInfo(key.encryptedInfo, words, work) : decryptPem(key, words.octets);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw invalidOption(`the encrypted private key is malformed: ${error.message}`, error);
  } finally {
    wipe(words.octets, words.bmp);
  }
}

/** EncryptedPrivateKeyInfo to PrivateKeyInfo. @throws DecodeError; TlsError */
export function decryptInfo(encryptedInfo: Uint8Array, passphrase: Passphrase, work: Work): Uint8Array {
  const [algorithm, ciphertext] = readDer(encryptedInfo, 'EncryptedPrivateKeyInfo', reader => {
    const sequence = reader.enter();
    const parts = [readAlgorithmIdentifier(sequence), sequence.octetString()] as const;
    sequence.finish('EncryptedPrivateKeyInfo');
    return parts;
  });
  const info = decrypt(algorithm, ciphertext, passphrase, work);
  if (info !== undefined && isPrivateKeyInfo(info)) return info;
  wipe(info);
  throw wrongPassphrase('the private key');
}

/** One key in 256 that is wrong gives padding that is right: nothing of it may be taken for a malformed key. */
function isPrivateKeyInfo(bytes: Uint8Array): boolean {
  try {
    return readDer(bytes, 'PrivateKeyInfo', reader => {
      const sequence = reader.enter();
      return sequence.smallUnsigned() <= 1 && sequence.next().tag === Tag.sequence && sequence.octetString().length > 0;
    });
  } catch (error) {
    if (error instanceof DecodeError) return false;
    throw error;
  }
}

/** By the names of OpenSSL. */
const dekCiphers: Readonly<Record<string, FileCipherName>> = {
  'AES-128-CBC': 'aes-128-cbc',
  'AES-192-CBC': 'aes-192-cbc',
  'AES-256-CBC': 'aes-256-cbc',
  'DES-CBC': 'des-cbc',
  'DES-EDE3-CBC': 'des-ede3-cbc',
};

/** `Proc-Type: 4,ENCRYPTED` and `DEK-Info: cipher,IV`; the first eight bytes of the IV are the salt of the key. */
function decryptPem({ label, headers, ciphertext }: Extract<KeyFile, { label: string }>, password: Uint8Array) {
  const value = (name: string) =>
    headers
      .find(header => header.startsWith(`${name}:`))
      ?.slice(name.length + 1)
      .trim();
  if (value('Proc-Type')?.replaceAll(' ', '') !== '4,ENCRYPTED') {
    throw invalidOption('PEM with headers, but without Proc-Type: 4,ENCRYPTED');
  }
  const [, name = '', digits = ''] = /^([A-Za-z0-9-]+) *, *([0-9A-Fa-f]+)$/.exec(value('DEK-Info') ?? '') ?? [];
  const cipherName = Object.hasOwn(dekCiphers, name.toUpperCase()) ? dekCiphers[name.toUpperCase()] : undefined;
  if (cipherName === undefined) throw invalidOption(`the PEM header DEK-Info names no cipher that is known: "${name}"`);
  const cipher = fileCiphers[cipherName];
  if (digits.length !== 2 * cipher.blockLength) throw invalidOption('the PEM header DEK-Info has no IV of the cipher');
  const iv = fromHex(digits);
  const key = bytesToKey(password, iv.subarray(0, 8), cipher.keyLength);
  const plaintext = cipher.decrypt(key, iv, ciphertext);
  wipe(key);
  if (plaintext === undefined) throw wrongPassphrase('the private key');
  try {
    // A key without encryption is a SEQUENCE of the very length: anything else is what a wrong passphrase makes.
    readDer(plaintext, label, reader => new DerReader(reader.next(Tag.sequence).value).smallUnsigned());
    return pkcs8Of(label, plaintext);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw wrongPassphrase('the private key', error);
  } finally {
    if (label !== 'PRIVATE KEY') wipe(plaintext);
  }
}
