/** Client authentication in the handshake (RFC 9846 §4.4.2, §4.5), both sides, and what of it a resumption has. */
import { TlsError } from '@tlskit/tls-alerts';
import {
  type CertificateTypes,
  type ClientConfig,
  chooseClientCertificateType,
  type Flow,
  type ServerConfig,
  type ServerContext,
  send,
  type Transcript,
  type VerifiedPeer,
  wait,
} from '@tlskit/tls-handshake';
import {
  CertificateType,
  type ClientHello,
  certificateRequest,
  findExtension,
  postHandshakeAuthRow,
} from '@tlskit/tls-messages';
import type { CertificateDetails, ServerSession } from '@tlskit/tls-session';
import { type Authenticated, recvCertificateAuth, sendCertificateAuth, sendNoCertificate } from './authentication.ts';
import { typesOf } from './certificate-entries.ts';
import { makeCertificateRequest, type RequestedCertificate } from './certificate-request.ts';
import { type ChosenCredential, chooseCredential, SchemeChoice } from './certificate-wishes.ts';
import type { Negotiated } from './negotiate.ts';
import type { ChosenPsk } from './psk-choice.ts';
import type { ClientIdentity } from './tickets.ts';

const NO_CONTEXT = new Uint8Array(0);

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

/** Whether a client may be asked after the handshake: it said so (RFC 9846 §4.3.6), and no key from outside stands for it (§4.4.2). */
export function mayAskLater(
  { clientAuth }: ServerConfig,
  { extensions }: ClientHello,
  psk: { readonly identity?: Uint8Array | undefined } | undefined,
): boolean {
  const offered = findExtension(extensions, postHandshakeAuthRow, 'CH') !== undefined;
  return clientAuth !== undefined && offered && psk?.identity === undefined;
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
    verifier: clientAuth.verifier,
    name: undefined,
    context: NO_CONTEXT,
    config,
    ...asked,
    certificateType: asked.certificateType ?? CertificateType.values.X509,
  });
}

/** A client by its certificates, in this connection or in one before it. */
export interface KnownClient {
  /** Undefined where it showed none. */
  readonly peer: VerifiedPeer | undefined;
  readonly chain: readonly Uint8Array[];
  readonly details?: CertificateDetails | undefined;
}

/**
 * The client that a session is of, judged anew: its certificates may have ended since, or been revoked. Undefined where the session
 * is of another policy than ours, or of a client that we would not let in: then it is not resumed.
 */
export function* resumedClient({ clientAuth }: ServerConfig, session: ServerSession): Flow<KnownClient | undefined> {
  const {
    trust,
    clientCertificates: chain,
    clientCertificateType: certificateType = CertificateType.values.X509,
  } = session;
  if (trust !== policyOf(clientAuth)) return undefined;
  if (clientAuth === undefined || chain.length === 0) {
    // A key that was agreed on elsewhere stood in place of a certificate, and still does.
    const needed = clientAuth?.mode === 'require' && session.pskIdentity === undefined;
    return needed ? undefined : { peer: undefined, chain: [] };
  }
  try {
    const evidence = { role: 'client', certificateType, chain, name: undefined, resumed: true } as const;
    const peer = yield* wait(clientAuth.verifier.verify(evidence));
    return { peer, chain, details: { certificateType } };
  } catch (error) {
    if (error instanceof TlsError && refusals.has(error.kind)) return undefined;
    throw error;
  }
}

const refusals: ReadonlySet<string> = new Set(['certificate', 'name', 'validity']);

/** What a session is to say of a client. */
export function identityOf({ clientAuth }: ServerConfig, client: KnownClient | undefined): ClientIdentity {
  return {
    trust: policyOf(clientAuth),
    certificates: client?.chain ?? [],
    certificateType: client?.details?.certificateType,
    expires: client?.peer?.expires,
  };
}

function policyOf(clientAuth: ServerConfig['clientAuth']): string {
  return clientAuth?.verifier.trust ?? '';
}
