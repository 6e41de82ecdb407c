/** CertificateRequest (RFC 9846 §4.4.2): what a server wants to see of a client, in the handshake and after it. */
import { certificateCriteria, checkRequest, type ServerConfig } from '@tlskit/tls-handshake';
import {
  type CertificateRequest,
  CertificateType,
  type Extension,
  findExtension,
  makeExtension,
  type OidFilter,
  oidFiltersRow,
  signatureAlgorithmsRow,
} from '@tlskit/tls-messages';
import { toHex } from '@tlskit/tls-wire';
import { type CertificateWishes, readWishes, wishes } from './certificate-wishes.ts';
import { illegal, missing } from './context.ts';
import type { CertificateKit } from './kit.ts';
import { serverKit } from './server-kit.ts';

/** @param context unique in its connection; empty in the handshake */
export function makeCertificateRequest(config: ServerConfig, context: Uint8Array): CertificateRequest {
  const { oidFilters: filters = [], certificateAuthorities } = config.clientAuth ?? {};
  // After the handshake a Certificate is wanted as it is: by its context it is known what it answers.
  const features = context.length === 0 ? config.certificates : { ...config.certificates, compression: undefined };
  const extensions = [
    ...certificateCriteria({ ...config, certificateAuthorities }, 'CR'),
    ...wishes(serverKit, features, 'CR'),
  ];
  if (filters.length > 0) extensions.push(makeExtension(oidFiltersRow, 'CR', { filters }));
  return { certificate_request_context: context, extensions };
}

/** A request as the client has to answer it. */
export interface RequestedCertificate {
  readonly context: Uint8Array;
  readonly wishes: CertificateWishes;
}

/**
 * The client's reading of a request, with the checks of RFC 9846 §4.3, §4.3.5 and §4.4.2.
 * @param type the CertificateType that was negotiated; X.509 where none was
 */
export function readCertificateRequest(
  kit: CertificateKit,
  type: number = CertificateType.values.X509,
  { certificate_request_context: context, extensions }: CertificateRequest,
): RequestedCertificate {
  const schemes = requestedSchemes(kit, extensions);
  const wished = readWishes(kit, 'CR', extensions, schemes, [type]);
  checkFilters(wished.filters);
  return { context, wishes: wished };
}

/** The schemes that a request names, which it must (RFC 9846 §4.4.2). */
export function requestedSchemes(
  { extensions: known }: CertificateKit,
  extensions: readonly Extension[],
): readonly number[] {
  checkRequest(known, 'CR', extensions);
  const schemes = findExtension(extensions, signatureAlgorithmsRow, 'CR')?.supported_signature_algorithms;
  if (schemes === undefined) throw missing('signature_algorithms', 'CertificateRequest');
  return schemes;
}

/** "Any given OID MUST NOT appear more than once in the filters list." (RFC 9846 §4.3.5) */
function checkFilters(filters: readonly OidFilter[]): void {
  const oids = new Set(filters.map(({ certificate_extension_oid }) => toHex(certificate_extension_oid)));
  if (oids.size < filters.length) throw illegal('oid_filters has an OID twice', 'RFC 9846 §4.3.5');
}
