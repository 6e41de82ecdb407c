/** Runtimes that take requests: how each is started, is asked and ends. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { type Browser, chromium, type Page } from 'playwright-core';
import type { Reply, Request } from './scenarios.ts';

export interface Guest {
  ask(request: Request): Promise<Reply>;
  close(): Promise<void>;
}

/** Bundles what runs there, of the sources. */
async function bundled(name: string, folder: string): Promise<string> {
  const outfile = join(folder, `${name}.mjs`);
  await build({
    entryPoints: [fileURLToPath(new URL(`./guests/${name}.ts`, import.meta.url).href.replace('/dist/', '/src/'))],
    conditions: ['@tlskit/source'],
    bundle: true,
    format: 'esm',
    external: ['node:*', 'cloudflare:*'],
    logLevel: 'silent',
    outfile,
  });
  return outfile;
}

const newFolder = () => mkdtempSync(join(tmpdir(), 'tlskit-runtimes-'));

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  await new Promise(resolve => child.once('exit', resolve));
}

/** A program that runs a script, and has `process` as Node does. */
export class ProcessGuest implements Guest {
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #waiting = new Map<number, (reply: Reply) => void>();
  #asked = 0;

  private constructor(child: ChildProcess, folder: string) {
    this.#child = child;
    this.#folder = folder;
    createInterface({ input: child.stdout as Readable }).on('line', line => {
      const { id, ...reply } = JSON.parse(line);
      this.#waiting.get(id)?.(reply);
      this.#waiting.delete(id);
    });
    child.once('exit', (code, signal) => {
      for (const reply of this.#waiting.values()) reply({ error: `the program has ended (${signal ?? code})` });
    });
  }

  /** @param args what comes before the script */
  static async start(program: string | undefined, args: readonly string[], name: string): Promise<ProcessGuest> {
    if (program === undefined) throw new Error(`the program for ${name} is not installed`);
    const folder = newFolder();
    const script = await bundled(name, folder);
    return new ProcessGuest(spawn(program, [...args, script], { stdio: ['pipe', 'pipe', 'inherit'] }), folder);
  }

  ask(request: Request): Promise<Reply> {
    const id = this.#asked++;
    return new Promise(resolve => {
      this.#waiting.set(id, resolve);
      this.#child.stdin?.write(`${JSON.stringify({ id, ...request })}\n`);
    });
  }

  async close(): Promise<void> {
    this.#child.stdin?.end();
    await ended(this.#child);
    rmSync(this.#folder, { recursive: true });
  }
}

const config = `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    ( name = "guest", worker = .guest ),
    ( name = "internet", network = ( allow = ["private"] ) ),
  ],
  sockets = [ ( name = "http", address = "127.0.0.1:0", http = (), service = "guest" ) ],
);

const guest :Workerd.Worker = (
  modules = [ ( name = "guest", esModule = embed "workerd.mjs" ) ],
  compatibilityDate = "2026-11-01",
);
`;

/** A worker in workerd, as it is configured to be: with sockets, and an address. */
export class WorkerdGuest implements Guest {
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #url: string;

  private constructor(child: ChildProcess, folder: string, url: string) {
    this.#child = child;
    this.#folder = folder;
    this.#url = url;
  }

  static async start(program: string | undefined): Promise<WorkerdGuest> {
    if (program === undefined) throw new Error('workerd is not installed');
    const folder = newFolder();
    await bundled('workerd', folder);
    writeFileSync(join(folder, 'config.capnp'), config);
    const child = spawn(program, ['serve', '--control-fd=3', 'config.capnp'], {
      cwd: folder,
      stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
    });
    const port = await new Promise<number>((resolve, reject) => {
      child.once('exit', code => reject(new Error(`workerd has ended (${code})`)));
      createInterface({ input: child.stdio[3] as Readable }).once('line', line => resolve(JSON.parse(line).port));
    });
    return new WorkerdGuest(child, folder, `http://127.0.0.1:${port}/`);
  }

  async ask(request: Request): Promise<Reply> {
    const response = await fetch(this.#url, { method: 'POST', body: JSON.stringify(request) });
    const text = await response.text();
    return response.ok ? JSON.parse(text) : { error: text };
  }

  async close(): Promise<void> {
    this.#child.kill();
    await ended(this.#child);
    rmSync(this.#folder, { recursive: true });
  }
}

/** An empty page in Chromium, of the loopback: that is a secure context, which may go to the loopback. */
export class PageGuest implements Guest {
  readonly #browser: Browser;
  readonly #page: Page;
  /** What nobody caught there. */
  readonly #errors: string[];

  private constructor(browser: Browser, page: Page, errors: string[]) {
    this.#browser = browser;
    this.#page = page;
    this.#errors = errors;
  }

  /** @param url of the page */
  static async start(program: string | undefined, url: string): Promise<PageGuest> {
    const args = ['--no-sandbox', '--disable-gpu'];
    const browser = await chromium.launch({ executablePath: program ?? '', args });
    const page = await browser.newPage();
    const errors: string[] = [];
    page.on('pageerror', error => errors.push(String(error)));
    await page.goto(url);
    const folder = newFolder();
    await page.addScriptTag({ path: await bundled('page', folder), type: 'module' });
    rmSync(folder, { recursive: true });
    await page.waitForFunction('globalThis.serve !== undefined');
    return new PageGuest(browser, page, errors);
  }

  async ask(request: Request): Promise<Reply> {
    const reply = await this.#page.evaluate(
      asked => (globalThis as unknown as { serve(asked: Request): Promise<Reply> }).serve(asked),
      request,
    );
    const [error] = this.#errors.splice(0);
    return error === undefined ? reply : { error: `uncaught: ${error}` };
  }

  close(): Promise<void> {
    return this.#browser.close();
  }
}
