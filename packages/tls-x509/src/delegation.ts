/** Delegated credentials as their makers and holders see them (RFC 9345 §4); a peer's are checked in the handshake. */
import { TlsError } from '@tlskit/tls-alerts';
import type { MaybePromise, SigningKey } from '@tlskit/tls-crypto';
import {
  type DelegatedCredential,
  delegatedCredentialContent,
  delegatedCredentialRow,
  mayBeDelegated,
  SignatureScheme,
  type SignatureSchemeInfo,
  signatureSchemeInfo,
} from '@tlskit/tls-messages';
import { DecodeError, decode, encode, equalBytes } from '@tlskit/tls-wire';
import { type Certificate, parseCertificate } from './certificate.ts';
import { delegationWindow } from './delegation-usage.ts';
import { checkKeys, invalidOption } from './errors.ts';
import { loadCertificates } from './files.ts';
import { run, type Step, wait } from './step.ts';

export interface DelegationOptions {
  /** The certificate that delegates, PEM or DER; of a chain the first. It must have DelegationUsage (RFC 9345 §4.2). */
  readonly certificate: string | Uint8Array;
  /** Its key. */
  readonly key: SigningKey;
  /** The IANA name of the scheme to sign the credential by; by default the first that the key can do. */
  readonly algorithm?: string | undefined;
  /** The key to delegate to: its SubjectPublicKeyInfo, DER. */
  readonly delegatedKey: Pick<SigningKey, 'algorithm' | 'spki'>;
  /** The IANA name of the only scheme that it may sign handshakes by; by default the first that it can do. */
  readonly scheme?: string | undefined;
  /** When the credential ends, a Date or milliseconds since 1970: before the certificate does. Peers take no more than 7 days ahead. */
  readonly expires: Date | number;
  /** Whose certificate it is. Default: a server's. */
  readonly role?: 'server' | 'client' | undefined;
}

const optionNames = ['certificate', 'key', 'algorithm', 'delegatedKey', 'scheme', 'expires', 'role'];

/**
 * Makes a delegated credential, encoded as the handshake sends it. Synchronous when the key is.
 *
 * @throws TlsError (or rejects with it) `ERR_TLS_INVALID_OPTION` for what no peer would take, `ERR_TLS_KEY_MISMATCH` when the
 *   certificate is for another key
 */
export function createDelegatedCredential(options: DelegationOptions): MaybePromise<Uint8Array> {
  checkKeys('a delegated credential', options, optionNames);
  return run(make(options));
}

function* make({ key, delegatedKey, role = 'server', ...options }: DelegationOptions): Step<Uint8Array> {
  const certificate = parseCertificate(loadCertificates(options.certificate)[0] as Uint8Array);
  const window = delegationWindow(certificate);
  if (window === undefined) throw invalidOption(`certificate ${certificate.label} may not delegate (RFC 9345 §4.2)`);
  if (!equalBytes(certificate.spki, key.spki)) {
    throw new TlsError('ERR_TLS_KEY_MISMATCH', `the private key is not the one of certificate ${certificate.label}`);
  }
  const expires = Number(options.expires);
  const valid_time = Math.floor((expires - window.notBefore) / 1000);
  // RFC 9345 §4.1.3: it ends before the certificate does.
  if (!(valid_time > 0) || expires >= window.notAfter || valid_time >= 2 ** 32) {
    throw invalidOption('expires of a delegated credential is not within the validity of its certificate');
  }
  const scheme = schemeOf('scheme', options.scheme, delegatedKey, mayBeDelegated);
  const algorithm = schemeOf('algorithm', options.algorithm, key, info => info.handshake13);
  const cred = {
    valid_time,
    dc_cert_verify_algorithm: scheme.code,
    ASN1_subjectPublicKeyInfo: delegatedKey.spki,
  };
  const write = (signature: Uint8Array) =>
    encode(delegatedCredentialRow.in.CT, { cred, algorithm: algorithm.code, signature });
  // All but a signature of one byte, and the two of its length.
  const signed = write(new Uint8Array(1)).subarray(0, -3);
  const content = delegatedCredentialContent(role, certificate.der, signed);
  return write(yield* wait(key.sign(algorithm.algorithm, content)));
}

/**
 * What a holder can find out about a credential before a peer does.
 *
 * @throws TlsError `ERR_TLS_INVALID_OPTION` or `ERR_TLS_KEY_MISMATCH`
 */
export function checkDelegatedCredential(bytes: Uint8Array, leaf: Certificate, key: SigningKey): void {
  const { cred } = read(bytes);
  if (delegationWindow(leaf) === undefined) {
    throw invalidOption(`certificate ${leaf.label} may not delegate (RFC 9345 §4.2)`);
  }
  const info = signatureSchemeInfo(cred.dc_cert_verify_algorithm);
  if (info === undefined || !mayBeDelegated(info)) {
    const name = SignatureScheme.label(cred.dc_cert_verify_algorithm);
    throw invalidOption(`no key may be delegated to for ${name} (RFC 9345 §4)`);
  }
  if (!equalBytes(cred.ASN1_subjectPublicKeyInfo, key.spki) || !canSignBy(key, info)) {
    throw new TlsError('ERR_TLS_KEY_MISMATCH', 'the private key is not the one of the delegated credential');
  }
}

function read(bytes: Uint8Array): DelegatedCredential {
  try {
    return decode(delegatedCredentialRow.in.CT, bytes);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw invalidOption(`the delegated credential is malformed: ${error.message}`, error);
  }
}

function schemeOf(
  option: string,
  name: string | undefined,
  key: Pick<SigningKey, 'algorithm' | 'signs'>,
  allowed: (info: SignatureSchemeInfo) => boolean,
): SignatureSchemeInfo {
  const codes = name === undefined ? Object.values(SignatureScheme.values) : [SignatureScheme.valueOf(name)];
  for (const code of codes) {
    const info = code === undefined ? undefined : signatureSchemeInfo(code);
    if (info !== undefined && canSignBy(key, info) && allowed(info)) return info;
  }
  throw invalidOption(`${option} of a delegated credential: ${name ?? 'none'} fits the key (RFC 9345 §4)`);
}

function canSignBy(key: Pick<SigningKey, 'algorithm' | 'signs'>, info: SignatureSchemeInfo): boolean {
  return info.key(key.algorithm) && key.signs?.(info.algorithm) !== false;
}
