/** A certificate in words, for people and for JSON. */
import type { Hash } from '@tlskit/tls-crypto';
import { toHex } from '@tlskit/tls-wire';
import { describeKey } from './algorithm.ts';
import type { Certificate } from './certificate.ts';
import { namesOf } from './names.ts';

export interface CertificateDescription {
  /** `CN=…, O=…` */
  readonly subject: string;
  readonly issuer: string;
  /** Hexadecimal, upper case. */
  readonly serialNumber: string;
  /** ISO 8601. */
  readonly notBefore: string;
  readonly notAfter: string;
  /** `dns:example.com`, `ip:192.0.2.1`, …; none when they are malformed. */
  readonly names: readonly string[];
  /** `ECDSA P-256`, `RSA 2048`, `Ed25519`, … */
  readonly key: string;
  /** SHA-256 of the certificate, `AB:CD:…`; only where a hash was given. */
  readonly fingerprint256?: string;
}

/** Never throws for a certificate that parsed. */
export function describeCertificate(certificate: Certificate, sha256?: Hash): CertificateDescription {
  return {
    subject: certificate.subject.toString(),
    issuer: certificate.issuer.toString(),
    serialNumber: toHex(certificate.serialNumber).toUpperCase(),
    notBefore: new Date(certificate.notBefore).toISOString(),
    notAfter: new Date(certificate.notAfter).toISOString(),
    names: namesIn(certificate),
    key: describeKey(certificate.spki),
    ...(sha256 === undefined ? {} : { fingerprint256: certificate.fingerprint256(sha256) }),
  };
}

function namesIn(certificate: Certificate): readonly string[] {
  try {
    return namesOf(certificate).map(({ type, value }) => `${type}:${value}`);
  } catch {
    return [];
  }
}
