/** Which alert the peer gets for an error (RFC 9846 §6.2). */
import { type AlertName, alertFor, type TlsError } from '@tlskit/tls-alerts';

/** The application's choice, for this error or for all; otherwise the table's, or none where nobody is to be told. */
export type AlertChoice = ((error: TlsError, alert: AlertName) => AlertName) | undefined;

export function alertOf(error: TlsError, version: number | undefined, choose: AlertChoice): AlertName | undefined {
  const name = error.chosenAlert ?? alertFor(error.code, version);
  if (name === undefined || choose === undefined) return name;
  try {
    return choose(error, name) ?? name;
  } catch {
    return name;
  }
}
