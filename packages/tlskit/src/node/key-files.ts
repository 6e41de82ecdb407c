/** Files under a passphrase, with the work done by OpenSSL where it does it. */
import { pbkdf2Sync, scryptSync } from 'node:crypto';
import { decryptPrivateKey, loadPkcs12, type PasswordFunctions } from '@tlskit/tls-x509/encrypted';
import type { KeyFiles } from '../options/key-files.ts';

const functions: PasswordFunctions = {
  pbkdf2: (hash, password, salt, iterations, length) =>
    Uint8Array.from(pbkdf2Sync(password, salt, iterations, length, hash)),
  scrypt: (password, salt, cost, length, maxmem) =>
    Uint8Array.from(scryptSync(password, salt, length, { ...cost, maxmem })),
};

export const nodeKeyFiles: KeyFiles = {
  decrypt: (file, passphrase) => decryptPrivateKey(file, passphrase, { functions }),
  loadPkcs12: (provider, file, passphrase) => loadPkcs12(provider, file, passphrase, { functions }),
};
