/** The Certificate and CertificateStatus of a peer, judged, and our own (RFC 5246 §7.4.2, §7.4.6; RFC 6066 §8, RFC 6962 §3.3). */
import { TlsError } from '@tlskit/tls-alerts';
import type { Epoch } from '@tlskit/tls-handshake';
import {
  type AnyMessage,
  type ClientConfig,
  type Credential,
  type Flow,
  type PeerVerifier,
  type Received,
  send,
  staple,
  type VerifiedPeer,
  wait,
} from '@tlskit/tls-handshake';
import {
  type CertificateStatus,
  CertificateStatusType,
  CertificateType,
  certificate12,
  certificateStatus12,
  clientRawPublicKey12,
  decodeMessage,
  type Extension,
  findExtension,
  rawPublicKey12,
  signedCertificateTimestampRow,
  statusRequestRow,
} from '@tlskit/tls-messages';
import type { CipherSuiteInfo12 } from '@tlskit/tls-messages/tls12';
import type { CertificateDetails } from '@tlskit/tls-session';
import { equalBytes } from '@tlskit/tls-wire';
import { anotherCertificate, illegal } from './context.ts';

/** A peer that its Certificate stands for; that it has the key is yet to be shown. */
export interface JudgedPeer {
  readonly peer: VerifiedPeer;
  /** DER certificates, its own first; or one SubjectPublicKeyInfo. */
  readonly chain: readonly Uint8Array[];
  readonly details: CertificateDetails;
}

interface Expectation {
  readonly role: 'client' | 'server';
  readonly config: Pick<ClientConfig, 'limits' | 'renegotiation'>;
  readonly verifier: PeerVerifier;
  /** The name that the certificate must bear, for servers. */
  readonly name: string | undefined;
  /** The CertificateType that was negotiated. */
  readonly certificateType: number;
  /** The suite, for servers: what their key is for. */
  readonly suite?: CipherSuiteInfo12;
  readonly status?: CertificateStatus | undefined;
  /** Whether a status was asked for. */
  readonly statusAsked?: boolean;
  readonly scts?: readonly Uint8Array[] | undefined;
}

/** The message that a Certificate is, by what was negotiated (RFC 7250 §3). */
export function certificateMessage(certificateType: number, role: 'client' | 'server'): AnyMessage {
  if (certificateType !== CertificateType.values.RawPublicKey) return certificate12;
  return role === 'client' ? clientRawPublicKey12 : rawPublicKey12;
}

/** The chain in a Certificate; empty for a client that has none. */
export function readChain(
  { raw }: Received,
  certificateType: number,
  { limits }: Pick<ClientConfig, 'limits'>,
): readonly Uint8Array[] {
  if (certificateType === CertificateType.values.RawPublicKey) {
    const { subject_public_key_info: key } = decodeMessage(clientRawPublicKey12, raw);
    return key.length === 0 ? [] : [key];
  }
  const { certificate_list: chain } = decodeMessage(certificate12, raw);
  if (chain.length > limits.maxCertificates) {
    throw new TlsError('ERR_TLS_CERT_WORK_LIMIT', `a chain of ${chain.length} certificates is over the limit`);
  }
  return chain;
}

/** Judges a chain that is not empty. */
export function* judge(chain: readonly Uint8Array[], expectation: Expectation): Flow<JudgedPeer> {
  const { role, config, verifier, name, certificateType, scts, status } = expectation;
  const before = config.renegotiation?.peerCertificate;
  if (before !== undefined && !equalBytes(before, chain[0] as Uint8Array)) throw anotherCertificate();
  const ocsp = status && responseIn(status);
  const keyUsage = keyUsageOf(expectation.suite);
  const evidence = {
    role,
    certificateType,
    chain,
    name,
    ...(ocsp === undefined ? {} : { ocsp }),
    ...(expectation.statusAsked === true ? { ocspAsked: true as const } : {}),
    ...(scts === undefined ? {} : { scts }),
    ...(keyUsage === undefined ? {} : { keyUsage }),
  };
  const peer = yield* wait(verifier.verify(evidence));
  return { peer, chain, details: { certificateType, ocsp, scts } };
}

/** RFC 5246 §7.4.2: what the key usage of a certificate must allow, if it has one; undefined for signatures. */
export function keyUsageOf(suite: CipherSuiteInfo12 | undefined) {
  if (suite?.keyExchange === 'RSA') return ['keyEncipherment'] as const;
  return suite?.keyExchange === 'DH' || suite?.keyExchange === 'ECDH' ? (['keyAgreement'] as const) : undefined;
}

/** RFC 6066 §8: we asked for OCSP, so another type of status is no answer. */
function responseIn({ status_type, response }: CertificateStatus): Uint8Array {
  if (status_type !== CertificateStatusType.values.ocsp) {
    throw illegal(`a certificate status of type ${CertificateStatusType.label(status_type)}`, 'RFC 6066 §8');
  }
  return response;
}

/** Certificate --> */
export function* sendCertificate(epoch: Epoch, { certificateType, chain }: Credential): Flow<void> {
  if (certificateType === CertificateType.values.RawPublicKey) {
    yield* send(epoch, rawPublicKey12, { subject_public_key_info: chain[0] as Uint8Array });
  } else yield* send(epoch, certificate12, { certificate_list: chain });
}

/** Certificate -->, of none, by a client that has none which fits (RFC 5246 §7.4.6). */
export function* sendNoCertificate(epoch: Epoch): Flow<void> {
  yield* send(epoch, certificate12, { certificate_list: [] });
}

/** CertificateStatus -->, where the response is there (RFC 6066 §8). */
export function* sendStatus(epoch: Epoch, response: Uint8Array): Flow<void> {
  yield* send(epoch, certificateStatus12, { status_type: CertificateStatusType.values.ocsp, response });
}

/** What stands beside our own certificate for this client: what it asked for, as far as we have it. */
export function* staples(
  { ocsp, scts }: Credential,
  asked: readonly Extension[],
): Flow<{ readonly ocsp: Uint8Array | undefined; readonly scts: readonly Uint8Array[] | undefined }> {
  // RFC 6066 §8: there may be other types of status, which we have not.
  const status = findExtension(asked, statusRequestRow, 'CH')?.status_type;
  const wantsScts = asked.some(({ extension_type }) => extension_type === signedCertificateTimestampRow.type);
  return {
    ocsp: status === CertificateStatusType.values.ocsp ? yield* staple(ocsp) : undefined,
    scts: wantsScts ? yield* staple(scts) : undefined,
  };
}
