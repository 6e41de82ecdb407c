/**
 * Pictures of the main views for docs/: `pnpm --filter browser-demo screenshots`. The connection is that of one link, so that they differ only
 * where the page does.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { preview } from 'vite';
import { buildPage, root } from './build-page.mjs';

const link = 'v=1.3&seed=000102030405060708090a0b0c0d0e0f';

/** What is looked at, and what is on the page when it is all there. */
const views = [
  { name: 'handshake', fragment: `${link}&stop=9`, ready: '.reader .hex, .reader [role=listbox]' },
  { name: 'keys', fragment: `${link}&view=keys&stop=17`, ready: 'main [role=treeitem]' },
  { name: 'tamper', fragment: `${link}&view=tamper&tamper=change.1.60.00`, ready: 'main h2' },
  { name: 'live', fragment: `${link}&view=live`, ready: '.live' },
  { name: 'learn', fragment: `${link}&view=learn`, ready: 'main h2' },
];

const sizes = [
  { width: 1280, height: 1100 },
  { width: 360, height: 1100 },
];

const pictures = fileURLToPath(new URL('../../../docs/demo/', import.meta.url));
// As it is where a relay serves it, so that the live view is there whole.
const outDir = await buildPage('self');
mkdirSync(pictures, { recursive: true });
const server = await preview({ root, logLevel: 'warn', build: { outDir }, preview: { port: 0, host: '127.0.0.1' } });
const [url] = server.resolvedUrls?.local ?? [];
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
try {
  for (const viewport of sizes) {
    for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
      const context = await browser.newContext({ viewport, colorScheme, reducedMotion: 'reduce' });
      for (const { name, fragment, ready } of views) {
        const page = await context.newPage();
        await page.goto(`${url}#${fragment}`);
        await page.locator(ready).first().waitFor();
        await page.waitForLoadState('networkidle');
        const path = join(pictures, `${name}-${viewport.width}-${colorScheme}.png`);
        await page.screenshot({ path, animations: 'disabled' });
        await page.close();
        process.stdout.write(`${path}\n`);
      }
      await context.close();
    }
  }
} finally {
  await browser.close();
  await server.close();
  rmSync(outDir, { recursive: true, force: true });
}
