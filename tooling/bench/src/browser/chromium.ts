/** A Chromium without a window, and the bundle of the page that it is to run. */
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { type Browser, chromium } from 'playwright-core';
import { chromiumPath } from '../programs.ts';
import { Lacking } from '../stacks/stack.ts';

// A page that nobody looks at is to be as quick as any.
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
];

/** @throws Lacking where there is none */
export async function launch(): Promise<Browser> {
  if (chromiumPath === undefined) throw new Lacking('there is no Chromium (CHROMIUM_PATH says where one is)');
  return chromium.launch({ executablePath: chromiumPath, headless: true, args: flags });
}

export async function bundlePage(minify: boolean): Promise<string> {
  const file = (name: string) => fileURLToPath(new URL(name, import.meta.url));
  const { outputFiles } = await build({
    entryPoints: [file('./page.js')],
    bundle: true,
    minify,
    write: false,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    alias: { crypto: file('./node-crypto.js') },
    logLevel: 'error',
  });
  return outputFiles[0]?.text ?? '';
}
