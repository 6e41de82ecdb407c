/**
 * A TLS connection without I/O: bytes go in, bytes and events come out. No sockets, no timers; clock and randomness are
 * the configuration's. The faces of tlskit are thin adapters over this, and so is everything else that moves bytes.
 */
import { AlertDescription, AlertLevel, type AlertName, alert, endingAlert, TlsError } from '@tlskit/tls-alerts';
import type { CryptoProvider } from '@tlskit/tls-crypto';
import {
  type ClientModule,
  type Connected,
  Driver,
  type Epoch,
  type Flow,
  type HandshakeEvent,
  type OwnersEffect,
  type ServerModule,
  type TrafficKeys,
  Transcript,
  wipeKeys,
} from '@tlskit/tls-handshake';
import { ProtocolVersion } from '@tlskit/tls-messages';
import { ContentType, type OpenedRecord } from '@tlskit/tls-record';
import { decode } from '@tlskit/tls-wire';
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
import { type Heartbeats, notAgreed } from './heartbeat.ts';
import { ReadSide } from './read-side.ts';
import type { MakeRecordLimits } from './record-limits.ts';
import { KEY_UPDATE_MARGIN, Sending } from './sending.ts';
import { brought, type EarlierRules, type EngineVersion } from './version.ts';
import { WriteSide, writeOptions } from './write-side.ts';

const { 'TLS 1.3': TLS13 } = ProtocolVersion.values;

export class Engine {
  readonly role: 'client' | 'server';
  readonly #provider: CryptoProvider;
  readonly #versions: readonly EngineVersion<ClientModule | ServerModule>[];
  readonly #limits: EngineLimits;
  readonly #floods: Floods;
  /** A server's. */
  readonly #requests: CertificateRequests | undefined;
  readonly #handlers: EngineHandlers;
  readonly #alertFor: AlertChoice;
  /** What versions brought along, each where one has it. */
  readonly #heartbeats: Heartbeats | undefined;
  readonly #recordLimits: ReturnType<MakeRecordLimits> | undefined;
  readonly #early: EarlyData | undefined;
  readonly #driver: Driver;
  readonly #read: ReadSide;
  readonly #write: WriteSide;
  readonly #sending: Sending;

  #connected: Connected | undefined;
  #version: number | undefined;
  #closing = false;
  #readClosed = false;
  /** Whether the transport has ended: a truncation, once what came before is read. */
  #inputEnded = false;
  #closed = false;
  #pumping = false;
  /** Whether a change_cipher_spec may come: after the first ClientHello, before the peer's Finished (RFC 9846 §5). */
  #dropsCcs = false;
  /** Of a version before TLS 1.3, which is spoken, or may yet be. */
  #earlier: EarlierRules | undefined;
  /** Whether a first hello may have been another engine's, and what comes behind it is to be passed over (RFC 9846 §4.3.2). */
  readonly #stateless: boolean;

  /** @internal Made by `createClientEngine` and `createServerEngine`. */
  constructor(
    role: 'client' | 'server',
    config: ClientEngineConfig | ServerEngineConfig,
    flow: (transcript: Transcript) => Flow<Connected>,
    handlers: EngineHandlers,
    { requests, skipped }: ServerParts = {},
  ) {
    this.role = role;
    this.#stateless = 'statelessRetry' in config && config.statelessRetry !== undefined;
    this.#provider = config.provider;
    this.#versions = config.versions;
    this.#limits = config.engineLimits ?? defaultEngineLimits;
    this.#floods = new Floods(this.#limits);
    this.#handlers = handlers;
    this.#requests = requests;
    this.#alertFor = config.alertFor;
    this.#heartbeats = brought(config.versions, 'heartbeats')?.(config.heartbeat !== undefined, config.random);
    const observeRecord = handlers.record?.bind(handlers);
    const observeMessage = handlers.message?.bind(handlers);
    this.#recordLimits = brought(config.versions, 'recordLimits')?.();
    this.#read = new ReadSide(role, { limit: this.#recordLimits?.read, skipped, observe: observeRecord });
    this.#write = new WriteSide(
      writeOptions(config, handlers, this.#recordLimits?.write),
      role === 'client' ? 0x0301 : 0x0303,
    );
    const makeEarlyData = brought(config.versions, 'earlyData');
    this.#early = makeEarlyData?.({ role, write: this.#write, skipped, tell: step => handlers.earlyData?.(step) });
    const transcript = new Transcript();
    this.#driver = new Driver(flow(transcript), transcript, config.limits.maxMessageLength, {
      send: (epoch, message) => this.#send(epoch, message),
      changeCipherSpec: () => this.#write.changeCipherSpec(this.#earlier?.spoken !== true),
      keys: (direction, epoch, keys) => this.#changeKeys(direction, epoch, keys),
      emit: event => this.#event(event),
      perform: effect => this.#perform(effect),
      passedOver: () => this.#floods.idle('messages without use'),
      received: bytes => {
        this.#dropsCcs = this.#connected === undefined;
        observeMessage?.({ direction: 'in', epoch: this.#read.epoch, bytes });
      },
      connected: result => this.#onConnected(result),
      failed: error => this.#die(error),
      idle: () => this.#write.flush(),
      unparked: () => {
        this.#pump();
        if (!this.#closed) this.#handlers.wake?.();
      },
    });
    this.#sending = new Sending(this.#driver, this.#write, this.#heartbeats);
    const earlierRules = brought(config.versions, 'earlierRules');
    this.#earlier = earlierRules?.({
      role,
      read: this.#read,
      write: this.#write,
      driver: this.#driver,
      floods: this.#floods,
      abortsRenegotiation: config.tls12?.renegotiation === 'abort',
    });
  }

  /**
   * Begins: a client's ClientHello is in the output afterwards.
   * @throws TlsError `ERR_TLS_INVALID_STATE` the second time, and after the end of the connection
   */
  start(): void {
    if (this.#driver.status !== 'new') throw new TlsError('ERR_TLS_INVALID_STATE', 'an engine starts once');
    this.#dropsCcs = this.role === 'client' || this.#stateless;
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
    if (this.#earlier === undefined) throw new TlsError('ERR_TLS_INVALID_STATE', 'only TLS 1.2 renegotiates');
    this.#earlier.renegotiate(connection);
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
    this.#heartbeats.request(payload, this.#write.recordSize, answered);
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
    const held = this.#mayRead() ? this.#read.holds : this.#read.buffered > 0;
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
      while (!this.#closed && !this.#readClosed && this.#mayRead()) {
        const record = this.#read.next(this.#settled(), !this.parked);
        if (record === undefined) break;
        this.#handle(record);
      }
      if (!this.#closed) this.#settle();
      if (this.#inputEnded) this.#checkTruncation();
    } catch (error) {
      this.#die(TlsError.from(error));
    } finally {
      this.#pumping = false;
    }
  }

  /** A flow that runs may be about to change the keys, and so may handshake bytes that a parked one has not taken: records wait. */
  #mayRead(): boolean {
    const { status, atMessageBoundary } = this.#driver;
    return status === 'waiting' || (status === 'parked' && atMessageBoundary);
  }

  #settled(): boolean {
    if (this.#driver.status !== 'parked') return true;
    if (this.#earlier?.spoken) return this.#earlier.settled;
    return this.#read.epoch !== 'plaintext' && (this.#connected !== undefined || this.#read.epoch !== 'application');
  }

  #handle({ type, content }: OpenedRecord): void {
    const { alert, application_data, change_cipher_spec, handshake, heartbeat } = ContentType.values;
    if (type !== handshake && type !== alert) this.#checkBoundary(type);
    switch (type) {
      case handshake:
        if (this.#earlier?.passesOver()) return;
        this.#driver.receive(content);
        break;
      case application_data:
        this.#receiveData(content);
        break;
      case alert:
        this.#receiveAlert(content);
        break;
      case heartbeat:
        this.#receiveHeartbeat(content);
        break;
      case change_cipher_spec:
        // A renegotiation that our close_notify cut short: behind this comes a Finished alone, and nothing for want of ours.
        if (this.#earlier?.spoken) return this.#write.closed ? this.#receiveClose() : this.#driver.changeCipherSpec();
        if (!this.#dropsCcs) throw new TlsError('ERR_TLS_CHANGE_CIPHER_SPEC', 'a change_cipher_spec out of place');
        this.#earlier?.drops();
        this.#floods.idle('change_cipher_spec records');
    }
  }

  /** RFC 9846 §5.1: no other records between those that carry one handshake message. */
  #checkBoundary(type: number): void {
    if (this.#driver.atMessageBoundary) return;
    if (this.#earlier?.passesFragments) return;
    throw new TlsError('ERR_TLS_UNEXPECTED_MESSAGE', `${ContentType.label(type)} within a handshake message`, {
      rfc: 'RFC 9846 §5.1',
    });
  }

  #receiveData(content: Uint8Array): void {
    const early = this.#read.epoch === 'early';
    if (this.#read.epoch !== 'application' && !early) {
      throw new TlsError('ERR_TLS_UNEXPECTED_MESSAGE', `application data in state ${this.#driver.state}`);
    }
    if (early) this.#early?.received(content);
    if (content.length === 0) return this.#floods.idle('empty records');
    this.#floods.progress();
    this.#handlers.data?.(content, early);
  }

  #receiveHeartbeat(content: Uint8Array): void {
    // Nobody is answered who does not take the answers.
    const room = this.#write.outputLength > this.#limits.maxOutput ? 0 : this.#write.recordSize;
    if (this.#heartbeats === undefined) throw notAgreed();
    if (!this.#heartbeats.receive(content, room)) this.#floods.idle('heartbeats without use');
  }

  #receiveAlert(content: Uint8Array): void {
    const { level, description } = decode(alert, content);
    this.#handlers.alert?.({ direction: 'in', level, description, name: AlertDescription.nameOf(description) });
    const { close_notify, user_canceled } = AlertDescription.values;
    if (this.#earlier?.takesAlert(level, description)) return;
    if (description === close_notify && this.#connected !== undefined) {
      this.#checkBoundary(ContentType.values.alert);
      return this.#receiveClose();
    }
    // RFC 9846 §6.1: it is followed by a close_notify, which ends the handshake.
    if (description === user_canceled) {
      this.#checkBoundary(ContentType.values.alert);
      return this.#floods.userCanceled();
    }
    // RFC 9846 §6.2: all others are errors; so is a close_notify before the handshake is complete.
    const canceled = description === close_notify && this.#floods.canceled;
    this.#die(TlsError.fromPeer(canceled ? user_canceled : description, this.#driver.state));
  }

  /** RFC 9846 §6.1: this is the end of the peer's data; what we have to say is another matter. */
  #receiveClose(): void {
    this.#readClosed = true;
    this.#read.wipe();
    const unfinished = this.#earlier?.endRenegotiation();
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
    if (this.#earlier?.spoken) return this.#earlier.maySend(this.#connected !== undefined);
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

  #changeKeys(direction: 'read' | 'write', epoch: Epoch, keys: TrafficKeys): void {
    try {
      const version = this.#versions.find(candidate => candidate.handshake.version === keys.version);
      if (version === undefined) throw new TlsError('ERR_TLS_INTERNAL', 'keys of a version that is not here');
      this.#version = keys.version;
      if (keys.version >= TLS13) this.#earlier = undefined;
      const { records } = version;
      if (direction === 'read') this.#read.changeKeys(epoch, version.createOpener(this.#provider, keys), records);
      else this.#write.changeKeys(epoch, version.createSealer(this.#provider, keys), records.protectsAll);
    } finally {
      wipeKeys(keys);
    }
  }

  /** What a version, or a feature of one, asks for, that one carries out. */
  #perform(effect: OwnersEffect): void {
    if (effect.op === 'speak') this.#version = effect.version;
    if (effect.op === 'limit-records' && this.#recordLimits !== undefined) {
      return (effect.limit.direction === 'read' ? this.#read : this.#write).limitRecords(effect.limit);
    }
    if (this.#early?.perform(effect) || this.#earlier?.perform(effect)) return;
    throw new TlsError('ERR_TLS_INTERNAL', `nobody here does ${effect.op}`);
  }

  #event(event: HandshakeEvent): void {
    if (event.type === 'key-update') {
      this.#sending.keysUpdated(event);
      if (event.direction === 'read') this.#floods.keyUpdate();
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
    this.#version = result.version;
    this.#dropsCcs = false;
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
    if (error.sentBy === 'us') error.alert = this.#sendAlert(alertOf(error, this.#version, this.#alertFor));
    const fatal = error.alert !== undefined && endingAlert(error.alert).level === AlertLevel.values.fatal;
    if (fatal) this.#earlier?.forget();
    this.#end(error);
  }

  #sendAlert(name: AlertName | undefined): AlertName | undefined {
    return sendAlert(name, { role: this.role, write: this.#write, connected: this.#connected !== undefined });
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
