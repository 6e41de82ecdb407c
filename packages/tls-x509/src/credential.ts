/** A certificate chain with the key that it is for, or the key alone. */
import { TlsError } from '@tlskit/tls-alerts';
import type { CryptoProvider, SigningKey } from '@tlskit/tls-crypto';
import { type Certificate, parseCertificate } from './certificate.ts';
import { checkDelegatedCredential } from './delegation.ts';
import { invalidOption } from './errors.ts';
import { loadCertificates, loadPrivateKey } from './files.ts';
import { isSameKey } from './same-key.ts';

export interface CredentialOptions {
  readonly provider: Pick<CryptoProvider, 'importPrivateKey'>;
  /** The chain, leaf first: PEM or DER, in one file or several. */
  readonly certificate: string | Uint8Array | readonly (string | Uint8Array)[];
  /** PEM or DER, or a key that lives elsewhere. */
  readonly key: string | Uint8Array | SigningKey;
  /** A DelegatedCredential that the certificate's key signed for `key` (RFC 9345 §4), as `createDelegatedCredential` makes it. */
  readonly delegatedCredential?: Uint8Array | undefined;
}

export interface Credential {
  /** DER, leaf first, as it is sent. */
  readonly chain: readonly Uint8Array[];
  readonly key: SigningKey;
  readonly leaf: Certificate;
  readonly delegatedCredential?: Uint8Array;
}

/**
 * Reads a chain and its key, and makes sure that they belong together.
 *
 * @throws TlsError `ERR_TLS_KEY_MISMATCH` when the leaf, or the delegated credential, is for another key, `ERR_TLS_CERT_MALFORMED` for a certificate that does not
 *   parse, `ERR_TLS_INVALID_OPTION` for files that hold no certificate or no usable key
 */
export function createCredential({ provider, certificate, key, delegatedCredential }: CredentialOptions): Credential {
  const files = typeof certificate === 'string' || certificate instanceof Uint8Array ? [certificate] : certificate;
  if (!Array.isArray(files) || key === undefined) throw invalidOption('a credential needs a certificate and a key');
  const certificates = files.flatMap(loadCertificates).map(parseCertificate);
  const [leaf] = certificates;
  if (leaf === undefined) throw invalidOption('a credential needs a certificate');
  const signingKey = readKey(provider, key);
  if (delegatedCredential !== undefined) {
    checkDelegatedCredential(delegatedCredential, leaf, signingKey);
    return { chain: certificates.map(({ der }) => der), key: signingKey, leaf, delegatedCredential };
  }
  if (!isSameKey(leaf.spki, signingKey.spki)) {
    throw new TlsError('ERR_TLS_KEY_MISMATCH', `the private key is not the one of certificate ${leaf.label}`);
  }
  return { chain: certificates.map(({ der }) => der), key: signingKey, leaf };
}

export interface RawKeyCredentialOptions {
  readonly provider: Pick<CryptoProvider, 'importPrivateKey'>;
  /** PEM or DER, or a key that lives elsewhere. */
  readonly key: string | Uint8Array | SigningKey;
}

/** A key without any certificate (RFC 7250): its SubjectPublicKeyInfo stands in place of a chain. */
export interface RawKeyCredential {
  /** RawPublicKey. */
  readonly certificateType: 2;
  /** DER of the SubjectPublicKeyInfo, alone. */
  readonly chain: readonly [Uint8Array];
  readonly key: SigningKey;
}

/** @throws TlsError `ERR_TLS_INVALID_OPTION` for a file that holds no usable key */
export function createRawKeyCredential({ provider, key }: RawKeyCredentialOptions): RawKeyCredential {
  const signingKey = readKey(provider, key);
  return { certificateType: 2, chain: [signingKey.spki], key: signingKey };
}

function readKey(
  provider: Pick<CryptoProvider, 'importPrivateKey'>,
  key: string | Uint8Array | SigningKey,
): SigningKey {
  if (typeof key === 'string' || key instanceof Uint8Array) return loadPrivateKey(provider, key);
  if (typeof key?.sign === 'function' && key.spki instanceof Uint8Array) return key;
  throw invalidOption(
    'a key is PEM or DER, or signs by itself: for a CryptoKey there is createWebCryptoSigningKey, for a KeyObject keyFromKeyObject',
  );
}
