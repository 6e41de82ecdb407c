/** The built page in a browser, as a whole. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, Demo, nothing } from './browser.ts';

// CI installs Chromium: there a missing one is a failure, which the launch reports.
const isSkipped = chromiumPath === undefined && !process.env.CI;

describe.skipIf(isSkipped)('the page (skipped where there is no Chromium: set CHROMIUM_PATH)', () => {
  const demo = new Demo();
  beforeAll(() => demo.start());
  afterAll(() => demo.stop());

  it('runs what its address says', async () => {
    const [page, complaints] = await demo.open({ link: 'v=1.3&seed=000102030405060708090a0b0c0d0e0f&stop=0' });
    expect(await page.locator('.player [role=status]').textContent()).toContain('Client writes ClientHello');
    if (process.env.SHOT) await page.screenshot({ path: process.env.SHOT, fullPage: true });
    expect(complaints).toEqual(nothing);
    await page.context().close();
  });
});
