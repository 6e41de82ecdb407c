/** The program in this process, and clients for it. */
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setDefaultAutoSelectFamilyAttemptTimeout } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { type ConnectOptions, connect, type TlsSocket } from 'tlskit/node';
import { onTestFinished } from 'vitest';
import { main } from '../src/main.ts';

// localhost may have an address that no server of a test listens on: a machine that is busy does not go there for being late.
setDefaultAutoSelectFamilyAttemptTimeout(60_000);

/** A file with these contents, gone when the test is. */
export function file(contents: string | Uint8Array): string {
  const path = join(folder(), 'file');
  writeFileSync(path, contents);
  return path;
}

export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'tlskit-server-test-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** Keeps what is written, and wakes who waits for it. */
export class Sink extends Writable {
  text = '';

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: () => void): void {
    this.text += chunk;
    this.emit('text');
    callback();
  }

  /** What matches, once it is there. */
  async match(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this.text);
      if (found !== null) return found;
      await once(this, 'text');
    }
  }
}

/** What the program says and gives when it ends at once. */
export async function run(args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const [stdout, stderr] = [new Sink(), new Sink()];
  // What begins to serve is ended at once: its code is 0, which is not what is expected then.
  const signal = AbortSignal.abort();
  const code = await main(args, { stdout, stderr, signal });
  return { code, stdout: stdout.text, stderr: stderr.text };
}

export interface Running {
  readonly host: string;
  readonly port: number;
  /** Of the certificate that was made. */
  readonly ca: string;
  readonly stdout: Sink;
  readonly stderr: Sink;
  /** As SIGTERM does. @returns the exit code */
  stop(): Promise<number>;
  /** As SIGHUP does. */
  reload(): void;
  /** A client that trusts the server. */
  client(options?: Partial<ConnectOptions>): TlsSocket;
}

/** The server, until the test has finished. */
export async function serve(args: readonly string[] = []): Promise<Running> {
  return (await started(args)).running;
}

/** The same, with the exit code of a server that may end by itself. */
export async function started(args: readonly string[]): Promise<{ running: Running; ended: Promise<number> }> {
  const [stdout, stderr] = [new Sink(), new Sink()];
  const end = new AbortController();
  const reloads = new EventTarget();
  const ended = main(['--json', ...args], { stdout, stderr, signal: end.signal, reloads });
  const stop = (): Promise<number> => {
    end.abort();
    return ended;
  };
  onTestFinished(async () => {
    await stop();
  });
  const failed = ended.then(code => {
    throw new Error(`the server ended with code ${code}: ${stderr.text}`);
  });
  const [line] = await Promise.race([stdout.match(/^.*\n/), failed]);
  failed.catch(() => {});
  const { listening, ca } = JSON.parse(line);
  const running: Running = {
    host: listening.host,
    port: listening.port,
    ca,
    stdout,
    stderr,
    stop,
    reload: () => void reloads.dispatchEvent(new Event('reload')),
    client(options = {}) {
      const trust = ca === null ? {} : { trust: { roots: readFileSync(ca, 'utf8') } };
      const socket = connect({
        host: '127.0.0.1',
        port: listening.port,
        servername: 'localhost',
        ...trust,
        ...options,
      });
      onTestFinished(() => void socket.destroy());
      return socket.on('error', () => {});
    },
  };
  return { running, ended };
}

/** All that a peer sends, up to its close_notify. */
export async function received(socket: TlsSocket): Promise<string> {
  let text = '';
  for await (const chunk of socket) text += chunk;
  return text;
}
