/** From an error to what the report says of it. */
import { AlertDescription } from '@tlskit/tls-alerts';
import { TlsError } from 'tlskit';
import { codeOf, messageOf } from '../dial/error.ts';
import { outcomeOf } from '../exit-codes.ts';
import type { Failure } from './findings.ts';

/** @param connected whether the handshake was complete */
export function failureOf(error: unknown, connected: boolean): Failure {
  if (!(error instanceof TlsError)) {
    return { outcome: 'internal', message: messageOf(error), code: codeOf(error) };
  }
  const { code, message, alert, sentBy, state, rfc } = error;
  return {
    outcome: outcomeOf(error, connected),
    code,
    message,
    ...(alert === undefined ? {} : { alert: { name: alert, code: AlertDescription.values[alert] } }),
    sentBy,
    state,
    rfc,
  };
}

/** @param timeout milliseconds. @param connected whether TCP stood */
export function timeoutFailure(error: unknown, timeout: number, connected: boolean): Failure {
  const within = `within ${timeout / 1000} s`;
  if (!connected) return { outcome: 'timeout', message: `no TCP connection ${within}`, code: 'ETIMEDOUT' };
  return {
    ...failureOf(error, false),
    outcome: 'timeout',
    message: `no handshake ${within}`,
    code: 'ERR_TLS_HANDSHAKE_TIMEOUT',
  };
}
