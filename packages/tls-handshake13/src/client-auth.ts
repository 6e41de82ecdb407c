/** Client authentication in the handshake (RFC 9846 §4.4.2, §4.5), both sides, and what of it a resumption has. */
import { TlsError } from '@tlskit/tls-alerts';
import {
  type CertificateTypes,
  type ClientConfig,
  chooseClientCertificateType,
  type Flow,
  onlyX509,
  type ServerConfig,
  type ServerContext,
  send,
  type Transcript,
} from '@tlskit/tls-handshake';
import {
  CertificateType,
  type ClientHello,
  certificateRequest,
  findExtension,
  oidFiltersRow,
  postHandshakeAuthRow,
} from '@tlskit/tls-messages';
import type { ServerSession } from '@tlskit/tls-session';
import { type Authenticated, recvCertificateAuth, sendCertificateAuth, sendNoCertificate } from './authentication.ts';
import { typesOf } from './certificate-entries.ts';
import { makeCertificateRequest, type RequestedCertificate, readCertificateRequest } from './certificate-request.ts';
import { type ChosenCredential, chooseCredential, SchemeChoice } from './certificate-wishes.ts';
import type { ClientFeature } from './kit.ts';
import type { Negotiated } from './negotiate.ts';
import type { ChosenPsk } from './psk-choice.ts';
import { serverKit } from './server-kit.ts';

const NO_CONTEXT = /* @__PURE__ */ new Uint8Array(0);

/** How a client reads a request for its certificate, and answers with one. Without it the answer is always that there is none. */
export type ClientCredentials = typeof credentials;

const credentials = { read: readCertificateRequest, answer: answerRequest };

/** Certificates of the client's own (RFC 9846 §4.4.2). */
export const clientCredentials: ClientFeature = { credentials, rows: [oidFiltersRow] };

/** {Certificate}, {CertificateVerify*} -->, what the client answers to a request: a certificate, or that it has none */
export function* answerRequest(
  config: ClientConfig,
  transcript: Transcript,
  { wishes, context }: RequestedCertificate,
): Flow<ChosenCredential | undefined> {
  const { credentials, serverName, signatureSchemes, certificates } = config;
  const choice = new SchemeChoice(wishes, signatureSchemes);
  const chosen = credentials && (yield* chooseCredential(credentials, serverName, wishes, choice));
  if (chosen === undefined) yield* sendNoCertificate(context);
  else yield* sendCertificateAuth('client', transcript, chosen, certificates, context);
  return chosen;
}

/** <-- {CertificateRequest*}; the types of its extensions, if it is sent */
export function* requestCertificate({ config }: ServerContext): Flow<ReadonlySet<number> | undefined> {
  if (!asksForCertificate(config)) return undefined;
  // RFC 9846 §4.4.2: "This field SHALL be zero length unless used for the post-handshake authentication exchanges".
  const request = makeCertificateRequest(config, NO_CONTEXT);
  yield* send('handshake', certificateRequest, request);
  return typesOf(request.extensions);
}

/** CertificateTypes; undefined for a side that shows nothing. */
type ShownTypes = { readonly [Side in keyof CertificateTypes]?: number | undefined };

/**
 * What kind of certificate either side shows (RFC 7250); undefined for one that shows none, but for a server that showed one in
 * the session that is resumed.
 */
export function certificateTypesOf(
  config: ServerConfig,
  { hello, auth, psk }: Pick<Negotiated, 'hello' | 'auth' | 'psk'>,
): ShownTypes {
  if (auth === undefined) {
    const session = sessionOf(psk);
    return { server: session && (session.serverCertificateType ?? CertificateType.values.X509) };
  }
  const server = auth.credential.certificateType ?? CertificateType.values.X509;
  if (!asksForCertificate(config)) return { server };
  const { extensions } = hello.hello;
  return { server, client: chooseClientCertificateType(config.clientAuth?.verifier.certificateTypes, extensions) };
}

/** The session that is resumed, if certificates stood at its beginning. */
function sessionOf(psk: ChosenPsk | undefined): Omit<ServerSession, 'psk'> | undefined {
  const session = psk?.ticket?.session;
  return session?.pskIdentity === undefined ? session : undefined;
}

function asksForCertificate({ clientAuth }: ServerConfig): boolean {
  return clientAuth !== undefined && clientAuth.mode !== 'none';
}

/**
 * Whether a client may be asked after the handshake: it said so (RFC 9846 §4.3.6), no key from outside stands for it (§4.4.2), and
 * what it would show is of a type that is judged here.
 * @param type the CertificateType that was negotiated; X.509 where none was
 */
export function mayAskLater(
  { clientAuth }: ServerConfig,
  { extensions }: ClientHello,
  psk: { readonly identity?: Uint8Array | undefined } | undefined,
  type: number = CertificateType.values.X509,
): boolean {
  const offered = findExtension(extensions, postHandshakeAuthRow, 'CH') !== undefined;
  const isJudged = (clientAuth?.verifier.certificateTypes ?? onlyX509).includes(type);
  return clientAuth !== undefined && offered && psk?.identity === undefined && isJudged;
}

/** What a server asked for. */
interface Asked {
  readonly transcript: Transcript;
  readonly context?: Uint8Array;
  /** The types of the extensions in the request. */
  readonly asked: ReadonlySet<number>;
  /** Whether a client without a certificate is refused. */
  readonly required: boolean;
  /** The CertificateType that was negotiated; X.509 where none was. */
  readonly certificateType?: number | undefined;
}

/** --> {Certificate}, {CertificateVerify*}; undefined for a client that may do without, and does */
export function* recvClientAuth(config: ServerConfig, asked: Asked): Flow<Authenticated | undefined> {
  const { clientAuth } = config;
  if (clientAuth === undefined) throw new TlsError('ERR_TLS_INTERNAL', 'a certificate that nobody asked for');
  return yield* recvCertificateAuth({
    role: 'client',
    kit: serverKit,
    verifier: clientAuth.verifier,
    name: undefined,
    context: NO_CONTEXT,
    config,
    ...asked,
    certificateType: asked.certificateType ?? CertificateType.values.X509,
  });
}
