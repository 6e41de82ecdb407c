/** Files for programs that take no other form; gone with this process. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

let folder: string | undefined;
let count = 0;

/** The path of a new file with these contents. */
export function file(contents: string | Uint8Array): string {
  if (folder === undefined) {
    const made = mkdtempSync(join(tmpdir(), 'tlskit-interop-'));
    folder = made;
    process.once('exit', () => rmSync(made, { recursive: true, force: true }));
  }
  const path = join(folder, String(count++));
  writeFileSync(path, contents, { mode: 0o600 });
  return path;
}
