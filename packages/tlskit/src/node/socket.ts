/**
 * A TLS connection as a Duplex stream of Node: a thin adapter between an engine and a transport, both ways with
 * backpressure.
 */
import type { Duplex } from 'node:stream';
import { TlsError } from '@tlskit/tls-alerts';
import type { CryptoProvider } from '@tlskit/tls-crypto';
import type { CertificateRequestOptions, Engine, EngineHandlers } from '@tlskit/tls-engine';
import type { Connected, HandshakeEvent } from '@tlskit/tls-handshake';
import type { ChannelBindingType } from '../channel-binding.ts';
import type { EngineSource } from '../connection/client-engines.ts';
import { Controls, type ControlsHost } from '../connection/controls.ts';
import { Dispatch } from '../connection/dispatch.ts';
import { EarlyReader } from '../connection/early-data.ts';
import {
  abortEngine,
  closedTooSoon,
  lateHandshake,
  mayWrite,
  observers,
  stepEarlyData,
} from '../connection/engine-rules.ts';
import { tell } from '../connection/events.ts';
import { Outbox } from '../connection/outbox.ts';
import type { ConnectionSettings } from '../connection/settings.ts';
import { type ConnectionInfo, connectionInfo } from '../info.ts';
import type { DirectInput } from './direct-input.ts';
import { Releaser } from './release.ts';
import { SocketFace } from './socket-face.ts';
import { dismiss, finish, InFlight, isConnecting, send } from './transport.ts';

/** @internal */
export interface SocketSetup extends ConnectionSettings, EngineSource {
  readonly transport: Duplex;
  /** Where the transport's bytes come from, if not by its events. */
  readonly input?: DirectInput | undefined;
  readonly provider: Pick<CryptoProvider, 'hashes' | 'random'>;
}

type Callback = (error?: Error | null) => void;

/**
 * One connection: plaintext to read and write. Errors are `TlsError`s, and come at most once, as 'error'; what was received
 * before an error is read before it. `end()` and `destroy()` say close_notify where that is the truth (RFC 9846 §6.1).
 */
export class TlsSocket extends SocketFace {
  /** As in Node's TLSSocket: what tells this apart from a plain socket. */
  readonly encrypted = true;
  /** The description of the connection when the handshake is complete; rejects when the connection fails before. Need not be handled. */
  readonly opened: Promise<ConnectionInfo>;
  #setup: SocketSetup;
  readonly #transport: Duplex;
  #engine: Engine | undefined;
  #info: ConnectionInfo | undefined;
  #settle: { resolve(info: ConnectionInfo): void; reject(error: Error): void } | undefined;
  #timer: NodeJS.Timeout | undefined;

  readonly #dispatch = new Dispatch({ flush: () => this.#flush(), settled: () => this.#adjustFlow() });
  readonly #earlyReader = new EarlyReader();
  /** Made when somebody asks for them. */
  #controls: Controls | undefined;
  readonly #outbox = new Outbox();
  /** For a socket of our own: others may keep what is written to a transport of theirs. */
  #releaser: Releaser | undefined;
  /** Bytes of the write that is under way. */
  #taken = 0;
  #written: Callback | undefined;
  #final: Callback | undefined;
  #closeSent = false;
  #transportEnded = false;
  readonly #inFlight = new InFlight();
  /** The transport's buffer is full: it will say 'drain'. */
  #blocked = false;
  /** Our own buffer is full: `_read` will be called. */
  #full = false;
  /** The peer sent close_notify. */
  #ended = false;
  /** The transport is gone, which is no harm as long as there is nothing to send. */
  #gone: TlsError | undefined;
  /** An error that waits until the data before it was read. */
  #deferred: TlsError | undefined;

  /** @internal Made by {@link connect}, {@link accept} and {@link TlsServer}. */
  constructor(setup: SocketSetup) {
    const { transport, allowHalfOpen, highWaterMark, signal } = setup;
    super(transport, { allowHalfOpen, ...(highWaterMark === undefined ? {} : { highWaterMark }) });
    this.#setup = setup;
    this.#transport = transport;
    this.opened = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    // The error comes as an event too: whoever does not use the promise need not care for it.
    this.opened.catch(() => {});
    transport.on('error', this.#onTransportError);
    transport.on('close', this.#onTransportClose);
    if (signal?.aborted) process.nextTick(this.#onAbort);
    else signal?.addEventListener('abort', this.#onAbort, { once: true });
    // Not before the caller has had the time to listen.
    if (isConnecting(transport)) transport.once('connect', () => this.#start());
    else process.nextTick(() => this.#start());
  }

  /** The description of the connection, when the handshake is complete. */
  get info(): ConnectionInfo | undefined {
    return this.#info;
  }

  /** Whether the peer showed certificates and they were found good. */
  get authorized(): boolean {
    return this.#info?.verified ?? false;
  }

  /** The application protocol that was agreed on. */
  get alpn(): string | undefined {
    return this.#info?.alpn;
  }

  /** The engine's counters of bytes that wait, for those who watch over memory. */
  get buffered(): Engine['buffered'] {
    return this.#engine?.buffered ?? { output: 0, unsent: 0, input: 0 };
  }

  /** Whether the data of the option `earlyData` is sent, early or late; known when the handshake is complete, false before. */
  get earlyDataSent(): boolean {
    return this.#setup.early?.sent ?? false;
  }

  /**
   * Keying material of the early exporter (RFC 9846 §7.5): the same when somebody replays the ClientHello, so that it authenticates
   * nothing. @throws TlsError `ERR_TLS_INVALID_STATE` unless early data is offered or was accepted
   */
  exportEarlyKeyingMaterial(label: string, context: Uint8Array = new Uint8Array(0), length = 32): Buffer {
    return asBuffer(this.#control.exportEarlyKeyingMaterial(label, context, length));
  }

  /**
   * Keying material for the application (RFC 9846 §7.5); in TLS 1.2 no context is another than an empty one (RFC 5705 §4).
   * @throws TlsError `ERR_TLS_INVALID_STATE` unless the connection stands, and in TLS 1.2 without extended_master_secret (RFC 7627 §5.4)
   */
  exportKeyingMaterial(label: string, context?: Uint8Array, length = 32): Buffer {
    return asBuffer(this.#control.exportKeyingMaterial(label, context, length));
  }

  /**
   * What ties an authentication above TLS to this connection: `tls-exporter` (RFC 9266), or `tls-server-end-point` (RFC 5929 §4).
   * @throws TlsError `ERR_TLS_INVALID_STATE` unless the connection stands and has such a binding
   */
  channelBinding(type: ChannelBindingType): Buffer {
    return asBuffer(this.#control.channelBinding(type));
  }

  /**
   * Asks the peer for a sign of life (RFC 6520); resolves when it came. It waits as long as the connection stands.
   * @param payload what the peer sends back: by default 16 random bytes
   * @throws TlsError `ERR_TLS_INVALID_STATE` where the peer has not agreed, and while another is on its way
   */
  heartbeat(payload?: Uint8Array): Promise<void> {
    return this.#control.heartbeat(payload);
  }

  /** Updates our keys (RFC 9846 §4.7.3), and asks the peer to update its own. @throws TlsError `ERR_TLS_INVALID_STATE` */
  updateKeys({ requestPeer = false }: { readonly requestPeer?: boolean } = {}): void {
    this.#control.updateKeys(requestPeer);
  }

  /**
   * Begins another handshake within a connection of TLS 1.2 (RFC 5746); `info` changes when it is complete.
   * @throws TlsError `ERR_TLS_INVALID_STATE` for other connections, and with a peer that lacks RFC 5746
   */
  renegotiate(): void {
    this.#control.renegotiate();
  }

  /**
   * Asks the client for its certificate (RFC 9846 §4.7.2), which may take as long as the client pleases; data goes both ways meanwhile.
   * @returns what `info` is then; undefined where the client has no certificate. It rejects with `ERR_TLS_INVALID_STATE` where the client
   *   cannot be asked, and when the connection ends before the answer, as by a certificate that is refused
   */
  requestClientCertificate(options: CertificateRequestOptions = {}): Promise<ConnectionInfo | undefined> {
    return this.#control.requestClientCertificate(options);
  }

  get #control(): Controls {
    this.#controls ??= new Controls(this.#host());
    return this.#controls;
  }

  #host(): ControlsHost {
    const self = this;
    return {
      provider: this.#setup.provider,
      dispatch: this.#dispatch,
      get engine() {
        return self.#engine;
      },
      get destroyed() {
        return self.destroyed;
      },
    };
  }

  // The stream's side.

  override read(size?: number): ReturnType<Duplex['read']> {
    const chunk = super.read(size);
    this.#failIfRead();
    return chunk;
  }

  override _read(): void {
    this.#full = false;
    this.#adjustFlow();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: Callback): void {
    this.#accept([{ chunk }], callback);
  }

  override _writev(chunks: readonly { readonly chunk: Buffer }[], callback: Callback): void {
    this.#accept(chunks, callback);
  }

  override _final(callback: Callback): void {
    this.#final = callback;
    this.#proceed();
  }

  override _destroy(error: Error | null, callback: Callback): void {
    clearTimeout(this.#timer);
    this.#setup.signal?.removeEventListener('abort', this.#onAbort);
    this.#abortEngine(error);
    if (this.#engine === undefined) this.#transport.destroy();
    else dismiss(this.#transport, !this.#ended);
    this.#outbox.clear();
    if (this.#settle !== undefined || this.#controls !== undefined || this.#written !== undefined) {
      const failure = error ?? new TlsError('ERR_TLS_CLOSED', 'the connection was closed');
      this.#settle?.reject(failure);
      this.#controls?.fail(failure);
      this.#answerWrite(failure);
    }
    callback(error);
  }

  #abortEngine(error: Error | null): void {
    const engine = this.#engine;
    if (engine === undefined || engine.closed) return;
    abortEngine(engine, error, this.#outbox.empty && this.writableLength <= this.#taken);
    send(this.#transport, engine.takeOutput());
  }

  #accept(chunks: readonly { readonly chunk: Buffer }[], callback: Callback): void {
    for (const { chunk } of chunks) this.#outbox.push(chunk);
    this.#taken = this.#outbox.length;
    this.#written = callback;
    this.#proceed();
  }

  #proceed(): void {
    // Nobody reads: then nobody waits for the data before the error.
    if (this.#deferred !== undefined && this.#unheard) this.destroy(this.#deferred);
    else this.#dispatch.drive();
  }

  get #unheard(): boolean {
    return this.readableFlowing === null && this.listenerCount('readable') === 0;
  }

  // The transport's side.

  #start(): void {
    if (this.destroyed) return;
    const { handshakeTimeout, keyLog, inspect, input } = this.#setup;
    const transport = this.#transport;
    if (transport.destroyed || transport.writableEnded) {
      return this.#fail(new TlsError('ERR_TLS_TRANSPORT', 'the transport was closed before the handshake'));
    }
    if (handshakeTimeout > 0) {
      this.#timer = setTimeout(() => this.destroy(lateHandshake(handshakeTimeout, this.#engine)), handshakeTimeout);
      this.#timer.unref();
    }
    const emitSecrets = keyLog !== undefined || inspect.event !== undefined || this.listenerCount('keylog') > 0;
    const engine = this.#setup.createEngine(emitSecrets, this.#handlers());
    this.#engine = engine;
    // There is one engine, and no reason to hold on to what it was made of.
    this.#setup = { ...this.#setup, createEngine: () => engine };
    // The peer's FIN behind its close_notify must not end our side: this is what decides that, see `_final`.
    transport.allowHalfOpen = true;
    const receive = (bytes: Uint8Array) => this.#dispatch.drive(() => engine.receive(bytes));
    if (input === undefined) transport.on('data', receive);
    else {
      input.listen(receive);
      this.#releaser = new Releaser(transport);
    }
    transport.on('end', this.#onTransportEnd);
    transport.on('drain', () => {
      this.#blocked = false;
      this.#releaser?.drained();
      this.#dispatch.drive();
    });
    this.#blocked = transport.writableNeedDrain;
    this.#dispatch.drive(() => engine.start());
    if (transport.readableEnded) this.#onTransportEnd();
  }

  readonly #onTransportEnd = () => {
    if (!this.#ended && !this.destroyed) this.#dispatch.drive(() => this.#engine?.receiveEnd());
  };

  readonly #onTransportError = (cause: Error) => {
    this.#lose(new TlsError('ERR_TLS_TRANSPORT', `the transport failed: ${cause.message}`, { cause }));
  };

  readonly #onTransportClose = () => {
    if (this.#engine === undefined) this.#lose(new TlsError('ERR_TLS_TRANSPORT', 'the transport was closed'));
    else if (this.#ended) this.#lose(new TlsError('ERR_TLS_TRANSPORT', 'the peer closed the connection'));
    else this.#onTransportEnd();
  };

  readonly #onAbort = () => {
    this.destroy(new TlsError('ABORT_ERR', 'the connection was aborted', { cause: this.#setup.signal?.reason }));
  };

  /** The transport is gone. After the peer's close_notify that matters only to what is still to be written. */
  #lose(error: TlsError): void {
    if (this.destroyed || this.#deferred !== undefined) return;
    if (!this.#ended || this.#inFlight.some) return this.#fail(error);
    this.#gone ??= error;
    this.#dispatch.drive();
  }

  // The engine's side.

  #handlers(): EngineHandlers {
    return {
      connected: result => this.#dispatch.note(() => this.#onConnected(result)),
      data: (bytes, early) => this.#dispatch.note(() => (early ? this.#receiveEarly(bytes) : this.#receive(bytes))),
      earlyData: step => stepEarlyData(step, this.#earlyReader, this.#setup.early, this.#engine),
      end: () => {
        this.#ended = true;
        this.#dispatch.note(() => this.push(null));
      },
      closed: error => this.#dispatch.note(() => this.#onClosed(error)),
      event: (event, connection = this.#engine?.connection) =>
        this.#dispatch.note(() => this.#onEvent(event, connection)),
      wake: () => this.#dispatch.note(() => {}),
      ...observers(this.#setup.inspect, task => this.#dispatch.note(task)),
    };
  }

  /** Moves what was written through the engine into the transport, as far as that takes it. */
  #flush(): void {
    const engine = this.#engine;
    if (engine === undefined || this.destroyed) return;
    if (this.#gone !== undefined) {
      this.#answerWrite(this.#gone);
      return this.#answerFinal();
    }
    while (!this.#blocked) {
      const { hasOutput } = engine;
      // What was written goes out with what the engine has to say before it.
      const more = this.#feed(engine);
      if (engine.hasOutput) {
        const parts = engine.takeOutput();
        // What was written must not be lost in silence; our close_notify may, with a peer that has said its own.
        this.#blocked = !(this.#closeSent ? send(this.#transport, parts) : this.#inFlight.send(this.#transport, parts));
        if (more && !hasOutput) this.#releaser?.written(parts, this.#blocked);
      } else if (!more) break;
    }
    if (this.#blocked || !this.#outbox.empty) return;
    if (!this.#closeSent) {
      if (mayWrite(engine, this.#info !== undefined)) this.#answerWrite();
    } else this.#endTransport();
  }

  #endTransport(): void {
    if (this.#transportEnded) return;
    this.#transportEnded = true;
    finish(this.#transport, () => {
      this.#answerFinal();
      if (this.#engine?.closed) dismiss(this.#transport, false);
    });
  }

  /** Gives the engine a portion of what was written, or tells it that this is all. @returns whether there was something to give */
  #feed(engine: Engine): boolean {
    // Nothing was written that is not answered, and nobody ends.
    if (this.#written === undefined && this.#final === undefined) return false;
    if (!mayWrite(engine, this.#info !== undefined) || engine.closed) return false;
    const portion = this.#outbox.next();
    if (portion !== undefined) {
      engine.write(portion);
      return true;
    }
    if (this.#final === undefined || this.#closeSent || this.#info === undefined) return false;
    this.#closeSent = true;
    engine.close();
    return true;
  }

  #answerWrite(error?: Error): void {
    const written = this.#written;
    this.#written = undefined;
    // Not at once: what is written in the same tick is gathered meanwhile, and shares records.
    if (written !== undefined) process.nextTick(written, error);
  }

  #answerFinal(): void {
    const final = this.#final;
    this.#final = undefined;
    final?.();
  }

  /** Takes input while there is room for it; after the peer's close_notify whatever comes is thrown away. */
  #adjustFlow(): void {
    const engine = this.#engine;
    // A transport that was dismissed flows, and is nobody's business here.
    if (engine === undefined || engine.closed || this.destroyed) return;
    const transport = this.#transport;
    if (this.#ended || (!this.#full && engine.wantsInput)) {
      if (transport.readableFlowing !== true) transport.resume();
    } else if (transport.readableFlowing === true) transport.pause();
  }

  #onConnected(result: Connected): void {
    if (this.destroyed) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#info = connectionInfo(result, this.#setup.provider);
    this.#settle?.resolve(this.#info);
    this.#settle = undefined;
    for (const chunk of this.#earlyReader.take()) this.#receive(chunk);
    if (this.#engine !== undefined) this.#setup.early?.complete(this.#engine, result);
    this.emit('secureConnect', this.#info);
  }

  #receive(bytes: Uint8Array): void {
    if (!this.push(asBuffer(bytes))) this.#full = true;
  }

  #receiveEarly(bytes: Uint8Array): void {
    // Who has destroyed it wants to hear no more.
    if (this.destroyed) return;
    this.#earlyReader.read(bytes, (chunk, offer) => this.emit('earlyData', asBuffer(chunk), offer));
  }

  #onEvent(event: HandshakeEvent, connection: Connected | undefined): void {
    const { inspect, keyLog, provider, keepSession } = this.#setup;
    tell(event, connection, {
      provider,
      answered: (context, info) => this.#control.requests.answered(context, info),
      inspect: inspect.event,
      keyLog: line => {
        keyLog?.(line);
        this.emit('keylog', line);
      },
      keepSession,
      session: this.listenerCount('session') > 0 ? session => this.emit('session', session) : undefined,
      keyUpdate: update => this.emit('keyUpdate', update),
      info: info => {
        this.#info = info;
      },
      renegotiated: info => this.emit('renegotiated', info),
    });
  }

  #onClosed(why: TlsError | undefined): void {
    if (this.destroyed) return;
    const error = why ?? closedTooSoon(this.#outbox.empty);
    if (error !== undefined) return this.#fail(error);
    const transport = this.#transport;
    send(transport, this.#engine?.takeOutput() ?? []);
    this.#endTransport();
    // Both sides have said close_notify: with ours out, nothing is left to be done below.
    if (transport.writableFinished) dismiss(transport, false);
    else transport.resume();
  }

  /** Ends the connection by an error, which comes behind the data that was received before it. */
  #fail(error: TlsError): void {
    if (this.destroyed || this.#deferred !== undefined) return;
    const engine = this.#engine;
    if (engine !== undefined) {
      if (!engine.closed) engine.abort(error);
      send(this.#transport, engine.takeOutput());
    }
    dismiss(this.#transport, true);
    if (this.readableLength === 0 || (this.#final !== undefined && this.#unheard)) this.destroy(error);
    else this.#deferred = error;
  }

  #failIfRead(): void {
    const error = this.#deferred;
    if (error !== undefined && this.readableLength === 0) process.nextTick(() => this.destroy(error));
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
