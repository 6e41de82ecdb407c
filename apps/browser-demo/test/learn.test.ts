/** The Learn view and its guided tours, in a browser. */
import { AnyCipherSuite } from '@tlskit/tls-messages';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alertRows } from '../src/learn/alerts.ts';
import { tours } from '../src/learn/tours.ts';
import { tourNames } from '../src/state/tour.ts';
import { texts } from '../src/texts/tours.ts';
import { axe, chromiumPath, Demo, nothing, settled } from './browser.ts';

// CI installs Chromium: there a missing one is a failure, which the launch reports.
const isSkipped = chromiumPath === undefined && !process.env.CI;
const seed = 'seed=000102030405060708090a0b0c0d0e0f';

describe.skipIf(isSkipped)('to learn from (skipped where there is no Chromium: set CHROMIUM_PATH)', () => {
  const demo = new Demo();
  beforeAll(() => demo.start());
  afterAll(() => demo.stop());

  const fits = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);

  it.each(tourNames)('leads through %s by keyboard alone, and takes the page along', async name => {
    const [page, complaints] = await demo.open({ link: `v=1.3&${seed}` });
    const { name: title, steps } = texts.tours[name];
    await page.getByRole('button', { name: 'Learn' }).click();
    const begin = page.getByRole('button', { name: `Begin: ${title}` });
    await begin.waitFor();
    // Tab comes to it, from the top of the page.
    for (let at = 0; at < 60 && !(await begin.evaluate(it => it === document.activeElement)); at++) {
      await page.keyboard.press('Tab');
    }
    await page.keyboard.press('Enter');
    const panel = page.getByRole('region', { name: `Guided tour: ${title}` });
    await panel.waitFor();
    const seen: string[] = [];
    for (const [index, step] of tours[name].entries()) {
      await panel.getByText(`${index + 1} of ${tours[name].length}`).waitFor();
      const words = (steps as Readonly<Record<string, { readonly title: string }>>)[step.key];
      expect(await panel.getByRole('heading').textContent()).toBe(words?.title);
      const current = page.locator('nav [aria-current=page]');
      await expect.poll(() => current.textContent(), { message: step.key }).toBe('node' in step ? 'Keys' : 'Handshake');
      await expect.poll(() => page.evaluate(() => location.hash)).toContain(`tour=${name}.${index + 1}`);
      if ('field' in step) {
        // What it speaks of is chosen in the tree, in whichever part of the record it is.
        const chosen = page.locator('.reader [role=treeitem][aria-selected=true]');
        await expect.poll(() => chosen.first().textContent()).toContain(step.field.split('.').at(-1));
        expect(await page.locator('.reader [role=treeitem][data-marked=true]').count(), step.key).toBe(1);
      }
      seen.push((await page.locator('.player [role=status]').textContent()) ?? '');
      if (index === 0) expect(await panel.evaluate(it => it.contains(document.activeElement))).toBe(true);
      await page.keyboard.press('ArrowRight');
    }
    // It went somewhere, and ends where its last step is.
    expect(new Set(seen).size).toBeGreaterThan(6);
    await panel.getByText(`12 of 12`).waitFor();
    await page.keyboard.press('ArrowLeft');
    await panel.getByText(`11 of 12`).waitFor();
    // The buttons do the same.
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await panel.getByText(`10 of 12`).waitFor();
    await page.keyboard.press('Escape');
    await panel.waitFor({ state: 'detached' });
    expect(await page.evaluate(() => location.hash)).not.toContain('tour=');
    expect(complaints).toEqual(nothing);
    await page.context().close();
  });

  it('begins a tour where a link says, at 360 px too', async () => {
    const [page, complaints] = await demo.open({ link: 'tour=tls12.5', width: 360 });
    const panel = page.getByRole('region', { name: 'Guided tour: TLS 1.2' });
    await panel.getByText('5 of 12').waitFor();
    expect(await page.locator('.player [role=status]').textContent()).toContain('Client reads ServerKeyExchange');
    expect(await fits(page)).toBe(true);
    // Nothing of the page is below the panel: it stands in the flow.
    expect(await panel.evaluate(it => getComputedStyle(it).position)).toBe('static');
    expect(complaints).toEqual(nothing);
    await page.context().close();
  });

  it('says so where the connection is another than the tour is about, and goes back', async () => {
    const [page, complaints] = await demo.open({ link: `v=1.3&${seed}&tour=resumption.1` });
    const panel = page.getByRole('region', { name: /^Guided tour/ });
    await panel.getByText('has no such place').waitFor();
    await panel.getByRole('button', { name: 'Back to the settings of the tour' }).click();
    await panel.getByText('In the connection before', { exact: true }).waitFor();
    await page.locator('.player [role=status]').filter({ hasText: 'Client reads NewSessionTicket' }).waitFor();
    expect(complaints).toEqual(nothing);
    await page.context().close();
  });

  describe.each(['light', 'dark'] as const)('in %s', colorScheme => {
    it.each([1280, 360])('has nothing that axe-core would mend, %i px wide', async width => {
      const [page, complaints] = await demo.open({ link: `v=1.3&${seed}`, colorScheme, width });
      await page.getByRole('button', { name: 'Learn' }).click();
      for (const tab of ['Tours', 'Alerts', 'Extensions', 'Suites']) {
        await page.getByRole('tab', { name: tab }).click();
        await page.getByRole('tabpanel', { name: tab }).locator('.tours, tbody tr').first().waitFor();
        expect(await axe(page), tab).toEqual([]);
        expect(await fits(page), tab).toBe(true);
      }
      await page.getByRole('tab', { name: 'Tours' }).click();
      await page.getByRole('button', { name: 'Begin: TLS 1.3' }).click();
      await page.getByRole('region', { name: 'Guided tour: TLS 1.3' }).waitFor();
      expect(await axe(page, '.tour')).toEqual([]);
      expect(complaints).toEqual(nothing);
      await page.context().close();
    });
  });

  it('goes from tab to tab by arrow keys', async () => {
    const [page, complaints] = await demo.open({ link: `v=1.3&${seed}` });
    await page.getByRole('button', { name: 'Learn' }).click();
    await page.getByRole('tab', { name: 'Tours' }).focus();
    for (const [key, tab] of [
      ['ArrowRight', 'Alerts'],
      ['End', 'Suites'],
      ['ArrowRight', 'Tours'],
      ['ArrowLeft', 'Suites'],
      ['Home', 'Tours'],
    ] as const) {
      await page.keyboard.press(key);
      const current = page.getByRole('tab', { selected: true });
      expect(await current.textContent()).toBe(tab);
      expect(await current.evaluate(it => it === document.activeElement)).toBe(true);
      await page.getByRole('tabpanel', { name: tab }).waitFor();
    }
    expect(complaints).toEqual(nothing);
    await page.context().close();
  });

  it('searches and sorts its tables', async () => {
    const [page, complaints] = await demo.open({ link: `v=1.3&${seed}` });
    await page.getByRole('button', { name: 'Learn' }).click();
    const status = page.getByRole('tabpanel').getByRole('status');
    const names = () => page.locator('tbody th').allTextContents();

    await page.getByRole('tab', { name: 'Alerts' }).click();
    await page.getByRole('searchbox').fill('ERR_TLS_BAD_BINDER');
    expect(await names()).toEqual(['decrypt_error']);
    expect(await status.textContent()).toBe(`1 of ${alertRows.length} rows`);
    await page.getByRole('searchbox').fill('');
    const sorter = page.getByRole('button', { name: 'Alert', exact: true });
    await sorter.click();
    const sorted = alertRows.map(({ name }) => name as string).sort();
    expect(await names()).toEqual(sorted);
    await sorter.click();
    expect(await names()).toEqual(sorted.toReversed());
    expect(await page.locator('[aria-sort=descending]').count()).toBe(1);

    await page.getByRole('tab', { name: 'Extensions' }).click();
    await page.getByRole('searchbox').fill('HelloRetryRequest');
    await expect.poll(names).toEqual(['supported_versions', 'cookie', 'key_share', 'encrypted_client_hello']);
    expect(complaints).toEqual(nothing);
    await page.context().close();
  });

  it('explores suites, of which there are as many as are in sight, and tries one', async () => {
    const [page, complaints] = await demo.open({ link: `v=1.3&${seed}` });
    await page.getByRole('button', { name: 'Learn' }).click();
    await page.getByRole('tab', { name: 'Suites' }).click();
    const box = page.getByRole('region', { name: 'The cipher suites of TLS' });
    const all = Object.entries(AnyCipherSuite.values);
    await box.getByText(all[0]![0], { exact: true }).waitFor();
    expect(await page.locator('tbody tr').count()).toBeLessThan(100);
    expect(await box.getByRole('table').getAttribute('aria-rowcount')).toBe(String(all.length + 1));
    // By keyboard to the last one.
    await box.focus();
    await page.keyboard.press('End');
    await box.getByText(all.at(-1)![0], { exact: true }).waitFor();
    expect(await page.locator('tbody tr').last().getAttribute('aria-rowindex')).toBe(String(all.length + 1));

    await page.getByLabel('In tlskit').selectOption('as legacy');
    await page.getByLabel('Key exchange').selectOption('DHE');
    await page.getByRole('searchbox').fill('gcm sha256');
    await box.getByRole('button', { name: 'Try it: TLS_DHE_RSA_WITH_AES_128_GCM_SHA256' }).click();
    await page.locator('nav [aria-current=page]').filter({ hasText: 'Handshake' }).waitFor();
    await expect.poll(() => page.evaluate(() => location.hash)).toContain('TLS_DHE_RSA_WITH_AES_128_GCM_SHA256');
    await settled(page);
    expect(complaints).toEqual(nothing);
    await page.context().close();
  });
});
