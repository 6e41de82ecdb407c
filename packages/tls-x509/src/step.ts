/** Work that may have to wait: a generator that yields promises, and only real ones. With synchronous crypto no promise is made. */
import type { MaybePromise } from '@tlskit/tls-crypto';

export type Step<T> = Generator<PromiseLike<unknown>, T, unknown>;

/** The value, or what the promise comes to. */
export function* wait<T>(value: MaybePromise<T>): Step<T> {
  return isPromise(value) ? ((yield value) as T) : value;
}

/** How long a step may wait in all. */
export interface Deadline {
  readonly milliseconds: number;
  /** What to reject with then. */
  readonly error: () => Error;
}

/**
 * Runs to the end; the result is a promise only if something had to be waited for. At the deadline the step ends where it waits, in its
 * `finally`: it cannot go on by catching the error.
 */
export function run<T>(step: Step<T>, deadline?: Deadline): MaybePromise<T> {
  const first = step.next();
  if (first.done === true) return first.value;
  return deadline === undefined ? finish(step, first.value) : finishInTime(step, first.value, deadline);
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

function finishInTime<T>(step: Step<T>, pending: PromiseLike<unknown>, deadline: Deadline): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(deadline.error());
      // What it waits for may still come: then it finds itself at its end.
      step.return(undefined as never);
    }, deadline.milliseconds);
    finish(step, pending)
      .finally(() => clearTimeout(timer))
      .then(resolve, reject);
  });
}

function isPromise<T>(value: MaybePromise<T>): value is Promise<T> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}
