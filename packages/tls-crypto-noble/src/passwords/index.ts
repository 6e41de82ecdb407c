/** What password-based encryption of files is made of (RFC 8018, RFC 7292 §B, RFC 7914), for whoever reads encrypted keys. */
export { type FileCipherName, fileCiphers } from './ciphers.ts';
export { bytesToKey, pbkdf1, pbkdf2, pkcs12Key, scryptKey } from './derive.ts';
