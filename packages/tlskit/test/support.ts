/** Certificates, and pairs of sockets, for the tests of this package. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Duplex } from 'node:stream';
import { createCA } from '@tlskit/tls-testing';
import {
  accept,
  type ConnectOptions,
  connect,
  createServer,
  type TlsServer,
  type TlsServerOptions,
  type TlsSocket,
} from '../src/node/index.ts';

export const ca = await createCA();
export const localhost = await ca.issue({ names: ['localhost', '127.0.0.1'] });

export const credential = { certificate: localhost.pem.certificate, key: localhost.pem.key };
export const trust = { roots: [ca.pem] };

/** Two ends of a pipe in memory: what one writes the other reads, with backpressure. */
export function duplexPair(highWaterMark = 16_384): [Duplex, Duplex] {
  const make = (other: () => End): End => new End(highWaterMark, other);
  const a: End = make(() => b);
  const b: End = make(() => a);
  return [a, b];
}

class End extends Duplex {
  readonly #other: () => End;
  /** Whoever wrote to this end waits until it is read. */
  waiting: (() => void) | undefined;

  constructor(highWaterMark: number, other: () => End) {
    super({ highWaterMark });
    this.#other = other;
  }

  override _read(): void {
    const { waiting } = this;
    this.waiting = undefined;
    waiting?.();
  }

  override _write(chunk: Buffer, _: BufferEncoding, callback: () => void): void {
    const other = this.#other();
    if (other.destroyed || other.push(chunk)) process.nextTick(callback);
    else other.waiting = callback;
  }

  override _final(callback: () => void): void {
    const other = this.#other();
    if (!other.destroyed) other.push(null);
    callback();
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    const other = this.#other();
    if (!other.destroyed && !this.writableFinished) process.nextTick(() => other.destroy());
    const { waiting } = this;
    this.waiting = undefined;
    waiting?.();
    callback(error);
  }
}

export interface Pair {
  readonly client: TlsSocket;
  readonly server: TlsSocket;
}

/** A client and a server over memory. */
export function memoryPair(
  client: Partial<ConnectOptions> = {},
  server: Partial<Parameters<typeof accept>[1]> = {},
): Pair {
  const [a, b] = duplexPair();
  return {
    server: accept(b, { ...credential, ...server }),
    client: connect({ transport: a, servername: 'localhost', trust, ...client }),
  };
}

/** A server that listens on a free port of 127.0.0.1. */
export async function listening(
  options: Partial<TlsServerOptions> = {},
  listener?: (socket: TlsSocket) => void,
): Promise<{ server: TlsServer; port: number }> {
  const server = createServer(
    { ...('credentials' in options || 'selectCredential' in options ? {} : credential), ...options },
    listener,
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port };
}

/** What a test opened on the loopback, by name. */
export function dial(port: number, options: Partial<ConnectOptions> = {}): TlsSocket {
  return connect({ host: 'localhost', port, trust, tcp: { family: 4 }, ...options });
}

export async function readAll(stream: NodeJS.ReadableStream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

export function sha256(data: Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}
