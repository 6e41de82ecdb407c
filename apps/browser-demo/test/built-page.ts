/** The page as it is published: built once, before all tests, or with relays for those that need some. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The folder of the page that speaks to no relay. */
    page: string;
  }
}

/**
 * Builds it into a fresh folder, which is the caller's to remove.
 * @param relays that it may speak to, as `TLSKIT_DEMO_RELAYS` has them
 */
export async function buildPage(relays = ''): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'tlskit-demo-'));
  const root = fileURLToPath(new URL('..', import.meta.url));
  process.env.TLSKIT_DEMO_RELAYS = relays;
  await build({ root, logLevel: 'warn', build: { outDir: folder, emptyOutDir: true } });
  return folder;
}

export default async function setUp(project: TestProject): Promise<() => void> {
  const folder = await buildPage();
  project.provide('page', folder);
  return () => rmSync(folder, { recursive: true, force: true });
}
