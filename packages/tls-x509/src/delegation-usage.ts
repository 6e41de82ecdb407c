/** Whether a certificate may delegate to other keys (RFC 9345 §4.2). */
import { equalBytes } from '@tlskit/tls-wire';
import type { Certificate } from './certificate.ts';
import { ext } from './oids.ts';

/** The validity of a certificate that may delegate, in milliseconds since 1970. */
export interface DelegationWindow {
  readonly notBefore: number;
  readonly notAfter: number;
}

/** `DelegationUsage ::= NULL` */
const NULL = Uint8Array.of(5, 0);

/** Present for a certificate with DelegationUsage, not critical, and a key usage that names digitalSignature. */
export function delegationWindow(certificate: Certificate): DelegationWindow | undefined {
  const usage = certificate.extensions.get(ext.delegationUsage);
  if (usage === undefined || usage.critical || !equalBytes(usage.value, NULL)) return undefined;
  if (certificate.keyUsage?.has('digitalSignature') !== true) return undefined;
  const { notBefore, notAfter } = certificate;
  return { notBefore, notAfter };
}
