/** OCSP requests (RFC 6960 §4.1), and their form in a URL (RFC 6960 §A.1, RFC 5019 §5). */
import type { CryptoProvider, HashName } from '@tlskit/tls-crypto';
import { contextTag, der, derOid, Tag } from '@tlskit/tls-wire/der';
import { encodeBase64 } from '../base64.ts';
import type { Certificate } from '../certificate.ts';
import { invalidOption } from '../errors.ts';
import { encodeCertId } from './cert-id.ts';
import { ocspOids } from './oids.ts';

export interface OcspRequestOptions {
  /** What is asked about. */
  readonly certificate: Certificate;
  /** Who issued it. */
  readonly issuer: Certificate;
  readonly provider: Pick<CryptoProvider, 'hashes' | 'name'>;
  /** What names and keys are identified by. Default `sha1`, which every responder knows; nothing is signed with it. */
  readonly hash?: HashName | undefined;
  /** What the response is to repeat, 1 to 128 octets (RFC 9654 §2.1). Default: none. */
  readonly nonce?: Uint8Array | undefined;
}

/**
 * DER of an OCSPRequest for one certificate, unsigned.
 *
 * @throws TlsError `ERR_TLS_INVALID_OPTION` for a hash that the provider lacks, and a nonce of wrong length
 */
export function encodeOcspRequest(options: OcspRequestOptions): Uint8Array {
  const { certificate, issuer, provider, hash: name = 'sha1', nonce } = options;
  const hash = provider.hashes[name];
  if (hash === undefined) throw invalidOption(`the provider ${provider.name} has no ${name}`);
  if (nonce !== undefined && (nonce.length < 1 || nonce.length > 128)) {
    throw invalidOption(`a nonce has 1 to 128 octets, not ${nonce.length} (RFC 9654 §2.1)`);
  }
  const request = der(Tag.sequence, encodeCertId(certificate, issuer, hash));
  // Version v1 is the default, which DER leaves out.
  const parts = [der(Tag.sequence, request)];
  if (nonce !== undefined) parts.push(der(contextTag(2, true), der(Tag.sequence, nonceExtension(nonce))));
  return der(Tag.sequence, der(Tag.sequence, ...parts));
}

/** The URL by which a GET asks: the responder's, and the request in base64, as a part of a path (RFC 6960 §A.1). */
export function ocspGetUrl(url: string, request: Uint8Array): string {
  return `${url.endsWith('/') ? url.slice(0, -1) : url}/${encodeURIComponent(encodeBase64(request))}`;
}

/** RFC 9654 §2.1: an OCTET STRING in the OCTET STRING that every extension has. */
function nonceExtension(nonce: Uint8Array): Uint8Array {
  return der(Tag.sequence, derOid(ocspOids.nonce), der(Tag.octetString, der(Tag.octetString, nonce)));
}
