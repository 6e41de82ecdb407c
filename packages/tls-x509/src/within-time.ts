/** Bounds on the time of what others are asked for: whoever does not answer is not waited for. */
import type { MaybePromise } from '@tlskit/tls-crypto';
import { invalidOption } from './errors.ts';
import { type Step, waitOr } from './step.ts';

/** Milliseconds that a callback has to fetch something. */
export const defaultFetchTimeout = 10_000;

/** `setTimeout` takes no more: it would be over at once. */
const longest = 0x7fff_ffff;

/** @throws TlsError `ERR_TLS_INVALID_OPTION` */
export function checkedTimeout(name: string, value: number | undefined, ifAbsent: number): number {
  if (value === undefined) return ifAbsent;
  if (Number.isSafeInteger(value) && value > 0 && value <= longest) return value;
  throw invalidOption(`${name} is a number of milliseconds from 1 to ${longest}`);
}

/** What somebody was asked for. */
export interface Asked<T> {
  readonly answer: MaybePromise<T>;
  /** Nobody waits any more: the signal is aborted, so that a request may end. */
  abandon(): void;
}

/**
 * What `ask` brings, or an error that names the option `name` when it takes longer. The signal is aborted then too.
 */
export function askWithin<T>(
  name: string,
  milliseconds: number,
  ask: (signal: AbortSignal) => MaybePromise<T>,
): Asked<T> {
  const controller = new AbortController();
  const asked = ask(controller.signal);
  if (!isThenable(asked)) return { answer: asked, abandon: () => {} };
  let timer: ReturnType<typeof setTimeout> | undefined;
  const answer = new Promise<T>((resolve, reject) => {
    timer = setTimeout(() => {
      const error = new Error(`there was no answer within ${milliseconds} ms (${name})`);
      reject(error);
      controller.abort(error);
    }, milliseconds);
    // `then` of a thenable may throw, or return nothing: a promise takes it as it is.
    Promise.resolve(asked)
      .finally(() => clearTimeout(timer))
      .then(resolve, reject);
  });
  const abandon = () => {
    clearTimeout(timer);
    controller.abort(new Error('the answer is not waited for any more'));
  };
  return { answer, abandon };
}

/** As {@link askWithin}; whoever ends the step that waits abandons the answer. */
export function* withinTime<T>(
  name: string,
  milliseconds: number,
  ask: (signal: AbortSignal) => MaybePromise<T>,
): Step<T> {
  const { answer, abandon } = askWithin(name, milliseconds, ask);
  return yield* waitOr(answer, abandon);
}

function isThenable<T>(value: MaybePromise<T>): value is Promise<T> {
  return typeof (value as { readonly then?: unknown } | null | undefined)?.then === 'function';
}
