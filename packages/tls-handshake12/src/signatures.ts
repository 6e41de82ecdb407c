/** What is signed in TLS 1.2: the parameters in ServerKeyExchange, and all messages in CertificateVerify (RFC 5246 §4.7, §7.4.3, §7.4.8). */
import { TlsError } from '@tlskit/tls-alerts';
import type { PublicKey, SigningKey } from '@tlskit/tls-crypto';
import { type Flow, wait } from '@tlskit/tls-handshake';
import { type CertificateVerify, SignatureScheme } from '@tlskit/tls-messages';
import { signatureSchemeInfo12 } from '@tlskit/tls-messages/tls12';
import { concat } from '@tlskit/tls-wire';
import { illegal, type Randoms } from './context.ts';

/** The bytes that a ServerKeyExchange signs: both randoms, and the parameters as they are on the wire (RFC 5246 §7.4.3). */
export function signedKeyExchange({ client, server }: Randoms, params: Uint8Array): Uint8Array {
  return concat(client, server, params);
}

/**
 * Checks a signature of the peer's.
 * @param offered the schemes that we said we take
 * @throws TlsError `ERR_TLS_ILLEGAL_PARAMETER` for a scheme that is not of these or not of the key's, `ERR_TLS_BAD_CERTIFICATE_VERIFY`
 */
export function* checkSignature(
  who: 'client' | 'server',
  { algorithm: scheme, signature }: CertificateVerify,
  key: PublicKey,
  offered: readonly number[],
  content: Uint8Array,
): Flow<void> {
  const rfc = who === 'server' ? 'RFC 5246 §7.4.3' : 'RFC 5246 §7.4.8';
  const info = signatureSchemeInfo12(scheme);
  if (info === undefined || !offered.includes(scheme)) {
    throw illegal(`the ${who} signed with ${SignatureScheme.label(scheme)}, which was not offered`, rfc);
  }
  if (!info.key(key.algorithm)) throw illegal(`${info.name} does not fit the key in the ${who}'s certificate`, rfc);
  // A key may be of a verifier of the caller's own: whatever else it says is no yes.
  if ((yield* wait(key.verify(info.algorithm, content, signature))) !== true) {
    throw new TlsError('ERR_TLS_BAD_CERTIFICATE_VERIFY', `a signature of the ${who}'s does not verify`, { rfc });
  }
}

/** Signs by a scheme that was chosen. */
export function* sign(key: SigningKey, scheme: number, content: Uint8Array): Flow<CertificateVerify> {
  const info = signatureSchemeInfo12(scheme);
  if (info === undefined) throw new TlsError('ERR_TLS_INTERNAL', `no such signature scheme: ${scheme}`);
  return { algorithm: scheme, signature: yield* wait(key.sign(info.algorithm, content)) };
}
