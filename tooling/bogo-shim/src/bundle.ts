/** The shim in one file, so that a process that runs one test starts fast; made of the sources as they are. */
import { chmodSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

/** @param file where to write it; it can be started by its path */
export function bundleShim(file: string): void {
  buildSync({
    entryPoints: [fileURLToPath(new URL('../src/shim.ts', import.meta.url))],
    outfile: file,
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    conditions: ['@tlskit/source'],
    banner: { js: '#!/usr/bin/env node' },
    logLevel: 'warning',
  });
  chmodSync(file, 0o755);
}
