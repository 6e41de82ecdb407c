/** Certificates, and pairs of sockets, for the tests of this package. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Duplex } from 'node:stream';
import { createCA } from '@tlskit/tls-testing';
import { expect } from 'vitest';
import {
  type AcceptOptions,
  accept,
  type ConnectOptions,
  connect,
  createServer,
  type TlsError,
  type TlsServer,
  type TlsServerOptions,
  type TlsSocket,
} from '../src/node/index.ts';
import type { ByteStreams } from '../src/web/index.ts';

export const ca = await createCA();
export const localhost = await ca.issue({ names: ['localhost', '127.0.0.1'] });

export const credential = { certificate: localhost.pem.certificate, key: localhost.pem.key };
export const trust = { roots: [ca.pem] };

/** Sees every chunk on its way, and may change it, or cut it in pieces; `end` ends that direction behind it, as a FIN does. */
export type Pass = (from: 'client' | 'server', bytes: Buffer) => Passed;

interface Passed {
  readonly bytes?: Buffer | readonly Buffer[];
  readonly end?: boolean;
}

/** Two ends of a pipe in memory, the client's and the server's: what one writes the other reads, with backpressure. */
export function duplexPair(pass: Pass = (_, bytes) => ({ bytes })): [Duplex, Duplex] {
  const a: End = new End(
    () => b,
    chunk => pass('client', chunk),
  );
  const b: End = new End(
    () => a,
    chunk => pass('server', chunk),
  );
  return [a, b];
}

class End extends Duplex {
  readonly #other: () => End;
  readonly #pass: (bytes: Buffer) => Passed;
  /** Whoever wrote to this end waits until it is read. */
  #waiting: (() => void) | undefined;
  #cut = false;

  constructor(other: () => End, pass: (bytes: Buffer) => Passed) {
    super({ highWaterMark: 16_384 });
    this.#other = other;
    this.#pass = pass;
  }

  #release(): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.();
  }

  override _read(): void {
    this.#release();
  }

  override _write(chunk: Buffer, _: BufferEncoding, callback: () => void): void {
    // Not at once: what one end does must not run on the other's stack.
    setImmediate(() => this.#carry(chunk, callback));
  }

  #carry(chunk: Buffer, callback: () => void): void {
    const other = this.#other();
    const { bytes = [], end = false } = this.#cut ? {} : this.#pass(chunk);
    let more = true;
    try {
      for (const piece of [bytes].flat()) if (piece.length > 0 && !other.destroyed) more = other.push(piece);
      if (end) other.push(null);
    } finally {
      this.#cut ||= end;
      if (more) callback();
      else other.#waiting = callback;
    }
  }

  override _final(callback: () => void): void {
    const other = this.#other();
    if (!this.#cut && !other.destroyed) other.push(null);
    callback();
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    const other = this.#other();
    if (!other.destroyed && !other.readableEnded && !this.#cut) process.nextTick(() => other.push(null));
    this.#release();
    callback(error);
  }
}

export interface Pair {
  readonly client: TlsSocket;
  readonly server: TlsSocket;
  /** The transport of each. */
  readonly below: { readonly client: Duplex; readonly server: Duplex };
}

/** A client and a server over memory. */
export function memoryPair(
  client: Partial<ConnectOptions> = {},
  server: Partial<AcceptOptions> = {},
  pass?: Pass,
): Pair {
  const [a, b] = duplexPair(pass);
  const accepted = accept(b, { ...('selectCredential' in server ? {} : credential), ...server });
  try {
    const connected = connect({ transport: a, servername: 'localhost', trust, ...client });
    return { below: { client: a, server: b }, client: connected, server: accepted };
  } catch (error) {
    // Nobody will have the server, which would wait for a client until its time is over.
    accepted.destroy();
    throw error;
  }
}

/** A pair that has completed its handshake. */
export async function openPair(...args: Parameters<typeof memoryPair>): Promise<Pair> {
  const pair = memoryPair(...args);
  await Promise.all([pair.client.opened, pair.server.opened]);
  return pair;
}

/** A server that listens on a free port of 127.0.0.1. */
export async function listening(
  options: Partial<TlsServerOptions> = {},
  listener?: (socket: TlsSocket) => void,
): Promise<{ server: TlsServer; port: number }> {
  const own = 'credentials' in options || 'selectCredential' in options || 'certificate' in options;
  const server = createServer({ ...(own ? {} : credential), ...options }, listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port };
}

/** A client of a server on the loopback. */
export function dial(port: number, options: Partial<ConnectOptions> = {}): TlsSocket {
  return connect({ host: 'localhost', port, trust, tcp: { family: 4 }, ...options });
}

/** The error that a socket ends with, which must be the only one, once it is closed. */
export async function failure(socket: TlsSocket): Promise<TlsError> {
  const errors: Error[] = [];
  socket.on('error', error => errors.push(error));
  await closed(socket);
  const [error, ...more] = errors;
  if (error === undefined || more.length > 0) throw new Error(`${errors.length} errors`);
  return error as TlsError;
}

export async function closed(socket: TlsSocket): Promise<void> {
  // Between being closed and saying so there is a tick.
  if (socket.closed) await new Promise(resolve => setImmediate(resolve));
  else await new Promise<void>(resolve => socket.once('close', resolve));
}

/** The error of the next client that fails. */
export async function clientError(server: TlsServer): Promise<TlsError> {
  const [error] = (await once(server, 'tlsClientError')) as [TlsError];
  return error;
}

/** Keeps what is written to a transport of {@link duplexPair} from now on. @returns what lets it go */
export function hold(transport: Duplex): () => void {
  const held: (() => void)[] = [];
  const write = transport._write;
  transport._write = (...args) => void held.push(() => write.apply(transport, args));
  return () => {
    transport._write = write;
    for (const go of held.splice(0)) go();
  };
}

/** All data until the end. (`for await` would destroy the stream there, the writing side with it.) */
export async function readAll(stream: Duplex): Promise<Buffer> {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  await new Promise<void>((resolve, reject) => {
    stream.once('end', resolve);
    stream.once('error', reject);
    stream.once('close', () => reject(new Error('closed before its end')));
  });
  return Buffer.concat(chunks);
}

export async function stop(server: TlsServer): Promise<void> {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}

/** Turns of the event loop until it is so; the test's own timeout is the bound. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(resolve => setImmediate(resolve));
}

/** Turns of the event loop that are enough for all that can happen in memory to happen. */
export async function ticks(): Promise<void> {
  for (let i = 0; i < 50; i++) await new Promise(resolve => setImmediate(resolve));
}

export function sha256(data: Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/** Both ends of a pipe in memory, as streams of the platform. `pass` sees what the client sends. */
export function streamPipe(pass?: (chunk: Uint8Array) => Uint8Array | undefined): [ByteStreams, ByteStreams] {
  const up = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      const passed = pass === undefined ? chunk : pass(chunk);
      if (passed !== undefined) controller.enqueue(passed);
    },
  });
  const down = new TransformStream<Uint8Array, Uint8Array>();
  return [
    { readable: down.readable, writable: up.writable },
    { readable: up.readable, writable: down.writable },
  ];
}

/** A pair of streams that may keep what is written to it. */
export interface Gate extends ByteStreams {
  /** From now on. @returns what lets it go, or with an error loses it */
  hold(): (error?: Error) => void;
}

export function gated({ readable, writable }: ByteStreams): Gate {
  const writer = writable.getWriter();
  let gate: Promise<void> | undefined;
  const write = async (chunk: Uint8Array) => {
    await gate;
    return writer.write(chunk);
  };
  return {
    readable,
    writable: new WritableStream(
      { write, close: () => writer.close(), abort: reason => writer.abort(reason) },
      new ByteLengthQueuingStrategy({ highWaterMark: 1 << 16 }),
    ),
    hold() {
      let release: ((error?: Error) => void) | undefined;
      gate = new Promise((resolve, reject) => {
        release = error => (error === undefined ? resolve() : reject(error));
      });
      gate.catch(() => {});
      return error => release?.(error);
    },
  };
}

/** What an error of this code equals. */
export const refusal = (code: string) => expect.objectContaining({ code }) as TlsError;
