/** Which public keys are good enough (RFC 5280 leaves it to the relying party; CA/Browser Forum BR §6.1.5). */
import type { KeyAlgorithm } from '@tlskit/tls-crypto';
import type { Certificate } from './certificate.ts';
import { refusal } from './errors.ts';
import type { Policy } from './policy.ts';

/** @throws TlsError `ERR_TLS_CERT_WEAK`, `ERR_TLS_CERT_KEY` for one that is too long, or `ERR_TLS_CERT_REFUSED` for a key that the profile does not have */
export function checkKey(key: KeyAlgorithm, certificate: Certificate, { algorithms, profile }: Policy): void {
  const { minimumRsaBits, maximumRsaBits, finiteField } = algorithms;
  if (key.type === 'rsa' && key.bits < minimumRsaBits) {
    throw refusal('ERR_TLS_CERT_WEAK', certificate, `has an RSA key of ${key.bits} bits, less than ${minimumRsaBits}`);
  }
  if (key.type === 'rsa' && key.bits > maximumRsaBits) {
    throw refusal('ERR_TLS_CERT_KEY', certificate, `has an RSA key of ${key.bits} bits, more than ${maximumRsaBits}`);
  }
  const isFiniteField = key.type === 'dsa' || key.type === 'dh';
  if (isFiniteField && finiteField === 'refuse') {
    throw refusal('ERR_TLS_CERT_WEAK', certificate, `has a ${key.type.toUpperCase()} key`);
  }
  if (isFiniteField && key.bits < minimumRsaBits) {
    const what = `has a ${key.type.toUpperCase()} key of ${key.bits} bits, less than ${minimumRsaBits}`;
    throw refusal('ERR_TLS_CERT_WEAK', certificate, what);
  }
  const problem = profile !== 'webpki' || (isFiniteField && finiteField === 'accept') ? undefined : webPkiProblem(key);
  if (problem === undefined) return;
  const rfc = 'CA/Browser Forum BR §6.1.5';
  throw refusal('ERR_TLS_CERT_REFUSED', certificate, `${problem}, says profile webpki`, { rfc });
}

/**
 * RSA of whole octets, and ECDSA. EdDSA, ML-DSA and RSA for PSS alone, which authorities of browsers do not issue and which are no weaker, pass:
 * so this profile can be everybody's default.
 */
function webPkiProblem(key: KeyAlgorithm): string | undefined {
  if (key.type === 'rsa' && key.bits % 8 !== 0) return `has an RSA key of ${key.bits} bits, which are no whole octets`;
  return key.type === 'dsa' || key.type === 'dh' ? `has a ${key.type.toUpperCase()} key` : undefined;
}
