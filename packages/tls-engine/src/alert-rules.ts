/** What a received alert means: in TLS 1.3 by its description alone (RFC 9846 §6), before that by its level too (RFC 5246 §7.2). */
import { AlertDescription, AlertLevel } from '@tlskit/tls-alerts';

/** What is to be done about an alert. */
export type AlertMeaning = 'close' | 'cancel' | 'no-renegotiation' | 'warning' | 'error' | 'no-alert';

const TLS12 = 0x0303;

/**
 * @param version the one that is spoken, or undefined before it is known
 * @param speaks12 whether TLS 1.2 may yet be spoken, where it is not known
 */
export function meaningOf(
  { level, description }: { readonly level: number; readonly description: number },
  version: number | undefined,
  speaks12: boolean,
): AlertMeaning {
  const { close_notify, no_renegotiation_RESERVED: no_renegotiation, user_canceled } = AlertDescription.values;
  const old = version === TLS12 || (version === undefined && speaks12);
  // RFC 5246 §7.2: an AlertLevel is one of two.
  if (version === TLS12 && AlertLevel.nameOf(level) === undefined) return 'no-alert';
  if (description === close_notify) return 'close';
  // RFC 9846 §6.1: it is followed by a close_notify, which ends the handshake.
  if (description === user_canceled) return 'cancel';
  if (!old || level !== AlertLevel.values.warning) return 'error';
  return description === no_renegotiation ? 'no-renegotiation' : 'warning';
}
