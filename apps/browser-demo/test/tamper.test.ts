/** Somebody in between, in a browser: the examples, by hand, and the table of a whole connection. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axe, chromiumPath, Demo, nothing } from './browser.ts';

const link = 'v=1.3&cert=ed25519&seed=000102030405060708090a0b0c0d0e0f&view=tamper';

/** What the page says of each example: who noticed, and the alert by name and number. */
const shown: readonly (readonly [example: string, verdict: string, alert: string | undefined])[] = [
  ['random', 'The client noticed.', 'bad_record_mac (20)'],
  ['suite', 'The client noticed.', 'illegal_parameter (47)'],
  ['version', 'The server noticed.', 'protocol_version (70)'],
  ['share', 'The server noticed.', 'illegal_parameter (47)'],
  ['retry', 'The client noticed.', 'illegal_parameter (47)'],
  ['certificate', 'The client noticed.', 'bad_record_mac (20)'],
  ['verify', 'The client noticed.', 'bad_record_mac (20)'],
  ['early', 'The server noticed.', 'bad_record_mac (20)'],
  ['order', 'The client noticed.', 'bad_record_mac (20)'],
  ['tag', 'The server noticed.', 'bad_record_mac (20)'],
  ['binder', 'The server noticed.', 'decrypt_error (51)'],
  ['signature', 'The client noticed.', 'decrypt_error (51)'],
  ['cipherSpec', 'The server noticed.', 'unexpected_message (10)'],
  ['recordVersion', 'Nobody noticed, and nothing that was said or agreed on is different.', undefined],
];

// CI installs Chromium: there a missing one is a failure, which the launch reports.
const isSkipped = chromiumPath === undefined && !process.env.CI;

describe.skipIf(isSkipped)('tampering (skipped where there is no Chromium: set CHROMIUM_PATH)', () => {
  const demo = new Demo();
  beforeAll(() => demo.start());
  afterAll(() => demo.stop());

  it('by name: each example says who noticed, and the alert', async () => {
    const [page, complaints] = await demo.open({ link });
    await page.locator('[data-example]').first().waitFor();
    expect(await page.locator('[data-example]').count()).toBe(shown.length);
    for (const [name, verdict, alert] of shown) {
      const example = page.locator(`[data-example=${name}]`);
      await example.click();
      await page.locator(`[data-example=${name}][aria-pressed=true]`).waitFor();
      const outcome = page.locator('.outcome [role=status][aria-busy=false]');
      await outcome.locator('.verdict').filter({ hasText: verdict }).waitFor();
      const alerts = await outcome
        .locator('dl > div', { hasText: /^Alert/ })
        .locator('dd')
        .allTextContents();
      expect([name, ...alerts]).toEqual(alert === undefined ? [name] : [name, alert]);
    }
    expect(page.url()).toContain('tamper=change.1.2.ff');
    await page.getByRole('button', { name: 'Undo' }).focus();
    await page.keyboard.press('Enter');
    await page.locator('.outcome', { hasText: 'Nobody is in between' }).waitFor();
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('outcome-title');
    expect(page.url()).not.toContain('tamper=');
    expect(complaints).toEqual(nothing);
    await page.context().close();
  });

  it('by hand: a byte is changed by keyboard alone', async () => {
    const [page, complaints] = await demo.open({ link });
    const record = page.locator('.pick-record input').first();
    await record.focus();
    await page.keyboard.press('ArrowDown');
    await page.locator('.pick-record input:checked').nth(0).waitFor();
    // The kind of meddling, the bytes, and the value are the next three stops.
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    const grid = page.getByRole('grid', { name: 'Bytes of record 1' });
    expect(await grid.evaluate(element => element === document.activeElement)).toBe(true);
    for (let at = 0; at < 11; at++) await page.keyboard.press('ArrowRight');
    await page.locator('.value', { hasText: 'ServerHello › random' }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.type('00');
    await page.keyboard.press('Enter');
    await page.locator('.verdict', { hasText: 'The client noticed.' }).waitFor();
    expect(page.url()).toContain('tamper=change.1.11.00');
    expect(complaints).toEqual(nothing);
    await page.context().close();
  });

  it('by link: what is lost is waited for', async () => {
    const [page, complaints] = await demo.open({ link: `${link}&tamper=drop.3` });
    await page.locator('.verdict', { hasText: 'Nobody noticed: each waits' }).waitFor();
    expect(await page.locator('.outcome dl').textContent()).toContain('waits in state WAIT_EE for EncryptedExtensions');
    expect(complaints).toEqual(nothing);
    await page.context().close();
  });

  it.each([
    ['light', 1280],
    ['dark', 360],
  ] as const)('is for everybody: %s, %i pixels', async (colorScheme, width) => {
    const [page, complaints] = await demo.open({ link: `${link}&tamper=change.1.11.00`, colorScheme, width });
    await page.locator('.verdict').waitFor();
    expect(await axe(page, '.tamper')).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    expect(complaints).toEqual(nothing);
    await page.context().close();
  });

  it('every byte: the table of a whole connection forgives what is listed, and nothing else', async () => {
    const [page, complaints] = await demo.open({ link });
    await page.locator('.table-start').click();
    await page.locator('.table-stop').waitFor();
    // It is over when there is something to begin again.
    await page.locator('.table-start').waitFor({ timeout: 240_000 });
    const rows = await page
      .locator('[data-position]')
      .evaluateAll(all =>
        all.map(row => [row.getAttribute('data-position'), row.querySelector('.section')?.textContent]),
      );
    expect(rows).toEqual(
      // The version of the ClientHello, of the ServerHello, and of both ChangeCipherSpecs; not the 3 by which the hellos are known as TLS.
      ['0.2', '1.2', '2.1', '2.2', '4.1', '4.2'].map(position => [position, 'RFC 9846 §5.1']),
    );
    expect(await page.locator('.fault').count()).toBe(0);
    const counts = await page.locator('.summary .count').allTextContents();
    const progress = page.locator('.table-controls progress');
    const all = counts.reduce((sum, text) => sum + Number(text.replaceAll(',', '')), 0);
    expect(all).toBe(Number(await progress.getAttribute('max')));
    const sizes = await page.locator('.pick-record .size').allTextContents();
    expect(all).toBe(sizes.reduce((sum, text) => sum + Number.parseInt(text, 10), 0));
    expect(await axe(page, '.tamper')).toEqual([]);
    // One walks the map by keyboard, and does there what was tried.
    await page.getByRole('grid', { name: 'Bytes of the connection' }).focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    expect(await page.locator('.here').textContent()).toContain('TLSPlaintext › legacy_record_version');
    await page.keyboard.press('Enter');
    await page.locator('.verdict', { hasText: 'Nobody noticed, and nothing' }).waitFor();
    expect(page.url()).toContain('tamper=change.0.2.00');
    expect(page.workers()).toEqual([]);
    expect(complaints).toEqual(nothing);
    await page.context().close();
  }, 300_000);

  it('every byte: it is stopped, and begins anew for other settings', async () => {
    const [page, complaints] = await demo.open({ link, colorScheme: 'dark', width: 360 });
    await page.locator('.table-start').click();
    await page.locator('[data-group]').first().waitFor();
    // Batches are not read out; where it stands in the end, is.
    const told = page.locator('.table [role=status]');
    expect(await told.allTextContents()).toEqual(['']);
    await page.locator('.table-stop').click();
    await page.locator('.table-start').waitFor();
    expect((await told.allTextContents()).join()).toMatch(/^[\d,]+ of [\d,]+ runs/);
    await expect.poll(() => page.workers().length).toBe(0);
    expect(await axe(page, '.tamper')).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    await page.locator('[data-example=signature]').click();
    await page.locator('.table-stop').waitFor();
    await page.locator('.map', { hasText: 'ServerHello' }).waitFor();
    await page.locator('.table-stop').click();
    expect(complaints).toEqual(nothing);
    await page.context().close();
  });
});
