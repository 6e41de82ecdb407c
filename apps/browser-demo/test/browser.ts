/** The built page (`built-page.ts`) on a loopback port, and a Chromium that looks at it and reports whatever it should not do. */
import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type Browser, chromium, type Page } from 'playwright-core';
import { inject } from 'vitest';

const places = [process.env.CHROMIUM_PATH, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Where a Chromium is, or undefined. */
export const chromiumPath = places.find(path => path !== undefined && path !== '' && existsSync(path));

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** How many times slower pages are, by `SLOW=5`, whose scripts come late then: to see what a test does not wait for. */
const slowness = Number(process.env.SLOW ?? 1);

/** What went wrong on a page, by kind; all are to be empty. */
export interface Complaints {
  readonly console: string[];
  readonly errors: string[];
  readonly violations: string[];
  readonly foreign: string[];
}

interface OpenOptions {
  readonly width?: number;
  readonly colorScheme?: 'light' | 'dark';
  /** The fragment, without the `#`: `v=1.3&seed=…`. */
  readonly link?: string;
  /** Where another server has the page; the demo's own unless given. */
  readonly url?: string;
}

export class Demo {
  /** Where the page is built. */
  readonly folder: string;
  #server: Server | undefined;
  #browser: Browser | undefined;
  /** Below a path: the folder has to work from any. */
  url = '';
  /** Paths in the folder, as they were asked for. */
  readonly requested: string[] = [];

  constructor(folder = inject('page')) {
    this.folder = folder;
  }

  /** Serves the page and starts the browser. */
  async start(): Promise<void> {
    const server = createServer(async ({ url = '/' }, response) => {
      const path = normalize(new URL(url, 'http://localhost').pathname).replace(/^\/some\/path\//, '/');
      this.requested.push(path);
      try {
        if (slowness > 1 && path.endsWith('.js')) await setTimeout(1000 * Math.random());
        const body = await this.body(path);
        response.writeHead(200, { 'content-type': types[extname(path)] ?? 'text/html; charset=utf-8' }).end(body);
      } catch {
        response.writeHead(404).end();
      }
    });
    this.#server = server;
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/some/path/`;
    this.#browser = await chromium.launch({ executablePath: chromiumPath ?? '', headless: true, args: flags });
  }

  async stop(): Promise<void> {
    await this.#browser?.close();
    this.#server?.closeAllConnections();
    await new Promise(resolve => (this.#server === undefined ? resolve(undefined) : this.#server.close(resolve)));
  }

  /** What is served there. */
  body(path: string): Promise<Buffer> {
    return readFile(join(this.folder, path.endsWith('/') ? `${path}index.html` : path));
  }

  /** A fresh page, of which everything is noted that it should not do. */
  async open(options: OpenOptions = {}): Promise<[Page, Complaints]> {
    if (this.#browser === undefined) throw new Error('the browser was not started');
    const { width = 1280, colorScheme = 'light', link, url = this.url } = options;
    const context = await this.#browser.newContext({ viewport: { width, height: 900 }, colorScheme });
    const page = await context.newPage();
    if (slowness > 1) {
      const session = await context.newCDPSession(page);
      await session.send('Emulation.setCPUThrottlingRate', { rate: slowness });
    }
    const complaints: Complaints = { console: [], errors: [], violations: [], foreign: [] };
    page.on('console', message => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.console.push(message.text());
    });
    page.on('pageerror', error => complaints.errors.push(String(error)));
    page.on('request', request => {
      if (!request.url().startsWith(url)) complaints.foreign.push(request.url());
    });
    page.on('requestfailed', request => complaints.errors.push(`${request.url()} failed`));
    page.on('response', response => {
      if (response.status() !== 200) complaints.errors.push(`${response.url()}: ${response.status()}`);
    });
    await page.exposeFunction('reportViolation', (text: string) => complaints.violations.push(text));
    await page.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
        // biome-ignore lint/suspicious/noExplicitAny: the function was put there a line above
        (globalThis as any).reportViolation(`${violatedDirective}: ${blockedURI}`);
      });
    });
    await page.goto(link === undefined ? url : `${url}#${link}`);
    await settled(page);
    return [page, complaints];
  }
}

/** Nothing to complain of. */
export const nothing: Complaints = { console: [], errors: [], violations: [], foreign: [] };

/** Waits until a connection is on the page. */
export async function settled(page: Page): Promise<void> {
  await page.locator('.player [role=status]').filter({ hasText: /./ }).waitFor({ timeout: 20_000 });
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe-core finds wrong with the page, or with a part of it: each rule with the elements that break it. */
export async function axe(page: Page, selector = 'html'): Promise<string[]> {
  // Parts are loaded when somebody looks at them.
  await page.locator(selector).first().waitFor();
  // Evaluated by the debugger, which the page's policy is no matter for.
  await page.evaluate(axeSource);
  return page.evaluate(async where => {
    // biome-ignore lint/suspicious/noExplicitAny: axe has put itself there
    const { violations } = await (globalThis as any).axe.run(where, { resultTypes: ['violations'] });
    return violations.flatMap(({ id, nodes }: { id: string; nodes: { html: string; failureSummary: string }[] }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
    );
  }, selector);
}
