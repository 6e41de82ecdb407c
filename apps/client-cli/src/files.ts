/** Files that options name, and standard input. */
import { readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
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

/** All that standard input has. @param limit in bytes @throws UsageError for more */
export async function allOf(stdin: Readable, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stdin) {
    chunks.push(chunk as Buffer);
    length += (chunk as Buffer).length;
    if (length > limit) throw new UsageError(`standard input has more than ${limit} bytes`);
  }
  return Buffer.concat(chunks);
}
