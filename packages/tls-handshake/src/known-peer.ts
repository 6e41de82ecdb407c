/** Peers as sessions know them: what of an authentication is kept, and how it is taken up again when the session resumes. */
import { TlsError } from '@tlskit/tls-alerts';
import { type CryptoProvider, constantTimeEqual, type PublicKey } from '@tlskit/tls-crypto';
import { CertificateType } from '@tlskit/tls-messages';
import type { CertificateDetails, ClientSession, ServerSession, SessionPsk } from '@tlskit/tls-session';
import { unlessItFails } from './attempts.ts';
import type { ClientConfig, ServerConfig } from './config.ts';
import { type Flow, wait } from './flow.ts';
import type { PeerEvidence, VerifiedPeer } from './peer.ts';
import { pskFingerprint } from './psk.ts';
import type { ReceivedHello } from './version.ts';

/** A server by its certificate, in this connection or in the one that it resumes. */
export interface KnownServer {
  readonly peer: VerifiedPeer;
  readonly chain: readonly Uint8Array[];
  readonly details: CertificateDetails | undefined;
  /** The code point of the signature scheme; undefined where nothing was signed. */
  readonly scheme: number | undefined;
  /** When it signed, in milliseconds since 1970. */
  readonly authenticatedAt: number;
}

/** A client by its certificates, in this connection or in one before it. */
export interface KnownClient {
  /** Undefined where it showed none. */
  readonly peer: VerifiedPeer | undefined;
  readonly chain: readonly Uint8Array[];
  readonly details?: CertificateDetails | undefined;
}

/** What a session says of the client's certificate. */
export interface ClientIdentity {
  /** The policy for certificates of clients; empty where there is none. */
  readonly trust: string;
  /** DER, the client's own first; empty where it showed none. */
  readonly certificates: readonly Uint8Array[];
  /** Their CertificateType; X.509 where it is absent. */
  readonly certificateType?: number | undefined;
  /** When they cease to be good, or what they delegated to (RFC 9345), in milliseconds since 1970; undefined where there are none. */
  readonly expires: number | undefined;
}

/** What a client's session says of the server, and of whom the client was to it: what a connection that resumes must agree with. */
export type SessionPeer = Pick<
  ClientSession,
  | 'serverName'
  | 'trust'
  | 'peerExpires'
  | 'peerName'
  | 'credentialsId'
  | 'authenticatedAt'
  | 'externalPsk'
  | 'peerKey'
  | 'peerVerified'
  | 'peerCertificates'
  | 'peerCertificateDetails'
>;

/**
 * The part of a new session that {@link resumedServer} takes up again; undefined for a server that nobody knows, which is not one to come
 * back to.
 * @param server by its certificate, or by a key that was agreed on elsewhere, with when it showed to have it, in milliseconds since 1970
 */
export function sessionPeer(
  { serverName, verifier, peerName, credentialsId }: ClientConfig,
  server: {
    readonly auth: KnownServer | undefined;
    readonly external?: { readonly psk: SessionPsk; readonly authenticatedAt: number } | undefined;
  },
): SessionPeer | undefined {
  const { auth, external } = server;
  const authenticatedAt = (auth ?? external)?.authenticatedAt;
  if (authenticatedAt === undefined) return undefined;
  return {
    serverName,
    trust: auth?.peer.trust ?? verifier.trust,
    peerExpires: auth?.peer.expires ?? Number.MAX_SAFE_INTEGER,
    peerName,
    credentialsId,
    authenticatedAt,
    externalPsk: external?.psk,
    peerKey: auth?.peer.publicKey.spki ?? new Uint8Array(0),
    peerVerified: auth?.peer.verified ?? true,
    peerCertificates: auth?.chain ?? [],
    peerCertificateDetails: auth?.details,
  };
}

/**
 * The server that a session is of: it is the same policy and the same name that it was accepted under. Undefined for one that showed
 * no certificate. Its certificates are judged anew where the configuration says so.
 * @param keyUsage what its key was used for, where that was not to sign
 * @throws TlsError what the verifier throws then
 */
export function* resumedServer(
  config: ClientConfig,
  session: Omit<ClientSession, 'psk'>,
  keyUsage?: PeerEvidence['keyUsage'],
): Flow<KnownServer | undefined> {
  if (session.peerKey.length === 0) return undefined;
  const { peerCertificates: chain, peerCertificateDetails: details, authenticatedAt } = session;
  const accepted: VerifiedPeer = {
    publicKey: keyOfSession(config.provider, session.peerKey),
    verified: session.peerVerified,
    expires: session.peerExpires,
    trust: session.trust,
  };
  const peer = config.verifyResumed === true ? yield* judgeResumed(config, session, accepted, keyUsage) : accepted;
  return { peer, chain, details, scheme: undefined, authenticatedAt };
}

/**
 * The client that a session is of, judged anew: its certificates may have ended since, or been revoked, and its key may not be
 * known here any more. Undefined where the session is of another policy than ours, or of a client that we would not let in: then
 * it is not resumed.
 */
export function* resumedClient(
  config: ServerConfig,
  session: ServerSession,
  hello: ReceivedHello,
): Flow<KnownClient | undefined> {
  const { clientAuth } = config;
  const {
    trust,
    clientCertificates: chain,
    clientCertificateType: certificateType = CertificateType.values.X509,
  } = session;
  if (trust !== policyOf(clientAuth)) return undefined;
  if (session.pskIdentity !== undefined && !(yield* isKnownKey(config, session, session.pskIdentity, hello))) {
    return undefined;
  }
  if (clientAuth === undefined || chain.length === 0) {
    // A key that was agreed on elsewhere stood in place of a certificate, and still does.
    const needed = clientAuth?.mode === 'require' && session.pskIdentity === undefined;
    return needed ? undefined : { peer: undefined, chain: [] };
  }
  try {
    const evidence = { role: 'client', certificateType, chain, name: undefined, resumed: true } as const;
    const peer = yield* wait(clientAuth.verifier.verify(evidence));
    // What was delegated may end before the certificate.
    const expires = Math.min(peer.expires, session.clientExpires ?? peer.expires);
    return { peer: { ...peer, expires }, chain, details: { certificateType } };
  } catch (error) {
    if (error instanceof TlsError && refusals.has(error.kind)) return undefined;
    throw error;
  }
}

/** What a session is to say of a client. */
export function identityOf({ clientAuth }: ServerConfig, client: KnownClient | undefined): ClientIdentity {
  return {
    trust: policyOf(clientAuth),
    certificates: client?.chain ?? [],
    certificateType: client?.details?.certificateType,
    expires: client?.peer?.expires,
  };
}

/** The key that signed when the session was made. It is imported when somebody uses it: a handshake that resumes does not. */
function keyOfSession(provider: CryptoProvider, spki: Uint8Array): PublicKey {
  let imported: PublicKey | undefined;
  const key = () => {
    imported ??= provider.importPublicKey(spki);
    return imported;
  };
  return {
    spki,
    get algorithm() {
      return key().algorithm;
    },
    verify: (algorithm, data, signature) => key().verify(algorithm, data, signature),
  };
}

/** The certificates of a session judged anew: some time has passed since they were. */
function* judgeResumed(
  { verifier, peerName: name }: ClientConfig,
  { peerCertificates: chain, peerCertificateDetails: details }: Omit<ClientSession, 'psk'>,
  accepted: VerifiedPeer,
  keyUsage: PeerEvidence['keyUsage'],
): Flow<VerifiedPeer> {
  const { certificateType = CertificateType.values.X509, ocsp, staples, scts } = details ?? {};
  const stapled = {
    ...(ocsp === undefined ? {} : { ocsp, ocspAsked: true as const }),
    ...(staples === undefined ? {} : { staples }),
    ...(scts === undefined ? {} : { scts }),
    ...(keyUsage === undefined ? {} : { keyUsage }),
  };
  const judged = yield* wait(
    verifier.verify({ role: 'server', certificateType, chain, name, resumed: true, ...stapled }),
  );
  // What was delegated may end before the certificate.
  return { ...judged, expires: Math.min(judged.expires, accepted.expires) };
}

/** Whether the key that a session goes back to is still known here under its name, and is still the same. */
function* isKnownKey(
  { pskLookup, provider }: ServerConfig,
  { pskOffer }: ServerSession,
  identity: Uint8Array,
  hello: ReceivedHello,
): Flow<boolean> {
  if (pskLookup === undefined) return false;
  const name = pskOffer?.identity ?? identity;
  const find = () => pskLookup(name, hello);
  const found = yield* unlessItFails('pskLookup', find, late => late?.taken?.());
  if (found === undefined) return false;
  try {
    if (pskOffer === undefined) return true;
    const fingerprint = pskFingerprint(provider, { ...found, identity: name });
    return fingerprint !== undefined && constantTimeEqual(fingerprint, pskOffer.fingerprint);
  } finally {
    found.taken?.();
  }
}

const refusals: ReadonlySet<string> = new Set(['certificate', 'name', 'validity']);

function policyOf(clientAuth: ServerConfig['clientAuth']): string {
  return clientAuth?.verifier.trust ?? '';
}
