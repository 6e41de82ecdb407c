/** What a TLS socket shows of the socket beneath it, where there is one: addresses, timeouts, and whether it keeps the process alive. */
import type { Socket } from 'node:net';
import { Duplex, type DuplexOptions } from 'node:stream';
import type { TlsSocketEvents } from './events.ts';

/** A Duplex with the properties and methods of `net.Socket`; those that its transport lacks are undefined, or do nothing. */
export abstract class SocketFace extends Duplex {
  readonly #socket: Partial<Socket>;

  /** @internal */
  constructor(transport: Duplex, options: DuplexOptions) {
    super(options);
    this.#socket = transport as Partial<Socket>;
    // From the beginning: nothing else bounds the time that a transport takes to connect.
    transport.on('timeout', () => this.emit('timeout'));
  }

  override on<K extends keyof TlsSocketEvents>(event: K, listener: (...args: TlsSocketEvents[K]) => void): this;
  override on(event: string | symbol, listener: (...args: never[]) => void): this;
  override on(event: string | symbol, listener: (...args: never[]) => void): this {
    return super.on(event, listener as () => void);
  }

  override once<K extends keyof TlsSocketEvents>(event: K, listener: (...args: TlsSocketEvents[K]) => void): this;
  override once(event: string | symbol, listener: (...args: never[]) => void): this;
  override once(event: string | symbol, listener: (...args: never[]) => void): this {
    return super.once(event, listener as () => void);
  }

  get remoteAddress(): string | undefined {
    return this.#socket.remoteAddress;
  }

  get remotePort(): number | undefined {
    return this.#socket.remotePort;
  }

  get remoteFamily(): string | undefined {
    return this.#socket.remoteFamily;
  }

  get localAddress(): string | undefined {
    return this.#socket.localAddress;
  }

  get localPort(): number | undefined {
    return this.#socket.localPort;
  }

  ref(): this {
    this.#socket.ref?.();
    return this;
  }

  unref(): this {
    this.#socket.unref?.();
    return this;
  }

  setNoDelay(noDelay?: boolean): this {
    this.#socket.setNoDelay?.(noDelay);
    return this;
  }

  setKeepAlive(enable?: boolean, initialDelay?: number): this {
    this.#socket.setKeepAlive?.(enable, initialDelay);
    return this;
  }

  /** Emits 'timeout' when the transport was idle for so many milliseconds, also while it connects; 0 for never, and `listener` is removed. */
  setTimeout(milliseconds: number, listener?: () => void): this {
    if (listener !== undefined && milliseconds === 0) this.off('timeout', listener);
    else if (listener !== undefined) this.once('timeout', listener);
    this.#socket.setTimeout?.(milliseconds);
    return this;
  }
}
