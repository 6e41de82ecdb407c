/** How a handshake knows certificates: by an interface, so that a build without them carries no X.509 code. */
import type { MaybePromise, PublicKey, SigningKey } from '@tlskit/tls-crypto';
import type { OidFilter } from '@tlskit/tls-messages';

/** What a peer sent to authenticate itself. */
export interface PeerEvidence {
  /** Whose chain it is. */
  readonly role: 'server' | 'client';
  /** A CertificateType: what `chain` has. Only types that the verifier names are negotiated; X.509 where it is absent. */
  readonly certificateType?: number;
  /** DER certificates as received, the peer's own first; or one SubjectPublicKeyInfo, where that type was negotiated (RFC 7250). */
  readonly chain: readonly Uint8Array[];
  /** The DNS name or IP address that the caller wants to talk to; undefined for clients. */
  readonly name: string | undefined;
  /** A stapled OCSP response for the peer's own certificate, DER (RFC 9846 §4.5.1.1). */
  readonly ocsp?: Uint8Array;
  /**
   * Stapled OCSP responses by position in `chain`, where there are any beyond the first: TLS 1.3 has a place beside each certificate
   * (RFC 9846 §4.5.1.1).
   */
  readonly staples?: readonly (Uint8Array | undefined)[];
  /** Present where an OCSP response was asked for (`status_request`): a certificate may promise that there is one (RFC 7633). */
  readonly ocspAsked?: true;
  /** SerializedSCTs for the peer's own certificate, at least one (RFC 6962 §3.3). */
  readonly scts?: readonly Uint8Array[];
  /** What the key is to be used for, where that is not to sign: the key exchanges RSA and static DH of TLS 1.2 (RFC 5246 §7.4.2). */
  readonly keyUsage?: readonly ('keyEncipherment' | 'keyAgreement')[];
  /** Present where the evidence is of a session that is to be resumed: it was found good when the session was made. */
  readonly resumed?: true;
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
  /**
   * Present where the peer's own certificate may delegate (RFC 9345 §4.2: it has DelegationUsage, and its key usage names
   * digitalSignature). Without it a delegated credential is refused.
   */
  readonly delegation?: DelegationWindow | undefined;
}

/** The validity of a certificate that may delegate, in milliseconds since 1970. */
export interface DelegationWindow {
  readonly notBefore: number;
  readonly notAfter: number;
}

/**
 * Judges a peer's certificates. `@tlskit/tls-x509` makes one; so may the caller.
 * @throws TlsError of kind `certificate`, `name` or `validity`
 */
export interface PeerVerifier {
  verify(evidence: PeerEvidence): MaybePromise<VerifiedPeer>;
  /** Names the policy, as in {@link VerifiedPeer.trust}. */
  readonly trust: string;
  /** The CertificateTypes that it can judge, best first: what a peer is offered (RFC 7250). X.509 alone where it is absent. */
  readonly certificateTypes?: readonly number[] | undefined;
}

/** What an endpoint authenticates itself with. */
export interface Credential {
  /** A CertificateType; X.509 where it is absent. */
  readonly certificateType?: number | undefined;
  /** DER certificates, our own first; for a raw public key its SubjectPublicKeyInfo alone (RFC 7250 §3). */
  readonly chain: readonly Uint8Array[];
  /** What signs the handshake: the key of the first certificate, or the one that `delegatedCredential` is for. */
  readonly key: SigningKey;
  /** An OCSP response for our own certificate, DER, for peers that ask; a function is asked in each handshake, and may take its time. */
  readonly ocsp?: Staple<Uint8Array> | undefined;
  /** SerializedSCTs for our own certificate, for peers that ask (RFC 6962 §3.3). */
  readonly scts?: Staple<readonly Uint8Array[]> | undefined;
  /** A DelegatedCredential for `key`, encoded (RFC 9345 §4): then the credential is for peers that ask for such. */
  readonly delegatedCredential?: Uint8Array | undefined;
  /** Code points, best first: the schemes to sign with by this key, where they are not those of the whole configuration. */
  readonly signatureSchemes?: readonly number[] | undefined;
  /**
   * What the certificate says its key is for (RFC 5280 §4.2.1.3), if it says so: without `digitalSignature` it signs no handshake, and
   * without `keyEncipherment` and `keyAgreement` it is of no use to the suites of TLS 1.2 whose key exchange it would be.
   */
  readonly keyUsage?: ReadonlySet<string> | undefined;
}

/** What is sent beside a certificate: there from the start, or asked for. */
export type Staple<T> = T | (() => MaybePromise<T | undefined>);

/** What the choice of our credential may go by: all that the peer says of the certificates that it takes (RFC 9846 §4.5.1.2). */
export interface CredentialQuery {
  /** The host name of the SNI extension, lower case, or undefined: received by a server, sent by a client. */
  readonly serverName: string | undefined;
  /** The peer's `signature_algorithms`, in its order. */
  readonly signatureSchemes: readonly number[];
  /** The CertificateTypes that the peer takes, its best first. */
  readonly certificateTypes: readonly number[];
  /** The schemes that the certificates should be signed by: the peer's `signature_algorithms_cert` or, without it, the ones above. */
  readonly certificateSchemes: readonly number[];
  /** DER distinguished names: authorities, one of which should be in the chain (RFC 9846 §4.3.4); empty where any will do. */
  readonly certificateAuthorities: readonly Uint8Array[];
  /** What a client's own certificate must have (RFC 9846 §4.3.5); empty for servers. */
  readonly oidFilters: readonly OidFilter[];
  /**
   * The scheme that this end would sign with under that key, or undefined when the peer takes none that the key can do. For a
   * whole credential, undefined also when the peer takes none of its kind: no raw public keys, no delegated credentials.
   */
  readonly schemeFor: (with_: SigningKey | Credential) => number | undefined;
}

/** Chooses a credential, or none; it may take its time. */
export type CredentialSource = (query: CredentialQuery) => MaybePromise<Credential | undefined>;

/** How a server goes about its clients' certificates. */
export interface ClientAuthentication {
  /**
   * What is asked of a client in the handshake: nothing, so that only a request after it remains; a certificate, if it has one; or a
   * certificate without which it is refused.
   */
  readonly mode: 'none' | 'request' | 'require';
  /** Judges the clients' chains. */
  readonly verifier: PeerVerifier;
  /** DER distinguished names of the authorities that clients are to choose by (RFC 9846 §4.3.4); none to say nothing of it. */
  readonly certificateAuthorities?: readonly Uint8Array[] | undefined;
  /** What the client's own certificate is to have (RFC 9846 §4.3.5). */
  readonly oidFilters?: readonly OidFilter[] | undefined;
}
