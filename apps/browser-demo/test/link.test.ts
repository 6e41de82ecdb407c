/** A link says all that a connection depends on: whoever opens it has the same bytes. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../src/lab/run.ts';
import { fromFragment } from '../src/lab/settings.ts';
import type { Tampering } from '../src/lab/tampering.ts';
import { fromLink, toLink } from '../src/state/link.ts';
import type { ConnectionFile } from '../src/take-away/connection-json.ts';
import { texts } from '../src/texts/take-away.ts';
import { texts as pageTexts } from '../src/texts.ts';
import { seed } from './all-settings.ts';
import { chromiumPath, Demo, nothing } from './browser.ts';

const { player: words } = pageTexts;

const usual = `v=1.3&seed=${seed}`;

describe('what is in a link', () => {
  const tamperings: readonly Tampering[] = [
    { action: 'change', record: 1, offset: 60, value: 0 },
    { action: 'change', record: 12, offset: 99_999, value: 0xff },
    { action: 'drop', record: 3 },
    { action: 'repeat', record: 0 },
    { action: 'swap', record: 99_999 },
  ];

  it.each(tamperings)('comes back: %o', tampering => {
    const link = { ...fromLink(usual)!, tampering, view: 'tamper', stop: 17 } as const;
    expect(fromLink(toLink(link))).toEqual(link);
  });

  it('says which of two connections is looked at', () => {
    const link = { ...fromLink(`v=1.3&resume=ticket&seed=${seed}`)!, stop: 4 };
    expect(toLink(link)).not.toContain('before');
    const before = { ...link, before: true };
    expect(toLink(before)).toMatch(/&stop=4&before=1$/);
    expect(fromLink(toLink(before))).toEqual(before);
  });

  it.each([
    ['tamper=change.1.60', 'a change to nothing'],
    ['tamper=change.1.60.0', 'a digit'],
    ['tamper=change.1.60.100', 'more than a byte'],
    ['tamper=change.-1.60.00', 'a number below 0'],
    ['tamper=change.1.1e3.00', 'a number of another kind'],
    ['tamper=drop', 'no record'],
    ['tamper=drop.123456', 'a record that cannot be'],
    ['tamper=turn.1', 'an action that is none'],
    ['view=settings', 'a view that is none'],
    ['stop=-1', 'a stop before the first'],
    ['stop=12345', 'a stop that cannot be'],
    ['stop=', 'no stop'],
    ['before=yes', 'a switch that is neither on nor off'],
    ['suite=TLS_NULL_WITH_NULL_NULL', 'a suite that is not to be chosen'],
    ['psk=yes', 'a switch that is neither on nor off'],
    ['resume=session-id', 'what another version has'],
    ['%E0%A4%A', 'no text'],
  ])('is left out where it makes no sense: %s, %s', said => {
    expect(fromLink(`${usual}&${said}`)).toEqual(fromLink(usual));
  });

  it.each(['', 'content', 'v=1.1', `v=1.4&seed=${seed}`, 'v=1.3', 'v=1.3&seed=00', `v=1.3&seed=${seed}0`])(
    'is no link of ours: %s',
    fragment => {
      expect(fromLink(fragment)).toBeUndefined();
    },
  );
});

// CI installs Chromium: there a missing one is a failure, which the launch reports.
const isSkipped = chromiumPath === undefined && !process.env.CI;

describe.skipIf(isSkipped)('a link (skipped where there is no Chromium: set CHROMIUM_PATH)', () => {
  const demo = new Demo();
  beforeAll(() => demo.start());
  afterAll(() => demo.stop());

  it('leads to the connection before, and to a place in it', async () => {
    const both = `v=1.3&resume=ticket&seed=${seed}`;
    const [page, complaints] = await demo.open({ link: both });
    await page.getByLabel(words.before).check();
    await page.getByRole('button', { name: words.forward, exact: true }).click();
    await expect.poll(() => page.url()).toMatch(/&stop=1&before=1$/);
    const said = new URL(page.url()).hash.slice(1);
    const [other, others] = await demo.open({ link: said });
    const status = other.locator('.player [role=status]');
    expect(await other.getByLabel(words.before).isChecked()).toBe(true);
    expect(await status.textContent()).toContain('Step 2 of');
    // By another link in the same page, too.
    await other.evaluate(hash => location.assign(`#${hash}`), both);
    await expect.poll(() => other.getByLabel(words.before).isChecked()).toBe(false);
    await other.evaluate(hash => location.assign(`#${hash}`), said);
    await expect.poll(() => other.getByLabel(words.before).isChecked()).toBe(true);
    expect([complaints, others]).toEqual([nothing, nothing]);
    await page.context().close();
    await other.context().close();
  });

  async function bytesBehind(link: string): Promise<string[][]> {
    const [page, complaints] = await demo.open({ link });
    const button = page.getByRole('button', { name: texts.json.save });
    const [file] = await Promise.all([page.waitForEvent('download'), button.click()]);
    const { connections } = JSON.parse(readFileSync(await file.path(), 'utf8')) as ConnectionFile;
    expect(complaints).toEqual(nothing);
    await page.context().close();
    return connections.map(({ records }) => records.map(({ record }) => record.bytes));
  }

  it.each([
    usual,
    `${usual}&tamper=change.3.40.00&stop=3`,
    `v=1.3&group=X25519MLKEM768&resume=early-data&client=1&seed=${seed}`,
    `v=1.2&suite=TLS_DHE_RSA_WITH_AES_128_GCM_SHA256&resume=session-id&seed=${seed}`,
  ])('has the same bytes wherever it is opened: %s', async link => {
    const first = await bytesBehind(link);
    expect(await bytesBehind(link)).toEqual(first);
    // Node is another place.
    const { connection, before } = await run(fromFragment(link)!, fromLink(link)!.tampering);
    const here = [before, connection].flatMap(each =>
      each === undefined
        ? []
        : [
            each.steps.flatMap(step =>
              step.type === 'record' ? [Buffer.from(step.entry.record.bytes).toString('hex')] : [],
            ),
          ],
    );
    expect(first).toEqual(here);
  });
});
