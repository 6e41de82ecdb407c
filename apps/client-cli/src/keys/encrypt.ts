/** Encryption by a passphrase: PBES2 with PBKDF2, HMAC-SHA-256 and AES-256-CBC (RFC 8018 §6.2), which everybody reads. */
import { createCipheriv, pbkdf2Sync, randomBytes } from 'node:crypto';
import { der, derOid, derUnsigned, Tag } from '@tlskit/tls-wire/der';

/** As many as OpenSSL has by default: the files are for tests. */
export const ITERATIONS = 2048;

/** DER of EncryptedPrivateKeyInfo (RFC 5958 §3). @param pkcs8 DER, unencrypted */
export function encryptedPkcs8(pkcs8: Uint8Array, passphrase: string): Uint8Array {
  const [salt, iv] = [randomBytes(16), randomBytes(16)];
  const key = pbkdf2Sync(passphrase, salt, ITERATIONS, 32, 'sha256');
  const cipher = createCipheriv('aes-256-cbc', key, iv);
  const ciphertext = Buffer.concat([cipher.update(pkcs8), cipher.final()]);
  key.fill(0);
  return der(Tag.sequence, algorithm(salt, iv), der(Tag.octetString, ciphertext));
}

function algorithm(salt: Uint8Array, iv: Uint8Array): Uint8Array {
  const hmac = der(Tag.sequence, derOid('1.2.840.113549.2.9'), der(Tag.null));
  const parameters = der(Tag.sequence, der(Tag.octetString, salt), number(ITERATIONS), hmac);
  const derivation = der(Tag.sequence, derOid('1.2.840.113549.1.5.12'), parameters);
  const cipher = der(Tag.sequence, derOid('2.16.840.1.101.3.4.1.42'), der(Tag.octetString, iv));
  return der(Tag.sequence, derOid('1.2.840.113549.1.5.13'), der(Tag.sequence, derivation, cipher));
}

/** An INTEGER. @param value up to 2^32 - 1 */
export function number(value: number): Uint8Array {
  return derUnsigned(Uint8Array.of(value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff));
}
