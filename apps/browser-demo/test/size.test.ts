/** What a browser loads before the first handshake: the library's two ends, the page, its style. */
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, Demo, nothing } from './browser.ts';

// CI installs Chromium: there a missing one is a failure, which the launch reports.
const isSkipped = chromiumPath === undefined && !process.env.CI;

/** Bytes by gzip, for all of it. */
const LIMIT = 110_000;

describe.skipIf(isSkipped)('what is loaded (skipped where there is no Chromium: set CHROMIUM_PATH)', () => {
  const demo = new Demo();
  beforeAll(() => demo.start());
  afterAll(() => demo.stop());

  it('is little before the client says hello', async () => {
    const [page, complaints] = await demo.open();
    for (const part of ['.negotiated', '.reader', '.take-away']) await page.locator(part).waitFor();
    // What began to load after the mark, which stands where the client's engine starts, is no part of it; everything else is. The browser
    // tells of a file when it has come: each that was asked for is waited for.
    let requested: string[] = [];
    let lateFiles: string[] = [];
    const missing = async () => {
      requested = [...new Set(demo.requested)];
      const files = await page.evaluate(() => {
        const [mark] = performance.getEntriesByName('handshake');
        if (mark === undefined) throw new Error('no handshake');
        const entries = performance.getEntriesByType('resource');
        return entries.map(({ name, startTime }) => ({ name, isLate: startTime > mark.startTime }));
      });
      const paths = (of: typeof files) => of.map(({ name }) => name.replace(demo.url, '/'));
      lateFiles = paths(files.filter(({ isLate }) => isLate));
      const come = paths(files);
      return requested.filter(path => path.startsWith('/assets/') && !come.includes(path));
    };
    await expect.poll(missing).toEqual([]);
    const early = requested.filter(path => !lateFiles.includes(path));
    const sizes = await Promise.all(
      early.map(async path => [path, gzipSync(await demo.body(path), { level: 9 }).length] as const),
    );
    const total = sizes.reduce((sum, [, size]) => sum + size, 0);
    console.log(`${total} bytes by gzip, in ${sizes.length} files`);
    if (process.env.SIZES) console.log(sizes.map(([path, size]) => `${size}\t${path}`).join('\n'));
    expect(total).toBeLessThan(LIMIT);
    // The chain of certificates is judged while the handshake is under way, and records are read after it.
    const named = (name: string) => (file: string) => file.startsWith(`/assets/${name}-`);
    expect(early.filter(named('handshake'))).toHaveLength(1);
    for (const name of ['judging', 'entries']) {
      expect(early.filter(named(name)), name).toEqual([]);
      expect(lateFiles.filter(named(name)), name).toHaveLength(1);
    }
    expect(complaints).toEqual(nothing);
    await page.context().close();
  });
});
