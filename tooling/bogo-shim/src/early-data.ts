/** Early data in the runner's course of a connection (RFC 9846 §2.3): before the handshake is complete, with what a session says. */
import { TlsError } from '@tlskit/tls-alerts';
import type { ClientSession } from '@tlskit/tls-session';
import { ascii } from '@tlskit/tls-wire';
import { checkOffer } from './checks.ts';
import type { Connection } from './connection.ts';
import type { Settings } from './settings.ts';

/**
 * A client's initial writes, if early data may be written, as far as its limit.
 * @returns what is to be written later; undefined where early data may not be written
 */
export function sendEarlyData(
  connection: Connection,
  settings: Settings,
  session: ClientSession | undefined,
): Uint8Array[] | undefined {
  if (connection.earlyData !== 'offered' || session === undefined) return undefined;
  checkOffer(settings, session);
  // The runner wants it now, and not when the handshake is complete.
  if (settings.exportLength > 0) {
    throw new TlsError('ERR_TLS_INVALID_STATE', 'keying material is exported from a connection that stands');
  }
  const unsent: Uint8Array[] = [];
  const write = () => {
    const initial = ascii(settings.initialWrite);
    const count = settings.shimWritesFirst || settings.readWithUnfinishedWrite ? settings.repeatInitialWrite : 0;
    for (let i = 0; i < count; i++) {
      const rest = initial.subarray(unsent.length > 0 ? 0 : connection.writeEarly(initial));
      if (rest.length > 0) unsent.push(rest);
    }
  };
  if (settings.readWithUnfinishedWrite) connection.hold();
  if (settings.earlyWriteAfter === 0) write();
  else connection.behindMessage(settings.earlyWriteAfter, write);
  return unsent;
}

/** What a server reads before the handshake is complete, it answers at once. */
export async function answerEarlyData(connection: Connection): Promise<undefined> {
  for (;;) {
    const data = await connection.readEarly();
    if (data === undefined) return;
    connection.write(inverted(data));
  }
}

/** What is received goes back with every bit turned. */
export function inverted(data: Uint8Array): Uint8Array {
  return data.map(byte => byte ^ 0xff);
}
