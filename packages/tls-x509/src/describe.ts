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
  /** Hexadecimal, upper case, as {@link formatSerialNumber} writes it. */
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
    serialNumber: formatSerialNumber(certificate.serialNumber),
    notBefore: new Date(certificate.notBefore).toISOString(),
    notAfter: new Date(certificate.notAfter).toISOString(),
    names: namesIn(certificate),
    key: describeKey(certificate.spki),
    ...(sha256 === undefined ? {} : { fingerprint256: certificate.fingerprint256(sha256) }),
  };
}

/**
 * The contents octets of a serial number as Node and OpenSSL print it: hexadecimal, upper case, without the octet that says no more than
 * that it is positive; with a minus if it is not.
 */
export function formatSerialNumber(contents: Uint8Array): string {
  const [first = 0] = contents;
  const hex = toHex(contents).toUpperCase();
  if (first < 0x80) return first === 0 && contents.length > 1 ? hex.slice(2) : hex;
  const magnitude = ((1n << BigInt(8 * contents.length)) - BigInt(`0x${hex}`)).toString(16).toUpperCase();
  return `-${magnitude.length % 2 === 0 ? '' : '0'}${magnitude}`;
}

function namesIn(certificate: Certificate): readonly string[] {
  try {
    return namesOf(certificate).map(({ type, value }) => `${type}:${value}`);
  } catch {
    return [];
  }
}
