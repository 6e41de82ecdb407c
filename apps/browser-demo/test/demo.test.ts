/** The built page in a browser: whatever is chosen, the handshake completes and every byte of it has a name. */
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, Demo, nothing, run } from './browser.ts';

// CI installs Chromium: there a missing one is a failure, which the launch reports.
const isSkipped = chromiumPath === undefined && !process.env.CI;

const flow = {
  first: ['ClientHello'],
  retry: ['HelloRetryRequest', 'ClientHello'],
  server: ['ServerHello', 'EncryptedExtensions', 'Certificate', 'CertificateVerify', 'Finished'],
  client: ['Finished'],
};

/** Names of the messages on the page, in order. */
async function messages(page: Page): Promise<string[]> {
  return page.locator('tls-record summary .message').allTextContents();
}

/** The record whose line has this message, opened. */
async function open(page: Page, message: string): Promise<Locator> {
  const record = page
    .locator('tls-record')
    .filter({ has: page.locator('.message', { hasText: message }) })
    .first();
  await openRecord(record);
  return record;
}

async function openRecord(record: Locator): Promise<void> {
  if ((await record.locator('details[open]').count()) === 0) await record.locator('summary').click();
  await record.locator('tls-section').first().waitFor();
}

/** The digits of a section's hex pane, and those of its fields. */
async function bytesOf(section: Locator): Promise<{ pane: string; options: string[]; labels: (string | null)[] }> {
  return section.locator('.hex').evaluate(hex => ({
    pane: (hex.textContent ?? '').replaceAll(' ', ''),
    options: [...hex.querySelectorAll('[role=option]')].map(option => (option.textContent ?? '').trim()),
    labels: [...hex.querySelectorAll('[role=option]')].map(option => option.getAttribute('aria-label')),
  }));
}

describe.skipIf(isSkipped)('the demo (skipped where there is no Chromium: set CHROMIUM_PATH)', () => {
  const demo = new Demo();
  beforeAll(() => demo.start());
  afterAll(() => demo.stop());

  describe.each(['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'])('%s', suite => {
    it.each([
      ['x25519', { retry: false, compatibility: true }],
      ['secp256r1', { retry: true, compatibility: true }],
      ['secp384r1', { retry: true, compatibility: false }],
      ['X25519MLKEM768', { retry: false, compatibility: true }],
    ] as const)('with %s, %o', async (group, choices) => {
      const [page, complaints] = await demo.open();
      await run(page, { suite, group, ...choices });
      const expected = [...flow.first, ...(choices.retry ? flow.retry : []), ...flow.server, ...flow.client];
      const shown = await messages(page);
      expect(shown.filter(name => name !== 'ChangeCipherSpec')).toEqual(expected);
      expect(shown.filter(name => name === 'ChangeCipherSpec')).toHaveLength(choices.compatibility ? 2 : 0);

      const facts = await page.locator('#facts dd').allTextContents();
      expect(facts).toEqual([
        'TLSv1.3',
        suite,
        group,
        'ecdsa_secp256r1_sha256',
        'server.example',
        'verified, issued by CN=Authority of this page',
      ]);
      const hello = await open(page, 'ServerHello');
      await hello.getByRole('treeitem', { name: `cipher_suite: ${suite}` }).waitFor();
      expect(complaints).toEqual(nothing);
      await page.context().close();
    });
  });

  it('names every byte of every record', async () => {
    const [page, complaints] = await demo.open();
    await run(page, { retry: true });
    await page.getByRole('button', { name: 'Send as client' }).click();
    await page.getByRole('button', { name: 'Close client' }).click();
    await page.getByRole('button', { name: 'Close server' }).click();
    const records = await page.locator('tls-record').all();
    expect(records.length).toBeGreaterThan(10);
    let sections = 0;
    for (const record of records) {
      await openRecord(record);
      for (const section of await record.locator('tls-section').all()) {
        sections++;
        const { pane, options, labels } = await bytesOf(section);
        const size = Number.parseInt((await section.locator('h4 .size').textContent()) ?? '', 10);
        expect(pane).toMatch(/^([0-9a-f]{2})+$/);
        expect(pane.length / 2).toBe(size);
        expect(options.join(' ').replaceAll(' ', '')).toBe(pane);
        for (const label of labels) expect(label).toMatch(/[a-z]/);
        // The bytes of the leaves of the tree begin as those of the hex pane.
        const rows = await section.locator('[role=treeitem]:not([aria-expanded]) > .row > .bytes').allTextContents();
        expect(rows).toHaveLength(options.length);
        for (const [i, row] of rows.entries()) expect(options[i]?.startsWith(row.replace(' …', ''))).toBe(true);
      }
    }
    // Protected records have two: what was sent, and what is in it.
    const protectedOnes = await page.locator('tls-record .keys', { hasText: 'keys' }).count();
    expect(protectedOnes).toBeGreaterThan(4);
    expect(sections).toBe(records.length + protectedOnes);
    expect(await page.locator('.unread').count()).toBe(0);
    expect(complaints).toEqual(nothing);
    await page.context().close();
  });

  it('links bytes and fields both ways, by pointer and by keyboard', async () => {
    const [page, complaints] = await demo.open();
    await run(page);
    const record = await open(page, 'ClientHello');
    const marked = record.locator('.hex .marked');

    // From a field to its bytes.
    const version = record.getByRole('treeitem', { name: 'legacy_version: TLS 1.2' });
    await version.hover();
    expect(await marked.allTextContents()).toEqual(['03 03 ']);
    await expect(record.locator('.caption').textContent()).resolves.toContain('legacy_version: TLS 1.2 (0x0303)');

    // From bytes to their field, which is in an extension that begins closed.
    const group = record.getByRole('option', { name: /key_share › .*group: x25519/ });
    await group.click();
    const item = page.locator('[role=treeitem]:focus');
    expect(await item.getAttribute('aria-label')).toBe('group: x25519 (0x001d)');
    expect(await item.isVisible()).toBe(true);
    expect(await item.getAttribute('aria-selected')).toBe('true');

    // The keyboard: next field, up to its parent, which has more bytes, and close it.
    await page.keyboard.press('ArrowDown');
    expect(await item.getAttribute('aria-label')).toMatch(/^key_exchange/);
    await page.keyboard.press('ArrowLeft');
    expect(await item.getAttribute('aria-label')).toMatch(/^\[0\]: x25519/);
    expect(await marked.count()).toBe(3);
    await page.keyboard.press('ArrowLeft');
    expect(await item.getAttribute('aria-expanded')).toBe('false');
    await page.keyboard.press('Home');
    expect(await item.getAttribute('aria-label')).toBe('type: handshake (22)');
    await page.keyboard.press('End');
    expect(await item.isVisible()).toBe(true);

    // The hex pane is one stop before the tree; Enter goes from bytes to their field.
    await page.keyboard.press('Home');
    await page.keyboard.press('Shift+Tab');
    const option = page.locator('[role=option]:focus');
    expect(await option.getAttribute('aria-label')).toBe('type: handshake (22)');
    await page.keyboard.press('ArrowRight');
    expect(await option.textContent()).toBe('03 01 ');
    await page.keyboard.press('Enter');
    expect(await item.getAttribute('aria-label')).toBe('legacy_record_version: TLS 1.0 (0x0301)');
    expect(complaints).toEqual(nothing);
    await page.context().close();
  });

  it('sends data both ways and closes each side', async () => {
    const [page, complaints] = await demo.open();
    await run(page);
    const text = page.getByLabel('Application data');
    await text.fill('<b>grüße</b>');
    await page.getByRole('button', { name: 'Send as client' }).click();
    await text.fill('and back');
    await page.getByRole('button', { name: 'Send as server' }).click();
    await page.getByRole('button', { name: 'Close client' }).click();
    await text.fill('the server may go on');
    await page.getByRole('button', { name: 'Send as server' }).click();
    await page.getByRole('button', { name: 'Close server' }).click();
    await page.getByRole('status').filter({ hasText: 'Both sides' }).waitFor();
    expect(await page.locator('#received li').allTextContents()).toEqual([
      'Server received <b>grüße</b>',
      'Client received and back',
      'Server was told that no more comes',
      'Client received the server may go on',
      'Client was told that no more comes',
    ]);
    const names = await messages(page);
    expect(names.filter(name => name === 'application data')).toHaveLength(3);
    expect(names.filter(name => name === 'close_notify')).toHaveLength(2);
    for (const button of await page.locator('#data button').all()) expect(await button.isDisabled()).toBe(true);
    await page.getByText('Key log', { exact: true }).click();
    const log = (await page.locator('#keylog-lines').inputValue()).split('\n');
    expect(log.length).toBeGreaterThan(3);
    for (const line of log) expect(line).toMatch(/^[A-Z0-9_]+ [0-9a-f]{64} [0-9a-f]{64}$/);

    // A second run takes the place of the first.
    await run(page, { suite: 'TLS_AES_256_GCM_SHA384' });
    expect(await messages(page)).not.toContain('application data');
    expect(await page.locator('#received li').count()).toBe(0);
    expect(await page.getByRole('button', { name: 'Send as client' }).isEnabled()).toBe(true);
    expect(complaints).toEqual(nothing);
    await page.context().close();
  });

  it.each([
    [360, 'light', 8],
    [360, 'dark', 8],
    [1280, 'dark', 16],
  ] as const)('fits %i pixels, %s', async (width, colorScheme, perLine) => {
    const [page, complaints] = await demo.open({ width, colorScheme });
    await run(page);
    const record = await open(page, 'Certificate');
    await record.locator('tls-section').nth(1).waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    // The offsets beside the bytes are those of the lines that the browser made of them.
    const lines = await record.locator('.dump').evaluateAll(dumps =>
      dumps.map(dump => {
        const shown = [...dump.querySelectorAll('.offsets')].find(column => column.getClientRects().length > 0);
        const hex = dump.querySelector('.hex');
        const text = document.createRange();
        if (hex !== null) text.selectNodeContents(hex);
        const tops = new Set([...text.getClientRects()].map(({ top }) => Math.round(top)));
        return [shown?.textContent?.split('\n').length, tops.size, (hex?.textContent ?? '').length / 3] as const;
      }),
    );
    expect(lines).toHaveLength(2);
    for (const [offsets, made, bytes] of lines) {
      expect(offsets).toBe(Math.ceil(bytes / perLine));
      expect(made).toBe(offsets);
    }
    const [background] = await page.evaluate(() => [getComputedStyle(document.body).backgroundColor]);
    expect(background).toBe(colorScheme === 'dark' ? 'rgb(23, 25, 27)' : 'rgb(251, 251, 250)');
    expect(complaints).toEqual(nothing);
    await page.context().close();
  });

  it('is held to its own folder by its policy', async () => {
    const [page, complaints] = await demo.open();
    const policy = await page.locator('meta[http-equiv=Content-Security-Policy]').getAttribute('content');
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
    // What the policy forbids is reported, so that the silence of the other tests means something.
    const refused = await page.evaluate(() =>
      fetch('./index.html').then(
        () => false,
        () => true,
      ),
    );
    expect(refused).toBe(true);
    await expect.poll(() => complaints.violations.join()).toContain('connect-src');
    await page.context().close();
  });
});
