/** The files that a run writes beside its report: key log, capture, trace. They are for their owner alone: they open what is in them. */
import { closeSync, fchmodSync, fstatSync, openSync, writeSync } from 'node:fs';
import { KeyLogFile, print, printable, UsageError } from '@tlskit/cli-kit';
import { type CapturedConnection, type CaptureWriter, createCaptureWriter } from '@tlskit/tls-inspect/pcapng';
import type { ConnectionOptions } from 'tlskit/node';
import type { Dialed } from '../dial/dial.ts';
import { type Io, wantsColor } from '../io.ts';
import type { WatchSettings } from '../watch-options.ts';
import { tap } from './tap.ts';
import { Trace } from './trace.ts';

/** What a connection has to be told, so that it is seen. */
export type Watching = Pick<ConnectionOptions, 'keyLog' | 'inspect'>;

export class Outputs {
  readonly #keyLog: KeyLogFile | undefined;
  readonly #capture: CaptureWriter | undefined;
  readonly #trace: Trace | undefined;
  readonly #close: () => void;
  readonly #captured: CapturedConnection[] = [];

  private constructor(
    keyLog: KeyLogFile | undefined,
    capture: CaptureWriter | undefined,
    trace: Trace | undefined,
    close: () => void,
  ) {
    this.#keyLog = keyLog;
    this.#capture = capture;
    this.#trace = trace;
    this.#close = close;
  }

  /** @throws UsageError for a file that cannot be written */
  static async open(settings: WatchSettings, io: Io): Promise<Outputs> {
    const { trace, pcap } = settings;
    const closing: (() => void)[] = [];
    const close = (): void => {
      for (const each of closing) each();
    };
    try {
      const keyLog = await openKeyLog(settings.keyLog, io);
      if (keyLog !== undefined) closing.push(() => keyLog.close());
      const written = (option: string, path: string) => {
        const file = openFile(option, path, io);
        closing.push(file.close);
        return file.write;
      };
      const capture = pcap === undefined ? undefined : createCaptureWriter({ write: written('--pcap', pcap) });
      const shown =
        trace === true
          ? new Trace(text => io.stderr.write(text), wantsColor(io, settings.noColor))
          : trace === undefined
            ? undefined
            : new Trace(written('--trace', trace), false);
      return new Outputs(keyLog, capture, shown, close);
    } catch (error) {
      close();
      throw error;
    }
  }

  /** Sees one more connection, of which nothing was read or written. */
  watch(dialed: Dialed): Watching {
    const captured = this.#capture && tap(dialed, this.#capture);
    if (captured !== undefined) this.#captured.push(captured);
    const keyLog = this.#keyLog;
    const isLogged = keyLog !== undefined || captured !== undefined;
    const log = (line: string): void => {
      keyLog?.write(line);
      captured?.secret(line);
    };
    return { ...(isLogged ? { keyLog: log } : {}), inspect: this.#trace?.inspector() };
  }

  /** The report is out: the trace may follow it. */
  releaseTrace(): void {
    this.#trace?.release();
  }

  close(): void {
    for (const captured of this.#captured) captured.flush();
    this.#close();
  }
}

/** The file of `--keylog`, or the one that the environment names: that one is a wish, and no reason to fail. */
async function openKeyLog(asked: string | undefined, { env, stderr }: Io): Promise<KeyLogFile | undefined> {
  const path = asked ?? (env.SSLKEYLOGFILE || undefined);
  if (path === undefined) return undefined;
  try {
    return new KeyLogFile(path, ({ message }) => {
      stderr.write(`tlskit: the key log is incomplete: ${printable(message)}\n`);
    });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (asked !== undefined) throw new UsageError(`--keylog: ${message}`);
    await print(stderr, `tlskit: SSLKEYLOGFILE is ignored: ${printable(message)}\n`);
    return undefined;
  }
}

/** A new file, in place of one that is there. What cannot be written is told once, and connections go on without. */
function openFile(
  option: string,
  path: string,
  { stderr }: Io,
): { write(bytes: Uint8Array | string): void; close(): void } {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'w', 0o600);
  } catch (error) {
    throw unwritable(option, error);
  }
  try {
    // A file that was there has kept its mode, by which others may read it; a device or a pipe has one of its own.
    if (fstatSync(descriptor).isFile()) fchmodSync(descriptor, 0o600);
  } catch (error) {
    closeSync(descriptor);
    throw unwritable(option, error);
  }
  let failed = false;
  return {
    write(data) {
      if (failed) return;
      try {
        let bytes = typeof data === 'string' ? Buffer.from(data) : data;
        while (bytes.length > 0) bytes = bytes.subarray(writeSync(descriptor, bytes));
      } catch (error) {
        failed = true;
        const { message } = error as Error;
        stderr.write(`tlskit: the file of ${option} is incomplete: ${printable(message)}\n`);
      }
    },
    close: () => closeSync(descriptor),
  };
}

function unwritable(option: string, error: unknown): UsageError {
  return new UsageError(`${option}: ${error instanceof Error ? error.message : error}`);
}
