/** What is below a connection: a pair of streams of bytes, read as long as somebody wants to, and written with backpressure. */
import { TlsError } from '@tlskit/tls-alerts';
import { concat } from '@tlskit/tls-wire';
import { bytesOf } from './bytes.ts';

/** A transport: what a worker's socket, a WebSocketStream or {@link webSocketStreams} has. Chunks are bytes. */
export interface ByteStreams {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
}

export interface TransportListeners {
  received(bytes: Uint8Array): void;
  ended(): void;
  /** It takes more again. */
  drained(): void;
  failed(error: TlsError): void;
}

/** How long, in milliseconds, a transport may take to deliver the last bytes and to hear of the peer's end. */
const LINGER = 1000;

/** Those whose writes have used what they were given when they are fulfilled, and need none of it any more: its memory is used again. */
const returning = new WeakSet<WritableStream<Uint8Array>>();

/** Says that of a stream. */
export function returnsChunks(writable: WritableStream<Uint8Array>): WritableStream<Uint8Array> {
  returning.add(writable);
  return writable;
}

/** Memory for joined parts, of all connections: a portion of data in records of any size fits. */
const spare: Uint8Array[] = [];
const SPARE = (1 << 16) + (1 << 13);
const MAX_SPARE = 4;

/** Bytes that it may hold, whatever it says: there are streams that count chunks where they mean bytes. */
const MAX_UNSENT = 1 << 18;

export class Transport {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #listeners: TransportListeners;
  readonly #returns: boolean;
  #flowing = false;
  #reading = false;
  #ended = false;
  #blocked = false;
  /** By its own account it takes no more now. */
  #full = false;
  /** Bytes of which it has not said that it took them. */
  #unsent = 0;
  /** Bytes among them that somebody would miss. */
  #data = 0;
  #ending: Promise<void> | undefined;
  /** The last write. */
  #sending: Promise<void> = Promise.resolve();
  /** Nobody listens any more. */
  #dismissed = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor({ readable, writable }: ByteStreams, listeners: TransportListeners) {
    this.#listeners = listeners;
    this.#returns = returning.has(writable);
    this.#reader = readable.getReader();
    this.#writer = writable.getWriter();
    // It is lost to those who write when it is lost, not when they write next.
    this.#writer.closed.catch(cause => this.#fail(cause));
  }

  /** Whether nothing should be sent now: `drained` will be called. */
  get blocked(): boolean {
    return this.#blocked;
  }

  /** Opens or closes the tap. */
  flow(open: boolean): void {
    this.#flowing = open;
    if (open && !this.#reading && !this.#ended) void this.#read();
  }

  /** Whether it took not all that was sent, or never will. */
  get holdsData(): boolean {
    return this.#data > 0;
  }

  /**
   * One chunk for all parts: for transports made of messages that is one message.
   * @param last whether it is our close_notify, which a peer that has said its own need not get
   */
  send(parts: readonly Uint8Array[], last = false): void {
    if (parts.length === 0 || this.#ending !== undefined) return;
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    const buffer =
      this.#returns && parts.length > 1 && length <= SPARE ? (spare.pop() ?? new Uint8Array(SPARE)) : undefined;
    const bytes = parts.length === 1 ? (parts[0] as Uint8Array) : buffer ? joined(buffer, parts) : concat(...parts);
    const data = last ? 0 : length;
    this.#unsent += length;
    this.#data += data;
    this.#sending = this.#writer.write(bytes).then(
      () => {
        if (buffer !== undefined && spare.length < MAX_SPARE) spare.push(buffer);
        this.#unsent -= length;
        this.#data -= data;
        this.#unblock();
      },
      cause => this.#fail(cause),
    );
    if ((this.#writer.desiredSize ?? 1) <= 0) {
      this.#full = true;
      this.#writer.ready.then(
        () => {
          this.#full = false;
          this.#unblock();
        },
        () => {},
      );
    }
    this.#blocked = this.#full || this.#unsent > MAX_UNSENT;
  }

  #unblock(): void {
    if (!this.#blocked || this.#full || this.#unsent > MAX_UNSENT) return;
    this.#blocked = false;
    if (!this.#dismissed) this.#listeners.drained();
  }

  /** @param done called when what was sent so far was taken, or cannot be any more */
  sent(done: () => void): void {
    void this.#sending.then(done);
  }

  /** Ends our side. @param done called when everything was delivered, or cannot be any more */
  end(done: () => void): void {
    this.#ending ??= this.#writer.close().catch(() => {});
    void this.#ending.then(done);
  }

  /** Waits for the peer's end no longer than a moment. */
  linger(): void {
    if (!this.#dismissed) this.#timer ??= timer(() => this.#fail(new Error('the peer did not close its side')), LINGER);
  }

  /**
   * Nobody listens any more. What was sent still goes out.
   * @param linger whether the other side may have something to send yet: a transport that is closed with input unread may lose what the
   *   peer has not read either, such as the alert that tells it why
   */
  dismiss(linger: boolean): void {
    if (this.#dismissed) return;
    this.#dismissed = true;
    clearTimeout(this.#timer);
    const cancel = () => {
      clearTimeout(this.#timer);
      this.#ended = true;
      this.#reader.cancel().catch(() => {});
      this.#writer.abort().catch(() => {});
    };
    this.#timer = timer(cancel, LINGER);
    this.flow(true);
    this.end(() => {
      if (!linger) cancel();
    });
    // The peer has no more to say: what is on its way goes out yet.
    const over = () => this.end(cancel);
    void this.#reader.closed.then(over, over);
  }

  async #read(): Promise<void> {
    this.#reading = true;
    try {
      while (this.#flowing && !this.#ended) {
        const { done, value } = await this.#reader.read();
        if (done) this.#ended = true;
        if (this.#dismissed) continue;
        if (done) this.#listeners.ended();
        else this.#listeners.received(bytesOf(value) ?? noBytes(value));
      }
    } catch (cause) {
      this.#ended = true;
      this.#fail(cause);
    } finally {
      this.#reading = false;
    }
  }

  #fail(cause: unknown): void {
    if (this.#dismissed) return;
    const message = cause instanceof Error ? cause.message : String(cause);
    const error =
      cause instanceof TlsError
        ? cause
        : new TlsError('ERR_TLS_TRANSPORT', `the transport failed: ${message}`, { cause });
    this.#listeners.failed(error);
    this.dismiss(false);
  }
}

function joined(buffer: Uint8Array, parts: readonly Uint8Array[]): Uint8Array {
  let at = 0;
  for (const part of parts) {
    buffer.set(part, at);
    at += part.length;
  }
  return buffer.subarray(0, at);
}

function noBytes(value: unknown): never {
  throw new TlsError('ERR_TLS_TRANSPORT', `the transport gave no bytes, but ${typeof value}`);
}

/** A timer that keeps no process alive, where timers can. */
function timer(task: () => void, milliseconds: number): ReturnType<typeof setTimeout> {
  const id = setTimeout(task, milliseconds);
  (id as { unref?: () => void }).unref?.();
  return id;
}
