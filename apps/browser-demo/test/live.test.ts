/** The page and real servers: through the relay of tlskit-server, and served by it. */
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ConnectionFile } from '../src/take-away/connection-json.ts';
import { texts } from '../src/texts/live.ts';
import { texts as takeAway } from '../src/texts/take-away.ts';
import { texts as tamper } from '../src/texts/tamper.ts';
import { texts as pageTexts } from '../src/texts.ts';
import { buildPage } from '../tools/build-page.mjs';
import { axe, chromiumPath, Demo, nothing } from './browser.ts';
import { identity, openssl, relay, stopAll } from './processes.ts';

// CI installs Chromium and openssl: there a missing one is a failure, which the launch reports.
const isHere = chromiumPath !== undefined && spawnSync('openssl', ['version']).status === 0;
const isSkipped = !isHere && !process.env.CI;

const { form, talk } = texts;

interface Choice {
  readonly port: number;
  readonly host?: string;
  readonly name?: string;
  readonly alpn?: string;
  readonly version?: '1.3' | '1.2';
  /** PEM; undefined to check nothing. */
  readonly root: string | undefined;
}

async function connect(page: Page, { port, host = 'localhost', name, alpn, version, root }: Choice): Promise<void> {
  await page.getByRole('button', { name: pageTexts.app.view.live, exact: true }).click();
  // The choices have made room for the connection before.
  const choices = page.locator('.live details');
  if ((await choices.getAttribute('open')) === null) await choices.locator('summary').click();
  await page.getByRole('textbox', { name: form.host }).fill(host);
  await page.getByRole('textbox', { name: form.port }).fill(String(port));
  if (name !== undefined) await page.getByRole('textbox', { name: form.server }).fill(name);
  if (alpn !== undefined) await page.getByRole('textbox', { name: form.alpn }).fill(alpn);
  if (version !== undefined) {
    await page.getByRole('checkbox', { name: form.version[version === '1.3' ? '1.2' : '1.3'] }).uncheck();
  }
  if (root === undefined) await page.getByRole('radio', { name: form.insecure }).check();
  else await page.getByRole('textbox', { name: form.roots }).fill(root);
  await page.getByRole('button', { name: form.connect, exact: true }).click();
}

const connected = (page: Page) => page.locator('.live [role=status]').filter({ hasText: texts.phase.open }).waitFor();
const over = (page: Page) => page.locator('.live [role=status]').filter({ hasText: texts.phase.over }).waitFor();
const alert = (page: Page) => page.locator('.live [role=alert] p').textContent();

async function json(page: Page): Promise<ConnectionFile> {
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: takeAway.json.save }).click(),
  ]);
  return JSON.parse(readFileSync(await file.path(), 'utf8')) as ConnectionFile;
}

describe.skipIf(isSkipped)('live mode (skipped where there is no Chromium or no openssl)', () => {
  let demo: Demo;
  const ours = isHere ? identity('ours') : undefined!;
  const others = isHere ? identity('others') : undefined!;
  let served: Awaited<ReturnType<typeof relay>>;
  const closing: Server[] = [];

  beforeAll(async () => {
    const { port } = await relay();
    demo = new Demo(await buildPage(`ws://127.0.0.1:${port} self`));
    await demo.start();
    served = await relay('--www', '--demo', demo.folder);
  });
  afterAll(async () => {
    for (const server of closing) server.close();
    await demo.stop();
    rmSync(demo.folder, { recursive: true, force: true });
    await stopAll();
  });

  /** A TCP server that is none of TLS. */
  async function plain(answer: (socket: import('node:net').Socket) => void): Promise<number> {
    const server = createServer(socket => answer(socket.on('error', () => {}))).listen(0, '127.0.0.1');
    closing.push(server);
    await new Promise(resolve => server.once('listening', resolve));
    return (server.address() as AddressInfo).port;
  }

  it.each(['1.3', '1.2'] as const)(
    'a verified connection of TLS %s to openssl: data both ways, and the same views',
    async version => {
      const server = await openssl(ours, '-rev', '-alpn', 'http/1.1,other', version === '1.3' ? '-tls1_3' : '-tls1_2');
      const [page, complaints] = await demo.open();
      await connect(page, { port: server.port, alpn: 'other', root: ours.root, version });
      await connected(page);
      await page.getByRole('textbox', { name: talk.what }).fill('abc def\n');
      await page.getByRole('button', { name: talk.send }).click();
      await page.locator('.answer').filter({ hasText: 'fed cba' }).waitFor();
      await page.getByRole('button', { name: talk.close, exact: true }).click();
      await over(page);
      expect(await page.locator('.live [role=alert] p').count()).toBe(0);
      const file = await json(page);
      expect(file.source.type).toBe('live');
      const [{ negotiated, records, steps, keyLog }] = file.connections as [ConnectionFile['connections'][number]];
      expect(negotiated).toMatchObject({
        protocol: `TLSv${version}`,
        verified: true,
        alpn: 'other',
        serverName: 'localhost',
      });
      // Both ends' records, read: the client's hello, the server's data under keys.
      expect(records[0]).toMatchObject({ sender: 'client', epoch: 'plaintext', contentType: 'handshake' });
      expect(
        records.filter(({ sender, contentType }) => sender === 'server' && contentType === 'application_data'),
      ).not.toEqual([]);
      expect(keyLog.join()).toContain(version === '1.3' ? 'SERVER_TRAFFIC_SECRET_0' : 'CLIENT_RANDOM');
      const kinds = new Set(steps.map(({ type }) => type));
      for (const kind of ['record', 'state', 'derived', 'message', 'data', 'connected', 'closed'] as const)
        expect(kinds).toContain(kind);
      // All of it is in order, and each step has its time.
      const times = steps.map(({ time }) => time!);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      await page.getByRole('button', { name: pageTexts.app.view.keys, exact: true }).click();
      await page.getByRole('treeitem').first().waitFor();
      const keys = await page.getByRole('treeitem').allTextContents();
      expect(keys.join()).toContain(version === '1.3' ? 'Main Secret' : 'master_secret');
      await page.getByRole('button', { name: pageTexts.app.view.tamper, exact: true }).click();
      await page.getByRole('button', { name: texts.elsewhere.back }).waitFor();
      // Records of the page's own run are not listed beside it.
      await page.getByText(tamper.notLive).waitFor();
      expect(await page.locator('.pick-record').count()).toBe(0);
      if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/live-tamper.png`, fullPage: true });
      expect(complaints).toEqual(nothing);
      await page.context().close();
    },
  );

  it('is there in the other views, and goes when something is chosen in the page', async () => {
    const server = await openssl(ours, '-www', '-tls1_3');
    const [page, complaints] = await demo.open();
    await connect(page, { port: server.port, root: ours.root });
    await connected(page);
    await page.locator('.live details:not([open])').waitFor();
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('live');
    await page.getByRole('button', { name: talk.send }).click();
    await over(page);
    expect(await page.locator('.answer').textContent()).toMatch(/^HTTP\/1\.0 200 ok/);
    await page.getByRole('button', { name: pageTexts.app.view.handshake, exact: true }).click();
    await page.getByText(texts.elsewhere.what).waitFor();
    await page.locator('.diagram').waitFor();
    await page.getByRole('button', { name: texts.elsewhere.back }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('form', { name: pageTexts.settings.title }).waitFor();
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('content');
    expect(complaints).toEqual(nothing);
    await page.context().close();
  });

  it('is served by tlskit-server itself, whose own port the relay leads to', async () => {
    const [page, complaints] = await demo.open({ url: `http://127.0.0.1:${served.port}/` });
    await page.getByRole('button', { name: pageTexts.app.view.live, exact: true }).click();
    await page.getByRole('combobox', { name: form.relay }).selectOption(`ws://127.0.0.1:${served.port}`);
    await connect(page, { port: served.server, root: served.ca });
    await connected(page);
    await page.getByRole('button', { name: talk.send }).click();
    await over(page);
    expect(await page.locator('.answer').textContent()).toMatch(/^HTTP\/1\.1 200 OK/);
    expect(complaints).toEqual(nothing);
    await page.context().close();
  });

  it('a root of somebody else is refused, and a name that the certificate is not for', async () => {
    const server = await openssl(ours, '-rev');
    const [page, complaints] = await demo.open();
    await connect(page, { port: server.port, root: others.root });
    await over(page);
    expect(await alert(page)).toMatch(/^The client gives up: .* It says unknown_ca\.$/);
    await connect(page, { port: server.port, root: ours.root, name: 'other.example' });
    await over(page);
    expect(await alert(page)).toMatch(/^The client gives up: .*other\.example.* It says bad_certificate\.$/);
    expect(complaints).toEqual(nothing);
    await page.context().close();
  });

  it('nothing is trusted by itself: without a root nothing is sent, or somebody says so', async () => {
    const server = await openssl(ours, '-rev');
    const [page, complaints] = await demo.open();
    await connect(page, { port: server.port, root: '' });
    expect(
      await page
        .getByRole('textbox', { name: form.roots })
        .evaluate((field: HTMLTextAreaElement) => field.validity.valueMissing),
    ).toBe(true);
    expect(await page.locator('.live [role=status]').textContent()).toBe('');
    await connect(page, { port: server.port, root: 'no certificate' });
    await over(page);
    expect(await alert(page)).toMatch(/^There is no such client: /);
    await connect(page, { port: server.port, root: undefined });
    await connected(page);
    expect(await page.locator('.live [role=status]').textContent()).toContain(texts.unverified);
    expect(complaints).toEqual(nothing);
    await page.context().close();
  });

  it('says that the server ended it in the middle', async () => {
    const server = await openssl(ours, '-rev');
    const [page, complaints] = await demo.open();
    await connect(page, { port: server.port, root: ours.root });
    await connected(page);
    server.child.kill('SIGKILL');
    await over(page);
    expect(await alert(page)).toBe(texts.truncated);
    await connect(page, { port: await plain(socket => socket.once('data', () => socket.end())), root: ours.root });
    await over(page);
    expect(await alert(page)).toBe(texts.truncated);
    expect(complaints).toEqual(nothing);
    await page.context().close();
  });

  it('says why there is no connection', async () => {
    const server = await openssl(ours, '-rev', '-tls1_2');
    const [page, complaints] = await demo.open();
    const why = async (choice: Omit<Choice, 'root'>) => {
      await connect(page, { ...choice, root: ours.root });
      await over(page);
      return alert(page);
    };
    expect(await why({ port: 443, host: 'example.com' })).toBe(texts.problem.forbidden);
    expect(await why({ port: 443, host: 'no host', name: 'localhost' })).toBe(texts.problem.nonsense);
    const closed = createServer().listen(0, '127.0.0.1');
    await new Promise(resolve => closed.once('listening', resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise(resolve => closed.close(resolve));
    expect(await why({ port })).toBe(texts.problem.unreachable);
    expect(await why({ port: await plain(socket => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n')) })).toMatch(
      /^The client gives up: /,
    );
    expect(await why({ port: server.port, version: '1.3' })).toBe(texts.theirError('protocol_version'));
    expect(complaints).toEqual(nothing);
    await page.context().close();
  });

  it('can be cancelled while the server says nothing', async () => {
    const [page, complaints] = await demo.open();
    const hello = vi.fn();
    await connect(page, { port: await plain(socket => socket.once('data', hello)), root: ours.root });
    // Chromium complains of a WebSocket that is closed before it is open.
    await vi.waitFor(() => expect(hello).toHaveBeenCalled(), { timeout: 30_000 });
    await page.getByRole('button', { name: form.cancel }).click();
    await over(page);
    expect(await alert(page)).toBe(texts.problem.cancelled);
    expect(complaints).toEqual(nothing);
    await page.context().close();
  });

  it('says so where its code cannot be had', async () => {
    const [page, complaints] = await demo.open();
    await page.getByRole('button', { name: pageTexts.app.view.live, exact: true }).click();
    await page.getByRole('button', { name: form.connect, exact: true }).waitFor();
    await page.route(/\/live-[^/]+\.js$/, route => route.abort());
    await connect(page, { port: await plain(() => {}), root: ours.root });
    await over(page);
    expect(await page.locator('main > .trouble').textContent()).toContain(pageTexts.app.trouble('').trim());
    // The request alone: nothing was thrown that nobody caught.
    expect(complaints.errors).toEqual([expect.stringMatching(/\/live-[^/]+\.js failed$/)]);
    await page.context().close();
  });

  it.each(['light', 'dark'] as const)('axe finds nothing, and nothing is too wide: %s', async colorScheme => {
    const server = await openssl(ours, '-www');
    for (const width of [1280, 360]) {
      const [page, complaints] = await demo.open({ colorScheme, width });
      await page.getByRole('button', { name: pageTexts.app.view.live, exact: true }).click();
      const section = page.locator('.live');
      await section.getByRole('button', { name: form.connect, exact: true }).waitFor();
      expect(await axe(page, '.live')).toEqual([]);
      await connect(page, { port: server.port, root: ours.root });
      await connected(page);
      await page.getByRole('button', { name: talk.send }).click();
      await over(page);
      if (process.env.SHOTS)
        await page.screenshot({ path: `${process.env.SHOTS}/live-${width}-${colorScheme}.png`, fullPage: true });
      expect(await axe(page, '.live')).toEqual([]);
      expect(await section.evaluate(element => element.scrollWidth <= element.clientWidth)).toBe(true);
      expect(complaints).toEqual(nothing);
      await page.context().close();
    }
  });
});

describe.skipIf(isSkipped)(
  'a page that is built for no relay (skipped where there is no Chromium or no openssl)',
  () => {
    const demo = new Demo();
    beforeAll(() => demo.start());
    afterAll(() => demo.stop());

    it('says so, and its policy lets it speak to nobody', async () => {
      const [page, complaints] = await demo.open();
      await page.getByRole('button', { name: pageTexts.app.view.live, exact: true }).click();
      await page.getByText(texts.none.why).waitFor();
      expect(await page.getByRole('button', { name: form.connect }).count()).toBe(0);
      expect(await axe(page, '.live')).toEqual([]);
      expect(complaints).toEqual(nothing);
      const policy = await page.locator('meta[http-equiv=Content-Security-Policy]').getAttribute('content');
      expect(policy).toContain("connect-src 'none'");
      await page.context().close();
    });
  },
);
