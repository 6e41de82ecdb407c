/** An engine on a socket, with calls that wait, as the runner's model of a shim has them. */
import { connect, type Socket } from 'node:net';
import { type AlertName, TlsError } from '@tlskit/tls-alerts';
import type { Engine, EngineHandlers } from '@tlskit/tls-engine';
import type { Connected, HandshakeEvent } from '@tlskit/tls-handshake';
import type { Observer } from './observer.ts';

export interface Address {
  readonly port: number;
  readonly ipv6: boolean;
  /** The first eight bytes on every connection, little-endian. */
  readonly shimId: bigint;
}

export class Connection {
  readonly #engine: Engine;
  readonly #socket: Socket;
  readonly events: HandshakeEvent[] = [];
  #connected: Connected | undefined;
  #received: Uint8Array[] = [];
  /** The peer's close_notify came. */
  #ended = false;
  /** The socket has no more, and nothing was wrong with that for the engine to tell. */
  #closed = false;
  #error: TlsError | undefined;
  #wake: () => void = () => {};
  #awaited: { readonly type: number; readonly act: () => void } | undefined;
  /** Output that is held back: see {@link hold}. */
  #held: Uint8Array[] | undefined;

  /** @param make builds the engine with the handlers of this connection */
  static async open(
    address: Address,
    make: (handlers: EngineHandlers) => Engine,
    observer: Observer,
    bytewise: boolean,
  ): Promise<Connection> {
    const { port, ipv6, shimId } = address;
    const socket = connect({ port, host: ipv6 ? '::1' : '127.0.0.1', allowHalfOpen: true, noDelay: true });
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    const id = new DataView(new ArrayBuffer(8));
    id.setBigUint64(0, shimId, true);
    socket.write(new Uint8Array(id.buffer));
    return new Connection(socket, make, observer, bytewise);
  }

  private constructor(
    socket: Socket,
    make: (handlers: EngineHandlers) => Engine,
    observer: Observer,
    bytewise: boolean,
  ) {
    this.#socket = socket;
    this.#engine = make({
      connected: result => {
        this.#connected = result;
      },
      data: bytes => this.#received.push(bytes),
      end: () => {
        this.#ended = true;
      },
      closed: error => {
        this.#closed = true;
        this.#error = error;
        // Where a promise brought it about no call of ours is under way, and nobody else takes the alert out.
        queueMicrotask(() => this.#changed());
      },
      wake: () => this.#changed(),
      event: event => this.events.push(event),
      record: record => observer.record(record),
      message: message => observer.message(message),
    });
    socket.on('data', chunk => {
      const step = bytewise ? 1 : chunk.length;
      for (let at = 0; at < chunk.length; at += step) {
        this.#engine.receive(chunk.subarray(at, at + step));
        if (observer.lastReceived === this.#awaited?.type) this.#awaited?.act();
      }
      this.#changed();
    });
    socket.on('end', () => {
      this.#engine.receiveEnd();
      this.#changed();
    });
    socket.on('error', error => {
      this.#engine.abort(new TlsError('ERR_TLS_TRANSPORT', error.message, { cause: error }));
      this.#changed();
    });
  }

  start(): void {
    this.#engine.start();
    this.#flush();
  }

  get earlyData(): Engine['earlyData'] {
    return this.#engine.earlyData;
  }

  /** Early data; what goes beyond its limit is not written. @returns the bytes that were */
  writeEarly(data: Uint8Array): number {
    const written = this.#engine.writeEarly(data);
    this.#flush();
    return written;
  }

  /** Does something as soon as a handshake message of this type was received, and once. */
  behindMessage(type: number, act: () => void): void {
    this.#awaited = {
      type,
      act: () => {
        this.#awaited = undefined;
        act();
      },
    };
  }

  /** Data that comes before the handshake is complete; undefined when it is, or will not be. */
  async readEarly(): Promise<Uint8Array | undefined> {
    const over = () => this.#connected !== undefined || this.#closed;
    await this.#until(() => this.#received.length > 0 || over());
    return over() ? undefined : this.#received.shift();
  }

  /** Waits for the first moment that data may be sent, which may be before the handshake is complete (RFC 7918). */
  async mayWrite(): Promise<boolean> {
    await this.#until(() => this.#engine.maySend || this.#connected !== undefined || this.#closed);
    this.#flush();
    return this.#engine.maySend;
  }

  /** @throws TlsError that ended it */
  async handshake(): Promise<Connected> {
    await this.#until(() => this.#connected !== undefined || this.#closed);
    if (this.#connected === undefined) throw this.#error ?? new Error('the handshake ended without a word');
    // Tickets, which may take their time, go before all data.
    await this.#until(() => !this.#engine.parked);
    this.#flush();
    return this.#connected;
  }

  /**
   * Application data, `max` bytes at most; undefined at the end, whether the peer told of it or not.
   * What the engine has to say meanwhile goes out with the next write, as the runner expects of key updates.
   * @throws TlsError
   */
  async read(max: number): Promise<Uint8Array | undefined> {
    await this.#until(() => this.#received.length > 0 || this.#ended || this.#closed);
    const first = this.#received.shift();
    if (first === undefined) {
      const error = this.#error;
      if (error !== undefined && error.code !== 'ERR_TLS_TRUNCATED') throw error;
      return undefined;
    }
    if (first.length > max) this.#received.unshift(first.subarray(max));
    return first.subarray(0, max);
  }

  /** @throws TlsError that ended the connection before */
  write(data: Uint8Array): void {
    if (this.#closed) throw this.#error ?? new Error('the connection is closed');
    this.#engine.write(data);
    this.#flush();
  }

  /** Ends the connection by an alert. */
  abort(alert: AlertName): void {
    this.#engine.abort(alert);
    this.#flush();
  }

  updateKeys(): void {
    if (!this.#closed) this.#engine.updateKeys();
    this.#flush();
  }

  /** Sends one byte of what is written next, and holds the rest until {@link release}. */
  hold(): void {
    this.#held = [];
  }

  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const part of held) this.#socket.write(part);
    this.#flush();
  }

  /**
   * Sends close_notify, and waits for the peer's. Data that comes meanwhile is the application's to judge: one that has said that it
   * is done has no use for it.
   * @throws TlsError when something else comes, data too
   */
  async shutdown(): Promise<void> {
    this.#engine.close();
    this.#flush();
    await this.#until(() => this.#ended || this.#closed || this.#received.length > 0);
    if (this.#received.length > 0) throw new TlsError('ERR_TLS_REFUSED', 'application data on shutdown');
    if (this.#error !== undefined) throw this.#error;
  }

  /** Half-closes, and reads what the peer still has to say: closing at once could take our last words from it. */
  async drain(): Promise<void> {
    this.release();
    const socket = this.#socket;
    if (socket.destroyed) return;
    await new Promise<void>(resolve => {
      socket.once('close', () => resolve());
      socket.on('end', () => socket.destroy());
      socket.end();
      if (socket.readableEnded) socket.destroy();
    });
  }

  #changed(): void {
    // Once the connection stands, nothing goes out but with the application's own words, and the last ones; but TLS 1.2 may
    // renegotiate.
    if (this.#connected === undefined || this.#connected.version < 0x0304 || this.#closed) this.#flush();
    this.#wake();
  }

  #flush(): void {
    if (this.#socket.destroyed || this.#socket.writableEnded) return;
    for (const part of this.#engine.takeOutput()) {
      if (this.#held === undefined) this.#socket.write(part);
      else if (this.#held.length > 0) this.#held.push(part);
      else {
        this.#socket.write(part.subarray(0, 1));
        this.#held.push(part.subarray(1));
      }
    }
  }

  async #until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>(resolve => (this.#wake = resolve));
  }
}
