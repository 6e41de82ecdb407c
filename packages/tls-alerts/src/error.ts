import { DecodeError, isNamed } from '@tlskit/tls-wire';
import { AlertDescription, type AlertName } from './alert.ts';
import { alertFor, type ErrorKind, errorTable, type TlsErrorCode } from './table.ts';

/** What may be said of an error beside its code and message. */
export interface TlsErrorDetails {
  /** The state of the handshake by the RFC's name, when it happened in one. */
  readonly state?: string;
  /** The section that was broken, where it is more exact than the table's. */
  readonly rfc?: string;
  readonly cause?: unknown;
  /** The alert to send, where an application ends a connection for reasons of its own; by default the code decides. */
  readonly alert?: AlertName;
}

/** The one error type of tlskit. What it means for the peer is decided by its code, in the table, unless an application chose otherwise. */
export class TlsError extends Error {
  /** One of another copy of this package is as good, where its code means something here. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    // biome-ignore lint/complexity/noThisInStatic: what is derived from it comes here too, and is less than all of them
    if (this !== TlsError) return super[Symbol.hasInstance](value);
    return isNamed('TlsError', value) && Object.hasOwn(errorTable, (value as TlsError).code);
  }

  override readonly name = 'TlsError';
  readonly code: TlsErrorCode;
  readonly kind: ErrorKind;
  /** The alert that was sent for this error, or that was received; undefined when there is none. */
  alert: AlertName | undefined;
  /** The number of the alert that was received, registered or not. */
  readonly alertNumber: number | undefined;
  /** The alert that an application wants to be sent, in place of the table's. */
  readonly chosenAlert: AlertName | undefined;
  /** Who said that something is wrong: we, or the peer by an alert. */
  readonly sentBy: 'us' | 'peer';
  state: string | undefined;
  readonly rfc: string | undefined;

  constructor(
    code: TlsErrorCode,
    message: string,
    details: TlsErrorDetails & { readonly peerAlert?: AlertName; readonly alertNumber?: number } = {},
  ) {
    super(message, 'cause' in details ? { cause: details.cause } : undefined);
    this.code = code;
    this.kind = errorTable[code].kind;
    this.sentBy = details.peerAlert === undefined ? 'us' : 'peer';
    this.chosenAlert = details.alert;
    this.alertNumber = details.alertNumber;
    this.alert = details.peerAlert ?? details.alert ?? alertFor(code);
    this.state = details.state;
    this.rfc = details.rfc ?? errorTable[code].rfc;
  }

  /** The error that a received alert makes. A number outside the registry is reported as `general_error`; `alertNumber` has it. */
  static fromPeer(description: number, state?: string): TlsError {
    const name = AlertDescription.nameOf(description);
    return new TlsError('ERR_TLS_PEER_ALERT', `the peer sent the alert ${AlertDescription.label(description)}`, {
      peerAlert: name ?? 'general_error',
      alertNumber: description,
      ...(state === undefined ? {} : { state }),
    });
  }

  /** Any thrown value as a TlsError: malformed bytes are `ERR_TLS_DECODE`, what nobody foresaw is `ERR_TLS_INTERNAL`. */
  static from(thrown: unknown): TlsError {
    if (thrown instanceof TlsError) return thrown;
    if (thrown instanceof DecodeError) return new TlsError('ERR_TLS_DECODE', thrown.message, { cause: thrown });
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return new TlsError('ERR_TLS_INTERNAL', message, { cause: thrown });
  }

  /** For logs: every field, no stack. */
  toJSON(): Record<string, unknown> {
    const { code, kind, alert, alertNumber, sentBy, state, rfc, message } = this;
    return { code, kind, alert, alertNumber, sentBy, state, rfc, message };
  }
}
