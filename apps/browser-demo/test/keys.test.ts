/** The view of keys in a browser: the graph grows, each node tells what it is, and all of it is reached by keyboard. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { messageName } from '../src/lab/messages.ts';
import { type Connection, run } from '../src/lab/run.ts';
import { fromFragment } from '../src/lab/settings.ts';
import { stopsOf } from '../src/state/stops.ts';
import { axe, chromiumPath, Demo, nothing } from './browser.ts';

// CI installs Chromium: there a missing one is a failure, which the launch reports.
const isSkipped = chromiumPath === undefined && !process.env.CI;

const seed = 'seed=000102030405060708090a0b0c0d0e0f';
const END = 9999;

async function connected(choices: string): Promise<Connection> {
  return (await run(fromFragment(`${choices}&${seed}`)!)).connection;
}

/** Number of the stop at which an end reads or writes a message. */
function stopAt(connection: Connection, at: 'client' | 'server', direction: 'in' | 'out', name: string): number {
  const found = stopsOf(connection).find(
    ({ step }) =>
      step.type === 'message' && step.at === at && step.direction === direction && messageName(step.bytes) === name,
  );
  if (found === undefined) throw new Error(`no ${name}`);
  return found.number;
}

const linkTo = (choices: string, stop: number) => `${choices}&${seed}&view=keys&stop=${stop}`;

async function namesIn(page: Page, selector: string): Promise<string[]> {
  const names = await page.locator(`${selector} > .key-name`).allTextContents();
  return names.map(name => name.replace(/ \(.*/, '')).sort();
}

describe.skipIf(isSkipped)('the view of keys (skipped where there is no Chromium: set CHROMIUM_PATH)', () => {
  const demo = new Demo();
  beforeAll(() => demo.start(), 120_000);
  afterAll(() => demo.stop());

  const open = async (
    choices: string,
    stop: number,
    options: { width?: number; colorScheme?: 'light' | 'dark' } = {},
  ) => {
    const [page, complaints] = await demo.open({ ...options, link: linkTo(choices, stop) });
    await page.locator('.keys-view').waitFor();
    return [page, complaints] as const;
  };

  const chosen = (page: Page) => page.locator('.key-details h3').textContent();

  it('grows as the handshake goes, and nothing moves', async () => {
    const connection = await connected('v=1.3');
    const places: unknown[] = [];
    const at = async (stop: number) => {
      const [page, complaints] = await open('v=1.3', stop);
      places.push(await page.locator('.key-card').evaluateAll(all => all.map(card => card.getAttribute('style'))));
      const [there, fresh] = [await namesIn(page, '.key-card:not(.to-come)'), await namesIn(page, '.key-card.new')];
      expect(complaints).toEqual(nothing);
      await page.context().close();
      return { there, fresh };
    };
    expect(await at(stopAt(connection, 'client', 'out', 'ClientHello'))).toEqual({ there: [], fresh: [] });
    const early = ['0', '0', 'Early Secret', 'derived', 'shared secret'];
    const traffic = (sender: string, stage: string) =>
      ['write_key', 'write_iv', `${stage}_traffic_secret`].map(name => `${sender}_${name}`);
    const handshake = [
      ...early,
      'Handshake Secret',
      ...traffic('client', 'handshake'),
      ...traffic('server', 'handshake'),
    ].sort();
    const first = await at(stopAt(connection, 'client', 'in', 'ServerHello'));
    expect(first).toEqual({ there: handshake, fresh: handshake });
    // The other end's Finished is checked before it is told: its keys are there a little earlier.
    const second = await at(stopAt(connection, 'client', 'in', 'Finished'));
    expect(second.fresh).toEqual(expect.arrayContaining(['Main Secret', 'exporter_secret', 'derived', 'verify_data']));
    expect(second.fresh).not.toContain('resumption_secret');
    const last = await at(END);
    expect(last.there).toEqual(expect.arrayContaining(['resumption_secret', 'PSK of a ticket', 'PSK of a ticket']));
    expect(last.there.filter(name => name === 'verify_data')).toHaveLength(2);
    for (const each of places) expect(each).toEqual(places[0]);
  }, 60_000);

  it('tells all of a node: formula, messages, value, records, key log', async () => {
    const connection = await connected('v=1.3&update=1');
    const [page, complaints] = await open('v=1.3&update=1', END);
    const choose = (name: string) => page.locator('.key-card', { hasText: name }).first().click();
    await choose('client_handshake_traffic_secret');
    const details = page.locator('.key-details');
    const text = async () => ((await details.textContent()) ?? '').replaceAll(' ', '');
    expect(await text()).toContain(
      'HKDF-Expand-Label(HandshakeSecret,"chstraffic",Transcript-Hash(ClientHello...ServerHello),32)',
    );
    const [, , secret] = connection.keyLog.find(line => line.startsWith('CLIENT_HANDSHAKE_TRAFFIC_SECRET'))!.split(' ');
    expect(await text()).toContain(secret);
    expect(await text()).toContain('CLIENT_HANDSHAKE_TRAFFIC_SECRET');
    // HkdfLabel: 32 bytes, and the label behind its length.
    const label = Buffer.from('tls13 c hs traffic');
    expect(await text()).toContain(`${label.length.toString(16)}${label.toString('hex')}`);
    await choose('server_application_traffic_secret_1');
    expect(await text()).toContain('HKDF-Expand-Label(server_application_traffic_secret_0,"trafficupd","",32)');
    // Its key protects what the server sends behind its KeyUpdate.
    await details.getByRole('button', { name: 'server_write_key' }).click();
    const own = connection.steps.flatMap(step =>
      step.type === 'record' && step.entry.sender === 'server' ? [step.entry] : [],
    );
    const update = own.findIndex(({ messages }) => messages.some(({ name }) => name === 'KeyUpdate'));
    const buttons = await details.getByRole('button', { name: /^Record/ }).allTextContents();
    expect(buttons).toEqual(own.slice(update + 1).map(({ number }) => `Record ${number}`));
    expect(complaints).toEqual(nothing);
    await page.context().close();
  }, 60_000);

  it('shows what the server computed, too', async () => {
    const [page, complaints] = await open('v=1.3', 0);
    await page.getByRole('radio', { name: 'server' }).check();
    expect(await page.locator('.key-card').count()).toBeGreaterThan(20);
    expect(await page.locator('.key-card:not(.to-come)').count()).toBe(0);
    expect(complaints).toEqual(nothing);
    await page.context().close();
  }, 60_000);

  it('cuts the key block of TLS 1.2, whose parts are the whole', async () => {
    const [page, complaints] = await open('v=1.2&suite=TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256', END);
    const rows = page.locator('.key-block tbody tr');
    expect((await rows.locator('th').allTextContents()).map(text => text.trim())).toEqual([
      'client_write_MAC_key',
      'server_write_MAC_key',
      'client_write_key',
      'server_write_key',
    ]);
    const lengths = (await rows.locator('td:nth-child(3)').allTextContents()).map(Number);
    expect(lengths).toEqual([32, 32, 16, 16]);
    const sum = await page.locator('.key-block tfoot td:nth-child(3)').textContent();
    expect(Number(sum)).toBe(lengths.reduce((total, length) => total + length, 0));
    await page.locator('.key-card', { hasText: 'key_block' }).click();
    const whole = await page
      .locator('.key-details dl > div', { hasText: /^Value/ })
      .locator('code')
      .textContent();
    const parts = (await rows.locator('td:nth-child(4)').allTextContents()).join('');
    expect(parts.replaceAll(' ', '')).toBe(whole!.replaceAll(' ', ''));
    expect(await page.locator('.rounds li').count()).toBe(3);
    expect(complaints).toEqual(nothing);
    await page.context().close();
  }, 60_000);

  it('sees that a signature is of other bytes than came', async () => {
    const connection = await connected('v=1.2');
    const record = connection.steps
      .flatMap(step => (step.type === 'record' ? [step.entry] : []))
      .find(({ messages }) => messages.some(({ name }) => name === 'ServerKeyExchange'))!;
    const part = record.messages.find(({ name }) => name === 'ServerKeyExchange')!;
    // A byte of the server's share: behind the headers of record and message, the curve and the length.
    const offset = 5 + part.parts[0]!.start + 4 + 4 + 8;
    const value = (record.record.bytes[offset]! ^ 1).toString(16).padStart(2, '0');
    const [page, complaints] = await open(`v=1.2&tamper=change.${record.number}.${offset}.${value}`, END);
    await page.locator('.signatures .wrong').waitFor();
    await page.getByRole('radio', { name: 'server' }).check();
    await page.locator('.signatures .good').waitFor();
    expect(await page.locator('.signatures .wrong').count()).toBe(0);
    expect(complaints).toEqual(nothing);
    await page.context().close();
  }, 60_000);

  it('is walked by keyboard alone', async () => {
    const [page, complaints] = await open('v=1.3', END);
    const focused = () =>
      page.evaluate(() => {
        const { activeElement } = document;
        return activeElement?.ariaLabel ?? activeElement?.querySelector('.key-name')?.textContent ?? '';
      });
    await page.getByRole('radio', { name: 'client' }).focus();
    await page.keyboard.press('Tab');
    const items = page.locator('[role=tree] [role=treeitem]');
    // One stop for Tab, at the chosen one.
    expect(await page.locator('[role=tree] [tabindex="0"]').count()).toBe(1);
    await page.keyboard.press('Home');
    expect(await focused()).toContain('Early Secret');
    await page.keyboard.press('ArrowRight');
    expect(await focused()).toBe('0');
    await page.keyboard.press('ArrowLeft');
    expect(await focused()).toContain('Early Secret');
    const walked: string[] = [];
    const step = await page.locator('.player [role=status]').textContent();
    const count = await items.count();
    for (let at = 0; at < count; at++) {
      walked.push(await focused());
      expect(walked[at]).toBe(await chosen(page));
      // Whoever has the focus is seen: below the bar of the player, and within the window.
      const box = await page.locator('.key-card:focus').boundingBox();
      expect(box!.y).toBeGreaterThan(40);
      expect(box!.y).toBeLessThan(900);
      await page.keyboard.press('ArrowDown');
    }
    expect(walked).toEqual(await items.locator('.key-name').allTextContents());
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('Chosen node');
    // The keys went through the tree, and not through the connection.
    expect(await page.locator('.player [role=status]').textContent()).toBe(step);
    expect(complaints).toEqual(nothing);
    await page.context().close();
  }, 60_000);

  const looks = (['light', 'dark'] as const).flatMap(colorScheme => [1280, 360].map(width => ({ colorScheme, width })));

  it.each(looks)(
    'breaks no rule of axe-core, and fits: $colorScheme, $width',
    async look => {
      for (const [choices, stop] of [
        ['v=1.3&client=1&retry=1', 18],
        ['v=1.3&resume=early-data', END],
        ['v=1.2&client=1', END],
      ] as const) {
        const [page, complaints] = await open(choices, stop, look);
        expect(await axe(page, '.keys-view'), choices).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth), choices).toBeLessThanOrEqual(
          look.width,
        );
        expect(complaints).toEqual(nothing);
        await page.context().close();
      }
    },
    90_000,
  );
});
