/** Which alert the peer gets for an error (RFC 9846 §6.2), and how it goes out (§6.1). */
import { type AlertName, alertFor, type TlsError } from '@tlskit/tls-alerts';
import type { WriteSide } from './write-side.ts';

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

/**
 * Sends the alert by which a connection ends, if there is one and somebody to send it to.
 * @param connected whether the handshake is complete
 * @returns what was sent
 */
export function sendAlert(
  name: AlertName | undefined,
  role: 'client' | 'server',
  write: WriteSide,
  connected: boolean,
): AlertName | undefined {
  // RFC 9846 §4.2.2: a client's first message is a ClientHello. Who has not sent it says nothing.
  const mute = role === 'client' && !write.begun;
  if (name === undefined || mute || write.closed) return undefined;
  try {
    if (name !== 'user_canceled') {
      write.alert(name, true);
      return name;
    }
    // It is followed by a close_notify; after the handshake that one is enough (RFC 9846 §6.1).
    if (!connected) write.alert(name);
    write.alert('close_notify');
    return connected ? 'close_notify' : name;
  } catch {
    // The alert is lost, the error that it was for is not.
    return undefined;
  }
}
