/** Files that are made: none is written over unless that is asked for, and keys are for their owner alone. */
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { UsageError } from '@tlskit/cli-kit';

/** A file to be written. */
export interface NewFile {
  readonly path: string;
  readonly contents: string | Uint8Array;
  /** What it is, for people. */
  readonly about: string;
  /** Whether nobody else may read it. */
  readonly secret: boolean;
}

/** For people who are told of it. */
export const WARNING = 'tlskit: keys and certificates that are made here are for tests: trust them nowhere else\n';

/** Writes all of them, or none where one is there already. @throws UsageError */
export function writeFiles(files: readonly NewFile[], force: boolean): void {
  const there = force ? undefined : files.find(({ path }) => existsSync(path));
  if (there !== undefined) throw new UsageError(`${there.path} is there already: --force writes over it`);
  for (const { path, contents, secret } of files) {
    try {
      mkdirSync(dirname(path), { recursive: true });
      // A file that is there would keep its mode, and a link would lead elsewhere.
      if (force) rmSync(path, { force: true });
      writeFileSync(path, contents, { flag: 'wx', mode: secret ? 0o600 : 0o644 });
    } catch (error) {
      throw new UsageError(`${path}: ${error instanceof Error ? error.message : error}`);
    }
  }
}
