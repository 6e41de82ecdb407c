/** What a connection is, in words and numbers, for the application. */
import type { TlsError } from '@tlskit/tls-alerts';
import type { CryptoProvider } from '@tlskit/tls-crypto';
import type { Connected, EarlyDataOutcome, Heartbeat, RecordSizeLimit } from '@tlskit/tls-handshake';
import {
  CertificateType,
  NamedGroup,
  ProtocolVersion,
  SignatureScheme,
  SRTPProtectionProfile,
} from '@tlskit/tls-messages';
import {
  type CertificateDescription,
  describeCertificate,
  parseCertificate,
  type RevocationReport,
  type TransparencyReport,
} from '@tlskit/tls-x509';

/** A value of a registry: IANA's name, or the number in hexadecimal where it has none, and the code point. */
export interface Named {
  readonly name: string;
  readonly code: number;
}

export interface ConnectionInfo {
  /** As Node calls it: `TLSv1.3`. */
  readonly protocol: string;
  /** The code point: 0x0304. */
  readonly protocolCode: number;
  readonly cipherSuite: Named;
  /** The group of the key exchange, where there was one. */
  readonly group: Named | undefined;
  /** What the server signed with; undefined in a resumed handshake. */
  readonly signatureScheme: Named | undefined;
  /** What the client signed with, where it showed a certificate. */
  readonly clientSignatureScheme: Named | undefined;
  /** The application protocol that was agreed on. */
  readonly alpn: string | undefined;
  /** The host name of SNI: sent by the client, received by the server. */
  readonly serverName: string | undefined;
  /** Whether a HelloRetryRequest cost a round trip. */
  readonly helloRetry: boolean;
  readonly resumed: boolean;
  /** Whether early data was accepted, and if not, why; undefined where none was offered (RFC 9846 §2.3). */
  readonly earlyData: EarlyDataOutcome | undefined;
  /** Milliseconds by which the client's ticket is older for the client than for this server, which took it. */
  readonly ticketAgeSkew: number | undefined;
  /** The most bytes of plaintext in protected records, as the two sides agreed on (RFC 8449). */
  readonly recordSizeLimit: RecordSizeLimit | undefined;
  /** The most bytes in records of both sides, where the client asked for less than is usual (RFC 6066 §4). */
  readonly maxFragmentLength: number | undefined;
  /** Who may send heartbeats; undefined for none (RFC 6520). */
  readonly heartbeat: Heartbeat | undefined;
  /** How many tickets the server said that it sends, where it was asked for a number (RFC 9149). */
  readonly expectedTickets: number | undefined;
  /** What keys of SRTP are for, and the master key identifier, if any (RFC 5764). */
  readonly srtp: { readonly profile: Named; readonly mki: Uint8Array } | undefined;
  /** The identity of the pre-shared key, not of a ticket, that both showed to have; undefined where it was not that. */
  readonly pskIdentity: Uint8Array | undefined;
  /** Whether the peer's certificates were found good; false too when it showed none. */
  readonly verified: boolean;
  /** The peer's own certificate in words. */
  readonly peerCertificate: CertificateDescription | undefined;
  /** What the peer sent, DER, its own certificate first. */
  readonly peerCertificates: readonly Uint8Array[];
  /** What `peerCertificates` has: certificates, or one SubjectPublicKeyInfo (RFC 7250); undefined where it is empty. */
  readonly certificateType: Named | undefined;
  /** The OCSP response that the peer sent with its certificate, DER, unread (RFC 6066 §8). */
  readonly ocspResponse: Uint8Array | undefined;
  /** The timestamps that the peer sent with its certificate, serialized, unread (RFC 6962 §3.3); empty for none. */
  readonly scts: readonly Uint8Array[];
  /**
   * What is to be said of all SCTs of the peer's certificate, where `transparency` asks; not where a session was resumed without
   * judging its certificates again.
   */
  readonly transparency?: TransparencyReport;
  /** What is known of the revocation of the peer's certificates, those that `revocation` is about; not where `transparency` is not either. */
  readonly revocation?: readonly RevocationReport[];
  /** Whether the peer signed by a key that its certificate delegated to (RFC 9345). */
  readonly delegatedCredential: boolean;
  /** What TLS 1.2 alone has to tell; undefined for TLS 1.3. */
  readonly tls12:
    | {
        /** Whether keys are bound to the handshake (RFC 7627). */
        readonly extendedMasterSecret: boolean;
        /** RFC 7366. */
        readonly encryptThenMac: boolean;
        /** Whether the peer has RFC 5746. */
        readonly secureRenegotiation: boolean;
      }
    | undefined;
  /** Why the certificates would have been refused, had the options not said to accept any. */
  readonly problem?: TlsError;
}

/** What the built-in judge has to say of a peer beyond its verdict. */
interface Reports {
  readonly problem?: TlsError;
  readonly transparency?: TransparencyReport;
  readonly revocation?: readonly RevocationReport[];
}

/** The description of a connection as an engine has it. */
export function connectionInfo(connected: Connected, provider: Pick<CryptoProvider, 'hashes'>): ConnectionInfo {
  const { version, cipherSuite, group, signatureScheme, peer, peerCertificates } = connected;
  const { alpn, serverName, helloRetry, resumed, srtp } = connected;
  const { peerCertificateDetails: details } = connected;
  const { problem, transparency, revocation } = (peer ?? {}) as Reports;
  const info: ConnectionInfo = {
    protocol: ProtocolVersion.label(version).replace('TLS ', 'TLSv'),
    protocolCode: version,
    cipherSuite: { name: cipherSuite.name, code: cipherSuite.code },
    group: named(NamedGroup, group),
    signatureScheme: named(SignatureScheme, signatureScheme),
    clientSignatureScheme: named(SignatureScheme, connected.clientSignatureScheme),
    alpn,
    serverName,
    helloRetry,
    resumed,
    recordSizeLimit: connected.recordSizeLimit,
    maxFragmentLength: connected.maxFragmentLength,
    heartbeat: connected.heartbeat,
    expectedTickets: connected.expectedTickets,
    srtp: srtp && { profile: { name: SRTPProtectionProfile.label(srtp.profile), code: srtp.profile }, mki: srtp.mki },
    earlyData: connected.earlyData,
    ticketAgeSkew: connected.ticketAgeSkew,
    pskIdentity: connected.pskIdentity,
    // Whatever else a verifier of the caller's own says, it is no yes.
    verified: peer?.verified === true,
    // A verifier of the caller's own may accept what is no X.509 certificate; a raw public key is none.
    peerCertificate: undefined,
    peerCertificates,
    certificateType: peerCertificates.length === 0 ? undefined : named(CertificateType, details?.certificateType ?? 0),
    ocspResponse: details?.ocsp,
    scts: details?.scts ?? [],
    delegatedCredential: details?.delegated === true,
    tls12: connected.tls12 && {
      extendedMasterSecret: connected.tls12.extendedMasterSecret,
      encryptThenMac: connected.tls12.encryptThenMac,
      secureRenegotiation: connected.tls12.secureRenegotiation,
    },
    ...(transparency === undefined ? {} : { transparency }),
    ...(revocation === undefined || revocation.length === 0 ? {} : { revocation }),
    ...(problem === undefined ? {} : { problem }),
  };
  // An object with a property that is computed takes several times the memory: most servers need none.
  return peerCertificates.length === 0 ? info : withDescription(info, peerCertificates[0], provider);
}

/** To put a certificate in words costs more than to verify a signature, and few ask for them. */
function withDescription(
  info: ConnectionInfo,
  der: Uint8Array | undefined,
  provider: Pick<CryptoProvider, 'hashes'>,
): ConnectionInfo {
  let description: CertificateDescription | undefined;
  let isDescribed = false;
  const get = () => {
    if (!isDescribed) {
      isDescribed = true;
      description = described(der, provider);
    }
    return description;
  };
  return Object.defineProperty(info, 'peerCertificate', { get, enumerable: true, configurable: true });
}

function named(registry: { label(code: number): string }, code: number | undefined): Named | undefined {
  return code === undefined ? undefined : { name: registry.label(code), code };
}

function described(
  der: Uint8Array | undefined,
  { hashes }: Pick<CryptoProvider, 'hashes'>,
): CertificateDescription | undefined {
  if (der === undefined) return undefined;
  try {
    return describeCertificate(parseCertificate(der), hashes.sha256);
  } catch {
    return undefined;
  }
}
