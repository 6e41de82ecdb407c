/** The Alert protocol of RFC 9846 §6: registry and codec. */
import { type Codec, registry, struct } from '@tlskit/tls-wire';

/** The TLS Alerts registry, the ones that TLS 1.3 no longer sends included. */
export const AlertDescription = /* @__PURE__ */ registry('AlertDescription', 1, {
  close_notify: 0,
  unexpected_message: 10,
  bad_record_mac: 20,
  decryption_failed_RESERVED: 21,
  record_overflow: 22,
  decompression_failure_RESERVED: 30,
  handshake_failure: 40,
  no_certificate_RESERVED: 41,
  bad_certificate: 42,
  unsupported_certificate: 43,
  certificate_revoked: 44,
  certificate_expired: 45,
  certificate_unknown: 46,
  illegal_parameter: 47,
  unknown_ca: 48,
  access_denied: 49,
  decode_error: 50,
  decrypt_error: 51,
  too_many_cids_requested: 52,
  export_restriction_RESERVED: 60,
  protocol_version: 70,
  insufficient_security: 71,
  internal_error: 80,
  inappropriate_fallback: 86,
  user_canceled: 90,
  no_renegotiation_RESERVED: 100,
  missing_extension: 109,
  unsupported_extension: 110,
  certificate_unobtainable_RESERVED: 111,
  unrecognized_name: 112,
  bad_certificate_status_response: 113,
  bad_certificate_hash_value_RESERVED: 114,
  unknown_psk_identity: 115,
  certificate_required: 116,
  general_error: 117,
  no_application_protocol: 120,
  ech_required: 121,
});

/** A name of the TLS Alerts registry. */
export type AlertName = keyof typeof AlertDescription.values;

export const AlertLevel = /* @__PURE__ */ registry('AlertLevel', 1, { warning: 1, fatal: 2 });

/** Two bytes. TLS 1.3 gives the level no meaning (RFC 9846 §6). */
export interface Alert {
  readonly level: number;
  readonly description: number;
}

export const alert: Codec<Alert> = struct('Alert', { level: AlertLevel, description: AlertDescription });

/** The alerts that end nothing by error (RFC 9846 §6.1, RFC 5246 §7.2.2); they go out at warning level, all others are fatal. */
const warnings: ReadonlySet<AlertName> = new Set(['close_notify', 'user_canceled', 'no_renegotiation_RESERVED']);

/** Those of them that say nothing else than that the connection ends. */
const closures: ReadonlySet<AlertName> = new Set(['close_notify', 'user_canceled']);

/** The alert of this name, with the level that it is sent with. */
export function alertNamed(name: AlertName): Alert {
  return {
    level: warnings.has(name) ? AlertLevel.values.warning : AlertLevel.values.fatal,
    description: AlertDescription.values[name],
  };
}

/**
 * The alert of this name where the connection ends by it: whoever "intends to close the connection immediately afterwards [...] MUST
 * send that alert at the fatal alert level" (RFC 5246 §7.2.2).
 */
export function endingAlert(name: AlertName): Alert {
  return { ...alertNamed(name), ...(closures.has(name) ? {} : { level: AlertLevel.values.fatal }) };
}
