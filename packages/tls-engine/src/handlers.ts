import type { AlertName, TlsError } from '@tlskit/tls-alerts';
import type { Connected, EarlyDataStep, Epoch, HandshakeEvent } from '@tlskit/tls-handshake';
import type { RecordObservation } from '@tlskit/tls-record';

/** One handshake message as an inspector sees it. */
export interface MessageObservation {
  readonly direction: 'in' | 'out';
  readonly epoch: Epoch;
  /** Header and body, as on the wire. */
  readonly bytes: Uint8Array;
}

/** One alert as a log sees it. */
export interface AlertObservation {
  readonly direction: 'in' | 'out';
  /** An AlertLevel, which means nothing in TLS 1.3 (RFC 9846 §6). */
  readonly level: number;
  /** The number. */
  readonly description: number;
  /** The registered name, where there is one. */
  readonly name: AlertName | undefined;
}

/**
 * What the engine tells its owner. All are optional; none may throw: whoever does ends the connection.
 * They are called within the owner's call that caused them, or when a promise settles, and may call the engine in turn:
 * what cannot be done at that moment is done when it can. Only `record`, `message` and `alert` look on and call nothing.
 */
export interface EngineHandlers {
  /** The handshake is complete: data may flow. */
  connected?(result: Connected): void;
  /**
   * Application data, decrypted: memory of the receiver's.
   * @param early whether it is early data (RFC 9846 §2.3): somebody may have recorded it and sent it again
   */
  data?(bytes: Uint8Array, early: boolean): void;
  /** What becomes of early data: a client may write some, the server takes it, or does not (RFC 9846 §4.3.10). */
  earlyData?(step: EarlyDataStep): void;
  /** The peer will send no more (close_notify). */
  end?(): void;
  /** The connection is over: in order, or by this error, whose alert is in the output. Nothing is called after it. */
  closed?(error: TlsError | undefined): void;
  /** There is output to take, or input is wanted again, and no call of the owner's is under way. */
  wake?(): void;
  /** A ticket came, a secret was derived, keys were updated. */
  event?(event: HandshakeEvent): void;
  /** Every record, for an inspector. */
  record?(record: RecordObservation): void;
  /** Every handshake message, for an inspector. */
  message?(message: MessageObservation): void;
  /** Every alert, for a log (RFC 9846 §6.2). */
  alert?(alert: AlertObservation): void;
}
