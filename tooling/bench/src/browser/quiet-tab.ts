/**
 * A page that Playwright does not watch: it asks each page that it knows to report every WebSocket message, whole, which takes Chromium
 * several times as long as to carry it. Pages of a context that it has not made are left alone; they are spoken to by DevTools' protocol.
 */
import type { CDPSession } from 'playwright-core';

interface Answer {
  readonly id: number;
  readonly result: unknown;
  readonly error?: { readonly message: string };
}

interface Evaluated {
  readonly result: { readonly value?: unknown };
  readonly exceptionDetails?: { readonly text: string; readonly exception?: { readonly description?: string } };
}

export class QuietTab {
  readonly #browser: CDPSession;
  readonly #session: string;
  readonly #waiting = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>();
  #last = 0;

  private constructor(browser: CDPSession, session: string) {
    this.#browser = browser;
    this.#session = session;
    browser.on('Target.receivedMessageFromTarget', ({ sessionId, message }) => {
      if (sessionId === session) this.#answer(JSON.parse(message) as Answer);
    });
  }

  /**
   * A context of its own is a process of its own.
   * @param browser the session of the whole browser @param ready an expression that is true when the page's script has run
   */
  static async open(browser: CDPSession, url: string, ready: string): Promise<QuietTab> {
    const { browserContextId } = await browser.send('Target.createBrowserContext');
    const { targetId } = await browser.send('Target.createTarget', { url, browserContextId });
    const { sessionId } = await browser.send('Target.attachToTarget', { targetId });
    const tab = new QuietTab(browser, sessionId);
    while (!(await tab.evaluate(ready))) await new Promise(resolve => setTimeout(resolve, 10));
    return tab;
  }

  /** Calls a method of DevTools' protocol in the page. */
  send(method: string, params: object = {}): Promise<unknown> {
    const id = ++this.#last;
    const message = JSON.stringify({ id, method, params });
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#browser.send('Target.sendMessageToTarget', { sessionId: this.#session, message }).catch(reject);
    });
  }

  /** The value of an expression, when it is there. @throws Error with the words of what was thrown */
  async evaluate(expression: string): Promise<unknown> {
    const asked = { expression, awaitPromise: true, returnByValue: true };
    const { result, exceptionDetails } = (await this.send('Runtime.evaluate', asked)) as Evaluated;
    if (exceptionDetails === undefined) return result.value;
    throw new Error(exceptionDetails.exception?.description?.split('\n')[0] ?? exceptionDetails.text);
  }

  #answer({ id, result, error }: Answer): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === undefined) waiting?.resolve(result);
    else waiting?.reject(new Error(error.message));
  }
}
