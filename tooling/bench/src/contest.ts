/** Measures contestants in turn, round by round: what the machine does beside it hits all alike. */
import type { Plan } from './plan.ts';
import { Lacking } from './stacks/stack.ts';

/** What one turn came to. */
export interface Sample {
  /** How many connections, bytes, or whatever was counted. */
  readonly units: number;
  readonly milliseconds: number;
  /** Milliseconds of CPU time, of the client's process and of the server's; NaN where that is not known. */
  readonly clientCpu: number;
  readonly serverCpu: number;
}

export interface Contestant {
  readonly name: string;
  /** How many units it makes before it is measured, where that takes longer than the plan's warm-up; the same for all who are compared. */
  readonly warmUp?: number | undefined;
  /** @param milliseconds that it should take */
  turn(milliseconds: number): Promise<Sample>;
}

export interface Outcome {
  readonly name: string;
  readonly samples: readonly Sample[];
  /** Why there are no samples, or no more. */
  readonly failure?: string | undefined;
  /** It was not broken, but has no such thing. */
  readonly lacking: boolean;
}

/** @param progress is told of each turn that ended */
export async function contest(
  contestants: readonly Contestant[],
  plan: Plan,
  progress: (text: string) => void,
): Promise<Outcome[]> {
  const entries = contestants.map(contestant => ({
    contestant,
    samples: [] as Sample[],
    failure: undefined as string | undefined,
    lacking: false,
  }));
  const warmUps = plan.warmUp > 0 ? 1 : 0;
  for (let round = -warmUps; round < plan.rounds; round++) {
    progress(round < 0 ? 'warming up' : `round ${round + 1} of ${plan.rounds}`);
    for (let i = 0; i < entries.length; i++) {
      // Whose turn comes behind whose changes from round to round.
      const entry = entries[(i + round + entries.length) % entries.length];
      if (entry === undefined || entry.failure !== undefined) continue;
      try {
        if (round < 0) await warmUp(entry.contestant, plan);
        else entry.samples.push(await entry.contestant.turn(plan.turn));
      } catch (thrown) {
        const error = thrown as Error;
        // It goes into a cell of a table.
        entry.failure = (error.message.split('\n')[0] as string).replaceAll('|', '/');
        // From another process comes the name alone.
        entry.lacking = error.name === Lacking.name;
        if (!entry.lacking) progress(`${entry.contestant.name}: ${entry.failure}`);
      }
    }
  }
  return entries.map(({ contestant, ...entry }) => ({ name: contestant.name, ...entry }));
}

/** Shares of the warm-up's time: that it must have had of the processors, and at which it ends in any case. */
const [ENOUGH, LONGEST] = [0.8, 4];

/** On a machine that does much else code takes longer until it is compiled. */
async function warmUp(contestant: Contestant, plan: Plan): Promise<void> {
  const begin = performance.now();
  let [spent, made] = [0, 0];
  const isCold = () =>
    made < (contestant.warmUp ?? 0) ||
    (spent < ENOUGH * plan.warmUp && performance.now() - begin < LONGEST * plan.warmUp);
  do {
    const { units, clientCpu, serverCpu } = await contestant.turn(plan.warmUp);
    made += units;
    const cpu = [clientCpu, serverCpu].filter(Number.isFinite);
    spent += cpu.length === 0 ? plan.warmUp : cpu.reduce((sum, each) => sum + each);
  } while (isCold());
}
