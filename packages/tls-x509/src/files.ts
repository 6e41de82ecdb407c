/** Certificates and keys of files: PEM or DER. */
import { TlsError } from '@tlskit/tls-alerts';
import { CryptoError, type CryptoProvider, type SigningKey, wipe } from '@tlskit/tls-crypto';
import { invalidOption } from './errors.ts';
import { readKeyFile } from './key-file.ts';
import { parsePem, textOrDer } from './pem.ts';
import { isPkcs7, readPkcs7 } from './pkcs7.ts';

const certificateLabels: readonly string[] = ['CERTIFICATE', 'X509 CERTIFICATE'];
const bundleLabels: readonly string[] = ['PKCS7', 'CMS'];

/**
 * The certificates of a file, DER, in order: one of them in DER, a bundle of PKCS#7 (`.p7b`, RFC 2315) in DER, or PEM with any number
 * of both, of which other blocks are passed over. They are not parsed here, and those of a bundle are in no particular order.
 *
 * @throws TlsError `ERR_TLS_INVALID_OPTION` when there is none, or the PEM or a bundle is broken
 */
export function loadCertificates(file: string | Uint8Array): readonly Uint8Array[] {
  const content = textOrDer(file);
  if (typeof content !== 'string') return isPkcs7(content) ? readPkcs7(content) : [content];
  const certificates = parsePem(content).flatMap(({ label, der }) => {
    if (bundleLabels.includes(label)) return readPkcs7(der);
    if (certificateLabels.includes(label)) return [der];
    // There may be the key beside them.
    wipe(der);
    return [];
  });
  if (certificates.length === 0) throw invalidOption('no certificate is in this file');
  return certificates;
}

/**
 * The private key of a file: the only one, as PKCS#8, SEC1 or PKCS#1, or DSA's as OpenSSL writes it.
 *
 * @throws TlsError `ERR_TLS_INVALID_OPTION` when there is none or more than one, when it is malformed, when a public key beside it is not
 *   its own, or when it is of a kind that the provider does not have; `ERR_TLS_PASSPHRASE` when it is encrypted: `decryptPrivateKey`
 *   of `@tlskit/tls-x509/encrypted` helps then
 */
export function loadPrivateKey(
  provider: Pick<CryptoProvider, 'importPrivateKey'>,
  file: string | Uint8Array,
): SigningKey {
  const key = readKeyFile(file);
  if (!('pkcs8' in key)) {
    throw new TlsError(
      'ERR_TLS_PASSPHRASE',
      'the private key is encrypted: its passphrase is needed, or decryptPrivateKey of @tlskit/tls-x509/encrypted',
    );
  }
  try {
    return importKey(provider, key.pkcs8);
  } finally {
    if (key.pkcs8 !== file) wipe(key.pkcs8);
  }
}

/** @throws TlsError `ERR_TLS_INVALID_OPTION` */
export function importKey(provider: Pick<CryptoProvider, 'importPrivateKey'>, pkcs8: Uint8Array): SigningKey {
  try {
    return provider.importPrivateKey(pkcs8);
  } catch (error) {
    if (!(error instanceof CryptoError)) throw error;
    throw invalidOption(`the private key cannot be used: ${error.message}`, error);
  }
}
