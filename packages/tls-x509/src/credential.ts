/** A certificate chain with the key that it is for. */
import { TlsError } from '@tlskit/tls-alerts';
import type { CryptoProvider, SigningKey } from '@tlskit/tls-crypto';
import { DecodeError, equalBytes } from '@tlskit/tls-wire';
import { readKeyInfo } from './algorithm.ts';
import { type Certificate, parseCertificate } from './certificate.ts';
import { invalidOption } from './errors.ts';
import { loadCertificates, loadPrivateKey } from './files.ts';
import { keyOids } from './oids.ts';

export interface CredentialOptions {
  readonly provider: Pick<CryptoProvider, 'importPrivateKey'>;
  /** The chain, leaf first: PEM or DER, in one file or several. */
  readonly certificate: string | Uint8Array | readonly (string | Uint8Array)[];
  /** PEM or DER, or a key that lives elsewhere. */
  readonly key: string | Uint8Array | SigningKey;
}

export interface Credential {
  /** DER, leaf first, as it is sent. */
  readonly chain: readonly Uint8Array[];
  readonly key: SigningKey;
  readonly leaf: Certificate;
}

/**
 * Reads a chain and its key, and makes sure that they belong together.
 *
 * @throws TlsError `ERR_TLS_KEY_MISMATCH` when the leaf is for another key, `ERR_TLS_CERT_MALFORMED` for a certificate that does not
 *   parse, `ERR_TLS_INVALID_OPTION` for files that hold no certificate or no usable key
 */
export function createCredential({ provider, certificate, key }: CredentialOptions): Credential {
  const files = typeof certificate === 'string' || certificate instanceof Uint8Array ? [certificate] : certificate;
  if (files === undefined || key === undefined) throw invalidOption('a credential needs a certificate and a key');
  const certificates = files.flatMap(loadCertificates).map(parseCertificate);
  const [leaf] = certificates;
  if (leaf === undefined) throw invalidOption('a credential needs a certificate');
  const signingKey = typeof key === 'string' || key instanceof Uint8Array ? loadPrivateKey(provider, key) : key;
  if (!isSameKey(leaf.spki, signingKey.spki)) {
    throw new TlsError('ERR_TLS_KEY_MISMATCH', `the private key is not the one of certificate ${leaf.label}`);
  }
  return { chain: certificates.map(({ der }) => der), key: signingKey, leaf };
}

/** Byte for byte, but for the parameters of `rsaEncryption`, which some leave out (RFC 3279 §2.3.1 asks for NULL). */
function isSameKey(one: Uint8Array, other: Uint8Array): boolean {
  if (equalBytes(one, other)) return true;
  try {
    const [a, b] = [readKeyInfo(one), readKeyInfo(other)];
    const rsa = a.algorithm.oid === keyOids.rsaEncryption && b.algorithm.oid === keyOids.rsaEncryption;
    return rsa && equalBytes(a.key, b.key);
  } catch (error) {
    if (error instanceof DecodeError) return false;
    throw error;
  }
}
