/**
 * The authentication messages (RFC 9846 §4.5): Certificate, CertificateVerify and Finished, made and checked.
 * They are the same for both sides but for names and keys.
 */
import { TlsError } from '@tlskit/tls-alerts';
import { constantTimeEqual } from '@tlskit/tls-crypto';
import {
  type Credential,
  checkResponse,
  type Flow,
  type HandshakeLimits,
  type PeerVerifier,
  type Received,
  recv,
  send,
  type Transcript,
  type VerifiedPeer,
  wait,
} from '@tlskit/tls-handshake';
import type { TrafficSecret } from '@tlskit/tls-keyschedule';
import {
  certificate,
  certificateVerify,
  type Extension,
  findExtension,
  finished,
  SignatureScheme,
  signatureSchemeInfo,
  statusRequestRow,
} from '@tlskit/tls-messages';
import { ascii, concat, type Value } from '@tlskit/tls-wire';
import { illegal } from './context.ts';
import { extensions13 } from './extensions.ts';

export type Role = 'client' | 'server';

/** What a Certificate and CertificateVerify proved. */
export interface Authenticated {
  readonly peer: VerifiedPeer;
  readonly chain: readonly Uint8Array[];
  /** The code point of the signature scheme. */
  readonly scheme: number;
}

interface PeerExpectation {
  /** Who authenticates itself. */
  readonly role: Role;
  readonly transcript: Transcript;
  readonly verifier: PeerVerifier;
  /** The name that the certificate must bear, for servers. */
  readonly name: string | undefined;
  /** Types of the extensions that we sent and a certificate entry may answer. */
  readonly asked: ReadonlySet<number>;
  /** The schemes that we said we take. */
  readonly schemes: readonly number[];
  readonly limits: HandshakeLimits;
}

/**
 * <-- {Certificate}, {CertificateVerify}: the peer's chain judged, and its possession of the key shown.
 * @param received the Certificate, where it was received already
 */
export function* recvCertificateAuth(
  expectation: PeerExpectation,
  received?: Received<Value<typeof certificate.codec>>,
): Flow<Authenticated> {
  const { role, transcript } = expectation;
  const { body } = received ?? (yield* recv('WAIT_CERT', certificate));
  const chain = checkEntries(body.certificate_list, expectation);
  // In the main handshake nothing was asked under a context (RFC 9846 §4.5.1).
  if (body.certificate_request_context.length > 0) {
    throw illegal('certificate_request_context is not empty', 'RFC 9846 §4.5.1');
  }
  const ocsp = stapledResponse(body.certificate_list[0]?.extensions ?? []);
  const peer = yield* wait(
    expectation.verifier.verify({ role, chain, name: expectation.name, ...(ocsp === undefined ? {} : { ocsp }) }),
  );

  const content = signedContent(role, transcript.hash()); // over everything up to Certificate
  const { body: verify } = yield* recv('WAIT_CV', certificateVerify);
  yield* checkCertificateVerify(verify, content, peer, expectation);
  return { peer, chain, scheme: verify.algorithm };
}

/** {Certificate}, {CertificateVerify} --> */
export function* sendCertificateAuth(
  role: Role,
  transcript: Transcript,
  { chain, key }: Credential,
  scheme: number,
): Flow<void> {
  yield* send('handshake', certificate, {
    certificate_request_context: new Uint8Array(0),
    certificate_list: chain.map(cert_data => ({ cert_data, extensions: [] })),
  });
  const info = signatureSchemeInfo(scheme);
  if (info === undefined) throw new TlsError('ERR_TLS_INTERNAL', `no such signature scheme: ${scheme}`);
  const signature = yield* wait(key.sign(info.algorithm, signedContent(role, transcript.hash())));
  yield* send('handshake', certificateVerify, { algorithm: scheme, signature });
}

/** <-- {Finished} (RFC 9846 §4.5.3) */
export function* recvFinished(transcript: Transcript, baseKey: TrafficSecret): Flow<void> {
  const expected = baseKey.verifyData(transcript.hash()); // over everything before Finished
  const { body } = yield* recv('WAIT_FINISHED', finished);
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
  return concat(contextString[role], transcriptHash);
}

const contextString = { client: contextFor('client'), server: contextFor('server') };

function contextFor(role: Role): Uint8Array {
  return concat(new Uint8Array(64).fill(0x20), ascii(`TLS 1.3, ${role} CertificateVerify\0`));
}

type Entries = readonly { readonly cert_data: Uint8Array; readonly extensions: readonly Extension[] }[];

function checkEntries(entries: Entries, { role, asked, limits }: PeerExpectation): readonly Uint8Array[] {
  // RFC 9846 §4.5.1.3: an empty Certificate from a server is a decode_error.
  if (entries.length === 0 && role === 'server') {
    throw new TlsError('ERR_TLS_NO_CERTIFICATE', 'the server sent no certificate');
  }
  if (entries.length > limits.maxCertificates) {
    throw new TlsError('ERR_TLS_CERT_WORK_LIMIT', `a chain of ${entries.length} certificates is over the limit`);
  }
  // RFC 9846 §4.5.1: extensions in entries answer ones that we sent.
  for (const { extensions } of entries) checkResponse(extensions13, 'CT', extensions, asked);
  return entries.map(entry => entry.cert_data);
}

/** The DER OCSP response in the first entry (RFC 9846 §4.5.1.1). */
function stapledResponse(extensions: readonly Extension[]): Uint8Array | undefined {
  return findExtension(extensions, statusRequestRow, 'CT')?.response;
}

function* checkCertificateVerify(
  { algorithm: scheme, signature }: { readonly algorithm: number; readonly signature: Uint8Array },
  content: Uint8Array,
  { publicKey }: VerifiedPeer,
  { role, schemes }: PeerExpectation,
): Flow<void> {
  const info = signatureSchemeInfo(scheme);
  // RFC 9846 §4.5.2: one that we offered, fit for TLS 1.3 handshakes, and for the key in the certificate.
  if (info === undefined || !schemes.includes(scheme) || !info.handshake13) {
    throw illegal(`the ${role} signed with ${SignatureScheme.label(scheme)}, which was not offered`, 'RFC 9846 §4.5.2');
  }
  if (!info.key(publicKey.algorithm)) {
    throw illegal(`${info.name} does not fit the key in the ${role}'s certificate`, 'RFC 9846 §4.5.2');
  }
  if (!(yield* wait(publicKey.verify(info.algorithm, content, signature)))) {
    throw new TlsError('ERR_TLS_BAD_CERTIFICATE_VERIFY', `the ${role}'s CertificateVerify does not verify`);
  }
}
