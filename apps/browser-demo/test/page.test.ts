/** The built page in a browser, as a whole. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { views } from '../src/state/link.ts';
import { texts } from '../src/texts.ts';
import { axe, chromiumPath, Demo, nothing } from './browser.ts';

// CI installs Chromium: there a missing one is a failure, which the launch reports.
const isSkipped = chromiumPath === undefined && !process.env.CI;

/** What is there when a view is. */
const seen = {
  handshake: '.reader [role=tree]',
  keys: '[role=treeitem]',
  tamper: '.tamper',
  live: '.live',
  learn: '[role=tabpanel]',
};

describe.skipIf(isSkipped)('the page (skipped where there is no Chromium: set CHROMIUM_PATH)', () => {
  const demo = new Demo();
  beforeAll(() => demo.start());
  afterAll(() => demo.stop());

  it('runs what its address says', async () => {
    const [page, complaints] = await demo.open({ link: 'v=1.3&seed=000102030405060708090a0b0c0d0e0f&stop=0' });
    expect(await page.locator('.player [role=status]').textContent()).toContain('Client writes ClientHello');
    expect(complaints).toEqual(nothing);
    await page.context().close();
  });

  it.each(
    views.flatMap(view =>
      (['light', 'dark'] as const).flatMap(colorScheme =>
        ([1280, 360] as const).map(width => [view, colorScheme, width] as const),
      ),
    ),
  )(
    'axe finds nothing on the whole of it, and it is as wide as the window: %s, %s, %i',
    async (view, colorScheme, width) => {
      const link = `v=1.2&resume=ticket&client=1&seed=000102030405060708090a0b0c0d0e0f&stop=5`;
      const [page, complaints] = await demo.open({ link, colorScheme, width });
      await page.getByRole('navigation').getByRole('button', { name: texts.app.view[view], exact: true }).click();
      await page.locator(`main ${seen[view]}`).first().waitFor();
      expect(await axe(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
      expect(complaints).toEqual(nothing);
      await page.context().close();
    },
  );
});
