/** How a handshake knows certificates: by an interface, so that a build without them carries no X.509 code. */
import type { MaybePromise, PublicKey, SigningKey } from '@tlskit/tls-crypto';

/** What a peer sent to authenticate itself. */
export interface PeerEvidence {
  /** Whose chain it is. */
  readonly role: 'server' | 'client';
  /** DER certificates as received, the peer's own first. */
  readonly chain: readonly Uint8Array[];
  /** The DNS name or IP address that the caller wants to talk to; undefined for clients. */
  readonly name: string | undefined;
  /** A stapled OCSP response, DER. */
  readonly ocsp?: Uint8Array;
}

/** A peer whose evidence was accepted; that it has the private key is for CertificateVerify to show. */
export interface VerifiedPeer {
  readonly publicKey: PublicKey;
  /** False only where the caller chose to accept any certificate. */
  readonly verified: boolean;
  /** When the evidence ceases to be good, in milliseconds since 1970. */
  readonly expires: number;
  /** Names the policy under which it was accepted: a session made under one never resumes under another. */
  readonly trust: string;
}

/**
 * Judges a peer's certificates. `@tlskit/tls-x509` makes one; so may the caller.
 * @throws TlsError of kind `certificate`, `name` or `validity`
 */
export interface PeerVerifier {
  verify(evidence: PeerEvidence): MaybePromise<VerifiedPeer>;
  /** Names the policy, as in {@link VerifiedPeer.trust}. */
  readonly trust: string;
}

/** What an endpoint authenticates itself with. */
export interface Credential {
  /** DER certificates, our own first. */
  readonly chain: readonly Uint8Array[];
  readonly key: SigningKey;
}

/** What the choice of a server's credential may go by. */
export interface CredentialQuery {
  /** The host name of the SNI extension, lower case, or undefined. */
  readonly serverName: string | undefined;
  /** The client's `signature_algorithms`, in its order. */
  readonly signatureSchemes: readonly number[];
  /** The scheme that this end would sign with under that key, or undefined when the client takes none that the key can do. */
  readonly schemeFor: (key: SigningKey) => number | undefined;
}

/** Chooses a credential, or none; it may take its time. */
export type CredentialSource = (query: CredentialQuery) => MaybePromise<Credential | undefined>;
