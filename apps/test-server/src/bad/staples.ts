/** OCSP responses of every sort, for the certificate that was made. */
import type { TestCA } from '@tlskit/tls-testing';

export const stapleNames = ['good', 'revoked', 'expired', 'wrong-cert'] as const;
export type StapleName = (typeof stapleNames)[number];

const DAY = 86_400_000;

/** DER. @param certificate DER */
export async function mintStaple(kind: StapleName, ca: TestCA, certificate: Uint8Array): Promise<Uint8Array> {
  const ago = (days: number) => new Date(Date.now() - days * DAY);
  switch (kind) {
    case 'good':
      return ca.ocsp(certificate);
    case 'revoked':
      return ca.ocsp({ responses: [{ certificate, status: { revokedAt: ago(1) } }] });
    case 'expired':
      return ca.ocsp({ producedAt: ago(30), responses: [{ certificate, thisUpdate: ago(30), nextUpdate: ago(20) }] });
    case 'wrong-cert': {
      const other = await ca.issue('other.invalid');
      return ca.ocsp(other.certificate);
    }
  }
}
