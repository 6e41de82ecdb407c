/**
 * A TLS connection without I/O: bytes go in, bytes and events come out. No sockets, no timers; clock and randomness are
 * the configuration's. The faces of tlskit are thin adapters over this, and so is everything else that moves bytes.
 */
import { type AlertName, TlsError } from '@tlskit/tls-alerts';
import {
  type Connected,
  Driver,
  type Epoch,
  type Flow,
  type HandshakeEvent,
  type OwnersEffect,
  Transcript,
} from '@tlskit/tls-handshake';
import { type AlertChoice, alertOf, sendAlert } from './alerts.ts';
import type { CertificateRequestOptions, CertificateRequests } from './certificate-requests.ts';
import {
  type ClientEngineConfig,
  defaultEngineLimits,
  type EngineLimits,
  type ServerEngineConfig,
  type ServerParts,
} from './config.ts';
import type { EarlyData, EarlyDataStatus } from './early-data.ts';
import { Floods } from './floods.ts';
import type { EngineHandlers } from './handlers.ts';
import type { Heartbeats } from './heartbeat.ts';
import { ReadSide } from './read-side.ts';
import { Receiving } from './receiving.ts';
import { KEY_UPDATE_MARGIN, Sending } from './sending.ts';
import { SpokenVersion } from './spoken-version.ts';
import { brought, TLS13 } from './version.ts';
import { WriteSide, writeOptions } from './write-side.ts';

export class Engine {
  readonly role: 'client' | 'server';
  readonly #limits: EngineLimits;
  readonly #floods: Floods;
  /** A server's. */
  readonly #requests: CertificateRequests | undefined;
  readonly #handlers: EngineHandlers;
  readonly #alertFor: AlertChoice;
  /** What versions brought along, each where one has it. */
  readonly #heartbeats: Heartbeats | undefined;
  readonly #early: EarlyData | undefined;
  readonly #driver: Driver;
  readonly #read: ReadSide;
  readonly #write: WriteSide;
  readonly #sending: Sending;
  readonly #spoken: SpokenVersion;
  readonly #receiving: Receiving;

  #connected: Connected | undefined;
  #closing = false;
  #readClosed = false;
  /** Whether the transport has ended: a truncation, once what came before is read. */
  #inputEnded = false;
  #closed = false;
  #pumping = false;

  /** @internal Made by `createClientEngine` and `createServerEngine`. */
  constructor(
    role: 'client' | 'server',
    config: ClientEngineConfig | ServerEngineConfig,
    flow: (transcript: Transcript) => Flow<Connected>,
    handlers: EngineHandlers,
    { requests, skipped, begun = true }: Partial<ServerParts> = {},
  ) {
    this.role = role;
    this.#limits = config.engineLimits ?? defaultEngineLimits;
    this.#floods = new Floods(this.#limits);
    this.#handlers = handlers;
    this.#requests = requests;
    this.#alertFor = config.alertFor;
    const recordLimits = brought(config.versions, 'recordLimits')?.();
    this.#read = new ReadSide(role, { limit: recordLimits?.read, skipped, handlers });
    this.#write = new WriteSide(
      writeOptions(config, handlers, recordLimits?.write),
      role === 'client' ? 0x0301 : 0x0303,
    );
    const transcript = new Transcript();
    this.#driver = new Driver(flow(transcript), transcript, config.limits.maxMessageLength, {
      send: (epoch, message) => this.#send(epoch, message),
      changeCipherSpec: () => this.#write.changeCipherSpec(this.#spoken.earlier?.spoken !== true),
      keys: (direction, epoch, keys) => this.#spoken.changeKeys(direction, epoch, keys),
      emit: event => this.#event(event),
      perform: effect => this.#perform(effect),
      passedOver: () => this.#floods.idle('messages without use'),
      received: bytes => {
        this.#receiving.begun = true;
        handlers.message?.({ direction: 'in', epoch: this.#read.epoch, bytes });
      },
      connected: result => this.#onConnected(result),
      failed: error => this.#die(error),
      idle: () => this.#write.flush(),
      unparked: () => {
        this.#pump();
        if (!this.#closed) this.#handlers.wake?.();
      },
    });
    const parts = {
      role,
      random: config.random,
      read: this.#read,
      write: this.#write,
      driver: this.#driver,
      skipped,
      floods: this.#floods,
      limits: this.#limits,
      handlers,
      abortsRenegotiation: config.tls12?.renegotiation === 'abort',
    };
    this.#heartbeats = brought(config.versions, 'heartbeats')?.(config.heartbeat !== undefined, parts);
    this.#early = brought(config.versions, 'earlyData')?.(parts);
    this.#sending = new Sending(this.#driver, this.#write, this.#heartbeats);
    this.#spoken = new SpokenVersion(config.provider, config.versions, parts);
    this.#receiving = new Receiving({ ...parts, early: this.#early, heartbeats: this.#heartbeats }, this.#spoken);
    this.#receiving.begun = begun;
  }

  /**
   * Begins: a client's ClientHello is in the output afterwards.
   * @throws TlsError `ERR_TLS_INVALID_STATE` the second time, and after the end of the connection
   */
  start(): void {
    if (this.#driver.status !== 'new') throw new TlsError('ERR_TLS_INVALID_STATE', 'an engine starts once');
    this.#driver.start();
    this.#pump();
  }

  /** Takes bytes from the transport. They are not kept after the call: the memory may be read into again. */
  receive(bytes: Uint8Array): void {
    if (this.#closed || this.#readClosed) return;
    this.#read.push(bytes);
    this.#pump();
    this.#read.keep();
    if (
      !this.#closed &&
      (this.parked || this.#driver.status === 'new') &&
      this.#read.buffered > this.#limits.maxHeldInput
    ) {
      this.#die(new TlsError('ERR_TLS_FLOOD', `${this.#read.buffered} bytes came while the handshake waits`));
    }
  }

  /**
   * The transport has no more bytes. Without a close_notify before it, that is truncation (RFC 9846 §6.1);
   * what is held for a parked handshake is read first.
   */
  receiveEnd(): void {
    if (this.#closed || this.#readClosed) return;
    this.#inputEnded = true;
    this.#pump();
  }

  /**
   * Sends application data: at once, or when the handshake is complete. The bytes are not kept after the call.
   * @throws TlsError `ERR_TLS_CLOSED` after {@link close} or the end of the connection
   */
  write(data: Uint8Array): void {
    if (this.#closed || this.#closing) throw new TlsError('ERR_TLS_CLOSED', 'this side was closed');
    const now = this.#maySend();
    this.#sending.push(data, now);
    if (now) this.#settleNow();
  }

  /**
   * Sends application data before the handshake is complete, if early data may be written: from the moment that
   * `earlyData` says 'offered' until our second flight. It can be replayed, and lacks forward secrecy (RFC 9846 §2.3).
   * @returns how many bytes were taken, from the first on: what is over {@link earlyRoom} is the caller's still
   */
  writeEarly(data: Uint8Array): number {
    return this.#closed || this.#closing ? 0 : (this.#early?.write(data) ?? 0);
  }

  /** Bytes that {@link writeEarly} would take now. */
  get earlyRoom(): number {
    return this.#closed || this.#closing ? 0 : (this.#early?.room ?? 0);
  }

  /** What became of early data. */
  get earlyData(): EarlyDataStatus {
    return this.#early?.status ?? 'none';
  }

  /**
   * Keying material of the early exporter, before the handshake is complete or after. It is the same when the ClientHello is
   * replayed: for what needs it, and never in place of the other exporter (RFC 9846 §7.5, §F.5.1).
   * @throws TlsError `ERR_TLS_INVALID_STATE` unless early data is offered or accepted
   */
  exportEarlyKeyingMaterial(label: string, context: Uint8Array, length: number): Uint8Array {
    if (this.#early === undefined) throw new TlsError('ERR_TLS_INVALID_STATE', 'no early data was offered or accepted');
    return this.#early.exportKeyingMaterial(label, context, length);
  }

  /** Whether what is written goes out now: the handshake is complete, or a server that takes early data has said all it has to say before. */
  get maySend(): boolean {
    return !this.#closed && !this.#closing && this.#maySend();
  }

  /** Sends close_notify behind all that was written, and nothing after it; reading goes on (RFC 9846 §6.1). */
  close(): void {
    if (this.#closed || this.#closing) return;
    this.#closing = true;
    if (this.#maySend()) this.#settleNow();
  }

  /**
   * Ends the connection now. During a handshake the peer is told `user_canceled` (RFC 9846 §6.1), unless the error says otherwise.
   * @param reason the error to end with, or the alert to send
   */
  abort(reason: TlsError | AlertName = new TlsError('ABORT_ERR', 'the connection was aborted')): void {
    this.#die(
      typeof reason === 'string'
        ? new TlsError('ABORT_ERR', `the connection was aborted by the alert ${reason}`, { alert: reason })
        : reason,
    );
  }

  /**
   * Ends the connection now, for whoever wants to hear no more of it: the peer is told as by {@link abort}, and no error is made here, to
   * trace which takes as long as an eighth of a resumed handshake.
   */
  leave(): void {
    if (this.#closed) return;
    if (this.#alertFor !== undefined) return this.abort();
    this.#driver.cancel();
    this.#sendAlert('user_canceled');
    this.#end(undefined);
  }

  /**
   * Begins another handshake within the connection, under its own protection (RFC 5746): a client says hello, a server asks it to.
   * An event, `renegotiated`, tells when it is complete; `renegotiation-refused`, that the peer does not.
   * @throws TlsError `ERR_TLS_INVALID_STATE` before the handshake is complete, with TLS 1.3, with a peer that lacks RFC 5746, and
   *   where a session resumed without extended_master_secret (RFC 7627 §5.4)
   */
  renegotiate(): void {
    const connection = this.#open('handshakes are made anew');
    const { earlier } = this.#spoken;
    if (earlier === undefined) throw new TlsError('ERR_TLS_INVALID_STATE', 'only TLS 1.2 renegotiates');
    earlier.renegotiate(connection);
    this.#pump();
  }

  /** Updates our keys, and asks the peer to update its own. @throws TlsError `ERR_TLS_INVALID_STATE` before the handshake is complete */
  updateKeys({ requestPeer = false }: { readonly requestPeer?: boolean } = {}): void {
    if (this.#open('keys are updated').version !== TLS13) {
      throw new TlsError('ERR_TLS_INVALID_STATE', 'only TLS 1.3 updates keys');
    }
    this.#driver.command({ type: 'key-update', requestPeer });
    this.#pump();
  }

  /**
   * Asks the peer for a sign of life (RFC 6520). One at a time; whether one that is not answered ends the connection is the caller's to say.
   * @param payload what the peer sends back
   * @param answered called when it did
   * @throws TlsError `ERR_TLS_INVALID_STATE` where that was not agreed on, on a connection that is not open, and while one is on its way;
   *   `ERR_TLS_INVALID_OPTION` for a payload that does not go into a record
   */
  heartbeat(payload: Uint8Array, answered: () => void): void {
    this.#open('heartbeats are sent');
    if (this.#heartbeats === undefined) throw new TlsError('ERR_TLS_INVALID_STATE', 'no heartbeats were agreed on');
    this.#heartbeats.request(payload, answered);
    if (this.#maySend()) this.#settleNow();
  }

  /**
   * Asks the client for a certificate (RFC 9846 §4.7.2). An event, `client-authentication`, with the context that is returned is the
   * answer; {@link connection} knows the client then. One that is refused, or lacks what is required, ends the connection.
   * @throws TlsError `ERR_TLS_INVALID_STATE` unless the connection is open, and the client said that it may be asked;
   *   `ERR_TLS_INVALID_OPTION` for options that are none
   */
  requestClientCertificate(options: CertificateRequestOptions = {}): Uint8Array {
    const connection = this.#open('clients are asked for certificates');
    if (this.#requests === undefined) throw new TlsError('ERR_TLS_INVALID_STATE', 'a server asks for certificates');
    const command = this.#requests.make(connection, options);
    this.#driver.command(command);
    this.#pump();
    return command.context;
  }

  #open(what: string): Connected {
    if (this.#connected !== undefined && !this.#closing && !this.#closed) return this.#connected;
    throw new TlsError('ERR_TLS_INVALID_STATE', `${what} on an open connection`);
  }

  /** What is to be sent, in parts that a transport writes in turn; they are the caller's. */
  takeOutput(): Uint8Array[] {
    const output = this.#write.takeOutput();
    this.#sending.taken();
    return output;
  }

  /** Whether {@link takeOutput} would give anything. */
  get hasOutput(): boolean {
    return this.#write.outputLength > 0;
  }

  /** Bytes that {@link takeOutput} would give, and that wait for the handshake to be complete. */
  get buffered(): { readonly output: number; readonly unsent: number; readonly input: number } {
    return { output: this.#write.outputLength, unsent: this.#sending.waiting, input: this.#read.buffered };
  }

  /** Whether bytes should be fed now: not while some are held for a parked handshake, nor with too much output waiting. */
  get wantsInput(): boolean {
    if (this.#closed || this.#readClosed) return false;
    const held = this.#receiving.mayRead ? this.#read.holds : this.#read.buffered > 0;
    return !held && this.#write.outputLength <= this.#limits.maxOutput;
  }

  /** The RFC's name of the state (RFC 9846 Appendix A). */
  get state(): string {
    return this.#closed ? 'CLOSED' : this.#driver.state;
  }

  /** The names of the handshake messages that are legal now. */
  get waitingFor(): readonly string[] {
    return this.#driver.waitingFor;
  }

  /** The result of the handshake, once it is complete; the client in it is the one that authenticated itself last. */
  get connection(): Connected | undefined {
    return this.#connected;
  }

  /** Whether the handshake waits for a promise: a signer, a look-up, an asynchronous provider. */
  get parked(): boolean {
    return this.#driver.status === 'parked';
  }

  get closed(): boolean {
    return this.#closed;
  }

  // Reading.

  #pump(): void {
    // A handler may feed more input while we are at it: the loop that runs takes it.
    if (this.#pumping) return;
    this.#pumping = true;
    try {
      while (!this.#closed && !this.#readClosed) {
        const record = this.#receiving.next();
        if (record === undefined) break;
        if (this.#receiving.take(record)) this.#receiveClose();
      }
      if (!this.#closed) this.#settle();
      if (this.#inputEnded) this.#checkTruncation();
    } catch (error) {
      this.#die(TlsError.from(error));
    } finally {
      this.#pumping = false;
    }
  }

  /** RFC 9846 §6.1: this is the end of the peer's data; what we have to say is another matter. */
  #receiveClose(): void {
    this.#readClosed = true;
    this.#read.wipe();
    const unfinished = this.#spoken.earlier?.endRenegotiation();
    this.#handlers.end?.();
    if (unfinished && !this.#closed) this.#sendClose();
    this.#finishIfClosed();
  }

  /** RFC 9846 §6.1: an end without close_notify, and with nothing before it that is still to be read. */
  #checkTruncation(): void {
    const { status, state } = this.#driver;
    if (this.#closed || this.#readClosed || status === 'running') return;
    if (status !== 'waiting' && this.#read.buffered > 0) return;
    const where = this.#connected === undefined ? ` in state ${state}` : ' without close_notify';
    // No alert tells of it; but who closes his own side says so before, and the peer may still listen (RFC 9846 §6.1).
    this.#driver.cancel();
    this.#sendAlert('close_notify');
    this.#die(new TlsError('ERR_TLS_TRUNCATED', `the peer closed the connection${where}`));
  }

  // Writing.

  /** Not before the handshake is complete, nor while the flow runs: what a handler then writes would overtake a KeyUpdate. */
  #maySend(): boolean {
    if (this.#driver.status === 'running') return false;
    const { earlier } = this.#spoken;
    if (earlier?.spoken) return earlier.maySend(this.#connected !== undefined);
    if (this.#connected !== undefined) return true;
    // RFC 9846 §2.3: a server that took early data may answer it. Keys cannot be updated yet: the last of them are kept.
    return this.#early?.answers === true && this.#write.remaining > KEY_UPDATE_MARGIN;
  }

  /** Sends what was put off, in the order that it was asked for. */
  #settle(): void {
    if (!this.#maySend()) return;
    this.#sending.settle(this.#connected);
    if (this.#closing && this.#connected !== undefined) this.#sendClose();
  }

  /** For the owner's calls, which handlers make too: at once also while input is read. */
  #settleNow(): void {
    try {
      this.#settle();
    } catch (error) {
      this.#die(TlsError.from(error));
    }
    if (this.#inputEnded || this.#read.buffered > 0) this.#pump();
  }

  #sendClose(): void {
    if (this.#write.closed) return;
    this.#write.close();
    this.#finishIfClosed();
  }

  #finishIfClosed(): void {
    // A handler that was told of the one end may have made the other.
    if (this.#readClosed && this.#write.closed && !this.#closed) this.#end(undefined);
  }

  // The driver's hooks.

  #send(epoch: Epoch, message: Uint8Array): void {
    // EndOfEarlyData: nothing comes behind it.
    if (epoch === 'early') this.#early?.end();
    if (epoch !== this.#write.epoch) {
      throw new TlsError('ERR_TLS_INTERNAL', `a message of epoch ${epoch} while writing in ${this.#write.epoch}`);
    }
    this.#write.message(message);
  }

  /** What a version, or a feature of one, asks for, that one carries out. */
  #perform(effect: OwnersEffect): void {
    if (this.#early?.perform(effect) || this.#spoken.perform(effect)) return;
    throw new TlsError('ERR_TLS_INTERNAL', `nobody here does ${effect.op}`);
  }

  #event(event: HandshakeEvent): void {
    if (event.type === 'key-update') {
      this.#sending.keysUpdated(event);
      // RFC 9846 §4.7.3: whoever is asked must update his keys, and may have no data to send behind it.
      if (event.direction === 'read' && !event.answers) this.#floods.keyUpdate();
    }
    if (event.type === 'client-authentication' && this.#connected !== undefined) {
      this.#connected = this.#requests?.answered(this.#connected, event);
    }
    if (event.type === 'renegotiated') this.#take(event.connection);
    this.#handlers.event?.(event);
  }

  /** What a handshake has come to. */
  #take(result: Connected): void {
    this.#connected = result;
    this.#heartbeats?.agree(result.heartbeat);
    this.#write.flush();
  }

  #onConnected(result: Connected): void {
    this.#spoken.number = result.version;
    this.#receiving.connected = true;
    this.#floods.progress();
    this.#take(result);
    this.#handlers.connected?.(result);
  }

  // The end.

  /** Ends the connection by an error, and tells the peer, unless it knows or cannot be told. */
  #die(error: TlsError): void {
    if (this.#closed) return;
    error.state ??= this.#driver.state;
    this.#driver.cancel();
    if (error.sentBy === 'us') error.alert = this.#sendAlert(alertOf(error, this.#spoken.number, this.#alertFor));
    if (error.alert !== undefined) this.#spoken.earlier?.endsBy(error.alert);
    this.#end(error);
  }

  #sendAlert(name: AlertName | undefined): AlertName | undefined {
    return sendAlert(name, this.role, this.#write, this.#connected !== undefined);
  }

  #end(error: TlsError | undefined): void {
    this.#closed = true;
    this.#driver.cancel();
    this.#early?.wipe();
    this.#read.wipe();
    this.#write.wipe();
    this.#sending.clear();
    this.#handlers.closed?.(error);
  }
}
