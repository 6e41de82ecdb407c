/** A Chromium with a page for each client, and what the pages need: a gateway, and servers behind it. */
import type { Profiler } from 'node:inspector/promises';
import type { Browser, CDPSession, Page as Tab } from 'playwright-core';
import { PeerProcess } from '../process/peer-process.ts';
import type { Turn } from '../process/turns.ts';
import type { StackName } from '../stacks/all.ts';
import { Lacking, type ServerSettings } from '../stacks/stack.ts';
import { bundlePage, launch } from './chromium.ts';
import type { Page } from './page.ts';

export class Tabs {
  readonly version: string;
  readonly #chromium: Browser;
  readonly #server = new PeerProcess();
  readonly #gateway: PeerProcess;
  readonly #url: string;
  readonly #whole: CDPSession;
  readonly #tabs = new Map<string, Promise<Tab>>();

  private constructor(chromium: Browser, whole: CDPSession, gateway: PeerProcess, url: string) {
    this.#chromium = chromium;
    this.#whole = whole;
    this.#gateway = gateway;
    this.#url = url;
    this.version = chromium.version();
  }

  /** @param minify as a bundle is shipped; not for profiles, which show names @throws Lacking where there is no Chromium */
  static async open(minify: boolean): Promise<Tabs> {
    const chromium = await launch();
    const gateway = new PeerProcess();
    const port = await gateway.ask('gateway', { script: await bundlePage(minify) });
    return new Tabs(chromium, await chromium.newBrowserCDPSession(), gateway, `http://127.0.0.1:${port}/`);
  }

  listen(stack: StackName, settings: ServerSettings): Promise<number> {
    return this.#server.ask('listen', { stack, settings });
  }

  /** Calls a function of the page of this name. */
  async call<Task extends keyof Page>(name: string, task: Task, args: Parameters<Page[Task]>): Promise<Turn> {
    const tab = await this.#tab(name);
    try {
      return await tab.evaluate(
        ([called, given]) => {
          const { page } = globalThis as unknown as { page: Record<string, (...args: unknown[]) => Promise<Turn>> };
          return page[called as string]?.(...(given as unknown[])) as Promise<Turn>;
        },
        [task, args] as const,
      );
    } catch (thrown) {
      // Playwright puts its own words around those of the page.
      const error = thrown as Error;
      const [, kind, message] = error.message.match(/^page\.evaluate: (\w+): (.*)$/m) ?? [];
      throw kind === Lacking.name ? new Lacking(message) : new Error(message ?? error.message);
    }
  }

  /** Milliseconds of CPU time of all pages together. */
  async cpu(): Promise<number> {
    const { processInfo } = await this.#whole.send('SystemInfo.getProcessInfo');
    const seconds = processInfo.filter(({ type }) => type === 'renderer').map(({ cpuTime }) => cpuTime);
    return 1000 * seconds.reduce((sum, each) => sum + each, 0);
  }

  /** The CPU profile of a page while something runs. */
  async profile(name: string, run: () => Promise<unknown>): Promise<Profiler.Profile> {
    const tab = await this.#tab(name);
    const session = await tab.context().newCDPSession(tab);
    await session.send('Profiler.enable');
    await session.send('Profiler.setSamplingInterval', { interval: 200 });
    await session.send('Profiler.start');
    await run();
    return (await session.send('Profiler.stop')).profile as Profiler.Profile;
  }

  async stop(): Promise<void> {
    await this.#chromium.close();
    this.#server.stop();
    this.#gateway.stop();
  }

  /** A context of its own is a process of its own. */
  #tab(name: string): Promise<Tab> {
    const open = async () => {
      const tab = await (await this.#chromium.newContext()).newPage();
      await tab.goto(this.#url);
      return tab;
    };
    const tab = this.#tabs.get(name) ?? open();
    this.#tabs.set(name, tab);
    return tab;
  }
}
