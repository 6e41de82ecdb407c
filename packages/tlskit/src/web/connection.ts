/**
 * A TLS connection as a pair of streams of the web platform: a thin adapter between an engine and another such pair, both ways with
 * backpressure. It has the shape of the sockets that workers know: `readable`, `writable`, `opened`, `closed`, `close()`.
 */
import { TlsError } from '@tlskit/tls-alerts';
import type { CryptoProvider } from '@tlskit/tls-crypto';
import type { CertificateRequestOptions, Engine, EngineHandlers } from '@tlskit/tls-engine';
import type { Connected, HandshakeEvent } from '@tlskit/tls-handshake';
import type { ChannelBindingType } from '../channel-binding.ts';
import type { EngineSource } from '../connection/client-engines.ts';
import { Controls } from '../connection/controls.ts';
import { Dispatch } from '../connection/dispatch.ts';
import { type EarlyDataOffer, EarlyReader } from '../connection/early-data.ts';
import {
  abortEngine,
  closedTooSoon,
  lateHandshake,
  mayWrite,
  observers,
  stepEarlyData,
} from '../connection/engine-rules.ts';
import { type KeyUpdate, tell } from '../connection/events.ts';
import { Outbox } from '../connection/outbox.ts';
import type { ConnectionSettings } from '../connection/settings.ts';
import { type ConnectionInfo, connectionInfo } from '../info.ts';
import { bytesOf, fillsItsBuffer } from './bytes.ts';
import { shielded } from './listeners.ts';
import { type Pending, pending } from './pending.ts';
import { type ByteStreams, Transport } from './transport.ts';

/** What is told while the connection stands. What a listener throws is between it and the platform. */
export interface ConnectionListeners {
  /** The server gave a ticket to resume with, where `sessions` does not keep them. It holds a secret. */
  readonly onSession?: ((session: Parameters<NonNullable<EngineSource['keepSession']>>[0]) => void) | undefined;
  /**
   * Early data, before the handshake is complete, at a server that takes some: somebody may have recorded it and sent it again.
   * Without a listener it is read as all other data when the handshake is complete, which nobody can bring about who merely repeats it.
   */
  readonly onEarlyData?: ((chunk: Uint8Array, offer: EarlyDataOffer) => void) | undefined;
  readonly onKeyUpdate?: ((update: KeyUpdate) => void) | undefined;
  /** Another handshake within a connection of TLS 1.2 is complete; undefined where the peer did not want one. */
  readonly onRenegotiated?: ((info: ConnectionInfo | undefined) => void) | undefined;
}

/** @internal */
export interface ConnectionSetup extends ConnectionSettings, EngineSource, ConnectionListeners {
  readonly streams: ByteStreams;
  readonly provider: Pick<CryptoProvider, 'hashes' | 'random' | 'ready'>;
}

/** Bytes that are buffered before backpressure sets in, each way, unless `highWaterMark` says otherwise. */
const HIGH_WATER_MARK = 1 << 16;

/**
 * One connection. Whatever goes wrong is a `TlsError`, with which `opened`, `closed`, reads and writes reject; what was received before
 * it is read before it.
 */
export class TlsConnection {
  /** Plaintext from the peer; a stream of bytes, which ends where the peer said so (RFC 9846 §6.1). To cancel it is to read no more. */
  readonly readable: ReadableStream<Uint8Array>;
  /** Plaintext for the peer. To close it says close_notify behind all that was written; to abort it ends the connection. */
  readonly writable: WritableStream<Uint8Array>;
  /** The description of the connection when the handshake is complete. Need not be handled. */
  readonly opened: Promise<ConnectionInfo>;
  /** Fulfilled when both sides are closed, and everything was delivered. Need not be handled. */
  readonly closed: Promise<void>;
  readonly #setup: ConnectionSetup;
  readonly #transport: Transport;
  readonly #controls: Controls;
  readonly #dispatch = new Dispatch({ flush: () => this.#flush(), settled: () => this.#adjustFlow() });
  readonly #outbox = new Outbox();
  readonly #earlyReader = new EarlyReader();
  readonly #highWaterMark: number;
  readonly #opening = pending<ConnectionInfo>();
  readonly #closing = pending<void>();
  #input!: ReadableByteStreamController;
  #output!: WritableStreamDefaultController;
  #engine: Engine | undefined;
  #info: ConnectionInfo | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Whoever wrote or closed waits for it. */
  #written: Pending<void> | undefined;
  #wantsClose = false;
  #closeSent = false;
  /** Nobody reads any more: what comes is thrown away. */
  #deaf = false;
  /** The peer sent close_notify. */
  #ended = false;
  #destroyed = false;
  /** An error that waits until the data before it was read. */
  #deferred: TlsError | undefined;

  /** @internal Made by {@link startTls} and {@link acceptTls}. */
  constructor(setup: ConnectionSetup) {
    this.#setup = shielded(setup);
    this.opened = this.#opening.promise;
    this.closed = this.#closing.promise;
    this.#highWaterMark = setup.highWaterMark ?? HIGH_WATER_MARK;
    this.readable = this.#makeReadable();
    this.writable = this.#makeWritable();
    const self = this;
    this.#controls = new Controls({
      provider: setup.provider,
      dispatch: this.#dispatch,
      get engine() {
        return self.#engine;
      },
      get destroyed() {
        return self.#destroyed;
      },
    });
    this.#transport = new Transport(setup.streams, {
      received: bytes => this.#dispatch.drive(() => this.#engine?.receive(bytes)),
      ended: () => this.#dispatch.drive(() => this.#engine?.receiveEnd()),
      drained: () => this.#dispatch.drive(),
      failed: error => this.#lose(error),
    });
    const { signal } = setup;
    signal?.addEventListener('abort', this.#onAbort, { once: true });
    if (signal?.aborted) this.#onAbort();
    else this.#start();
  }

  /** The description of the connection, when the handshake is complete. */
  get info(): ConnectionInfo | undefined {
    return this.#info;
  }

  /** Whether the data of the option `earlyData` is sent, early or late; known when the handshake is complete, false before. */
  get earlyDataSent(): boolean {
    return this.#setup.early?.sent ?? false;
  }

  /**
   * Says close_notify behind all that was written, and reads no more. Where the peer leaves it at that, the connection ends a second
   * after that is out; a peer that takes nothing is for `signal` to give up.
   * @returns {@link closed}
   */
  close(): Promise<void> {
    if (!this.#deaf && !this.#destroyed) {
      this.#deaf = true;
      this.#closeInput();
    }
    this.#wantsClose = true;
    this.#dispatch.drive();
    return this.closed;
  }

  /**
   * Keying material of the early exporter (RFC 9846 §7.5): the same when somebody replays the ClientHello, so that it authenticates
   * nothing. @throws TlsError `ERR_TLS_INVALID_STATE` unless early data is offered or was accepted
   */
  exportEarlyKeyingMaterial(label: string, context: Uint8Array = new Uint8Array(0), length = 32): Uint8Array {
    return this.#controls.exportEarlyKeyingMaterial(label, context, length);
  }

  /**
   * Keying material for the application (RFC 9846 §7.5); in TLS 1.2 no context is another than an empty one (RFC 5705 §4).
   * @throws TlsError `ERR_TLS_INVALID_STATE` unless the connection stands, and in TLS 1.2 without extended_master_secret (RFC 7627 §5.4)
   */
  exportKeyingMaterial(label: string, context?: Uint8Array, length = 32): Uint8Array {
    return this.#controls.exportKeyingMaterial(label, context, length);
  }

  /**
   * What ties an authentication above TLS to this connection: `tls-exporter` (RFC 9266), or `tls-server-end-point` (RFC 5929 §4).
   * @throws TlsError `ERR_TLS_INVALID_STATE` unless the connection stands and has such a binding
   */
  channelBinding(type: ChannelBindingType): Uint8Array {
    return this.#controls.channelBinding(type);
  }

  /**
   * Asks the peer for a sign of life (RFC 6520); resolves when it came.
   * @throws TlsError `ERR_TLS_INVALID_STATE` where the peer has not agreed, and while another is on its way
   */
  heartbeat(payload?: Uint8Array): Promise<void> {
    return this.#controls.heartbeat(payload);
  }

  /** Updates our keys (RFC 9846 §4.7.3), and asks the peer to update its own. @throws TlsError `ERR_TLS_INVALID_STATE` */
  updateKeys({ requestPeer = false }: { readonly requestPeer?: boolean } = {}): void {
    this.#controls.updateKeys(requestPeer);
  }

  /** Begins another handshake within a connection of TLS 1.2 (RFC 5746). @throws TlsError `ERR_TLS_INVALID_STATE` for other connections */
  renegotiate(): void {
    this.#controls.renegotiate();
  }

  /** Asks the client for its certificate (RFC 9846 §4.7.2): `info` then, or undefined where it has none. */
  requestClientCertificate(options: CertificateRequestOptions = {}): Promise<ConnectionInfo | undefined> {
    return this.#controls.requestClientCertificate(options);
  }

  // The streams' side.

  #makeReadable(): ReadableStream<Uint8Array> {
    const source: UnderlyingByteSource = {
      type: 'bytes',
      start: controller => {
        this.#input = controller;
      },
      pull: () => {
        const { desiredSize } = this.#input;
        // Streams drop what they hold when they fail: the error waits until it is read.
        if (this.#deferred !== undefined && desiredSize === this.#highWaterMark) return this.#destroy(this.#deferred);
        // What was read last is with the reader then.
        if (this.#ended && desiredSize === this.#highWaterMark) queueMicrotask(() => this.#onRead());
        this.#adjustFlow();
      },
      cancel: () => {
        this.#deaf = true;
        if (this.#deferred !== undefined) this.#destroy(this.#deferred);
        if (this.#ended) this.#closeBehind();
        this.#adjustFlow();
      },
    };
    return new ReadableStream(source, { highWaterMark: this.#highWaterMark }) as ReadableStream<Uint8Array>;
  }

  #makeWritable(): WritableStream<Uint8Array> {
    return new WritableStream<Uint8Array>(
      {
        start: controller => {
          this.#output = controller;
          // `abort` below waits for the write that is under way, and that may wait for a peer who does not read.
          const { signal } = controller;
          const hurry = () => queueMicrotask(() => this.#destroy(aborted(signal.reason)));
          signal.addEventListener('abort', hurry, { once: true });
        },
        write: chunk => {
          if (this.#wantsClose) throw new TlsError('ERR_TLS_CLOSED', 'this side was closed');
          this.#outbox.push(bytesOf(chunk) ?? refuse(chunk));
          return this.#untilWritten();
        },
        close: () => {
          this.#wantsClose = true;
          return this.#untilWritten();
        },
        abort: reason => this.#destroy(aborted(reason)),
      },
      { highWaterMark: this.#highWaterMark, size: chunk => bytesOf(chunk)?.length ?? 1 },
    );
  }

  #untilWritten(): Promise<void> {
    const written = pending<void>();
    this.#written = written;
    // Nobody reads: then nobody waits for the data before the error.
    if (this.#deferred !== undefined) this.#destroy(this.#deferred);
    else this.#dispatch.drive();
    return written.promise;
  }

  readonly #onAbort = () => this.#destroy(aborted(this.#setup.signal?.reason));

  // The engine's side.

  #start(): void {
    const { handshakeTimeout, provider } = this.#setup;
    if (handshakeTimeout > 0) {
      this.#timer = setTimeout(() => this.#destroy(lateHandshake(handshakeTimeout, this.#engine)), handshakeTimeout);
    }
    const begin = () => this.#startEngine();
    if (provider.ready === undefined) begin();
    else void provider.ready.then(begin, begin);
  }

  #startEngine(): void {
    if (this.#destroyed) return;
    const { keyLog, inspect } = this.#setup;
    const emitSecrets = keyLog !== undefined || inspect.event !== undefined;
    let engine: Engine;
    try {
      engine = this.#setup.createEngine(emitSecrets, this.#handlers());
    } catch (error) {
      // A store of sessions may be somebody else's.
      return this.#destroy(TlsError.from(error));
    }
    this.#engine = engine;
    this.#dispatch.drive(() => engine.start());
  }

  #handlers(): EngineHandlers {
    const note = (task: () => void) => this.#dispatch.note(task);
    return {
      connected: result => note(() => this.#onConnected(result)),
      data: (bytes, early) => note(() => (early ? this.#receiveEarly(bytes) : this.#receive(bytes))),
      earlyData: step => stepEarlyData(step, this.#earlyReader, this.#setup.early, this.#engine),
      end: () => {
        this.#ended = true;
        note(() => this.#onEnd());
      },
      closed: error => note(() => (error === undefined ? this.#finish() : this.#fail(error))),
      event: (event, connection = this.#engine?.connection) => note(() => this.#onEvent(event, connection)),
      wake: () => note(() => {}),
      ...observers(this.#setup.inspect, note),
    };
  }

  /** Moves what was written through the engine into the transport, as far as that takes it. */
  #flush(): void {
    const engine = this.#engine;
    if (engine === undefined || this.#destroyed) return;
    while (!this.#transport.blocked) {
      const output = engine.takeOutput();
      if (output.length > 0) {
        this.#transport.send(output, this.#closeSent);
        continue;
      }
      if (!mayWrite(engine, this.#info !== undefined) || engine.closed) break;
      const portion = this.#outbox.next();
      if (portion !== undefined) engine.write(portion);
      else if (this.#wantsClose && !this.#closeSent && this.#info !== undefined) {
        this.#closeSent = true;
        engine.close();
      } else break;
    }
    if (this.#transport.blocked || !this.#outbox.empty) return;
    if (!this.#wantsClose && mayWrite(engine, this.#info !== undefined)) return this.#answerWrite();
    if (!this.#closeSent) return;
    // The transport stays whole until both sides are closed: of some, to close one half is to lose the other.
    this.#transport.sent(() => {
      this.#answerWrite();
      // Who has closed both sides waits for the peer's answer, though not for ever.
      if (this.#deaf) this.#transport.linger();
    });
  }

  #answerWrite(error?: Error): void {
    const written = this.#written;
    this.#written = undefined;
    if (error === undefined) written?.resolve();
    else written?.reject(error);
  }

  /** Takes input while there is room for it; after the peer's close_notify whatever comes is thrown away. */
  #adjustFlow(): void {
    const engine = this.#engine;
    if (engine === undefined || this.#destroyed) return;
    const room = this.#deaf || this.#info === undefined || (this.#input.desiredSize ?? 0) > 0;
    this.#transport.flow(this.#ended || (room && engine.wantsInput));
  }

  #onConnected(result: Connected): void {
    if (this.#destroyed) return;
    clearTimeout(this.#timer);
    this.#info = connectionInfo(result, this.#setup.provider);
    this.#opening.resolve(this.#info);
    for (const chunk of this.#earlyReader.take()) this.#receive(chunk);
    if (this.#engine !== undefined) this.#setup.early?.complete(this.#engine, result);
  }

  #receive(bytes: Uint8Array): void {
    if (this.#deaf || this.#destroyed || bytes.length === 0) return;
    // A stream of bytes takes the whole buffer away from whoever views a part of it: it gets those in which there is nothing else.
    this.#input.enqueue(fillsItsBuffer(bytes) ? bytes : new Uint8Array(bytes));
  }

  #receiveEarly(bytes: Uint8Array): void {
    if (this.#destroyed) return;
    const { onEarlyData } = this.#setup;
    this.#earlyReader.read(bytes, (chunk, offer) => {
      onEarlyData?.(chunk, offer);
      return onEarlyData !== undefined;
    });
  }

  #onEvent(event: HandshakeEvent, connection: Connected | undefined): void {
    const { inspect, keyLog, provider, keepSession, onSession, onKeyUpdate, onRenegotiated } = this.#setup;
    tell(event, connection, {
      provider,
      answered: (context, info) => this.#controls.requests.answered(context, info),
      inspect: inspect.event,
      keyLog: line => keyLog?.(line),
      keepSession,
      session: onSession,
      keyUpdate: update => onKeyUpdate?.(update),
      info: info => {
        this.#info = info;
      },
      renegotiated: info => onRenegotiated?.(info),
    });
  }

  // The end.

  #onEnd(): void {
    // Else when what came before is read.
    if (this.#deaf || this.#input.desiredSize === this.#highWaterMark) this.#onRead();
  }

  /** Everything was read, to the peer's close_notify. */
  #onRead(): void {
    if (this.#destroyed) return;
    if (!this.#deaf) this.#closeInput();
    this.#closeBehind();
  }

  /** Closes our side behind the peer's, and behind all that is being written: answers to what was read last are still on their way. */
  #closeBehind(): void {
    if (this.#setup.allowHalfOpen || this.#destroyed || this.#wantsClose) return;
    setTimeout(() => {
      if (this.#written !== undefined)
        return void this.#written.promise.then(
          () => this.#closeBehind(),
          () => {},
        );
      this.#wantsClose = true;
      if (!this.#destroyed) this.#dispatch.drive();
    });
  }

  #closeInput(): void {
    this.#deaf = true;
    try {
      this.#input.close();
      // Whoever reads into a buffer of his own gets it back, with nothing in it.
      this.#input.byobRequest?.respond(0);
    } catch {
      // He waits for the rest of an element that is wider than a byte: the platform has told him so, by an error of the stream.
    }
  }

  /**
   * Both sides have said close_notify. No time bounds how long the transport may take to deliver what is before ours: the peer's says
   * nothing of how long it reads (RFC 9846 §6.1). If it never does, that is for the application to end, by its `signal` or by `abort`.
   */
  #finish(): void {
    if (this.#destroyed || this.#engine === undefined) return;
    const error = closedTooSoon(this.#outbox.empty);
    if (error !== undefined) return this.#fail(error);
    this.#transport.send(this.#engine.takeOutput(), true);
    this.#controls.fail(new TlsError('ERR_TLS_CLOSED', 'the connection was closed'));
    this.#transport.end(() => {
      this.#answerWrite();
      this.#release();
      this.#closing.resolve();
      this.#transport.dismiss(false);
    });
  }

  /** The transport is gone: no harm once both sides are closed, and what we sent was taken. */
  #lose(error: TlsError): void {
    if (this.#closeSent && (this.#ended || this.#deaf) && !this.#transport.holdsData) {
      this.#answerWrite();
      this.#release();
      this.#destroyed = true;
      this.#controls.fail(error);
      return this.#closing.resolve();
    }
    this.#fail(error);
  }

  /** Ends the connection by an error, which comes behind the data that was received before it. */
  #fail(error: TlsError): void {
    if (this.#destroyed || this.#deferred !== undefined) return;
    this.#abortEngine(error);
    const unread = !this.#deaf && (this.#input.desiredSize ?? 0) < this.#highWaterMark;
    if (unread && this.#written === undefined) this.#deferred = error;
    else this.#destroy(error);
  }

  #destroy(error: TlsError): void {
    if (this.#destroyed) return;
    this.#abortEngine(error);
    this.#destroyed = true;
    this.#release();
    this.#outbox.clear();
    this.#controls.fail(error);
    this.#answerWrite(error);
    this.#opening.reject(error);
    this.#closing.reject(error);
    if (!this.#deaf) this.#input.error(error);
    this.#output.error(error);
  }

  #abortEngine(error: TlsError): void {
    const engine = this.#engine;
    if (engine !== undefined && !engine.closed) abortEngine(engine, error, this.#outbox.empty);
    if (engine !== undefined) this.#transport.send(engine.takeOutput());
    this.#transport.dismiss(!this.#ended);
  }

  #release(): void {
    clearTimeout(this.#timer);
    this.#setup.signal?.removeEventListener('abort', this.#onAbort);
  }
}

function refuse(chunk: unknown): never {
  throw new TlsError('ERR_TLS_INVALID_OPTION', `only bytes can be written, not ${typeof chunk}`);
}

function aborted(reason: unknown): TlsError {
  return reason instanceof TlsError
    ? reason
    : new TlsError('ABORT_ERR', 'the connection was aborted', { cause: reason });
}
