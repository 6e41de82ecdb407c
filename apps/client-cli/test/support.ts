/** The program in this process, with streams of ours, and servers for it to meet. */
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import {
  type AddressInfo,
  createServer as createTcpServer,
  type Server,
  type Socket,
  setDefaultAutoSelectFamilyAttemptTimeout,
} from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable, Writable } from 'node:stream';
import { createCA, type Issued } from '@tlskit/tls-testing';
import { accept, type TlsServerOptions, type TlsSocket } from 'tlskit/node';
import { onTestFinished, vi } from 'vitest';
import { commands, defaultCommand } from '../src/commands.ts';
import { main } from '../src/main.ts';
import { schemaCheck } from './schema.ts';

// localhost may have an address that no server of a test listens on: a machine that is busy does not go there for being late.
setDefaultAutoSelectFamilyAttemptTimeout(60_000);

export const ca = await createCA({ subject: { CN: 'Test root' } });

/** For localhost and 127.0.0.1. */
export const localhost: Issued = await ca.issue({ names: ['localhost', '127.0.0.1'] });

/** A folder that is gone when the test is. */
export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'tlskit-cli-test-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** A file with these contents, gone when the test is. */
export function file(contents: string | Uint8Array): string {
  const path = join(folder(), 'file');
  writeFileSync(path, contents);
  return path;
}

/** Keeps what is written. */
export class Sink extends Writable {
  readonly chunks: Buffer[] = [];

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: () => void): void {
    this.chunks.push(chunk);
    callback();
  }

  get bytes(): Buffer {
    return Buffer.concat(this.chunks);
  }

  get text(): string {
    return this.bytes.toString();
  }
}

/** Takes its time, as a terminal that is scrolled does. */
export class SlowSink extends Sink {
  override _write(chunk: Buffer, encoding: BufferEncoding, callback: () => void): void {
    super._write(chunk, encoding, () => setTimeout(callback, 100));
  }
}

interface Surroundings {
  readonly stdin?: Readable | string | Uint8Array;
  readonly stdout?: Writable;
  readonly stderr?: Sink;
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export interface Outcome {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
  /** `stdout` as the one JSON object that it is. */
  // biome-ignore lint/suspicious/noExplicitAny: the shape is what tests look at
  readonly json: any;
}

/** By commands; those of others are looked at by tests of theirs. */
const checks = new Map(['connect', 'cert', 'decode'].map(name => [name, schemaCheck(`${name}.schema.json`)]));

/** What is said to programs is looked at by its schema, whatever test it is. */
export async function run(args: readonly string[], around: Surroundings = {}): Promise<Outcome> {
  const { stdin = '', env = {}, signal = new AbortController().signal, stderr = new Sink() } = around;
  const stdout = around.stdout instanceof Sink ? around.stdout : new Sink();
  const input = stdin instanceof Readable ? stdin : Readable.from(stdin.length === 0 ? [] : [Buffer.from(stdin)]);
  const code = await main(args, { stdin: input, stdout: around.stdout ?? stdout, stderr, env, signal });
  const [first = ''] = args;
  const check = checks.get(Object.hasOwn(commands, first) ? first : defaultCommand);
  const lines = args.includes('--json') ? stdout.text.split('\n').filter(line => line !== '') : [];
  for (const line of lines) check?.(JSON.parse(line));
  return {
    code,
    stdout: stdout.bytes,
    stderr: stderr.text,
    get json() {
      return JSON.parse(stdout.text);
    },
  };
}

/** Runs the program with the test's authority trusted. */
export function connect(port: number, args: readonly string[] = [], around: Surroundings = {}): Promise<Outcome> {
  return run(['connect', `localhost:${port}`, '--cacert', file(ca.pem), ...args], around);
}

/** A TCP server until the test has finished. @returns its port */
export async function tcpServer(listener: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server: Server = createTcpServer({ allowHalfOpen: true }, socket => {
    sockets.add(socket);
    socket.on('error', () => {});
    listener(socket);
  });
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** A TLS server until the test has finished. @param begun sees connections before their handshake. @returns its port */
export function tlsServer(
  listener: (socket: TlsSocket, transport: Socket) => void,
  options: Omit<TlsServerOptions, 'maxConnections'> = {},
  begun: (socket: TlsSocket) => void = () => {},
): Promise<number> {
  const { certificate, key } = localhost.pem;
  return tcpServer(transport => {
    const socket = accept(transport, { certificate, key, ...options });
    socket.on('error', () => {});
    begun(socket);
    socket.once('secureConnect', () => listener(socket, transport));
  });
}

/** Answers nothing, and closes when the client does. */
export const silent = (socket: TlsSocket): void => {
  socket.resume();
};

/** Sends back what comes. */
export const echo = (socket: TlsSocket): void => {
  socket.pipe(socket);
};

/**
 * Timers go by the test from here on, sockets as ever: a machine that is busy is late for neither.
 * @returns lets so many milliseconds pass, once what is on its way between sockets has arrived
 */
export function stopTheClock(): (milliseconds: number) => void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  // A connection may come when the test is over already, and another has its own clock.
  let isOver = false;
  onTestFinished(() => {
    isOver = true;
    vi.useRealTimers();
  });
  const advance = (milliseconds: number) => isOver || vi.advanceTimersByTime(milliseconds);
  return milliseconds => setImmediate(() => setImmediate(advance, milliseconds));
}

/** A standard input that stays open, as a terminal's does. */
export function openInput(): PassThrough {
  return new PassThrough();
}

/** A promise, and what settles it. */
export function deferred<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>(settle => {
    resolve = settle;
  });
  return { promise, resolve };
}
