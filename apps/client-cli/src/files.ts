/** Files that options name. */
import { readFileSync } from 'node:fs';
import { UsageError } from '@tlskit/cli-kit';

/** What `use` makes of a file. @throws UsageError that names the option, for a file that cannot be read or is of no use */
export function fromFile<T>(option: string, path: string, use: (file: Buffer) => T): T {
  try {
    return use(readFileSync(path));
  } catch (error) {
    throw new UsageError(`${option} ${path}: ${error instanceof Error ? error.message : error}`);
  }
}

/** The first line, without its end: a passphrase, and not what an editor puts behind it. */
export function firstLine(file: Buffer): string {
  return /^[^\r\n]*/.exec(String(file))?.[0] ?? '';
}
