/** Work that may have to wait: a generator that yields promises, and only real ones. With synchronous crypto no promise is made. */
import type { MaybePromise } from '@tlskit/tls-crypto';

export type Step<T> = Generator<PromiseLike<unknown>, T, unknown>;

/** The value, or what the promise comes to. */
export function* wait<T>(value: MaybePromise<T>): Step<T> {
  return isPromise(value) ? ((yield value) as T) : value;
}

/** Runs to the end; the result is a promise only if something had to be waited for. */
export function run<T>(step: Step<T>): MaybePromise<T> {
  const first = step.next();
  if (first.done === true) return first.value;
  return finish(step, first.value);
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

function isPromise<T>(value: MaybePromise<T>): value is Promise<T> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}
