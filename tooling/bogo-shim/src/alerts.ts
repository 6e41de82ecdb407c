/**
 * Alerts that BoringSSL sends where the RFC says otherwise, or leaves the choice. The runner looks at alerts on the wire, and
 * its configuration has nothing to map them by: here the shim asks the engine for BoringSSL's. Errors are found by tlskit as ever.
 */
import type { AlertName, TlsError, TlsErrorCode } from '@tlskit/tls-alerts';

interface AlertRow {
  readonly code: TlsErrorCode;
  /** What the message says. */
  readonly message: RegExp;
  readonly state?: string;
  /** BoringSSL's alert. */
  readonly alert: AlertName;
  /** What it is, and what tlskit sends, with the section. */
  readonly why: string;
}

export const boringAlerts: readonly AlertRow[] = [
  {
    code: 'ERR_TLS_ILLEGAL_PARAMETER',
    message: /^extension key_share does not belong in EE$/,
    alert: 'unsupported_extension',
    why: 'An extension that is known and does not belong in a message is an illegal_parameter (RFC 9846 §4.3).',
  },
  {
    code: 'ERR_TLS_DECODE',
    message: /^verify_data has \d+ bytes$/,
    alert: 'decrypt_error',
    why: 'A Finished of the wrong length does not parse, which is a decode_error (RFC 9846 §6.2).',
  },
  {
    code: 'ERR_TLS_DECODE',
    message: /^(OfferedPsks\.binders: )?opaque<32\.\.2\^8-1>(<33.*length 32|.*length 31) is out of bounds$/,
    alert: 'decrypt_error',
    why: 'A binder of 31 bytes does not parse (PskBinderEntry<32..255>, RFC 9846 §4.3.11), which is a decode_error.',
  },
  {
    code: 'ERR_TLS_RECORD_TYPE',
    message: /^expected a protected record, got handshake$/,
    state: 'WAIT_EE',
    alert: 'bad_record_mac',
    why: 'An unprotected record where protected ones must stand is of an unexpected type, hence unexpected_message (RFC 9846 §5).',
  },
  {
    code: 'ERR_TLS_CERT_MALFORMED',
    message: /./,
    alert: 'decode_error',
    why: "A certificate that is no certificate is a bad_certificate ('corrupt', RFC 9846 §6.2).",
  },
  {
    code: 'ERR_TLS_ILLEGAL_PARAMETER',
    message: /^the HelloRetryRequest selects compression$/,
    alert: 'decode_error',
    why: 'Compression other than null parses and is wrong, hence illegal_parameter (RFC 9846 §4.2.3, §6.2).',
  },
  {
    code: 'ERR_TLS_DUPLICATE_EXTENSION',
    message: /^extension 0xffff stands twice$/,
    alert: 'decode_error',
    why: 'The RFC names no alert for an extension that stands twice; a list that parses and is wrong is an illegal_parameter (RFC 9846 §4.3, §6.2).',
  },
  {
    code: 'ERR_TLS_ILLEGAL_PARAMETER',
    message: /^early_data after a HelloRetryRequest$/,
    alert: 'bad_record_mac',
    why: "Early data in a second ClientHello is not the client's to offer, an illegal_parameter (RFC 9846 §4.2.2); BoringSSL passes over it.",
  },
  {
    code: 'ERR_TLS_NO_SHARED_CERTIFICATE_TYPE',
    message: /^no certificate of ours/,
    alert: 'handshake_failure',
    why: 'A server that has no certificate of a type that the client takes says unsupported_certificate (RFC 7250 §4.2).',
  },
  {
    code: 'ERR_TLS_DECODE',
    message: /^CertificateType<1\.\.2\^8-1>: length 0 is out of bounds$/,
    alert: 'illegal_parameter',
    why: 'A list of no types does not parse (CertificateType<1..2^8-1>, RFC 7250 §3), which is a decode_error (RFC 9846 §6.2).',
  },
  {
    code: 'ERR_TLS_CERT_KEY',
    message: /^a certificate with a key of type /,
    alert: 'illegal_parameter',
    why: 'A certificate of a kind that the suite has no use for is an unsupported_certificate (RFC 5246 §7.2.2, §7.4.2).',
  },
  {
    code: 'ERR_TLS_FLOOD',
    message: /^a renegotiation after the last of /,
    alert: 'no_renegotiation_RESERVED',
    why: 'One renegotiation more than may be is a flood, an unexpected_message; BoringSSL says what it says where there is none (RFC 5246 §7.2.2).',
  },
];

/** The alert that BoringSSL would send for an error of ours. */
export function boringAlert({ code, message, state }: TlsError, alert: AlertName): AlertName {
  const row = boringAlerts.find(
    each => each.code === code && each.message.test(message) && (each.state ?? state) === state,
  );
  return row?.alert ?? alert;
}
