/**
 * The authentication messages (RFC 9846 §4.5): Certificate, CertificateVerify and Finished, made and checked.
 * They are the same for both sides but for names and keys.
 */
import { TlsError } from '@tlskit/tls-alerts';
import { constantTimeEqual, type PublicKey } from '@tlskit/tls-crypto';
import {
  type AnyMessage,
  type CertificateFeatures,
  type ClientConfig,
  type Flow,
  type PeerVerifier,
  type Received,
  recv,
  recvOneOf,
  send,
  type Transcript,
  type VerifiedPeer,
  wait,
} from '@tlskit/tls-handshake';
import type { TrafficSecret } from '@tlskit/tls-keyschedule';
import {
  type Certificate,
  type CompressedCertificate,
  certificate,
  certificateVerify,
  type Finished,
  finished,
  handshakeExtensions,
  signatureSchemeInfo,
  signatureSchemeName,
} from '@tlskit/tls-messages';
import type { CertificateDetails } from '@tlskit/tls-session';
import { ascii, concat, equalBytes } from '@tlskit/tls-wire';
import { makeEntries, readEntries } from './certificate-entries.ts';
import type { ChosenCredential } from './certificate-wishes.ts';
import { illegal } from './context.ts';
import type { CertificateKit } from './kit.ts';

export type Role = 'client' | 'server';

/** What a Certificate and CertificateVerify proved. */
export interface Authenticated {
  readonly peer: VerifiedPeer;
  readonly chain: readonly Uint8Array[];
  readonly details: CertificateDetails;
  /** The code point of the signature scheme. */
  readonly scheme: number;
}

interface PeerExpectation {
  readonly kit: CertificateKit;
  /** Who authenticates itself. */
  readonly role: Role;
  readonly transcript: Transcript;
  readonly verifier: PeerVerifier;
  /** The name that the certificate must bear, for servers. */
  readonly name: string | undefined;
  /** The CertificateType that was negotiated. */
  readonly certificateType: number;
  /** The certificate_request_context of the request; empty for servers, and in the handshake. */
  readonly context: Uint8Array;
  /** Whether a client is refused that has no certificate. */
  readonly required: boolean;
  /** Types of the extensions that we sent and a certificate entry may answer. */
  readonly asked: ReadonlySet<number>;
  /** Among other things, the schemes that we said we take. */
  readonly config: Pick<ClientConfig, 'signatureSchemes' | 'limits' | 'certificates' | 'provider' | 'now'>;
}

/**
 * <-- {Certificate}, {CertificateVerify}: the peer's chain judged, and its possession of the key shown.
 * @param received the Certificate, compressed or not, where it was received already
 * @returns undefined for a client that has no certificate, and needs none
 */
export function* recvCertificateAuth(
  expectation: PeerExpectation,
  received?: Received<Certificate> | Received<CompressedCertificate>,
): Flow<Authenticated | undefined> {
  const { role, kit, transcript, config, certificateType } = expectation;
  const { certificates, limits } = config;
  const message = received ?? (yield* recvOneOf('WAIT_CERT', ...certificateMessages(kit, certificates)));
  const body = yield* readCertificate(kit, message as Received<Certificate>, config);
  // In the handshake nothing is asked under a context; afterwards each request has its own (RFC 9846 §4.5.1).
  if (!equalBytes(body.certificate_request_context, expectation.context)) {
    throw illegal('certificate_request_context is not that of the request', 'RFC 9846 §4.5.1');
  }
  if (body.certificate_list.length === 0) return withoutCertificate(expectation);
  const { chain, details, delegated } = readEntries(body.certificate_list, { ...expectation, limits });
  const { ocsp, staples, scts } = details;
  const evidence = {
    role,
    certificateType,
    chain,
    name: expectation.name,
    ...(ocsp === undefined ? {} : { ocsp }),
    ...(staples === undefined ? {} : { staples }),
    ...(expectation.asked.has(handshakeExtensions.status_request) ? { ocspAsked: true as const } : {}),
    ...(scts === undefined ? {} : { scts }),
  };
  const peer = yield* wait(expectation.verifier.verify(evidence));
  const delegate =
    kit.delegation && delegated && (yield* kit.delegation.check({ role, chain, peer, data: delegated, config }));

  const content = signedContent(role, transcript.hash()); // over everything up to Certificate
  const { body: verify } = yield* recv('WAIT_CV', certificateVerify);
  yield* checkCertificateVerify(verify, content, delegate ?? peer, expectation);
  const expires = Math.min(peer.expires, delegate?.expires ?? peer.expires);
  return {
    peer: { ...peer, expires },
    chain,
    details: { ...details, delegated: delegate !== undefined },
    scheme: verify.algorithm,
  };
}

/** The messages that a peer may authenticate itself by. */
export function certificateMessages(
  { compression }: CertificateKit,
  features: CertificateFeatures | undefined,
): readonly AnyMessage[] {
  return compression?.messages(features) ?? [certificate];
}

function* readCertificate(
  { compression }: CertificateKit,
  message: Received<Certificate>,
  { certificates, limits }: PeerExpectation['config'],
): Flow<Certificate> {
  return compression === undefined ? message.body : yield* compression.read(message, certificates, limits);
}

/** {Certificate}, {CertificateVerify} --> */
export function* sendCertificateAuth(
  role: Role,
  transcript: Transcript,
  { credential, scheme, wishes }: ChosenCredential,
  features: CertificateFeatures | undefined,
  context: Uint8Array = new Uint8Array(0),
): Flow<void> {
  const message = {
    certificate_request_context: context,
    certificate_list: yield* makeEntries(credential, wishes.asked),
  };
  const { compression } = wishes.kit;
  if (compression === undefined) yield* send('handshake', certificate, message);
  else yield* compression.send(message, features, wishes.compression, credential);
  const info = signatureSchemeInfo(scheme);
  if (info === undefined) throw new TlsError('ERR_TLS_INTERNAL', `no such signature scheme: ${scheme}`);
  const signature = yield* wait(credential.key.sign(info.algorithm, signedContent(role, transcript.hash())));
  yield* send('handshake', certificateVerify, { algorithm: scheme, signature });
}

/** {Certificate} --> of no certificates, by a client that has none which fits (RFC 9846 §4.5.1). */
export function* sendNoCertificate(context: Uint8Array): Flow<void> {
  yield* send('handshake', certificate, { certificate_request_context: context, certificate_list: [] });
}

/** <-- {Finished} (RFC 9846 §4.5.3) */
export function* recvFinished(transcript: Transcript, baseKey: TrafficSecret): Flow<void> {
  const expected = baseKey.verifyData(transcript.hash()); // over everything before Finished
  const { body } = yield* recv('WAIT_FINISHED', finished);
  checkFinished(body, expected);
}

/** @throws TlsError unless the values are the same (RFC 9846 §4.5.3) */
export function checkFinished(body: Finished, expected: Uint8Array): void {
  // "struct { opaque verify_data[Hash.length]; } Finished": another length is another structure.
  if (body.verify_data.length !== expected.length) {
    throw new TlsError('ERR_TLS_DECODE', `verify_data has ${body.verify_data.length} bytes`, {
      rfc: 'RFC 9846 §4.5.3',
    });
  }
  if (!constantTimeEqual(body.verify_data, expected)) {
    throw new TlsError('ERR_TLS_BAD_FINISHED', 'Finished does not verify');
  }
}

/** {Finished} --> */
export function* sendFinished(transcript: Transcript, baseKey: TrafficSecret): Flow<void> {
  yield* send('handshake', finished, { verify_data: baseKey.verifyData(transcript.hash()) });
}

/** The bytes that a CertificateVerify signs (RFC 9846 §4.5.2). */
export function signedContent(role: Role, transcriptHash: Uint8Array): Uint8Array {
  return concat(contextFor(role), transcriptHash);
}

function contextFor(role: Role): Uint8Array {
  return concat(new Uint8Array(64).fill(0x20), ascii(`TLS 1.3, ${role} CertificateVerify\0`));
}

/** RFC 9846 §4.5.1.3: a decode_error for a server; a client may be let in without, or refused by certificate_required. */
function withoutCertificate({ role, required }: PeerExpectation): undefined {
  if (role === 'server') throw new TlsError('ERR_TLS_NO_CERTIFICATE', 'the server sent no certificate');
  if (required) throw new TlsError('ERR_TLS_CERTIFICATE_REQUIRED', 'the client sent no certificate');
}

function* checkCertificateVerify(
  { algorithm: scheme, signature }: { readonly algorithm: number; readonly signature: Uint8Array },
  content: Uint8Array,
  { publicKey, scheme: only }: { readonly publicKey: PublicKey; readonly scheme?: number },
  { role, config }: PeerExpectation,
): Flow<void> {
  // RFC 9345 §4.1.3: a delegated key signs by the scheme that it was delegated for.
  const schemes = only === undefined ? config.signatureSchemes : [only];
  const info = signatureSchemeInfo(scheme);
  // RFC 9846 §4.5.2: one that we offered, fit for TLS 1.3 handshakes, and for the key in the certificate.
  if (info === undefined || !schemes.includes(scheme) || !info.handshake13) {
    throw illegal(`the ${role} signed with ${signatureSchemeName(scheme)}, which was not offered`, 'RFC 9846 §4.5.2');
  }
  if (!info.key(publicKey.algorithm)) {
    throw illegal(`${info.name} does not fit the key in the ${role}'s certificate`, 'RFC 9846 §4.5.2');
  }
  // A key may be of a verifier of the caller's own: whatever else it says is no yes.
  if ((yield* wait(publicKey.verify(info.algorithm, content, signature))) !== true) {
    throw new TlsError('ERR_TLS_BAD_CERTIFICATE_VERIFY', `the ${role}'s CertificateVerify does not verify`);
  }
}
