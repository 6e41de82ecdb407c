/** Delegated credentials (RFC 9345): a certificate's key signs for another key, which signs the handshake for some days. */
import { TlsError } from '@tlskit/tls-alerts';
import { CryptoError, type CryptoProvider, type PublicKey } from '@tlskit/tls-crypto';
import {
  type CertificateFeatures,
  type ClientConfig,
  type DelegationWindow,
  type Flow,
  type VerifiedPeer,
  wait,
} from '@tlskit/tls-handshake';
import {
  type DelegatedCredential,
  delegatedCredentialContent,
  delegatedCredentialRow,
  type Extension,
  findExtension,
  makeExtension,
  mayBeDelegated,
  signatureSchemeInfo,
  signatureSchemeName,
} from '@tlskit/tls-messages';
import { decode } from '@tlskit/tls-wire';

/** What delegated credentials are at their places in the handshake. */
export type Delegation = typeof delegation;

export const delegation = {
  offer: offerDelegation,
  offered: offeredDelegation,
  scheme: delegatedScheme,
  checkUnasked: checkUnaskedDelegation,
  check: checkDelegated,
};

/** RFC 9345 §4.1.3: the longest that a credential may still be good for, in milliseconds. */
const MAX_VALIDITY = 7 * 86_400_000;

/** The part of a ClientHello or CertificateRequest that says by which schemes delegated keys may sign (RFC 9345 §4.1.1, §4.1.2). */
function offerDelegation(features: CertificateFeatures | undefined, message: 'CH' | 'CR'): Extension[] {
  const schemes = features?.delegatedSchemes ?? [];
  if (schemes.length === 0) return [];
  return [makeExtension(delegatedCredentialRow, message, { supported_signature_algorithms: schemes })];
}

/** The schemes by which the peer lets delegated keys sign, by its ClientHello or CertificateRequest. */
function offeredDelegation(message: 'CH' | 'CR', extensions: readonly Extension[]): readonly number[] {
  return findExtension(extensions, delegatedCredentialRow, message)?.supported_signature_algorithms ?? [];
}

/**
 * The scheme that a delegated key of ours signs by, if the peer takes the credential (RFC 9345 §4.1.1): its own scheme as a
 * delegated one, and that of the credential's signature as any other.
 */
function delegatedScheme(
  credential: Uint8Array,
  peerSchemes: readonly number[],
  peerDelegated: readonly number[],
): number | undefined {
  const { cred, algorithm } = decode(delegatedCredentialRow.in.CT, credential);
  const { dc_cert_verify_algorithm: scheme } = cred;
  return peerDelegated.includes(scheme) && peerSchemes.includes(algorithm) ? scheme : undefined;
}

/** RFC 9345 §4.1.1, §4.1.2: a delegated credential that nobody asked for has an alert of its own, unexpected_message. */
function checkUnaskedDelegation(extensions: readonly Extension[], asked: ReadonlySet<number>): void {
  const { type } = delegatedCredentialRow;
  if (asked.has(type) || !extensions.some(({ extension_type }) => extension_type === type)) return;
  throw new TlsError('ERR_TLS_UNEXPECTED_MESSAGE', 'a delegated credential that was not asked for', {
    rfc: 'RFC 9345 §4.1.1',
  });
}

/** A key that a certificate delegated to. */
export interface Delegated {
  readonly publicKey: PublicKey;
  /** The code point of the only scheme that it may sign by. */
  readonly scheme: number;
  /** When the credential ends, in milliseconds since 1970. */
  readonly expires: number;
}

interface Delegating {
  readonly role: 'client' | 'server';
  /** DER: the peer's certificates, which were found good. */
  readonly chain: readonly Uint8Array[];
  readonly peer: VerifiedPeer;
  /** The data of the extension in its entry. */
  readonly data: Uint8Array;
  readonly config: Pick<ClientConfig, 'signatureSchemes' | 'certificates' | 'provider' | 'now'>;
}

/**
 * Checks a delegated credential as RFC 9345 §4.1.3 says; that its key and scheme are those of CertificateVerify is for the
 * receiver of the result to see.
 * @throws TlsError `ERR_TLS_DELEGATED_CREDENTIAL`
 */
function* checkDelegated(delegation: Delegating): Flow<Delegated> {
  const { role, chain, peer, data, config } = delegation;
  const credential = decode(delegatedCredentialRow.in.CT, data);
  const { cred, algorithm, signature } = credential;
  // 4. The certificate satisfies the conditions of §4.2.
  if (peer.delegation === undefined) throw refused('the certificate may not delegate', 'RFC 9345 §4.2');
  // 1. and 2. Its time.
  const expires = checkValidity(credential, peer.delegation, config.now());
  // 3. Schemes that were offered, and that may be used so.
  const scheme = cred.dc_cert_verify_algorithm;
  const info = signatureSchemeInfo(scheme);
  if (!config.certificates?.delegatedSchemes?.includes(scheme) || info === undefined || !mayBeDelegated(info)) {
    throw refused(`a delegated key for ${signatureSchemeName(scheme)}, which was not offered`, 'RFC 9345 §4.1.1');
  }
  const publicKey = importKey(config.provider, cred.ASN1_subjectPublicKeyInfo);
  if (!info.key(publicKey.algorithm)) throw refused(`${info.name} does not fit the delegated key`);
  // 5. The certificate's key signed it.
  const signed = data.subarray(0, data.length - 2 - signature.length);
  const content = delegatedCredentialContent(role, chain[0] ?? new Uint8Array(0), signed);
  yield* checkSignature(peer.publicKey, algorithm, config.signatureSchemes, content, signature);
  return { publicKey, scheme, expires };
}

function checkValidity({ cred }: DelegatedCredential, { notBefore, notAfter }: DelegationWindow, now: number): number {
  const expires = notBefore + cred.valid_time * 1000;
  if (now > expires) throw refused(`the delegated credential ended at ${new Date(expires).toISOString()}`);
  if (expires > now + MAX_VALIDITY) throw refused('the delegated credential is good for more than 7 days');
  if (expires >= notAfter) throw refused('the delegated credential outlives its certificate');
  return expires;
}

function* checkSignature(
  key: PublicKey,
  algorithm: number,
  schemes: readonly number[],
  content: Uint8Array,
  signature: Uint8Array,
): Flow<void> {
  const info = signatureSchemeInfo(algorithm);
  // RFC 9345 §4.1.1: "of a type advertised by the client in the signature_algorithms extension"; §4: one for handshakes.
  if (info === undefined || !schemes.includes(algorithm) || !info.handshake13) {
    throw refused(`signed by ${signatureSchemeName(algorithm)}, which was not offered`, 'RFC 9345 §4.1.1');
  }
  if (!info.key(key.algorithm)) throw refused(`${info.name} does not fit the key of the certificate`);
  const good = yield* wait(key.verify(info.algorithm, content, signature));
  if (good !== true) throw refused('its signature does not verify');
}

function importKey(provider: CryptoProvider, spki: Uint8Array): PublicKey {
  try {
    return provider.importPublicKey(spki);
  } catch (error) {
    if (error instanceof CryptoError) throw refused('its key cannot be used', undefined, error);
    throw error;
  }
}

function refused(message: string, rfc?: string, cause?: unknown): TlsError {
  return new TlsError('ERR_TLS_DELEGATED_CREDENTIAL', `delegated credential: ${message}`, {
    ...(rfc === undefined ? {} : { rfc }),
    ...(cause === undefined ? {} : { cause }),
  });
}
