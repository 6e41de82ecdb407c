/** Work that may have to wait: a generator that yields promises, and only real ones. With synchronous crypto no promise is made. */
import type { MaybePromise } from '@tlskit/tls-crypto';

export type Step<T> = Generator<PromiseLike<unknown>, T, unknown>;

/** The value, or what the promise comes to. */
export function* wait<T>(value: MaybePromise<T>): Step<T> {
  return isPromise(value) ? ((yield value) as T) : value;
}

/** As {@link wait}. @param abandoned called when the step ends where it waits: nobody hears of what comes then */
export function* waitOr<T>(value: MaybePromise<T>, abandoned: () => void): Step<T> {
  if (!isPromise(value)) return value;
  let left = true;
  try {
    const result = (yield value) as T;
    left = false;
    return result;
  } catch (error) {
    left = false;
    throw error;
  } finally {
    if (left) abandoned();
  }
}

/** How long a step may wait in all. */
export interface Deadline {
  readonly milliseconds: number;
  /** What to reject with then. */
  readonly error: () => Error;
}

/**
 * Runs to the end; the result is a promise only if something had to be waited for. At the deadline, or when the signal is aborted, the
 * step ends where it waits, in its `finally`: it cannot go on by catching the error.
 */
export function run<T>(step: Step<T>, bound?: Deadline | AbortSignal): MaybePromise<T> {
  const first = step.next();
  if (first.done === true) return first.value;
  if (bound === undefined) return finish(step, first.value);
  return finishOrEnd(step, first.value, end => ('milliseconds' in bound ? atTime(bound, end) : onAbort(bound, end)));
}

async function finish<T>(step: Step<T>, pending: PromiseLike<unknown>): Promise<T> {
  for (let waiting = pending; ; ) {
    let next: IteratorResult<PromiseLike<unknown>, T>;
    try {
      const value = await waiting;
      next = step.next(value);
    } catch (error) {
      next = step.throw(error);
    }
    if (next.done === true) return next.value;
    waiting = next.value;
  }
}

/** @param watch calls what it is given when the step is to end, unless what it returns was called before */
function finishOrEnd<T>(
  step: Step<T>,
  pending: PromiseLike<unknown>,
  watch: (end: (error: unknown) => void) => () => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const unwatch = watch(error => {
      reject(error);
      // What it waits for may still come: then it finds itself at its end.
      step.return(undefined as never);
    });
    finish(step, pending).finally(unwatch).then(resolve, reject);
  });
}

function atTime({ milliseconds, error }: Deadline, end: (error: unknown) => void): () => void {
  const timer = setTimeout(() => end(error()), milliseconds);
  return () => clearTimeout(timer);
}

function onAbort(signal: AbortSignal, end: (error: unknown) => void): () => void {
  const aborted = () => end(signal.reason);
  signal.addEventListener('abort', aborted);
  return () => signal.removeEventListener('abort', aborted);
}

function isPromise<T>(value: MaybePromise<T>): value is Promise<T> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}
