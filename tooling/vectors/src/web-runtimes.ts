/** Other runtimes whose WebCrypto the provider is tried with: Chromium, and programs that run JavaScript. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { type Browser, chromium, type Page } from 'playwright-core';
import { remoteSubtle, subtleServer } from './remote-subtle.ts';

/** Something with WebCrypto, until it is closed. */
export interface WebRuntime {
  readonly subtle: SubtleCrypto;
  close(): Promise<void>;
}

/** A page in Chromium, and WebCrypto of it. */
export class ChromiumRuntime implements WebRuntime {
  readonly subtle: SubtleCrypto;
  readonly #browser: Browser;

  private constructor(browser: Browser, page: Page) {
    this.#browser = browser;
    this.subtle = remoteSubtle(request =>
      page.evaluate(text => (globalThis as unknown as { serve(text: string): Promise<string> }).serve(text), request),
    );
  }

  static async start(program: string | undefined): Promise<ChromiumRuntime> {
    const browser = await chromium.launch({
      executablePath: program ?? '',
      args: ['--no-sandbox', '--disable-gpu'],
    });
    const page = await pageAt(browser, 'http://localhost/');
    await page.evaluate(`globalThis.serve = (${subtleServer})(crypto.subtle)`);
    return new ChromiumRuntime(browser, page);
  }

  /** An empty page at an address, for which nobody is asked: `http://localhost/` is a secure context, others of http are not. */
  page(address: string): Promise<Page> {
    return pageAt(this.#browser, address);
  }

  async close(): Promise<void> {
    await this.#browser.close();
  }
}

async function pageAt(browser: Browser, address: string): Promise<Page> {
  const page = await browser.newPage();
  await page.route('**/*', route => route.fulfill({ contentType: 'text/html', body: '<!doctype html>' }));
  await page.goto(address);
  return page;
}

/** A program that runs JavaScript from its command line, and has `process` as Node does. */
export class ProcessRuntime implements WebRuntime {
  readonly subtle: SubtleCrypto;
  readonly #child: ChildProcess;

  /** @param args what comes before the source of a script */
  constructor(program: string | undefined, args: readonly string[]) {
    if (program === undefined) throw new Error('the program is not installed');
    const child = spawn(program, [...args, `(${serveLines})((${subtleServer})(crypto.subtle))`], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#child = child;
    const waiting: ((line: string) => void)[] = [];
    createInterface({ input: child.stdout }).on('line', line => waiting.shift()?.(line));
    child.once('exit', () => {
      for (const reply of waiting.splice(0)) reply(JSON.stringify({ error: 'the program has ended' }));
    });
    this.subtle = remoteSubtle(
      request =>
        new Promise(resolve => {
          waiting.push(resolve);
          child.stdin.write(`${request}\n`);
        }),
    );
  }

  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = new Promise(resolve => this.#child.once('exit', resolve));
    this.#child.stdin?.end();
    await ended;
  }
}

/** Answers lines by lines, in their order. Taken to the other end as text. */
function serveLines(answer: (request: string) => Promise<string>): void {
  let rest = '';
  let last: Promise<unknown> = Promise.resolve();
  process.stdin.setEncoding('utf8');
  process.stdin.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() as string;
    for (const line of lines) {
      const reply = answer(line);
      last = last.then(async () => process.stdout.write(`${await reply}\n`));
    }
  });
}
