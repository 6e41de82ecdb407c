/** The reader in a browser: every byte has a name, bytes and fields are linked both ways, and what protects a record is to be seen. */
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../src/lab/run.ts';
import { fromFragment } from '../src/lab/settings.ts';
import { axe, chromiumPath, Demo, nothing } from './browser.ts';

// CI installs Chromium: there a missing one is a failure, which the launch reports.
const isSkipped = chromiumPath === undefined && !process.env.CI;

const seed = 'seed=000102030405060708090a0b0c0d0e0f';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

async function recordsOf(fragment: string) {
  const settings = fromFragment(`${fragment}&${seed}`);
  if (settings === undefined) throw new Error(`no link: ${fragment}`);
  const { connection } = await run(settings);
  return connection.steps.flatMap(step => (step.type === 'record' ? [step.entry] : []));
}

/** At a record, by its number. */
async function read(page: Page, record: number, tab = 'On the wire'): Promise<Locator> {
  const reader = page.locator('.reader');
  await reader.getByRole('tree').or(reader.locator('.protection')).first().waitFor();
  const title = reader.getByRole('heading', { name: /^Record/ });
  for (let at = await numberOf(title); at !== record; at = await numberOf(title)) {
    await reader.getByRole('button', { name: at < record ? 'Next record' : 'Previous record' }).click();
  }
  await reader.getByRole('tab', { name: tab, exact: true }).click();
  return reader;
}

async function numberOf(title: Locator): Promise<number> {
  return Number(/\d+/.exec((await title.textContent()) ?? '')?.[0]);
}

/** The digits of the hex pane, all of them. */
async function digitsOf(reader: Locator): Promise<string> {
  const all = reader.getByRole('button', { name: /^Show all/ });
  if ((await all.count()) > 0) await all.click();
  const texts = await reader.locator('.hex .digits').allTextContents();
  return texts.join('').replaceAll(' ', '');
}

describe.skipIf(isSkipped)('the reader (skipped where there is no Chromium: set CHROMIUM_PATH)', () => {
  const demo = new Demo();
  beforeAll(() => demo.start());
  afterAll(() => demo.stop());

  it.each(['v=1.3&retry=1&group=X25519MLKEM768&short=1', 'v=1.2&suite=TLS_RSA_WITH_AES_128_CBC_SHA&client=1'])(
    'has a name for every byte of every record: %s',
    async fragment => {
      const [page, complaints] = await demo.open({ link: `${fragment}&${seed}&stop=1` });
      const records = await recordsOf(fragment);
      expect(records.length).toBeGreaterThan(10);
      let spread = 0;
      for (const [number, { record, inner, messages }] of records.entries()) {
        const reader = await read(page, number);
        expect(await digitsOf(reader)).toBe(hex(record.bytes));
        const names = await reader.locator('.hex .unseen').allTextContents();
        for (const name of names) expect(name).toMatch(/[a-z]/);
        const tabs = await reader.getByRole('tab').allTextContents();
        expect(tabs.includes('Decrypted')).toBe(inner !== undefined);
        if (inner !== undefined) expect(await digitsOf(await read(page, number, 'Decrypted'))).toBe(hex(inner.bytes));
        for (const message of messages.filter(({ parts }) => parts.length > 1)) {
          spread++;
          expect(await digitsOf(await read(page, number, message.name))).toBe(hex(message.section.bytes));
        }
      }
      expect(spread > 0).toBe(fragment.includes('short'));
      expect(await page.locator('.unread').count()).toBe(0);
      expect(complaints).toEqual(nothing);
      await page.context().close();
    },
  );

  it('links bytes and fields both ways, by pointer and by keyboard', async () => {
    const [page, complaints] = await demo.open({ link: `v=1.3&${seed}&stop=1` });
    const reader = await read(page, 0);
    const marked = reader.locator('.hex [data-marked=true] .digits');
    const notes = reader.locator('.notes');

    // From a field to its bytes.
    await reader.getByRole('treeitem', { name: 'legacy_version TLS 1.2' }).hover();
    expect(await marked.allTextContents()).toEqual(['03 03 ']);
    expect(await notes.textContent()).toContain('supported_versions');

    // From bytes to their field, which is in an extension that begins closed: the closed one is marked, until one goes there.
    const group = reader.getByRole('option', { name: /key_share › .*group: x25519/ }).locator('.digits');
    await group.hover();
    expect(await reader.locator('.row[data-marked=true]').textContent()).toContain('key_share');
    expect(await notes.textContent()).toContain('group');
    await group.click();
    const item = page.locator('[role=treeitem]:focus');
    await expect.poll(() => item.textContent()).toContain('group x25519 (0x001d)');
    expect(await item.getAttribute('aria-selected')).toBe('true');

    // The keyboard: next field, up to its parent, which has more bytes, and close it.
    await page.keyboard.press('ArrowDown');
    expect(await item.textContent()).toContain('key_exchange');
    await page.keyboard.press('ArrowLeft');
    expect(await item.textContent()).toContain('[0]');
    expect(await marked.count()).toBe(3);
    await page.keyboard.press('ArrowLeft');
    expect(await item.getAttribute('aria-expanded')).toBe('false');
    await page.keyboard.press('Home');
    expect(await item.textContent()).toContain('type handshake (22)');
    await page.keyboard.press('End');
    expect(await item.isVisible()).toBe(true);

    // The hex pane is one stop before the tree; Enter goes from bytes to their field.
    await page.keyboard.press('Home');
    await page.keyboard.press('Shift+Tab');
    const option = page.locator('[role=option]:focus');
    expect(await option.textContent()).toContain('type: handshake (22)');
    await page.keyboard.press('ArrowRight');
    expect(await option.locator('.digits').textContent()).toBe('03 01 ');
    await page.keyboard.press('Enter');
    expect(await item.textContent()).toContain('legacy_record_version');
    expect(complaints).toEqual(nothing);
    await page.context().close();
  });

  it('has its tab stops moved before the next key', async () => {
    const [page] = await demo.open({ link: `v=1.3&${seed}&stop=1` });
    const reader = await read(page, 0);
    await reader.getByRole('treeitem', { name: 'type handshake (22)' }).click();
    // Within one turn, in which there is no frame.
    const stops = await page.evaluate(() => {
      const press = (key: string): void => {
        document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
      };
      const found = (): string[] =>
        [...document.querySelectorAll('.panes [tabindex="0"]')].map(({ textContent }) => textContent ?? '');
      press('End');
      const last = found();
      press('Home');
      return { last, first: found() };
    });
    expect(stops.last).toHaveLength(2);
    expect(stops.last[0]).toContain('[5]');
    expect(stops.first).toEqual(['type: handshake (22)16 ', expect.stringContaining('type handshake (22)')]);
    await page.context().close();
  });

  it('marks without making anything anew', async () => {
    const [page] = await demo.open({ link: `v=1.3&${seed}&stop=1` });
    const reader = await read(page, 3, 'Decrypted');
    expect(await reader.getByRole('option').count()).toBeGreaterThan(50);
    await reader.getByRole('treeitem', { name: 'msg_type' }).first().hover();
    await page.evaluate(() => {
      const seen = { added: 0, attributes: 0 };
      (globalThis as unknown as { seen: typeof seen }).seen = seen;
      new MutationObserver(list => {
        for (const { type } of list) seen[type === 'attributes' ? 'attributes' : 'added']++;
      }).observe(document.querySelector('.panes') as Element, { subtree: true, childList: true, attributes: true });
    });
    await reader.getByRole('treeitem', { name: 'length' }).first().hover();
    const seen = await page.evaluate(() => (globalThis as unknown as { seen: unknown }).seen);
    // A row and an element of bytes are marked, and another of each no more.
    expect(seen).toEqual({ added: 0, attributes: 4 });
    await page.context().close();
  });

  it('says what fields are for, in a place that stays', async () => {
    const [page, complaints] = await demo.open({ link: `v=1.3&${seed}&stop=1` });
    const reader = await read(page, 0);
    const notes = reader.locator('.notes');
    const place = await notes.boundingBox();
    const pane = await reader.locator('.panes').boundingBox();
    for (const [name, section, text] of [
      ['legacy_record_version', '5.1', 'ignored'],
      ['random', '4.2.2', 'random bytes'],
      ['cipher_suites', '4.2.2', 'best first'],
      ['key_share', '4.3.8', 'Public keys'],
    ] as const) {
      await reader.getByRole('treeitem', { name }).first().focus();
      expect(await notes.textContent()).toContain(text);
      const link = notes.getByRole('link');
      expect(await link.getAttribute('href')).toBe(`https://www.rfc-editor.org/rfc/rfc9846#section-${section}`);
      expect(await link.getAttribute('rel')).toBe('noreferrer');
      expect(await notes.evaluate(box => box.scrollHeight <= box.clientHeight)).toBe(true);
    }
    const [now, then] = [await notes.boundingBox(), await reader.locator('.panes').boundingBox()];
    expect(now?.height).toBe(place?.height);
    expect((then?.y ?? 0) - (now?.y ?? 0)).toBe((pane?.y ?? 0) - (place?.y ?? 0));
    expect(complaints).toEqual(nothing);
    await page.context().close();
  });

  it('shows the nonce as what it is made of', async () => {
    const [page, complaints] = await demo.open({ link: `v=1.3&${seed}&stop=1` });
    const records = await recordsOf('v=1.3');
    // A record that is not the first under its key.
    const entry = records.find(({ protection }) => (protection?.sequence ?? 0) > 0);
    const reader = await read(page, entry?.number ?? -1, 'Protection');
    const row = async (name: string) => {
      const text = await reader.locator(`[data-row=${name}] code`).last().textContent();
      return Buffer.from((text ?? '').replaceAll(' ', ''), 'hex');
    };
    const [iv, sequence, nonce] = [await row('write_iv'), await row('sequence'), await row('nonce')];
    expect(sequence.readBigUInt64BE(4)).toBe(BigInt(entry?.protection?.sequence ?? 0));
    expect(hex(iv.map((byte, i) => byte ^ (sequence[i] ?? 0)))).toBe(hex(nonce));
    expect(hex(nonce)).toBe(hex(entry?.protection?.nonce ?? new Uint8Array(0)));
    expect(hex(await row('tag'))).toBe(hex(entry?.record.bytes.subarray(-16) ?? new Uint8Array(0)));
    // One below the other.
    const lefts = await reader
      .locator('[data-row=write_iv] code, [data-row=sequence] code, [data-row=nonce] code')
      .evaluateAll(codes => codes.map(code => Math.round(code.getBoundingClientRect().left)));
    expect(new Set(lefts).size).toBe(1);
    expect(complaints).toEqual(nothing);
    await page.context().close();
  });

  it.each([
    ['change.1.60.00', /One byte arrived as another.*noticed/s],
    ['drop.3', /Nothing arrived.*waits/s],
    ['repeat.3', /arrived 2 times.*noticed/s],
  ])('shows what arrived: %s', async (tamper, text) => {
    const number = Number(tamper.split('.')[1]);
    const [page, complaints] = await demo.open({ link: `v=1.3&${seed}&tamper=${tamper}&stop=1` });
    const reader = await read(page, number, 'In between');
    expect(await reader.getByRole('tabpanel').textContent()).toMatch(text);
    expect(await reader.locator('mark').count()).toBe(tamper.startsWith('change') ? 2 : 0);
    expect(await axe(page, '.reader')).toEqual([]);
    expect(complaints).toEqual(nothing);
    await page.context().close();
  });

  it.each([
    [360, 'light', 8],
    [360, 'dark', 8],
    [1280, 'light', 16],
    [1280, 'dark', 16],
  ] as const)('fits %i pixels, %s', async (width, colorScheme, perLine) => {
    const [page, complaints] = await demo.open({ width, colorScheme, link: `v=1.3&${seed}&stop=1` });
    for (const tab of ['On the wire', 'Protection', 'Decrypted']) {
      const reader = await read(page, 3, tab);
      expect(await axe(page, '.reader')).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
      if (tab === 'Protection') continue;
      // The offsets beside the bytes are those of the lines that the browser made of them.
      const heights = await reader.locator('.dump').evaluate(dump => {
        const shown = [...dump.querySelectorAll('.offsets')].find(column => column.getClientRects().length > 0);
        const lines = shown?.textContent?.split('\n') ?? [];
        return { offsets: shown?.clientHeight, bytes: dump.querySelector('.hex')?.clientHeight, second: lines[1] };
      });
      expect(heights.offsets).toBe(heights.bytes);
      expect(heights.second).toBe(perLine.toString(16).padStart(4, '0'));
    }
    expect(complaints).toEqual(nothing);
    await page.context().close();
  });
});
