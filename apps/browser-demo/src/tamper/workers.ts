/**
 * Workers of the table. An address of a script is a dangerous thing to pass around, and the page's policy (trusted types) takes none but
 * those that come from here: this one, whatever is asked for.
 */
import type { Answer, Task } from './table-worker.ts';
import url from './table-worker.ts?worker&url';

/** Trusted Types, as far as they are used; some browsers have none. */
interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(): string }): { createScriptURL(url: string): unknown };
}

/** The name that the Content-Security-Policy allows, once. */
const policy = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes?.createPolicy('tlskit-worker', {
  createScriptURL: () => url,
});

/** Trials in a task: enough to be worth a message, few enough to be seen as they come. */
const BATCH = 24;

/** More would not be faster, and one thread is the page's. */
const MOST = 4;

/** How many run at once. */
export function workers(): number {
  return Math.max(1, Math.min(MOST, (navigator.hardwareConcurrency || 2) - 1));
}

export interface Listener {
  /** @param first index of the first trial that it is about */
  answered(first: number, outcomes: Answer): void;
  failed(message: string): void;
}

/** Has all trials run. @returns what ends it before its time, or cleans up behind it */
export function start({ settings, trials }: Task, listener: Listener): () => void {
  let next = 0;
  const all = Array.from({ length: workers() }, () => {
    const worker = new Worker((policy?.createScriptURL(url) ?? url) as string, { type: 'module' });
    let first = 0;
    const more = (): void => {
      first = next;
      next += BATCH;
      if (first < trials.length) worker.postMessage({ settings, trials: trials.slice(first, next) } satisfies Task);
      else worker.terminate();
    };
    worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => {
      listener.answered(first, data);
      more();
    });
    worker.addEventListener('error', ({ message }) => listener.failed(message));
    more();
    return worker;
  });
  return () => {
    for (const worker of all) worker.terminate();
  };
}
