/**
 * Files under a passphrase, with the work done by OpenSSL where it does it. A late module: who has no such files loads nothing of their
 * ciphers, which OpenSSL 3 lacks in part.
 */
import { pbkdf2Sync, scryptSync } from 'node:crypto';
import { decryptPrivateKey, loadPkcs12 as load, type PasswordFunctions } from '@tlskit/tls-x509/encrypted';
import type { KeyFiles } from '../options/key-files.ts';

export const decryptKey: KeyFiles['decrypt'] = (file, passphrase) => decryptPrivateKey(file, passphrase, { functions });

export const loadPkcs12: KeyFiles['loadPkcs12'] = (provider, file, passphrase) =>
  load(provider, file, passphrase, { functions });

const functions: PasswordFunctions = {
  pbkdf2: (hash, password, salt, iterations, length) =>
    Uint8Array.from(pbkdf2Sync(password, salt, iterations, length, hash)),
  scrypt: (password, salt, cost, length, maxmem) =>
    Uint8Array.from(scryptSync(password, salt, length, { ...cost, maxmem })),
};
