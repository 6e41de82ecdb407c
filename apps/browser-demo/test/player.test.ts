/** The frame of the page and its main view: settings, stepping, the diagram, what was negotiated. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axe, chromiumPath, Demo, nothing } from './browser.ts';

// CI installs Chromium: there a missing one is a failure, which the launch reports.
const isSkipped = chromiumPath === undefined && !process.env.CI;

const link = (said = 'v=1.3') => `${said}&seed=000102030405060708090a0b0c0d0e0f`;

const status = (page: Page) => page.locator('.player [role=status]').textContent();
const rows = (page: Page) => page.locator('.diagram [data-stop]');
const current = (page: Page) => page.locator('.diagram [aria-selected=true]');
const press = async (page: Page, ...keys: string[]) => {
  for (const key of keys) await page.keyboard.press(key);
};

/** Which step it is, of how many. */
async function place(page: Page): Promise<readonly [number, number]> {
  const [, at, all] = /Step (\d+) of (\d+)/.exec((await status(page)) ?? '') ?? [];
  return [Number(at), Number(all)];
}

/** Goes on until a step of this name; fails where there is none. */
async function stepTo(page: Page, what: string): Promise<void> {
  for (let [at, all] = await place(page); at <= all; [at, all] = await place(page)) {
    if ((await status(page))?.endsWith(what) === true) return;
    if (at === all) break;
    await page.getByRole('button', { name: 'Forward' }).click();
  }
  throw new Error(`no step is: ${what}`);
}

describe.skipIf(isSkipped)('the main view (skipped where there is no Chromium: set CHROMIUM_PATH)', () => {
  const demo = new Demo();
  beforeAll(() => demo.start());
  afterAll(() => demo.stop());

  /** A page with the diagram, closed again when nothing is to complain of. */
  const on = async (options: Parameters<Demo['open']>[0], look: (page: Page) => Promise<void>) => {
    const [page, complaints] = await demo.open(options);
    await rows(page).first().waitFor();
    await look(page);
    expect(complaints).toEqual(nothing);
    await page.context().close();
  };

  it('steps forwards and back, to the end and to the start', () =>
    on({ link: link() }, async page => {
      const [first, all] = await place(page);
      expect(first).toBe(1);
      expect(await rows(page).count()).toBe(all);
      const button = (name: string) => page.getByRole('button', { name, exact: true });
      await button('Forward').click();
      await button('Forward').click();
      expect(await status(page)).toContain('Server reads ClientHello');
      await button('Back').click();
      expect((await place(page))[0]).toBe(2);
      expect(await current(page).getAttribute('data-stop')).toBe('1');
      await button('To the end').click();
      expect(await place(page)).toEqual([all, all]);
      expect(await button('Forward').isDisabled()).toBe(true);
      await button('To the start').click();
      expect(await place(page)).toEqual([1, all]);
      expect(await button('Back').isDisabled()).toBe(true);
      await page.locator('.player input[type=range]').fill('7');
      expect((await place(page))[0]).toBe(8);
    }));

  it('keeps the focus where a control goes, or has nothing left to do', () =>
    on({ link: `${link()}&stop=0` }, async page => {
      const isKept = () => page.evaluate(() => document.activeElement !== document.body);
      for (const name of ['To the end', 'To the start', 'Go there']) {
        const button = page.getByRole('button', { name, exact: true });
        await button.focus();
        await press(page, 'Enter');
        if (name === 'Go there') await button.waitFor({ state: 'detached' });
        else await page.locator(`.moves button[aria-label="${name}"][aria-disabled=true]`).waitFor();
        expect([name, await isKept()]).toEqual([name, true]);
        // It does nothing more, and says so.
        const before = await status(page);
        await press(page, 'Enter');
        expect(await status(page)).toBe(before);
      }
    }));

  it('says by the range what it stands at, and is silent while it plays', () =>
    on({ link: `${link()}&stop=3` }, async page => {
      expect(await page.locator('.player input[type=range]').getAttribute('aria-valuetext')).toBe(await status(page));
      const live = page.locator('.player [role=status]');
      expect(await live.getAttribute('aria-live')).toBe('polite');
      await page.getByRole('button', { name: 'Play' }).click();
      await page.locator('.player [role=status][aria-live=off]').waitFor();
      await page.getByRole('button', { name: 'Pause' }).click();
      await page.locator('.player [role=status][aria-live=polite]').waitFor();
    }));

  it('shows the state of each end, and what it waits for', () =>
    on({ link: link() }, async page => {
      const head = (side: string) => page.locator(`.diagram .head.${side}`).textContent();
      await stepTo(page, 'Client reads ServerHello');
      expect(await head('client')).toMatch(/WAIT_EE\s*waits for EncryptedExtensions/);
      expect(await head('server')).toMatch(/WAIT_FINISHED\s*waits for Finished/);
      await stepTo(page, 'Client reads EncryptedExtensions');
      expect(await head('client')).toMatch(/WAIT_CERT_CR\s*waits for CertificateRequest or Certificate/);
      await stepTo(page, 'Client is connected');
      expect(await head('client')).toContain('CONNECTED');
      expect(await head('server')).toContain('WAIT_FINISHED');
    }));

  it('has its rows in order: a message is written, sent, and read', () =>
    on({ link: link() }, async page => {
      const said = (await rows(page).allInnerTexts()).map(text => text.replace(/\s+/g, ' '));
      const at = (pattern: RegExp) => said.findIndex(text => pattern.test(text));
      const order = [
        /Server writes Finished/,
        /Server → client: .*CertificateVerify, Finished/,
        /Client reads Finished/,
      ];
      const places = order.map(at);
      expect(places).not.toContain(-1);
      expect(places.toSorted((a, b) => a - b)).toEqual(places);
      const times = (await page.locator('.diagram .step .step-time').allInnerTexts()).map(Number);
      expect(times.toSorted((a, b) => a - b)).toEqual(times);
    }));

  it('is walked by keyboard alone', () =>
    on({ link: link() }, async page => {
      await press(page, 'ArrowRight', 'ArrowRight', 'ArrowLeft');
      expect((await place(page))[0]).toBe(2);
      // One stop of the Tab key for all rows; from there the arrows go on, and the focus with them.
      await current(page).focus();
      await press(page, 'ArrowDown', 'ArrowDown');
      await page.locator('.diagram [data-stop="3"]:focus').waitFor();
      expect(await page.locator('.diagram [tabindex="0"]').count()).toBe(1);
      await press(page, 'End');
      await page.locator('.diagram [aria-selected=true]:focus').waitFor();
      const [at, all] = await place(page);
      expect(at).toBe(all);
      await press(page, 'Home', 'PageDown');
      expect((await place(page))[0]).toBe(11);
      // A control that takes arrows keeps them.
      await page.locator('input[type=range]').focus();
      await press(page, 'ArrowRight');
      expect((await place(page))[0]).toBe(12);
      await page.locator('select[name=suite]').focus();
      await press(page, 'ArrowLeft');
      expect((await place(page))[0]).toBe(12);
    }));

  it('reaches everything by the Tab key, and the content by its first link', () =>
    on({ link: link() }, async page => {
      await press(page, 'Tab');
      const skip = page.locator('.skip');
      expect(await skip.evaluate(element => element === document.activeElement)).toBe(true);
      await press(page, 'Enter');
      await page.locator('#content:focus').waitFor();
      const names = new Set<string>();
      for (let count = 0; count < 60; count++) {
        await press(page, 'Tab');
        names.add(
          await page.evaluate(() => {
            const { activeElement: at } = document;
            return at?.closest('.diagram') !== null && at?.hasAttribute('data-stop') === true
              ? 'row'
              : (at?.getAttribute('name') ?? at?.getAttribute('aria-label') ?? '');
          }),
        );
      }
      expect([...names]).toEqual(
        expect.arrayContaining(['version', 'suite', 'group', 'helloRetry', 'Play', 'Step', 'row']),
      );
    }));

  it('plays until the end, and pauses', () =>
    on({ link: `${link()}&stop=0` }, async page => {
      await press(page, ' ');
      const pause = page.getByRole('button', { name: 'Pause' });
      await pause.waitFor();
      await page.locator('.diagram [aria-selected=true]:not([data-stop="0"])').waitFor();
      await press(page, ' ');
      const [, all] = await place(page);
      await page.locator('input[type=range]').fill(String(all - 3));
      await page.getByRole('button', { name: 'Play' }).click();
      await page.locator(`.diagram [data-stop="${all - 1}"][aria-selected=true]`).waitFor();
      await pause.waitFor({ state: 'detached' });
      expect(await place(page)).toEqual([all, all]);
    }));

  it('keeps the current row in view, without moving the page', () =>
    on({ link: link() }, async page => {
      await page.getByRole('button', { name: 'To the end' }).click();
      const isInside = () =>
        page.evaluate(() => {
          const box = document.querySelector('.diagram')?.getBoundingClientRect();
          const row = document.querySelector('.diagram [aria-selected=true]')?.getBoundingClientRect();
          return box !== undefined && row !== undefined && row.top >= box.top && row.bottom <= box.bottom + 1;
        });
      await expect.poll(isInside).toBe(true);
      expect(await page.evaluate(() => scrollY)).toBe(0);
    }));

  it('reads the record whose row is chosen', () =>
    on({ link: link() }, async page => {
      await page.locator('.diagram .step.arrow', { hasText: 'CertificateVerify' }).click();
      await page.locator('.reader', { hasText: 'CertificateVerify' }).waitFor();
      expect(await status(page)).toContain('Server → client: a record of');
    }));

  it('runs at once what is chosen, and keeps what fits in another version', () =>
    on({ link: link('v=1.3&alpn=1') }, async page => {
      const fact = (name: string) => page.locator('.negotiated div', { hasText: name }).locator('dd').first();
      await page.locator('select[name=group]').selectOption('secp256r1');
      await fact('Key exchange').filter({ hasText: 'secp256r1 (0x0017)' }).waitFor();
      await page.locator('select[name=version]').selectOption('1.2');
      await fact('Protocol').filter({ hasText: 'TLS 1.2 (0x0303)' }).waitFor();
      expect(await page.locator('select[name=group]').inputValue()).toBe('secp256r1');
      expect(await page.locator('input[name=alpn]').isChecked()).toBe(true);
      expect(await fact('Application protocol').textContent()).toBe('http/1.1');
      expect(await page.locator('.negotiated tbody td').nth(3).textContent()).toBe('2');
      const seed = () => new URLSearchParams(page.url().split('#')[1]).get('seed');
      const before = seed();
      await page.getByRole('button', { name: 'New random bytes' }).click();
      await expect.poll(seed).not.toBe(before);
    }));

  it('shows both connections where one resumes the other', () =>
    on({ link: link('v=1.3&resume=ticket') }, async page => {
      const certificates = page.locator('.diagram .step', { hasText: 'writes Certificate' });
      expect(await certificates.count()).toBe(0);
      await page.getByLabel('The one before').check();
      await certificates.first().waitFor();
      expect((await place(page))[0]).toBe(1);
      await page.getByLabel('This connection').check();
      await certificates.first().waitFor({ state: 'detached' });
    }));

  it('shows on the arrow what somebody in between did, and how it ended', () =>
    on({ link: `${link()}&tamper=change.3.100.00` }, async page => {
      const arrow = page.locator('.diagram .step.arrow', { has: page.locator('.step-meddling') });
      expect(await arrow.count()).toBe(1);
      expect(await arrow.textContent()).toMatch(/byte 100 changed on the way: [0-9a-f]{2} → 00/);
      expect(await page.locator('.negotiated .trouble').textContent()).toContain('bad_record_mac');
    }));

  it.each([1280, 1000, 360])('is no wider than the page: %i', width =>
    on(
      { width, link: link('v=1.2&suite=TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256&resume=ticket&client=1') },
      async page => {
        if (width < 1000) await page.locator('.settings summary').click();
        await page.locator('.settings .groups').waitFor();
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
      },
    ),
  );

  it.each(['light', 'dark'] as const)('axe finds nothing: %s', colorScheme =>
    on({ colorScheme, link: `${link()}&stop=12` }, async page => {
      for (const part of ['body > header', '.settings', '.player', '.diagram', '.negotiated']) {
        expect(await axe(page, part)).toEqual([]);
      }
    }),
  );
});
