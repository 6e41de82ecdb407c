/** What is taken away is what is on the page: other programs read it, and the link brings it back. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConnectionFile } from '../src/take-away/connection-json.ts';
import { texts } from '../src/texts/take-away.ts';
import { axe, chromiumPath, Demo, nothing } from './browser.ts';

// CI installs Chromium and tshark: there a missing one is a failure, which the launch reports.
const isSkipped = chromiumPath === undefined && !process.env.CI;
const hasTshark = spawnSync('tshark', ['--version']).status === 0;

const seed = 'seed=000102030405060708090a0b0c0d0e0f';

const folder = mkdtempSync(join(tmpdir(), 'tlskit-taken-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Presses the button, and waits for the file. */
async function download(page: Page, button: string): Promise<{ name: string; path: string }> {
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: button }).click()]);
  const name = file.suggestedFilename();
  const path = join(folder, `${Math.random()}-${name}`);
  await file.saveAs(path);
  return { name, path };
}

async function json(page: Page): Promise<ConnectionFile> {
  return JSON.parse(readFileSync((await download(page, texts.json.save)).path, 'utf8')) as ConnectionFile;
}

function tshark(path: string, filter: string, ...fields: readonly string[]): string[] {
  const args = ['-n', '-r', path, '-Y', filter, '-T', 'fields', ...fields.flatMap(field => ['-e', field])];
  const { status, stdout, stderr } = spawnSync('tshark', args, { encoding: 'utf8' });
  expect(status, stderr).toBe(0);
  return stdout.split('\n').filter(line => line !== '');
}

describe.skipIf(isSkipped)('what is taken away (skipped where there is no Chromium: set CHROMIUM_PATH)', () => {
  const demo = new Demo();
  beforeAll(() => demo.start());
  afterAll(() => demo.stop());

  async function opened(link: string) {
    const [page, complaints] = await demo.open({ link });
    await page.getByRole('button', { name: texts.json.save }).waitFor();
    return [page, complaints] as const;
  }

  describe.skipIf(!hasTshark && !process.env.CI)('a capture (skipped where there is no tshark)', () => {
    it.each([
      [`v=1.3&${seed}`, 1],
      [`v=1.3&suite=TLS_CHACHA20_POLY1305_SHA256&update=1&retry=1&${seed}`, 1],
      [`v=1.3&resume=ticket&${seed}`, 2],
      [`v=1.3&resume=early-data&${seed}`, 2],
      [`v=1.2&${seed}`, 1],
      [`v=1.2&suite=TLS_RSA_WITH_AES_128_CBC_SHA&${seed}`, 1],
      [`v=1.2&resume=session-id&${seed}`, 2],
    ] as const)('%s: tshark reads what was said, of each connection', async (link, count) => {
      const [page, complaints] = await opened(link);
      const { name, path } = await download(page, texts.capture.save);
      expect(name).toMatch(/^tls-1\.[23]-00010203\.pcapng$/);
      const streams = Array.from({ length: count }, (_, stream) => String(stream));
      expect(tshark(path, 'http.request', 'tcp.stream', 'http.request.method', 'http.host')).toEqual(
        streams.map(stream => `${stream}\tGET\tserver.example`),
      );
      expect(tshark(path, 'http.response', 'tcp.stream', 'http.response.code')).toEqual(
        streams.map(stream => `${stream}\t200`),
      );
      expect(tshark(path, '_ws.malformed || tcp.analysis.flags', 'frame.number')).toEqual([]);
      // Both ends of each have ended it.
      expect(tshark(path, 'tcp.flags.fin == 1', 'tcp.stream')).toEqual(streams.flatMap(stream => [stream, stream]));
      expect(complaints).toEqual(nothing);
      await page.context().close();
    });

    it('has what arrived, where somebody was in between', async () => {
      const [page] = await opened(`v=1.3&${seed}&tamper=change.0.2.09`);
      const { path } = await download(page, texts.capture.save);
      expect(tshark(path, 'tcp.len > 0', 'tcp.payload')[0]).toMatch(/^160309/);
      await page.context().close();
    });
  });

  it.each([`v=1.3&resume=ticket&${seed}`, `v=1.2&${seed}`])('a key log has every secret: %s', async link => {
    const [page, complaints] = await opened(link);
    const { name, path } = await download(page, texts.keyLog.save);
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    expect(name).toMatch(/\.keylog$/);
    for (const line of lines) expect(line).toMatch(/^[A-Z0-9_]+ [0-9a-f]{64} ([0-9a-f]{64}|[0-9a-f]{96})$/);
    const labels = lines.map(line => line.split(' ')[0]);
    if (link.startsWith('v=1.2')) expect(labels).toEqual(['CLIENT_RANDOM']);
    else expect(labels.filter(label => label === 'CLIENT_TRAFFIC_SECRET_0')).toHaveLength(2);
    const { connections } = await json(page);
    expect(connections.flatMap(({ keyLog }) => keyLog)).toEqual(lines);
    expect(complaints).toEqual(nothing);
    await page.context().close();
  });

  it('JSON has the records that are shown, and the steps between them', async () => {
    const [page, complaints] = await opened(`v=1.3&${seed}`);
    const file = await json(page);
    expect(file).toMatchObject({ format: 'tlskit-connection', version: 1 });
    expect(file.source).toMatchObject({ type: 'lab', link: `v=1.3&${seed}`, tampering: null });
    const [{ negotiated, records, steps }] = file.connections as [ConnectionFile['connections'][number]];
    expect(negotiated).toMatchObject({ protocol: 'TLSv1.3', cipherSuite: { name: 'TLS_AES_128_GCM_SHA256' } });
    // What the page has on the wire of each record, as its sizes say.
    for (const { record } of records) {
      const length = Number.parseInt(record.bytes.slice(6, 10), 16);
      expect(record.bytes).toHaveLength(2 * (5 + length));
    }
    expect(steps.flatMap(step => (step.type === 'record' ? [step.number] : []))).toEqual(
      records.map(({ number }) => number),
    );
    const names = (at: string, direction: string) =>
      steps.flatMap(step =>
        step.type === 'message' && step.at === at && step.direction === direction ? [`${step.name} ${step.bytes}`] : [],
      );
    expect(names('client', 'out').map(text => text.split(' ')[0])).toEqual(['ClientHello', 'Finished']);
    expect(names('client', 'out')).toEqual(names('server', 'in'));
    expect(names('server', 'out')).toEqual(names('client', 'in'));
    expect(steps.filter(step => step.type === 'closed').map(({ error }) => error)).toEqual([null, null]);
    expect(steps.some(step => step.time !== undefined)).toBe(false);
    expect(complaints).toEqual(nothing);
    await page.context().close();
  });

  it('JSON says what arrived in the place of what was sent, and who gave up', async () => {
    const [page] = await opened(`v=1.3&${seed}&tamper=change.1.60.00`);
    const file = await json(page);
    expect(file.source).toMatchObject({ tampering: { action: 'change', record: 1, offset: 60, value: 0 } });
    const [{ records, steps }] = file.connections as [ConnectionFile['connections'][number]];
    const sent = records[1]!.record.bytes;
    expect(records[1]!.arrived).toEqual([`${sent.slice(0, 120)}00${sent.slice(122)}`]);
    expect(records[0]!.arrived).toBeUndefined();
    expect(steps.find(step => step.type === 'closed')).toMatchObject({
      error: { code: expect.stringMatching(/^ERR_TLS_/) },
    });
    await page.context().close();
  });

  it('is what is on the page, where a later run came to nothing', async () => {
    const [page] = await opened(`v=1.3&${seed}&tamper=drop.3`);
    // What another version needs is not loaded yet.
    await page.context().setOffline(true);
    await page.locator('select[name=version]').selectOption('1.2');
    await page.locator('main > .trouble').waitFor();
    const { source } = await json(page);
    expect(source).toMatchObject({ settings: { version: '1.3' }, tampering: { action: 'drop', record: 3 } });
    expect((await download(page, texts.capture.save)).name).toMatch(/^tls-1\.3-/);
    expect(await page.getByRole('textbox', { name: texts.link.name }).inputValue()).toContain(
      `#v=1.3&${seed}&tamper=drop.3`,
    );
    await page.context().close();
  });

  it.each([
    `v=1.3&group=X25519MLKEM768&client=1&resume=early-data&${seed}&stop=3`,
    `v=1.3&${seed}&tamper=drop.3`,
    `v=1.2&suite=TLS_DHE_RSA_WITH_AES_128_GCM_SHA256&resume=ticket&${seed}`,
  ])('the link that is copied, in a fresh page, gives the same bytes: %s', async link => {
    const [page, complaints] = await opened(link);
    const before = readFileSync((await download(page, texts.json.save)).path, 'utf8');
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('button', { name: texts.link.copy }).click();
    await page.getByText(texts.link.copied).waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toBe(await page.getByRole('textbox', { name: texts.link.name }).inputValue());
    expect(copied.startsWith(`${demo.url}#`)).toBe(true);
    const [other, others] = await opened(copied.slice(demo.url.length + 1));
    expect(readFileSync((await download(other, texts.json.save)).path, 'utf8')).toBe(before);
    expect([complaints, others]).toEqual([nothing, nothing]);
    await page.context().close();
    await other.context().close();
  });

  it('the link is there to be copied by hand, where there is no clipboard', async () => {
    const [page, complaints] = await opened(`v=1.3&${seed}`);
    await page.evaluate(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }));
    await page.getByRole('button', { name: texts.link.copy }).click();
    await page.getByText(texts.link.selected).waitFor();
    expect(await page.evaluate(() => String(getSelection()))).toContain(`#v=1.3&${seed}`);
    expect(complaints).toEqual(nothing);
    await page.context().close();
  });

  it.each(['light', 'dark'] as const)('axe finds nothing, and nothing is too wide: %s', async colorScheme => {
    for (const width of [1280, 360]) {
      const [page, complaints] = await demo.open({ link: `v=1.3&resume=ticket&${seed}`, colorScheme, width });
      const section = page.locator('.take-away');
      await section.waitFor();
      if (process.env.SHOTS)
        await section.screenshot({ path: `${process.env.SHOTS}/take-${width}-${colorScheme}.png` });
      expect(await axe(page, '.take-away')).toEqual([]);
      expect(await section.evaluate(element => element.scrollWidth <= element.clientWidth)).toBe(true);
      expect(complaints).toEqual(nothing);
      await page.context().close();
    }
  });
});
