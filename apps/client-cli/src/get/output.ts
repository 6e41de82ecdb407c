/** Where what comes goes: standard output, or a file that is made when there is something to write. */
import { createWriteStream } from 'node:fs';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';

export interface Output {
  /** Waits until it is taken. @returns whether anybody reads on. @throws Error with the name of the place */
  write(data: string | Uint8Array): Promise<boolean>;
  /** Waits until all is written. */
  end(): Promise<void>;
}

/** Takes everything, and keeps nothing. */
export const nowhere: Output = { write: async () => true, end: async () => {} };

/** Whoever reads may go away at any time: that is an end, and no failure. */
export function standardOutput(stdout: Writable): Output {
  return {
    write: data =>
      new Promise((resolve, reject) => {
        stdout.write(data, error => {
          if (!error) resolve(true);
          else if (['EPIPE', 'ERR_STREAM_DESTROYED'].includes((error as NodeJS.ErrnoException).code ?? ''))
            resolve(false);
          else reject(new Error(`standard output: ${error.message}`, { cause: error }));
        });
      }),
    end: async () => {},
  };
}

/** A file in place of one that is there. */
export function fileOutput(path: string): Output {
  const file = createWriteStream(path);
  file.on('error', () => {});
  const failed = (error: Error): Error => new Error(`--output ${path}: ${error.message}`, { cause: error });
  return {
    write: data =>
      new Promise((resolve, reject) => {
        file.write(data, error => (error ? reject(failed(error)) : resolve(true)));
      }),
    async end() {
      file.end();
      await finished(file).catch((error: Error) => Promise.reject(failed(error)));
    },
  };
}
