/** CertificateStatus: a message of TLS 1.2, an extension of a CertificateEntry in TLS 1.3 (RFC 6066 §8, RFC 9846 §4.5.1.1). */
import { type Codec, declared, opaqueVector, rest, select } from '@tlskit/tls-wire';
import { CertificateStatusType } from './registries/others.ts';

/** RFC 6066 §8. */
export interface CertificateStatus {
  /** A CertificateStatusType. */
  readonly status_type: number;
  /** DER of an OCSPResponse, at least one byte; for types other than `ocsp` whatever follows the type. */
  readonly response: Uint8Array;
}

/** `OCSPResponse<1..2^24-1>` behind its type. */
export const certificateStatusBody: Codec<CertificateStatus> = /* @__PURE__ */ declared(() =>
  select(
    'CertificateStatus',
    { status_type: CertificateStatusType },
    ({ status_type }) => (status_type === CertificateStatusType.values.ocsp ? ocspResponse : rest),
    'response',
  ),
);

const ocspResponse = /* @__PURE__ */ opaqueVector(1, 2 ** 24 - 1);
