/**
 * The one table from error to alert. Whatever goes wrong has a code; the code decides what is told to the peer.
 * Where Node has a name for an error, it is Node's.
 */
import type { AlertName } from './alert.ts';

/** What sort of trouble it is, for those who do not care for the exact code. */
export type ErrorKind =
  /** The caller asked for something that does not exist or does not fit. */
  | 'usage'
  /** The transport ended, timed out, or was taken away. */
  | 'transport'
  /** The peer sent an alert. */
  | 'alert'
  /** The peer broke the protocol. */
  | 'protocol'
  /** Both follow the protocol and have nothing in common. */
  | 'negotiation'
  /** The certificate chain was refused. */
  | 'certificate'
  /** The chain may be good, but it is somebody else's. */
  | 'name'
  /** A certificate is not valid now. */
  | 'validity'
  /** A mistake of our own. */
  | 'internal';

interface ErrorRow {
  readonly kind: ErrorKind;
  /** The alert to send, or none when there is nobody to send it to. */
  readonly alert?: AlertName;
  /** The alert under TLS 1.2, where it differs. */
  readonly alert12?: AlertName;
  /** Where the RFC asks for this alert. */
  readonly rfc?: string;
}

const rows = {
  // The caller.
  ERR_TLS_INVALID_OPTION: { kind: 'usage', alert: 'internal_error' },
  ERR_TLS_INVALID_STATE: { kind: 'usage' },
  ERR_TLS_KEY_MISMATCH: { kind: 'usage', alert: 'internal_error' },
  ERR_TLS_PASSPHRASE: { kind: 'usage', alert: 'internal_error' },

  // The transport and the end of the connection.
  ERR_TLS_TRUNCATED: { kind: 'transport', rfc: 'RFC 9846 §6.1' },
  ERR_TLS_CLOSED: { kind: 'transport' },
  ERR_TLS_HANDSHAKE_TIMEOUT: { kind: 'transport', alert: 'user_canceled' },
  ERR_TLS_TRANSPORT: { kind: 'transport' },
  ABORT_ERR: { kind: 'transport', alert: 'user_canceled', rfc: 'RFC 9846 §6.1' },
  ERR_TLS_PEER_ALERT: { kind: 'alert', rfc: 'RFC 9846 §6.2' },

  // Records.
  ERR_TLS_BAD_RECORD_MAC: { kind: 'protocol', alert: 'bad_record_mac', rfc: 'RFC 9846 §5.2' },
  ERR_TLS_RECORD_OVERFLOW: { kind: 'protocol', alert: 'record_overflow', rfc: 'RFC 9846 §5.1, §5.2' },
  ERR_TLS_RECORD_TYPE: { kind: 'protocol', alert: 'unexpected_message', rfc: 'RFC 9846 §5' },
  ERR_TLS_RECORD_VERSION: { kind: 'protocol', alert: 'protocol_version', rfc: 'RFC 9846 §6.2' },
  ERR_TLS_EMPTY_RECORD: { kind: 'protocol', alert: 'unexpected_message', rfc: 'RFC 9846 §5.1, §5.4' },
  ERR_TLS_CHANGE_CIPHER_SPEC: { kind: 'protocol', alert: 'unexpected_message', rfc: 'RFC 9846 §5' },
  ERR_TLS_KEY_LIMIT: { kind: 'protocol', alert: 'internal_error', rfc: 'RFC 9846 §5.3, §5.5' },
  ERR_TLS_FLOOD: { kind: 'protocol', alert: 'unexpected_message' },

  // Messages.
  ERR_TLS_DECODE: { kind: 'protocol', alert: 'decode_error', rfc: 'RFC 9846 §6.2' },
  ERR_TLS_UNEXPECTED_MESSAGE: { kind: 'protocol', alert: 'unexpected_message', rfc: 'RFC 9846 §4, §6.2' },
  ERR_TLS_MESSAGE_TOO_LARGE: { kind: 'protocol', alert: 'illegal_parameter', rfc: 'RFC 9846 §4, §6.2' },
  ERR_TLS_KEY_CHANGE_BOUNDARY: { kind: 'protocol', alert: 'unexpected_message', rfc: 'RFC 9846 §5.1' },
  ERR_TLS_ILLEGAL_PARAMETER: { kind: 'protocol', alert: 'illegal_parameter', rfc: 'RFC 9846 §6.2' },
  ERR_TLS_BAD_KEY_SHARE: { kind: 'protocol', alert: 'illegal_parameter', rfc: 'RFC 9846 §4.3.8' },
  /** A share of a finite-field group out of its range, in TLS 1.2. */
  ERR_TLS_BAD_DH_SHARE: { kind: 'protocol', alert: 'handshake_failure', rfc: 'RFC 7919 §3, §4' },
  ERR_TLS_DOWNGRADE: { kind: 'protocol', alert: 'illegal_parameter', rfc: 'RFC 9846 §4.2.3' },
  ERR_TLS_MISSING_EXTENSION: {
    kind: 'protocol',
    alert: 'missing_extension',
    alert12: 'handshake_failure',
    rfc: 'RFC 9846 §9.2',
  },
  ERR_TLS_EXTENDED_MASTER_SECRET: { kind: 'protocol', alert: 'handshake_failure', rfc: 'RFC 7627 §5.2, §5.3' },
  ERR_TLS_UNSUPPORTED_EXTENSION: { kind: 'protocol', alert: 'unsupported_extension', rfc: 'RFC 9846 §4.3' },
  ERR_TLS_DUPLICATE_EXTENSION: { kind: 'protocol', alert: 'illegal_parameter', rfc: 'RFC 9846 §4.3' },
  ERR_TLS_TOO_MUCH_EARLY_DATA: { kind: 'protocol', alert: 'unexpected_message', rfc: 'RFC 9846 §4.7.1' },
  ERR_TLS_BAD_CERTIFICATE_VERIFY: { kind: 'protocol', alert: 'decrypt_error', rfc: 'RFC 9846 §4.5.2' },
  ERR_TLS_BAD_FINISHED: { kind: 'protocol', alert: 'decrypt_error', rfc: 'RFC 9846 §4.5.3' },
  ERR_TLS_NO_SHARED_KEY: { kind: 'negotiation', alert: 'handshake_failure', rfc: 'RFC 9846 §4.2.1, §4.3.11' },
  ERR_TLS_UNKNOWN_PSK_IDENTITY: { kind: 'negotiation', alert: 'unknown_psk_identity', rfc: 'RFC 9846 §6.2' },
  ERR_TLS_BAD_BINDER: { kind: 'protocol', alert: 'decrypt_error', rfc: 'RFC 9846 §4.3.11, §6.2' },
  ERR_TLS_CERT_DECOMPRESSION: { kind: 'protocol', alert: 'bad_certificate', rfc: 'RFC 8879 §4' },
  ERR_TLS_NO_CERTIFICATE: { kind: 'protocol', alert: 'decode_error', rfc: 'RFC 9846 §4.5.1.3' },

  // Negotiation.
  ERR_TLS_PROTOCOL_VERSION: { kind: 'negotiation', alert: 'protocol_version', rfc: 'RFC 9846 §4.2.2, §4.3.1' },
  ERR_TLS_NO_SHARED_CIPHER: { kind: 'negotiation', alert: 'handshake_failure', rfc: 'RFC 9846 §4.2.1' },
  ERR_TLS_NO_SHARED_GROUP: { kind: 'negotiation', alert: 'handshake_failure', rfc: 'RFC 9846 §4.2.1' },
  /** A finite-field group of TLS 1.2 that is too small. */
  ERR_TLS_DH_PARAM_SIZE: { kind: 'negotiation', alert: 'insufficient_security', rfc: 'RFC 5246 §7.2.2' },
  ERR_TLS_NO_SHARED_SIGNATURE_SCHEME: { kind: 'negotiation', alert: 'handshake_failure', rfc: 'RFC 9846 §4.2.1' },
  ERR_TLS_NO_APPLICATION_PROTOCOL: { kind: 'negotiation', alert: 'no_application_protocol', rfc: 'RFC 7301 §3.2' },
  ERR_TLS_NO_SHARED_CERTIFICATE_TYPE: {
    kind: 'negotiation',
    alert: 'unsupported_certificate',
    rfc: 'RFC 7250 §4.2',
  },
  /** For the application, which may have its reasons. */
  ERR_TLS_REFUSED: { kind: 'negotiation', alert: 'handshake_failure', rfc: 'RFC 9846 §6.2' },
  /** For peers of TLS 1.2 that want another handshake, where that is to end the connection. */
  ERR_TLS_NO_RENEGOTIATION: {
    kind: 'negotiation',
    alert: 'unexpected_message',
    alert12: 'no_renegotiation_RESERVED',
    rfc: 'RFC 5246 §7.2.2',
  },
  ERR_TLS_UNRECOGNIZED_NAME: { kind: 'negotiation', alert: 'unrecognized_name', rfc: 'RFC 6066 §3' },
  ERR_TLS_EARLY_DATA_VERSION: { kind: 'negotiation', alert: 'protocol_version', rfc: 'RFC 9846 §E.3, §6.2' },
  ERR_TLS_INAPPROPRIATE_FALLBACK: { kind: 'negotiation', alert: 'inappropriate_fallback', rfc: 'RFC 7507 §3' },
  ERR_TLS_CERTIFICATE_REQUIRED: {
    kind: 'negotiation',
    alert: 'certificate_required',
    alert12: 'handshake_failure',
    rfc: 'RFC 9846 §4.5.1.3',
  },

  // Certificates.
  ERR_TLS_CERT_ALTNAME_INVALID: { kind: 'name', alert: 'bad_certificate', rfc: 'RFC 9525 §6' },
  CERT_HAS_EXPIRED: { kind: 'validity', alert: 'certificate_expired', rfc: 'RFC 5280 §6.1.3 (a)(2)' },
  CERT_NOT_YET_VALID: { kind: 'validity', alert: 'certificate_expired', rfc: 'RFC 5280 §6.1.3 (a)(2)' },
  DEPTH_ZERO_SELF_SIGNED_CERT: { kind: 'certificate', alert: 'unknown_ca', rfc: 'RFC 5280 §6.1' },
  SELF_SIGNED_CERT_IN_CHAIN: { kind: 'certificate', alert: 'unknown_ca', rfc: 'RFC 5280 §6.1' },
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: { kind: 'certificate', alert: 'unknown_ca', rfc: 'RFC 5280 §6.1' },
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: { kind: 'certificate', alert: 'unknown_ca', rfc: 'RFC 5280 §6.1' },
  CERT_SIGNATURE_FAILURE: { kind: 'certificate', alert: 'bad_certificate', rfc: 'RFC 5280 §6.1.3 (a)(1)' },
  INVALID_CA: { kind: 'certificate', alert: 'unknown_ca', rfc: 'RFC 5280 §6.1.4 (k)' },
  PATH_LENGTH_EXCEEDED: { kind: 'certificate', alert: 'unknown_ca', rfc: 'RFC 5280 §6.1.4 (m)' },
  KEYUSAGE_NO_CERTSIGN: { kind: 'certificate', alert: 'unknown_ca', rfc: 'RFC 5280 §6.1.4 (n)' },
  KEYUSAGE_NO_DIGITAL_SIGNATURE: { kind: 'certificate', alert: 'unsupported_certificate', rfc: 'RFC 9846 §4.5.1.2' },
  INVALID_PURPOSE: { kind: 'certificate', alert: 'unsupported_certificate', rfc: 'RFC 5280 §4.2.1.12' },
  UNHANDLED_CRITICAL_EXTENSION: { kind: 'certificate', alert: 'unsupported_certificate', rfc: 'RFC 5280 §6.1.5 (f)' },
  CERT_REVOKED: { kind: 'certificate', alert: 'certificate_revoked', rfc: 'RFC 5280 §6.3' },
  /** Nothing is known of its revocation, where that is to refuse it. */
  ERR_TLS_CERT_STATUS_UNKNOWN: { kind: 'certificate', alert: 'certificate_unknown', rfc: 'RFC 5280 §6.1.3 (a)(3)' },
  // CRLs that say nothing: why the status of a certificate is unknown.
  UNABLE_TO_GET_CRL: { kind: 'certificate', alert: 'certificate_unknown', rfc: 'RFC 5280 §6.3.3 (a)' },
  CRL_NOT_YET_VALID: { kind: 'certificate', alert: 'certificate_unknown', rfc: 'RFC 5280 §5.1.2.4' },
  CRL_HAS_EXPIRED: { kind: 'certificate', alert: 'certificate_unknown', rfc: 'RFC 5280 §5.1.2.5' },
  CRL_SIGNATURE_FAILURE: { kind: 'certificate', alert: 'certificate_unknown', rfc: 'RFC 5280 §6.3.3 (g)' },
  ERR_TLS_CRL_MALFORMED: { kind: 'certificate', alert: 'certificate_unknown', rfc: 'RFC 5280 §5.1' },
  ERR_TLS_CRL_SCOPE: { kind: 'certificate', alert: 'certificate_unknown', rfc: 'RFC 5280 §6.3.3 (b)' },
  ERR_TLS_CRL_ISSUER: { kind: 'certificate', alert: 'certificate_unknown', rfc: 'RFC 5280 §6.3.3 (f)' },
  ERR_TLS_CRL_REFUSED: { kind: 'certificate', alert: 'certificate_unknown', rfc: 'RFC 5280 §5.2' },
  ERR_TLS_CERT_MALFORMED: { kind: 'certificate', alert: 'bad_certificate', rfc: 'RFC 5280 §4.1' },
  ERR_TLS_CERT_KEY: { kind: 'certificate', alert: 'unsupported_certificate', rfc: 'RFC 9846 §4.5.1.2' },
  ERR_TLS_CERT_WEAK: { kind: 'certificate', alert: 'bad_certificate', rfc: 'RFC 9846 §4.5.1.3' },
  ERR_TLS_CERT_NAME_CONSTRAINTS: { kind: 'certificate', alert: 'bad_certificate', rfc: 'RFC 5280 §6.1.3 (b), (c)' },
  ERR_TLS_CERT_POLICY: { kind: 'certificate', alert: 'bad_certificate', rfc: 'RFC 5280 §6.1.5 (g)' },
  ERR_TLS_CERT_PIN: { kind: 'certificate', alert: 'unknown_ca', rfc: 'RFC 7469 §2.6' },
  /** For verifiers that read the OCSP response beside a certificate. */
  ERR_TLS_CERT_STATUS: { kind: 'certificate', alert: 'bad_certificate_status_response', rfc: 'RFC 6066 §8' },
  /** RFC 6962 has no alert for it: some other issue that makes the certificate unacceptable (RFC 9846 §6.2). */
  ERR_TLS_CERT_TRANSPARENCY: { kind: 'certificate', alert: 'certificate_unknown', rfc: 'RFC 6962 §5.2' },
  ERR_TLS_DELEGATED_CREDENTIAL: { kind: 'certificate', alert: 'illegal_parameter', rfc: 'RFC 9345 §4.1.3' },
  ERR_TLS_CERT_WORK_LIMIT: { kind: 'certificate', alert: 'certificate_unknown' },
  ERR_TLS_CERT_REFUSED: { kind: 'certificate', alert: 'certificate_unknown', rfc: 'RFC 9846 §6.2' },

  ERR_TLS_INTERNAL: { kind: 'internal', alert: 'internal_error', rfc: 'RFC 9846 §6.2' },
} as const satisfies Record<string, ErrorRow>;

/** The codes of {@link TlsError}. They are stable: programs may compare them. */
export type TlsErrorCode = keyof typeof rows;

/** Every code with its row, for documentation and tools. */
export const errorTable: { readonly [K in TlsErrorCode]: ErrorRow } = rows;

/** The alert that tells a peer of this error, or undefined when it is told nothing. */
export function alertFor(code: TlsErrorCode, version: number = 0x0304): AlertName | undefined {
  const row: ErrorRow = rows[code];
  return version < 0x0304 ? (row.alert12 ?? row.alert) : row.alert;
}
