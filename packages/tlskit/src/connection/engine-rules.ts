/** What every face keeps to towards its engine. */
import { TlsError } from '@tlskit/tls-alerts';
import type { Engine, EngineHandlers } from '@tlskit/tls-engine';
import type { EarlyDataStep } from '@tlskit/tls-handshake';
import type { EarlyReader, EarlyWriter } from './early-data.ts';
import type { Inspector } from './settings.ts';

/**
 * Whether data may be written: when the handshake is complete, and that was told (`opened`); and in answer to early data. Not between our
 * change_cipher_spec and the peer's Finished of a renegotiation (RFC 5246 §7.4.9): the engine would hold whatever it is given, without bound.
 */
export function mayWrite(engine: Engine, opened: boolean): boolean {
  if (opened) return engine.maySend || engine.closed;
  return engine.role === 'server' && engine.earlyData === 'accepted' && engine.maySend;
}

/** Early data is let in, or out: at once, as it shares a packet with the ClientHello. */
export function stepEarlyData(
  step: EarlyDataStep,
  reader: EarlyReader,
  writer: EarlyWriter | undefined,
  engine: Engine | undefined,
): void {
  if (step.status === 'accepted') reader.begin(step.grant);
  if (step.status === 'offered' && engine !== undefined) writer?.write(engine, step.grant);
}

/** Handlers for those who look on, who are told when the engine is not at work. */
export function observers(
  { record, message, alert }: Inspector,
  note: (task: () => void) => void,
): Pick<EngineHandlers, 'record' | 'message' | 'alert'> {
  return {
    ...(record === undefined ? {} : { record: observed => note(() => record(observed)) }),
    ...(message === undefined ? {} : { message: observed => note(() => message(observed)) }),
    ...(alert === undefined ? {} : { alert: observed => note(() => alert(observed)) }),
  };
}

/**
 * Ends an engine. close_notify says that all was sent: where that is not so, the peer is told that something went wrong (RFC 9846 §6.1).
 * @param allGiven whether the engine has all that was written
 */
export function abortEngine(engine: Engine, error: Error | null, allGiven: boolean): void {
  const allSent = allGiven && engine.buffered.unsent === 0;
  // A server's close_notify may come when the client's handshake is complete already, a client's before its own may not.
  const unheard = engine.role === 'client' && engine.connection === undefined;
  if (error === null && (unheard || allSent)) return engine.leave();
  const chosen = error instanceof TlsError && error.chosenAlert !== undefined;
  if (error instanceof TlsError && (chosen || unheard || allSent)) {
    engine.abort(error);
    return;
  }
  const told = new TlsError('ERR_TLS_INTERNAL', error?.message ?? 'closed before all was sent', { cause: error });
  engine.abort(told);
  if (error instanceof TlsError) error.alert = told.alert;
}

/** The handshake takes too long. */
export function lateHandshake(milliseconds: number, engine: Engine | undefined): TlsError {
  const state = engine?.state ?? 'START';
  return new TlsError('ERR_TLS_HANDSHAKE_TIMEOUT', `no handshake within ${milliseconds} ms`, { state });
}

/**
 * Both sides have said close_notify: an error where something still waits that was written, as RFC 5246 §7.2.1 has the peer's answered at
 * once, within a renegotiation too.
 */
export function closedTooSoon(allGiven: boolean): TlsError | undefined {
  return allGiven ? undefined : new TlsError('ERR_TLS_CLOSED', 'the peer closed before all was sent');
}
