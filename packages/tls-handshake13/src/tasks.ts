/**
 * Flows beside the one that takes what comes: a signer, a judge or a maker of tickets may take its time after the handshake,
 * and data, key updates and the end of the connection do not wait for it.
 */
import type { Effect, Flow, Settled } from '@tlskit/tls-handshake';

export class Tasks {
  /** Most connections never have any. */
  #parked: Map<Effect, Flow<void>> | undefined;

  /** How many wait for a promise. */
  get size(): number {
    return this.#parked?.size ?? 0;
  }

  /** Runs a flow that receives nothing, up to its end or to a promise. */
  *start(task: Flow<void>): Flow<void> {
    yield* this.#run(task, () => task.next());
  }

  /** A promise has settled: the flow that waited for it goes on. */
  *resume({ effect, outcome }: Settled): Flow<void> {
    const task = this.#parked?.get(effect);
    if (task === undefined) return;
    this.#parked?.delete(effect);
    yield* this.#run(task, () => ('error' in outcome ? task.throw(outcome.error) : task.next(outcome.value)));
  }

  /** Ends them all. */
  cancel(): void {
    const tasks = this.#parked?.values() ?? [];
    this.#parked = undefined;
    for (const task of tasks) task.return();
  }

  *#run(task: Flow<void>, first: () => IteratorResult<Effect, void>): Flow<void> {
    let parked = false;
    try {
      let step = first();
      while (step.done !== true) {
        const effect = step.value;
        if (effect.op === 'wait') {
          const background: Effect = { ...effect, op: 'background' };
          this.#parked ??= new Map();
          this.#parked.set(background, task);
          parked = true;
          yield background;
          return;
        }
        step = task.next(yield effect);
      }
    } finally {
      // Of no effect on a flow that has ended.
      if (!parked) task.return();
    }
  }
}
