/** `tlskit connect`: connects, verifies, reports, moves data, and says by its exit code how it went. */
import { connect as connectTcp, type Socket } from 'node:net';
import { KeyLogFile, print, printable, printableJson, UsageError } from '@tlskit/cli-kit';
import { createInspector, formatEntry, formatTrace, type RecordEntry } from '@tlskit/tls-inspect';
import { TlsError } from 'tlskit';
import { connect, type TlsSocket } from 'tlskit/node';
import { exitCode } from '../exit-codes.ts';
import { type Io, wantsColor } from '../io.ts';
import { failureOf, timeoutFailure, transportFailure } from './failure.ts';
import { type ConnectSettings, connectSettings } from './options.ts';
import { relay } from './relay.ts';
import { type Findings, failureText, reportLines, reportObject } from './report.ts';
import { Observer } from './seen.ts';

/** @returns the exit code. @throws UsageError */
export async function runConnect(args: readonly string[], io: Io): Promise<number> {
  const settings = connectSettings(args, io.env);
  const keyLog = await openKeyLog(settings, io);
  try {
    return await new Attempt(settings, io, keyLog).run();
  } finally {
    keyLog?.close();
  }
}

/** The file of `--keylog`, or the one that the environment names: that one is a wish, and no reason to fail. */
async function openKeyLog(settings: ConnectSettings, { env, stderr }: Io): Promise<KeyLogFile | undefined> {
  const path = settings.keyLog ?? (env.SSLKEYLOGFILE || undefined);
  if (path === undefined) return undefined;
  try {
    return new KeyLogFile(path, ({ message }) => {
      stderr.write(`tlskit: the key log is incomplete: ${printable(message)}\n`);
    });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (settings.keyLog !== undefined) throw new UsageError(`--keylog: ${message}`);
    await print(stderr, `tlskit: SSLKEYLOGFILE is ignored: ${printable(message)}\n`);
    return undefined;
  }
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** One connection, from the look-up of the host to the exit code. */
class Attempt {
  readonly #settings: ConnectSettings;
  readonly #io: Io;
  readonly #keyLog: KeyLogFile | undefined;
  readonly #observer = new Observer();
  readonly #findings: Mutable<Findings>;
  /** Entries of the trace that wait for the report; undefined once they need not wait. */
  #waiting: RecordEntry[] | undefined = [];

  constructor(settings: ConnectSettings, io: Io, keyLog: KeyLogFile | undefined) {
    this.#settings = settings;
    this.#io = io;
    this.#keyLog = keyLog;
    this.#findings = {
      address: settings.address,
      remote: undefined,
      connectTime: undefined,
      handshakeTime: undefined,
      servername: settings.names.servername,
      verifyName: settings.names.verifyName,
      seen: this.#observer.seen,
      verified: false,
      insecure: settings.tls.insecure,
      problem: undefined,
      failure: undefined,
    };
  }

  async run(): Promise<number> {
    const { json } = this.#settings;
    const socket = await this.#connect();
    if (!json) await this.#report();
    await this.#printTrace();
    if (socket !== undefined) await this.#converse(socket);
    if (json) await print(this.#io.stdout, `${printableJson(reportObject(this.#findings))}\n`);
    return exitCode(this.#findings.failure?.outcome ?? 'good');
  }

  /** The connection, its handshake complete; undefined after a failure, which is in the findings. */
  async #connect(): Promise<TlsSocket | undefined> {
    const { timeout } = this.#settings;
    const stop = new AbortController();
    let isLate = false;
    const late = (): void => {
      isLate = true;
      stop.abort();
    };
    const timer = timeout === undefined ? undefined : setTimeout(late, timeout);
    const onSignal = () => stop.abort();
    this.#io.signal.addEventListener('abort', onSignal);
    if (this.#io.signal.aborted) stop.abort();
    try {
      const socket = this.#open(stop.signal);
      // Whoever reads the report sees the first bytes of the peer after it.
      const info = await socket.opened;
      this.#findings.handshakeTime = performance.now() - this.#begin;
      this.#findings.seen = info;
      this.#findings.verified = info.verified;
      this.#findings.problem = info.problem;
      return socket;
    } catch (error) {
      if (error instanceof UsageError) throw error;
      const connected = this.#findings.connectTime !== undefined;
      if (isLate) this.#findings.failure = timeoutFailure(error, timeout ?? 0, connected);
      else this.#findings.failure = connected ? failureOf(error, false) : transportFailure(error);
      return undefined;
    } finally {
      clearTimeout(timer);
      this.#io.signal.removeEventListener('abort', onSignal);
    }
  }

  /** When the handshake began, by `performance.now()`. */
  #begin = 0;

  /**
   * TCP is made here and not by the library, so that its failures and its time are told apart.
   * @throws UsageError for what the library does not take, before anything is sent
   */
  #open(signal: AbortSignal): TlsSocket {
    const { address, tls, names } = this.#settings;
    const start = performance.now();
    const tcp: Socket = connectTcp({ ...address, noDelay: true, allowHalfOpen: true });
    tcp.once('connect', () => {
      this.#begin = performance.now();
      this.#findings.connectTime = this.#begin - start;
      this.#findings.remote = { address: tcp.remoteAddress ?? '', port: tcp.remotePort ?? address.port };
    });
    try {
      const keyLog = this.#keyLog;
      return connect({
        ...tls.client,
        ...names,
        transport: tcp,
        signal,
        // One deadline is for all, and it is ours.
        handshakeTimeout: 0,
        ...(keyLog === undefined ? {} : { keyLog: line => keyLog.write(line) }),
        inspect: this.#inspect(),
      }).on('error', () => {});
    } catch (error) {
      tcp.on('error', () => {}).destroy();
      throw error instanceof TlsError ? new UsageError(error.message) : error;
    }
  }

  #inspect(): Parameters<typeof connect>[0]['inspect'] {
    const message: NonNullable<Parameters<typeof connect>[0]['inspect']>['message'] = ({ direction, bytes }) => {
      if (direction === 'in') this.#observer.receive(bytes);
    };
    if (!this.#settings.trace) return { message };
    // Nothing is kept there: a long connection would be kept whole.
    const inspector = createInspector({ role: 'client', maxEntries: 0, onEntry: entry => this.#traced(entry) });
    return { message, record: inspector.handlers.record };
  }

  #traced(entry: RecordEntry): void {
    if (this.#waiting !== undefined) this.#waiting.push(entry);
    else this.#io.stderr.write(formatEntry(entry, { color: wantsColor(this.#io) }));
  }

  async #report(): Promise<void> {
    const { quiet } = this.#settings;
    const { failure } = this.#findings;
    if (this.#io.signal.aborted) return;
    if (!quiet) {
      const lines = reportLines(this.#findings, Date.now());
      await print(this.#io.stderr, `${lines.join('\n')}\n`);
    } else if (failure !== undefined) await this.#complain();
  }

  async #complain(): Promise<void> {
    const { failure } = this.#findings;
    if (failure !== undefined) await print(this.#io.stderr, `tlskit: ${failureText(failure)}\n`);
  }

  async #printTrace(): Promise<void> {
    const entries = this.#waiting ?? [];
    this.#waiting = undefined;
    if (entries.length === 0) return;
    await print(this.#io.stderr, `\n${formatTrace(entries, { color: wantsColor(this.#io) })}`);
  }

  /** Moves data until both sides have closed. */
  async #converse(socket: TlsSocket): Promise<void> {
    const { json } = this.#settings;
    const { stdin, stdout, signal } = this.#io;
    try {
      await relay(socket, json ? { signal } : { stdin, stdout, signal });
    } catch (error) {
      this.#findings.failure = failureOf(error, true);
      if (!json) await this.#complain();
    }
  }
}
