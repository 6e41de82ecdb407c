/** How a chain of our own goes with what a peer says that it takes (RFC 9846 §4.3.3 to §4.3.5, §4.5.1.2). */
import { TlsError } from '@tlskit/tls-alerts';
import { CryptoError, type CryptoProvider, type KeyAlgorithm, type SignatureAlgorithm } from '@tlskit/tls-crypto';
import { type OidFilter, signatureSchemeInfo } from '@tlskit/tls-messages';
import { DecodeError } from '@tlskit/tls-wire';
import { DerReader, der, derOid, Tag } from '@tlskit/tls-wire/der';
import { signatureKind } from './algorithm.ts';
import type { Certificate } from './certificate.ts';
import { DistinguishedName } from './distinguished-name.ts';
import { invalidOption } from './errors.ts';
import { type KeyUsage, keyUsages, readExtendedKeyUsage, readKeyUsage } from './extensions.ts';
import { ext, purposeOids } from './oids.ts';

/**
 * Whether all signatures in a chain are by schemes that the peer named. Certificates that are self-issued begin a path, and nobody
 * looks at their signatures (RFC 9846 §4.3.3).
 * @param chain the leaf first, each followed by its issuer as far as that is there
 * @param schemes code points
 */
export function isSignedBy(
  chain: readonly Certificate[],
  schemes: readonly number[],
  provider: Pick<CryptoProvider, 'importPublicKey'>,
): boolean {
  return chain.every((certificate, i) => {
    if (certificate.isSelfIssued) return true;
    const signature = signatureOf(certificate);
    if (signature === undefined) return false;
    const issuer = chain[i + 1];
    const isNext = issuer?.subject.equals(certificate.issuer) === true;
    const key = isNext ? keyOf(issuer, provider) : undefined;
    return schemes.some(code => {
      const info = signatureSchemeInfo(code);
      return info !== undefined && isSameAlgorithm(info.algorithm, signature) && (key === undefined || info.key(key));
    });
  });
}

/** Whether a signature in the chain that somebody looks at is made with SHA-1, or worse. */
export function hasWeakSignature(chain: readonly Certificate[]): boolean {
  return chain.some(certificate => {
    if (certificate.isSelfIssued) return false;
    try {
      return signatureKind(certificate.signatureAlgorithm).weak;
    } catch (error) {
      if (error instanceof DecodeError) return false;
      throw error;
    }
  });
}

/**
 * Whether one of the authorities issued a certificate of the chain.
 * @param authorities DER names; those that are none are passed over
 */
export function isIssuedByAny(chain: readonly Certificate[], authorities: readonly Uint8Array[]): boolean {
  return authorities.some(bytes => {
    const name = readName(bytes);
    return name !== undefined && chain.some(certificate => certificate.issuer.equals(name));
  });
}

/**
 * Whether a client's certificate has what a server wants it to have (RFC 9846 §4.3.5): key usage and extended key usage are known
 * here, other filters are passed over.
 * @throws TlsError `ERR_TLS_ILLEGAL_PARAMETER` for a filter that is malformed, or asks for any purpose
 */
export function matchesOidFilters(leaf: Certificate, filters: readonly OidFilter[]): boolean {
  return filters.every(({ certificate_extension_oid: oid, certificate_extension_values: values }) => {
    switch (readOid(oid)) {
      case ext.keyUsage: {
        const wanted = values.length === 0 ? [] : [...parsed('key usage', () => readKeyUsage(values))];
        return wanted.every(usage => leaf.keyUsage?.has(usage)) && leaf.keyUsage !== undefined;
      }
      case ext.extendedKeyUsage: {
        const wanted = values.length === 0 ? [] : parsed('extended key usage', () => readExtendedKeyUsage(values));
        // "The special anyExtendedKeyUsage OID MUST NOT be used in the request." (RFC 9846 §4.3.5)
        if (wanted.includes(purposeOids.any)) throw illegalFilter('asks for any purpose');
        return wanted.every(purpose => leaf.extendedKeyUsage?.includes(purpose)) && leaf.extendedKeyUsage !== undefined;
      }
      default:
        return true;
    }
  });
}

/** What clients' certificates are to have. */
export interface CertificateFilter {
  /** Usages that the certificate's key usage has. */
  readonly keyUsage?: readonly KeyUsage[] | undefined;
  /** Purposes that its extended key usage has, `clientAuth` or dotted OIDs. */
  readonly extendedKeyUsage?: readonly string[] | undefined;
}

/** The filters as they are sent. @throws TlsError `ERR_TLS_INVALID_OPTION` for what is no usage or no purpose */
export function oidFilters({ keyUsage, extendedKeyUsage }: CertificateFilter): OidFilter[] {
  const filters: OidFilter[] = [];
  if (keyUsage !== undefined && keyUsage.length > 0) filters.push(filter(ext.keyUsage, keyUsageBits(keyUsage)));
  if (extendedKeyUsage !== undefined && extendedKeyUsage.length > 0) {
    filters.push(filter(ext.extendedKeyUsage, der(Tag.sequence, ...extendedKeyUsage.map(purpose))));
  }
  return filters;
}

function filter(oid: string, certificate_extension_values: Uint8Array): OidFilter {
  return { certificate_extension_oid: derOid(oid), certificate_extension_values };
}

function keyUsageBits(wanted: readonly KeyUsage[]): Uint8Array {
  const numbers = wanted.map(usage => keyUsages.indexOf(usage));
  if (numbers.includes(-1)) throw invalidOption(`keyUsage: there are ${keyUsages.join(', ')}`);
  const last = Math.max(...numbers);
  const bytes = new Uint8Array((last >> 3) + 1);
  for (const bit of numbers) bytes[bit >> 3] = (bytes[bit >> 3] as number) | (0x80 >> (bit & 7));
  // A named bit list ends with its last bit (X.690 §11.2.2).
  return der(Tag.bitString, Uint8Array.of(7 - (last & 7)), bytes);
}

function purpose(name: string): Uint8Array {
  const oid = name === 'clientAuth' || name === 'serverAuth' ? purposeOids[name] : String(name);
  if (oid === purposeOids.any) throw invalidOption('any purpose cannot be asked for (RFC 9846 §4.3.5)');
  try {
    return derOid(oid);
  } catch (error) {
    throw invalidOption(`extendedKeyUsage: ${JSON.stringify(name)} is neither clientAuth nor an OID`, error);
  }
}

function signatureOf({ signatureAlgorithm }: Certificate): SignatureAlgorithm | undefined {
  try {
    return signatureKind(signatureAlgorithm).known;
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
}

/** Undefined for a key of a kind that the provider does not know. */
function keyOf({ spki }: Certificate, provider: Pick<CryptoProvider, 'importPublicKey'>): KeyAlgorithm | undefined {
  try {
    return provider.importPublicKey(spki).algorithm;
  } catch (error) {
    if (error instanceof CryptoError) return undefined;
    throw error;
  }
}

export function isSameAlgorithm(a: SignatureAlgorithm, b: SignatureAlgorithm): boolean {
  const fields = new Set([...Object.keys(a), ...Object.keys(b)]);
  const at = (algorithm: SignatureAlgorithm, field: string) => (algorithm as unknown as Record<string, unknown>)[field];
  return [...fields].every(field => at(a, field) === at(b, field));
}

function readName(bytes: Uint8Array): DistinguishedName | undefined {
  try {
    return new DistinguishedName(bytes);
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
}

function readOid(bytes: Uint8Array): string {
  return parsed('OID', () => {
    const reader = new DerReader(bytes);
    const oid = reader.oid();
    reader.finish('OID');
    return oid;
  });
}

function parsed<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof DecodeError) throw illegalFilter(`has an ${what} that does not parse`, error);
    throw error;
  }
}

function illegalFilter(what: string, cause?: unknown): TlsError {
  return new TlsError('ERR_TLS_ILLEGAL_PARAMETER', `oid_filters ${what}`, { rfc: 'RFC 9846 §4.3.5', cause });
}
