/** Our own key and certificates out of files: a key under a passphrase, or both in one file of PKCS#12. */
import { type CryptoProvider, type SigningKey, wipe } from '@tlskit/tls-crypto';
import { invalid, shown } from './check.ts';

/** PEM text, of one block or several, or DER; or a list of those. */
export type CertificateInput = string | Uint8Array | readonly (string | Uint8Array)[];

/** What reads files under a passphrase; faces whose bundles are to be without it have none. */
export interface KeyFiles {
  /** To DER PKCS#8, which is ours to wipe. @throws TlsError */
  decrypt(file: string | Uint8Array, passphrase: string | Uint8Array): Uint8Array;
  /** @throws TlsError */
  loadPkcs12(
    provider: CryptoProvider,
    file: Uint8Array,
    passphrase: string | Uint8Array,
  ): { readonly key: SigningKey; readonly certificate: readonly Uint8Array[] };
}

export interface KeyFileOptions {
  /**
   * What `key`, or `pfx`, is encrypted under: text, or bytes of UTF-8. A wrong one is `ERR_TLS_PASSPHRASE`. In `tlskit/node` only;
   * elsewhere `@tlskit/tls-x509/encrypted` decrypts before.
   */
  readonly passphrase?: string | Uint8Array | undefined;
  /**
   * A PKCS#12 file (RFC 7292) with one key and its chain, in place of `certificate` and `key`. In `tlskit/node` only; elsewhere
   * `loadPkcs12` of `@tlskit/tls-x509/encrypted` gives the two.
   */
  readonly pfx?: Uint8Array | undefined;
}

interface KeyPairOptions extends KeyFileOptions {
  readonly certificate?: CertificateInput | undefined;
  readonly key?: string | Uint8Array | SigningKey | undefined;
}

/** @throws TlsError `ERR_TLS_INVALID_OPTION` for options that do not go together, and as the files are read */
export function keyPairOf(
  { certificate, key, passphrase, pfx }: KeyPairOptions,
  { provider, keyFiles }: { readonly provider: CryptoProvider; readonly keyFiles?: KeyFiles | undefined },
): Pick<KeyPairOptions, 'certificate' | 'key'> {
  if (passphrase === undefined && pfx === undefined) return { certificate, key };
  if (keyFiles === undefined) {
    const instead =
      pfx === undefined ? 'key: decryptPrivateKey(file, passphrase)' : 'loadPkcs12(provider, pfx, passphrase)';
    throw invalid(`passphrase and pfx are of tlskit/node; here it is ${instead} of @tlskit/tls-x509/encrypted`);
  }
  if (passphrase !== undefined && typeof passphrase !== 'string' && !(passphrase instanceof Uint8Array)) {
    throw invalid('passphrase is text, or bytes');
  }
  if (pfx !== undefined) {
    if ((certificate ?? key) !== undefined) throw invalid('pfx stands in place of certificate and key');
    if (!(pfx instanceof Uint8Array)) throw invalid(`pfx is the bytes of a PKCS#12 file, not ${shown(pfx)}`);
    return keyFiles.loadPkcs12(provider, pfx, passphrase ?? '');
  }
  if (typeof key !== 'string' && !(key instanceof Uint8Array)) throw invalid('passphrase goes with a key in a file');
  return { certificate, key: keyFiles.decrypt(key, passphrase as string | Uint8Array) };
}

/** What was decrypted for us is wiped when the key is read; the caller's own bytes are not ours. */
export function wipeDecrypted(key: KeyPairOptions['key'], given: KeyPairOptions): void {
  if (key instanceof Uint8Array && key !== given.key) wipe(key);
}
