/** What a certificate contributes to the channel binding "tls-server-end-point" (RFC 5929 §4.1). */
import type { HashName } from '@tlskit/tls-crypto';
import { signatureKind } from './algorithm.ts';
import type { Certificate } from './certificate.ts';

/**
 * The hash to take of the server's certificate: the one of its signature, SHA-256 in place of MD5 and SHA-1; undefined where
 * the signature algorithm has none of its own, or several, for which RFC 5929 defines no binding.
 */
export function endPointHash({ signatureAlgorithm }: Certificate): HashName | undefined {
  const { known, weak } = signatureKind(signatureAlgorithm);
  if (weak) return 'sha256';
  if (known === undefined || !('hash' in known)) return undefined;
  return 'mgfHash' in known && known.mgfHash !== known.hash ? undefined : known.hash;
}
