/** Whatever is chosen completes in a browser, and the page shows what was negotiated. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Settings, toFragment } from '../src/lab/settings.ts';
import { factsTexts as words } from '../src/texts/player.ts';
import { texts } from '../src/texts/take-away.ts';
import { each, together } from './all-settings.ts';
import { type Complaints, chromiumPath, Demo, nothing } from './browser.ts';

// CI installs Chromium: there a missing one is a failure, which the launch reports.
const isSkipped = chromiumPath === undefined && !process.env.CI;

const { name } = words;

describe.skipIf(isSkipped)('settings (skipped where there is no Chromium: set CHROMIUM_PATH)', () => {
  const demo = new Demo();
  let page: Page;
  let complaints: Complaints;

  beforeAll(async () => {
    await demo.start();
    [page, complaints] = await demo.open();
    // What was negotiated is loaded apart from what can be saved.
    await page.locator('.negotiated').waitFor();
  });
  afterAll(() => demo.stop());

  const all = new Map([...each, ...together].map(settings => [toFragment(settings), settings] as const));

  it.each([...all])('%s', async (fragment, settings) => {
    await follow(page, fragment);
    const facts = await factsOn(page);
    const { version, resumption, psk } = settings;
    const isResumed = resumption !== 'none';
    expect(facts.get(name.protocol)).toContain(`TLS ${version}`);
    expect(facts.get(name.suite)).toContain(settings.suite);
    if (hasGroup(settings)) expect(facts.get(name.group)).toContain(settings.group);
    expect(facts.get(name.alpn)).toBe(settings.alpn ? 'http/1.1' : undefined);
    expect(facts.get(name.resumed)).toBe(words.resumption(isResumed, psk && !isResumed));
    expect(facts.has(name.earlyData)).toBe(resumption === 'early-data');
    if (resumption === 'early-data') {
      expect(facts.get(name.earlyData) === words.earlyData(undefined)).toBe(!settings.helloRetry);
    }
    expect(facts.get(name.retry)).toBe(settings.helloRetry ? words.yes : undefined);
    expect(facts.get(name.keyUpdates)).toBe(settings.keyUpdate ? words.updates(1, 1) : undefined);
    expect(facts.has(name.limit)).toBe(settings.shortRecords);
    expect(facts.has(name.staple)).toBe(settings.staple);
    expect(facts.has(name.certificate)).toBe(!psk);
    const signs = !psk && !isResumed && !settings.suite.startsWith('TLS_RSA_');
    expect(facts.has(name.signature)).toBe(signs);
    expect(facts.has(name.clientSignature)).toBe(settings.clientAuth && !isResumed);
    expect(await page.locator('.negotiated .trouble').count()).toBe(0);
    expect(complaints).toEqual(nothing);
  });

  it('chosen in the form give way to each other, the last one counts', async () => {
    await follow(page, toFragment(each[0] as Settings));
    const form = page.locator('form.settings');
    await choose(page, () => form.locator('[name=psk]').check());
    expect((await factsOn(page)).has(name.certificate)).toBe(false);
    await choose(page, () => form.locator('[name=clientAuth]').check());
    expect(await form.locator('[name=psk]').isChecked()).toBe(false);
    expect((await factsOn(page)).get(name.clientSignature)).toContain('ecdsa');
    await choose(page, () => form.locator('[name=version]').selectOption('1.2'));
    await choose(page, () => form.locator('[name=certificate]').selectOption('rsa-2048'));
    const facts = await factsOn(page);
    expect(facts.get(name.suite)).toContain('_RSA_');
    expect(facts.get(name.signature)).toContain('rsa');
    expect(complaints).toEqual(nothing);
  });
});

/** Those that agree on a group which is named. */
function hasGroup({ version, suite, resumption }: Settings): boolean {
  return version === '1.3' || (suite.startsWith('TLS_ECDHE_') && resumption === 'none');
}

async function follow(page: Page, fragment: string): Promise<void> {
  await choose(page, () =>
    page.evaluate(
      hash =>
        new Promise<void>(resolve => {
          if (location.hash === hash) return resolve();
          addEventListener('hashchange', () => resolve(), { once: true });
          location.hash = hash;
        }),
      `#${fragment}`,
    ),
  );
}

/** Something that makes another connection, which is waited for: nothing can be saved until it is there. */
async function choose(page: Page, something: () => Promise<unknown>): Promise<void> {
  await something();
  await page.evaluate(() => new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  await page.getByRole('button', { name: texts.json.save, disabled: false }).waitFor({ timeout: 30_000 });
}

async function factsOn(page: Page): Promise<ReadonlyMap<string, string>> {
  const rows = page.locator('.negotiated .facts > div');
  const pairs = await rows.evaluateAll(divs =>
    divs.map(div => [div.querySelector('dt')?.textContent ?? '', div.querySelector('dd')?.textContent ?? ''] as const),
  );
  return new Map(pairs);
}
