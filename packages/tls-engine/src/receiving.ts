/** What comes in: which record is opened now, and what it means to the connection (RFC 9846 §5, §6). */
import { AlertDescription, alert, TlsError } from '@tlskit/tls-alerts';
import type { Driver } from '@tlskit/tls-handshake';
import { ContentType, type OpenedRecord } from '@tlskit/tls-record';
import { decode } from '@tlskit/tls-wire';
import type { EarlyData } from './early-data.ts';
import type { Floods } from './floods.ts';
import type { EngineHandlers } from './handlers.ts';
import { type Heartbeats, notAgreed } from './heartbeat.ts';
import type { ReadSide } from './read-side.ts';
import type { SpokenVersion } from './spoken-version.ts';
import type { WriteSide } from './write-side.ts';

/** Where records come from, and who takes what is in them. */
export interface ReceivingEnvironment {
  readonly driver: Driver;
  readonly read: ReadSide;
  readonly write: WriteSide;
  readonly floods: Floods;
  readonly handlers: EngineHandlers;
  /** What versions brought along, each where one has it. */
  readonly early: EarlyData | undefined;
  readonly heartbeats: Heartbeats | undefined;
}

export class Receiving {
  readonly #environment: ReceivingEnvironment;
  readonly #spoken: SpokenVersion;
  /** Whether the first ClientHello goes out, or came: from then until the peer's Finished a change_cipher_spec may come (RFC 9846 §5). */
  begun = false;
  /** Whether the handshake is complete. */
  connected = false;

  constructor(environment: ReceivingEnvironment, spoken: SpokenVersion) {
    this.#environment = environment;
    this.#spoken = spoken;
  }

  /** A flow that runs may be about to change the keys, and so may handshake bytes that a parked one has not taken: records wait. */
  get mayRead(): boolean {
    const { status, atMessageBoundary } = this.#environment.driver;
    return status === 'waiting' || (status === 'parked' && atMessageBoundary);
  }

  /** The next record, opened, or undefined where there is none, or it has to wait. @throws TlsError */
  next(): OpenedRecord | undefined {
    const { driver, read } = this.#environment;
    return this.mayRead ? read.next(this.#settled, driver.status !== 'parked') : undefined;
  }

  /** Whether the keys in force are those of the next record. */
  get #settled(): boolean {
    const { driver, read } = this.#environment;
    if (driver.status !== 'parked') return true;
    const { earlier } = this.#spoken;
    if (earlier?.spoken) return earlier.settled;
    return read.epoch !== 'plaintext' && (this.connected || read.epoch !== 'application');
  }

  /** Takes a record. @returns whether the peer ends its side by it (RFC 9846 §6.1) @throws TlsError also for an alert that is an error */
  take({ type, content }: OpenedRecord): boolean {
    const { alert, application_data, change_cipher_spec, handshake, heartbeat } = ContentType.values;
    const { driver, write, floods, heartbeats } = this.#environment;
    const { earlier } = this.#spoken;
    if (type !== handshake && type !== alert) this.#checkBoundary(type);
    switch (type) {
      case handshake:
        if (!earlier?.passesOver()) driver.receive(content);
        break;
      case application_data:
        this.#receiveData(content);
        break;
      case alert:
        return this.#receiveAlert(content);
      case heartbeat:
        if (heartbeats === undefined) throw notAgreed();
        heartbeats.receive(content);
        break;
      case change_cipher_spec:
        if (earlier?.spoken) {
          // A renegotiation that our close_notify cut short: behind this comes a Finished alone, and nothing for want of ours.
          if (write.closed) return true;
          driver.changeCipherSpec();
          break;
        }
        if (!this.begun || this.connected) {
          throw new TlsError('ERR_TLS_CHANGE_CIPHER_SPEC', 'a change_cipher_spec out of place');
        }
        earlier?.drops();
        floods.idle('change_cipher_spec records');
    }
    return false;
  }

  /** RFC 9846 §5.1: no other records between those that carry one handshake message. */
  #checkBoundary(type: number): void {
    if (this.#environment.driver.atMessageBoundary || this.#spoken.earlier?.passesFragments) return;
    throw new TlsError('ERR_TLS_UNEXPECTED_MESSAGE', `${ContentType.label(type)} within a handshake message`, {
      rfc: 'RFC 9846 §5.1',
    });
  }

  #receiveData(content: Uint8Array): void {
    const { read, driver, early: earlyData, floods, handlers } = this.#environment;
    const early = read.epoch === 'early';
    if (read.epoch !== 'application' && !early) {
      throw new TlsError('ERR_TLS_UNEXPECTED_MESSAGE', `application data in state ${driver.state}`);
    }
    if (early) earlyData?.received(content);
    if (content.length === 0) return floods.idle('empty records');
    floods.progress();
    handlers.data?.(content, early);
  }

  #receiveAlert(content: Uint8Array): boolean {
    const { driver, floods, handlers } = this.#environment;
    const { level, description } = decode(alert, content);
    handlers.alert?.({ direction: 'in', level, description, name: AlertDescription.nameOf(description) });
    const { close_notify, user_canceled } = AlertDescription.values;
    if (this.#spoken.earlier?.takesAlert(level, description)) return false;
    const closes = description === close_notify && this.connected;
    if (closes || description === user_canceled) {
      this.#checkBoundary(ContentType.values.alert);
      // RFC 9846 §6.1: user_canceled is followed by a close_notify, which ends the handshake.
      if (!closes) floods.userCanceled();
      return closes;
    }
    // RFC 9846 §6.2: all others are errors; so is a close_notify before the handshake is complete.
    const canceled = description === close_notify && floods.canceled;
    throw TlsError.fromPeer(canceled ? user_canceled : description, driver.state);
  }
}
