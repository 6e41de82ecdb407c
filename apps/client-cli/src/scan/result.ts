/** What a scan finds. All of it is what a server showed at this time, from here; what is null or absent was not found out. */
import type { Named } from 'tlskit';
import type { Preference } from './exclusion.ts';
import type { Closing } from './handshake.ts';

export type { Named } from 'tlskit';

export interface VersionResult extends Named {
  /** Null where it could not be told. */
  readonly offered: boolean | null;
  /** How it was found, or why not. */
  readonly how: string;
}

export interface SuiteResult extends Named {
  /** The curve, or the finite-field group where it is one of RFC 7919, that came with it; null in TLS 1.3, and where there is none. */
  readonly group: Named | null;
  /** Bits of the prime of a finite-field group. */
  readonly dhBits: number | null;
  /** The scheme that the server signed its parameters with. */
  readonly signatureScheme: Named | null;
}

export interface SuitesResult {
  readonly version: Named;
  /** Whose order decides; null where there is nothing to decide. */
  readonly preference: Preference | null;
  readonly suites: readonly SuiteResult[];
}

export interface GroupsResult {
  readonly version: Named;
  readonly preference: Preference | null;
  readonly groups: readonly Named[];
  /** The curve of the certificate, behind which others may be that no client sees. */
  readonly hiddenBehind: Named | null;
}

export interface SchemesResult {
  readonly version: Named;
  readonly schemes: readonly Named[];
}

export interface ProtocolsResult {
  readonly protocols: readonly string[];
  /** What becomes of clients that offer none of them. */
  readonly otherwise: 'refused' | 'ignored';
}

export interface ExtensionResult extends Named {
  /** Versions in whose handshake it was answered. */
  readonly versions: readonly string[];
}

export interface ResumptionResult {
  readonly version: Named;
  /** Tickets of one connection. */
  readonly tickets: number;
  /** Seconds, as the tickets say it; 0 for a server of TLS 1.2 that does not say. */
  readonly ticketLifetime: number | null;
  /** Whether a ticket was good for another connection. */
  readonly resumesByTicket: boolean | null;
  /** Whether the same ticket was good twice. */
  readonly ticketIsReusable: boolean | null;
  /** Whether session IDs resume; null in TLS 1.3, which has none. */
  readonly resumesById: boolean | null;
  /** Bytes of early data that tickets offer; 0 for none. */
  readonly earlyData: number | null;
  /** Whether it resumes without a key exchange (psk_ke); null before TLS 1.3. */
  readonly resumesWithoutKeyExchange: boolean | null;
}

export interface NameResult {
  /** What a client without SNI gets, and one that asks for a name that is nobody's. */
  readonly without: NameAnswer | null;
  readonly unknown: NameAnswer | null;
}

export interface NameAnswer {
  readonly accepted: boolean;
  readonly alert: string | null;
  /** Whether the certificate is another than the one for the name in question; null where there was none to see. */
  readonly otherCertificate: boolean | null;
}

export interface ClientAuthResult {
  readonly requested: boolean;
  /** Null where it could not be told. */
  readonly required: boolean | null;
}

export interface ToleranceResult {
  /** Whether reserved values are passed over (RFC 8701). */
  readonly grease: boolean | null;
  /** Bytes of the longest ClientHello that was answered, and of the shortest that was not. */
  readonly longestHello: number | null;
  readonly refusedHello: number | null;
  /** Whether versions that do not exist are passed over. */
  readonly futureVersions: boolean | null;
  /** Whether TLS_FALLBACK_SCSV is heeded (RFC 7507); null where there is no lower version to fall back to. */
  readonly fallbackScsv: boolean | null;
  /** Whether the random number says that a higher version is spoken (RFC 9846 §4.2.3). */
  readonly downgradeSentinel: boolean | null;
}

export interface RenegotiationResult {
  /** RFC 5746. */
  readonly secure: boolean;
  /** Whether clients get another handshake when they ask for one. */
  readonly clientInitiated: boolean | null;
}

export interface CertificateResult {
  readonly subject: string;
  readonly issuer: string;
  readonly names: readonly string[];
  readonly key: string;
  readonly signature: string;
  readonly notBefore: string;
  readonly notAfter: string;
  readonly fingerprint256: string;
  /** Certificates that were sent, this one included. */
  readonly chainLength: number;
  /** Whether one behind the first is signed by MD5 or SHA-1, the root left out. */
  readonly weakChain: boolean;
  readonly weakSignature: boolean;
  readonly keyBits: number | null;
  /** Whether it promises an OCSP response (RFC 7633). */
  readonly mustStaple: boolean;
  /** Whether one came with it. */
  readonly stapled: boolean;
  /** SCTs beside it in the handshake. */
  readonly scts: number;
  readonly verified: boolean;
  readonly problem: { readonly code: string; readonly message: string } | null;
}

export interface ScanResult {
  versions: VersionResult[];
  suites: SuitesResult[];
  groups: GroupsResult[];
  schemes: SchemesResult[];
  protocols: ProtocolsResult | null;
  extensions: ExtensionResult[];
  resumption: ResumptionResult[];
  names: NameResult;
  clientAuth: ClientAuthResult | null;
  tolerance: ToleranceResult;
  renegotiation: RenegotiationResult | null;
  /** Compression methods of TLS other than null that were chosen, as numbers. */
  compression: number[] | null;
  /** Whether CBC suites encrypt before they authenticate (RFC 7366); null where there are none. */
  encryptThenMac: boolean | null;
  heartbeat: boolean | null;
  /** The smallest prime of a finite-field group that was seen, in hexadecimal, and what it is known as. */
  dh: { readonly bits: number; readonly prime: string; readonly knownAs: string | null } | null;
  certificates: CertificateResult[];
  closing: Closing | null;
  /** How the server broke the protocol, in words: it chose what nobody had offered, or sent what does not decode. */
  oddities: string[];
}

export function emptyResult(): ScanResult {
  return {
    versions: [],
    suites: [],
    groups: [],
    schemes: [],
    protocols: null,
    extensions: [],
    resumption: [],
    names: { without: null, unknown: null },
    clientAuth: null,
    tolerance: {
      grease: null,
      longestHello: null,
      refusedHello: null,
      futureVersions: null,
      fallbackScsv: null,
      downgradeSentinel: null,
    },
    renegotiation: null,
    compression: null,
    encryptThenMac: null,
    heartbeat: null,
    dh: null,
    certificates: [],
    closing: null,
    oddities: [],
  };
}
