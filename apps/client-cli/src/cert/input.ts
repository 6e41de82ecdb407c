/** Certificates from a file or from standard input. */
import { readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { UsageError } from '@tlskit/cli-kit';
import { loadCertificates } from '@tlskit/tls-x509';

/** Bytes that are read of standard input: as many as a text may have for the library. */
const MAXIMUM = 16 * 1024 * 1024;

/** DER in the order of the file. @throws UsageError for a file that cannot be read or has no certificate */
export function certificatesInFile(path: string): readonly Uint8Array[] {
  return certificatesIn(path, () => readFileSync(path));
}

/** @throws UsageError */
export async function certificatesFrom(stdin: Readable): Promise<readonly Uint8Array[]> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stdin) {
    chunks.push(chunk as Buffer);
    length += (chunk as Buffer).length;
    if (length > MAXIMUM) throw new UsageError(`standard input has more than ${MAXIMUM} bytes`);
  }
  return certificatesIn('standard input', () => Buffer.concat(chunks));
}

function certificatesIn(what: string, read: () => Uint8Array): readonly Uint8Array[] {
  try {
    return loadCertificates(read());
  } catch (error) {
    throw new UsageError(`${what}: ${error instanceof Error ? error.message : error}`);
  }
}
