/**
 * What TLS 1.2 has beside handshakes and records of its own: change_cipher_spec is a message, there are warnings, handshakes are made anew
 * within a connection, and sessions are forgotten with a connection that fails (RFC 5246 §7.1, §7.2, §7.4.1.1, RFC 5746).
 */
import { AlertDescription, AlertLevel, type AlertName, endingAlert, TlsError } from '@tlskit/tls-alerts';
import type { Connected, OwnersEffect } from '@tlskit/tls-handshake';
import type { EarlierRules, RulesEnvironment } from './version.ts';

export class Tls12Rules implements EarlierRules {
  readonly #environment: RulesEnvironment;
  #spoken = false;
  /** Whether a change_cipher_spec came before the version was settled. */
  #dropped = false;
  /** What lets nobody resume the sessions of this connection; of its renegotiations there are few. */
  #forget: (() => void)[] = [];

  constructor(environment: RulesEnvironment) {
    this.#environment = environment;
  }

  get spoken(): boolean {
    return this.#spoken;
  }

  perform(effect: OwnersEffect): boolean {
    const { read, write, floods } = this.#environment;
    switch (effect.op) {
      case 'speak':
        if (this.#dropped) {
          throw new TlsError('ERR_TLS_CHANGE_CIPHER_SPEC', 'a change_cipher_spec before the ServerHello');
        }
        this.#spoken = true;
        read.countChangeCipherSpecs();
        return true;
      case 'open':
        (effect.direction === 'read' ? read : write).open();
        return true;
      case 'forget-session':
        this.#forget.push(effect.forget);
        return true;
      case 'warn':
        floods.idle('messages without use');
        if (write.closed) return true;
        write.flush();
        write.alert(effect.alert);
        return true;
      default:
        return false;
    }
  }

  drops(): void {
    this.#dropped = true;
  }

  /** With TLS 1.2 keys are for data only when both Finished are there; the peer may have sent some behind its own (RFC 7918). */
  get settled(): boolean {
    return this.#environment.read.epoch === 'application';
  }

  /** RFC 5246 §7.4.9: not between our change_cipher_spec and the peer's Finished, but for False Start (RFC 7918). */
  maySend(connected: boolean): boolean {
    const { role, write } = this.#environment;
    return write.epoch === 'application' && (connected || role === 'client');
  }

  /** The rest of a message may come behind our close_notify, and is passed over. */
  get passesFragments(): boolean {
    return this.#spoken && this.#environment.write.closed;
  }

  /**
   * RFC 5246 §7.2.1: what asks for an answer behind our close_notify gets none; but where a peer that wants another handshake is not
   * to go on, our close_notify does not let it.
   */
  passesOver(): boolean {
    if (!this.passesFragments) return false;
    const { driver, floods, abortsRenegotiation } = this.#environment;
    if (driver.state === 'CONNECTED' && abortsRenegotiation) {
      throw new TlsError(
        'ERR_TLS_NO_RENEGOTIATION',
        'the peer asks for a renegotiation of a connection that we closed',
      );
    }
    floods.idle('handshake messages after close_notify');
    return true;
  }

  takesAlert(level: number, description: number): boolean {
    const { no_renegotiation_RESERVED: no_renegotiation, close_notify, user_canceled } = AlertDescription.values;
    // RFC 5246 §7.2: an AlertLevel is one of two.
    if (this.#spoken && AlertLevel.nameOf(level) === undefined) {
      throw new TlsError('ERR_TLS_ILLEGAL_PARAMETER', `an alert of level ${level}`, { rfc: 'RFC 5246 §7.2' });
    }
    if (level !== AlertLevel.values.warning || description === close_notify || description === user_canceled) {
      return false;
    }
    const { driver, floods } = this.#environment;
    floods.warning();
    if (description === no_renegotiation) driver.refused(TlsError.fromPeer(description, driver.state));
    return true;
  }

  /**
   * A renegotiation of which the peer will say no more never completes. @returns whether nothing can be sent any more: what waits for
   * the peer's Finished waits for ever, and goes the way of all "pending writes" (RFC 5246 §7.2.1)
   */
  endRenegotiation(): boolean {
    const { driver, write } = this.#environment;
    if (!this.#spoken || (driver.state === 'CONNECTED' && driver.status !== 'parked')) return false;
    driver.cancel();
    return write.epoch !== 'application';
  }

  renegotiate({ tls12, resumed }: Connected): void {
    if (tls12?.secureRenegotiation !== true || (resumed && !tls12.extendedMasterSecret)) {
      throw new TlsError(
        'ERR_TLS_INVALID_STATE',
        'only TLS 1.2 renegotiates, and only where that is bound to what was',
      );
    }
    this.#environment.driver.command({ type: 'renegotiate' });
  }

  /** RFC 5246 §7.2.2: after a fatal alert nobody resumes the session. */
  endsBy(alert: AlertName): void {
    if (endingAlert(alert).level === AlertLevel.values.fatal) for (const forget of this.#forget) forget();
  }
}
