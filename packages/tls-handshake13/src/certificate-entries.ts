/** The entries of a Certificate (RFC 9846 §4.5.1): certificates or a raw public key, and what stands beside them. */
import { TlsError } from '@tlskit/tls-alerts';
import { type Credential, checkResponse, type Flow, type HandshakeLimits, staple } from '@tlskit/tls-handshake';
import {
  type CertificateEntry,
  CertificateStatusType,
  CertificateType,
  delegatedCredentialRow,
  type Extension,
  findExtension,
  makeExtension,
  signedCertificateTimestampRow,
  statusRequestRow,
} from '@tlskit/tls-messages';
import type { CertificateDetails } from '@tlskit/tls-session';
import { illegal } from './context.ts';
import type { CertificateKit } from './kit.ts';

/** What a peer's Certificate says. */
export interface ReadEntries {
  /** DER certificates, the peer's own first; or one SubjectPublicKeyInfo. */
  readonly chain: readonly Uint8Array[];
  readonly details: CertificateDetails;
  /** The data of a delegated_credential beside the peer's own certificate. */
  readonly delegated: Uint8Array | undefined;
}

/** What the entries of a peer must be like. */
interface EntriesExpectation {
  readonly kit: CertificateKit;
  /** The CertificateType that was negotiated. */
  readonly certificateType: number;
  /** Types of the extensions that we sent and an entry may answer. */
  readonly asked: ReadonlySet<number>;
  readonly limits: HandshakeLimits;
}

export function readEntries(
  entries: readonly CertificateEntry[],
  { kit, certificateType, asked, limits }: EntriesExpectation,
): ReadEntries {
  // RFC 9846 §4.5.1: "the certificate_list MUST contain no more than one CertificateEntry".
  if (certificateType === CertificateType.values.RawPublicKey && entries.length > 1) {
    throw illegal(`${entries.length} entries for one raw public key`, 'RFC 9846 §4.5.1');
  }
  if (entries.length > limits.maxCertificates) {
    throw new TlsError('ERR_TLS_CERT_WORK_LIMIT', `a chain of ${entries.length} certificates is over the limit`);
  }
  for (const { extensions } of entries) {
    kit.delegation?.checkUnasked(extensions, asked);
    // RFC 9846 §4.5.1: extensions in entries answer ones that we sent.
    checkResponse(kit.extensions, 'CT', extensions, asked);
  }
  const beside = entries[0]?.extensions ?? [];
  return {
    chain: entries.map(entry => entry.cert_data),
    details: {
      certificateType,
      ...kit.status?.(entries),
    },
    delegated: beside.find(({ extension_type }) => extension_type === delegatedCredentialRow.type)?.extension_data,
  };
}

/**
 * The entries of our own Certificate.
 * @param asked the types of the extensions in the peer's ClientHello or CertificateRequest
 */
export function* makeEntries(credential: Credential, asked: ReadonlySet<number>): Flow<CertificateEntry[]> {
  const beside: Extension[] = [];
  if (asked.has(statusRequestRow.type)) {
    const response = yield* staple(credential.ocsp);
    const status_type = CertificateStatusType.values.ocsp;
    if (response !== undefined) beside.push(makeExtension(statusRequestRow, 'CT', { status_type, response }));
  }
  if (asked.has(signedCertificateTimestampRow.type)) {
    const sct_list = yield* staple(credential.scts);
    if (sct_list !== undefined) beside.push(makeExtension(signedCertificateTimestampRow, 'CT', { sct_list }));
  }
  if (credential.delegatedCredential !== undefined) {
    beside.push({ extension_type: delegatedCredentialRow.type, extension_data: credential.delegatedCredential });
  }
  // Each certificate may have its own; what we have is for the first.
  return credential.chain.map((cert_data, i) => ({ cert_data, extensions: i === 0 ? beside : [] }));
}

/** What stands beside certificates. */
export type ReadStatus = (entries: readonly CertificateEntry[]) => Omit<CertificateDetails, 'certificateType'>;

/** Of what stands beside other certificates than the peer's own, nobody reads more than the OCSP responses. */
export const readStatus: ReadStatus = entries => {
  const staples = entries.map(({ extensions }) => stapledResponse(extensions));
  return {
    ocsp: staples[0],
    staples: staples.slice(1).some(staple => staple !== undefined) ? staples : undefined,
    scts: findExtension(entries[0]?.extensions ?? [], signedCertificateTimestampRow, 'CT')?.sct_list,
  };
};

/** The types of extensions, for what may answer them. */
export function typesOf(extensions: readonly Extension[]): ReadonlySet<number> {
  return new Set(extensions.map(({ extension_type }) => extension_type));
}

/** The DER OCSP response (RFC 9846 §4.5.1.1): we asked for that type of status, so another is no answer (RFC 6066 §8). */
function stapledResponse(extensions: readonly Extension[]): Uint8Array | undefined {
  const status = findExtension(extensions, statusRequestRow, 'CT');
  if (status === undefined) return undefined;
  if (status.status_type !== CertificateStatusType.values.ocsp) {
    throw illegal(`a certificate status of type ${CertificateStatusType.label(status.status_type)}`, 'RFC 6066 §8');
  }
  return status.response;
}
