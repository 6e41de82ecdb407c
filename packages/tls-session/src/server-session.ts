/**
 * What a server must know to resume a session (RFC 9846 §4.7.1; RFC 5246 §7.3 for TLS 1.2), and the form that it has inside a
 * ticket: RFC 5077 §4's StatePlaintext in substance.
 */
import { isAllZero } from '@tlskit/tls-crypto';
import {
  type Codec,
  DecodeError,
  decode,
  encode,
  mapped,
  opaqueVector,
  prefixed,
  sequence,
  struct,
  uint8,
  uint16,
  uint32,
  uint64,
} from '@tlskit/tls-wire';
import type { SessionPsk } from './session.ts';

export interface ServerSession {
  /** The protocol version, 0x0304 or 0x0303: in another the session never resumes. */
  readonly version: number;
  /** The cipher suite; in TLS 1.3 suites with the same hash may resume it, in TLS 1.2 this one alone. */
  readonly cipherSuite: number;
  /** A secret: the pre-shared key, or in TLS 1.2 the master secret, 48 bytes. */
  readonly psk: Uint8Array;
  /** TLS 1.2: whether the master secret is bound to its handshake (RFC 7627); absent for no. */
  readonly extendedMasterSecret?: boolean | undefined;
  /** TLS 1.2: how long records may be both ways, in bytes, "including session resumptions" (RFC 6066 §4); absent where nothing was agreed on. */
  readonly maxFragmentLength?: number | undefined;
  /** TLS 1.2: whether MACs are cut short, session resumptions included (RFC 6066 §7); absent for no. */
  readonly truncatedHmac?: boolean | undefined;
  /** When the ticket was issued, or the session put into a cache, in milliseconds since 1970. */
  readonly issuedAt: number;
  /** When the peers last authenticated themselves otherwise than by resumption, in milliseconds since 1970; at `issuedAt` or before. */
  readonly authenticatedAt: number;
  /** How long it may be used, in seconds. */
  readonly lifetime: number;
  /** What obscures the ticket's age on the wire; 0 in TLS 1.2. */
  readonly ticketAgeAdd: number;
  /** Bytes of early data that the client may send; 0 for none. */
  readonly maxEarlyData: number;
  /** The name that the client asked for. */
  readonly serverName: string | undefined;
  readonly alpn: string | undefined;
  /** What the key is known by, agreed on elsewhere, that the client showed to have in place of a certificate of ours. */
  readonly pskIdentity?: Uint8Array | undefined;
  /**
   * That key by the identity that the client offered it by, which for an imported one is another: whoever does not know it any more
   * does not resume the session. In TLS 1.2 its identity is `pskIdentity`, which may have no bytes.
   */
  readonly pskOffer?: SessionPsk | undefined;
  /** The policy for certificates of clients that the connection was made under; empty where there was none. */
  readonly trust: string;
  /** The client's certificates, DER, its own first; empty when it showed none. */
  readonly clientCertificates: readonly Uint8Array[];
  /** Their CertificateType; 0, which is X.509, where it is absent. */
  readonly clientCertificateType?: number | undefined;
  /** When they cease to be good, or what they delegated to (RFC 9345), in milliseconds since 1970; absent where that was not known. */
  readonly clientExpires?: number | undefined;
  /** The CertificateType of what the server showed; 0, which is X.509, where it is absent. */
  readonly serverCertificateType?: number | undefined;
}

/** The session as bytes, for a ticket or a database. They hold the PSK: encrypt them. @throws EncodeError when a field is too long */
export function encodeServerSession(session: ServerSession): Uint8Array<ArrayBuffer> {
  return encode(sessionCodec, {
    format: FORMAT,
    ...session,
    extendedMasterSecret: session.extendedMasterSecret === true ? 1 : 0,
    maxFragmentLength: session.maxFragmentLength ?? 0,
    truncatedHmac: session.truncatedHmac === true ? 1 : 0,
    pskIdentity: session.pskIdentity ?? NOTHING,
    pskOfferedAs: session.pskOffer?.identity ?? NOTHING,
    pskFingerprint: session.pskOffer?.fingerprint ?? NOTHING,
    clientExpires: BigInt(Math.trunc(Math.min(session.clientExpires ?? NEVER, NEVER))),
    clientCertificateType: session.clientCertificateType ?? X509,
    serverCertificateType: session.serverCertificateType ?? X509,
    issuedAt: BigInt(session.issuedAt),
    authenticatedAt: BigInt(session.authenticatedAt),
  });
}

/** The session, or undefined for bytes of another form: of a later version of this code, perhaps. */
export function decodeServerSession(bytes: Uint8Array): ServerSession | undefined {
  try {
    const session = decode(sessionCodec, bytes);
    if (session.format !== FORMAT) return undefined;
    const { pskIdentity, pskOfferedAs, pskFingerprint, maxFragmentLength } = session;
    const { clientCertificateType, serverCertificateType } = session;
    const clientExpires = Number(session.clientExpires);
    const known = pskOfferedAs.length > 0 || pskFingerprint.length > 0;
    return {
      version: session.version,
      cipherSuite: session.cipherSuite,
      psk: session.psk,
      issuedAt: Number(session.issuedAt),
      authenticatedAt: Number(session.authenticatedAt),
      lifetime: session.lifetime,
      ticketAgeAdd: session.ticketAgeAdd,
      maxEarlyData: session.maxEarlyData,
      serverName: session.serverName,
      alpn: session.alpn,
      trust: session.trust,
      clientCertificates: session.clientCertificates,
      ...(session.extendedMasterSecret === 0 ? {} : { extendedMasterSecret: true }),
      ...(maxFragmentLength === 0 ? {} : { maxFragmentLength }),
      ...(session.truncatedHmac === 0 ? {} : { truncatedHmac: true }),
      ...(pskIdentity.length > 0 || known ? { pskIdentity: pskIdentity.slice() } : {}),
      ...(known ? { pskOffer: { identity: pskOfferedAs.slice(), fingerprint: pskFingerprint.slice() } } : {}),
      ...(clientExpires === NEVER ? {} : { clientExpires }),
      ...(clientCertificateType === X509 ? {} : { clientCertificateType }),
      ...(serverCertificateType === X509 ? {} : { serverCertificateType }),
    };
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
}

/**
 * Whether the session may still be resumed at this time (milliseconds since 1970). One whose key was wiped may not: everybody knows
 * that key, and whoever saw the ticket would be let in by it.
 */
export function isAlive(session: ServerSession, now: number): boolean {
  const ends = session.issuedAt + session.lifetime * 1000;
  return now >= session.issuedAt && now < ends && !isAllZero(session.psk);
}

/** Changes with the fields below: tickets of another form are refused, and the client does a full handshake. */
const FORMAT = 6;

/** A CertificateType. */
const X509 = 0;

const NOTHING = new Uint8Array(0);
/** Later than all that is a time. */
const NEVER = Number.MAX_SAFE_INTEGER;

const decoder = /* @__PURE__ */ new TextDecoder();
const encoder = /* @__PURE__ */ new TextEncoder();

/** Text of up to 65,535 bytes of UTF-8, or nothing, which is not the same as no text. */
const optionalText: Codec<string | undefined> = mapped(
  opaqueVector(0, 2 ** 16 - 1),
  'text',
  bytes => (bytes.length === 0 ? undefined : decoder.decode(bytes.subarray(1))),
  text => (text === undefined ? new Uint8Array(0) : encoder.encode(` ${text}`)),
);
const text: Codec<string> = mapped(
  opaqueVector(0, 2 ** 16 - 1),
  'text',
  bytes => decoder.decode(bytes),
  value => encoder.encode(value),
);

const sessionCodec = struct('ServerSession', {
  format: uint8,
  version: uint16,
  cipherSuite: uint16,
  psk: opaqueVector(1, 255),
  extendedMasterSecret: uint8,
  maxFragmentLength: uint16,
  truncatedHmac: uint8,
  issuedAt: uint64,
  authenticatedAt: uint64,
  lifetime: uint32,
  ticketAgeAdd: uint32,
  maxEarlyData: uint32,
  serverName: optionalText,
  alpn: optionalText,
  pskIdentity: opaqueVector(0, 2 ** 16 - 1),
  pskOfferedAs: opaqueVector(0, 2 ** 16 - 1),
  pskFingerprint: opaqueVector(0, 255),
  trust: text,
  clientCertificates: prefixed(sequence(opaqueVector(1, 2 ** 24 - 1)), 0, 2 ** 24 - 1),
  clientCertificateType: uint8,
  clientExpires: uint64,
  serverCertificateType: uint8,
});
