/** What an endpoint says of the certificates that it takes, in a ClientHello or a CertificateRequest (RFC 9846 §4.3.3, §4.3.4). */
import {
  certificateAuthoritiesRow,
  type Extension,
  makeExtension,
  signatureAlgorithmsCertRow,
  signatureAlgorithmsRow,
} from '@tlskit/tls-messages';
import type { ClientConfig } from './config.ts';

type Criteria = Pick<ClientConfig, 'signatureSchemes' | 'certificateSchemes' | 'certificateAuthorities'>;

/** The schemes, apart for certificates where they differ, and the authorities. */
export function certificateCriteria(
  { signatureSchemes, certificateSchemes, certificateAuthorities: authorities = [] }: Criteria,
  message: 'CH' | 'CR',
): Extension[] {
  const extensions = [
    makeExtension(signatureAlgorithmsRow, message, { supported_signature_algorithms: signatureSchemes }),
  ];
  if (certificateSchemes !== undefined) {
    const schemes = { supported_signature_algorithms: certificateSchemes };
    extensions.push(makeExtension(signatureAlgorithmsCertRow, message, schemes));
  }
  if (authorities.length > 0) extensions.push(makeExtension(certificateAuthoritiesRow, message, { authorities }));
  return extensions;
}
