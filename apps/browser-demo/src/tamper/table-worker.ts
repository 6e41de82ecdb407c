/** Runs connections with one byte changed, beside the page: the first task says which, each answer has the outcomes of one task. */
import { type Outcome, outcomeOf } from '../lab/outcome.ts';
import { type Connection, run } from '../lab/run.ts';
import type { Settings } from '../lab/settings.ts';
import type { Trial } from './trials.ts';

export interface Task {
  /** The same for all tasks of one worker. */
  readonly settings: Settings;
  readonly trials: readonly Trial[];
}

/** In the order of the trials. */
export type Answer = readonly Outcome[];

let undisturbed: Promise<Connection> | undefined;

addEventListener('message', ({ data }: MessageEvent<Task>) => {
  void answer(data).then(outcomes => postMessage(outcomes));
});

async function answer({ settings, trials }: Task): Promise<Answer> {
  undisturbed ??= run(settings).then(({ connection }) => connection);
  const outcomes: Outcome[] = [];
  for (const trial of trials) {
    const { connection } = await run(settings, trial);
    outcomes.push(outcomeOf(connection, await undisturbed));
  }
  return outcomes;
}
