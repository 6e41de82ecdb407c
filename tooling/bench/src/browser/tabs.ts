/** A Chromium with a page for each client, and what the pages need: a gateway, and servers behind it. */
import type { Profiler } from 'node:inspector/promises';
import type { Browser, CDPSession } from 'playwright-core';
import { PeerProcess } from '../process/peer-process.ts';
import type { Turn } from '../process/turns.ts';
import type { StackName } from '../stacks/all.ts';
import { Lacking, type ServerSettings } from '../stacks/stack.ts';
import { bundlePage, launch } from './chromium.ts';
import type { Page } from './page.ts';
import { QuietTab } from './quiet-tab.ts';

export class Tabs {
  readonly version: string;
  readonly #chromium: Browser;
  readonly #server = new PeerProcess();
  readonly #gateway: PeerProcess;
  readonly #url: string;
  readonly #whole: CDPSession;
  readonly #tabs = new Map<string, Promise<QuietTab>>();

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
    // An error's name does not come through by itself.
    const asked = `page.${task}(...${JSON.stringify(args)}).catch(({ name, message }) => ({ name, message }))`;
    const answer = (await tab.evaluate(asked)) as Turn | Pick<Error, 'name' | 'message'>;
    if (!('message' in answer)) return answer;
    throw answer.name === Lacking.name ? new Lacking(answer.message) : new Error(answer.message);
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
    await tab.send('Profiler.enable');
    await tab.send('Profiler.setSamplingInterval', { interval: 200 });
    await tab.send('Profiler.start');
    await run();
    return ((await tab.send('Profiler.stop')) as { readonly profile: Profiler.Profile }).profile;
  }

  async stop(): Promise<void> {
    await this.#chromium.close();
    this.#server.stop();
    this.#gateway.stop();
  }

  #tab(name: string): Promise<QuietTab> {
    const tab = this.#tabs.get(name) ?? QuietTab.open(this.#whole, this.#url, 'globalThis.page !== undefined');
    this.#tabs.set(name, tab);
    return tab;
  }
}
