import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

/** Where the page's sources are. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Builds the page as it is published, into a fresh folder, which is the caller's to remove.
 * @param {string} [relays] that it may speak to, as `TLSKIT_DEMO_RELAYS` has them
 */
export async function buildPage(relays = '') {
  const folder = mkdtempSync(join(tmpdir(), 'tlskit-demo-'));
  process.env.TLSKIT_DEMO_RELAYS = relays;
  await build({ root, logLevel: 'warn', build: { outDir: folder, emptyOutDir: true } });
  return folder;
}
