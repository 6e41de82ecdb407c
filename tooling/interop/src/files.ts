/** Files for programs that take no other form. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

let folder: string | undefined;
let count = 0;

/** The path of a new file with these contents. */
export function file(contents: string | Uint8Array): string {
  folder ??= mkdtempSync(join(tmpdir(), 'tlskit-interop-'));
  const path = join(folder, String(count++));
  writeFileSync(path, contents, { mode: 0o600 });
  return path;
}

/** Removes them all. */
export function removeFiles(): void {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  folder = undefined;
}
