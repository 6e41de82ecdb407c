/** Measures contestants in turn, round by round: what the machine does beside it hits all alike. */
import type { Plan } from './plan.ts';
import { processorTimes, stolenSince } from './process/stolen.ts';
import type { Context } from './scenarios/scenario.ts';
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

/** Share of the processors' time that others may take of a round. */
const CALM = 0.01;

/**
 * Where others disturb rounds, more are measured than the plan has, and those count that were disturbed least.
 * @param progress is told of each round that begins
 * @param onRounds is told what others took of those that count
 * @param times of the processors, now
 */
export async function contest(
  contestants: readonly Contestant[],
  plan: Plan,
  { progress, onRounds }: Pick<Context, 'progress' | 'onRounds'>,
  times = processorTimes,
): Promise<Outcome[]> {
  const entries = contestants.map(contestant => ({
    contestant,
    samples: [] as Sample[],
    failure: undefined as string | undefined,
    lacking: false,
  }));
  const run = async (round: number, turn: (entry: (typeof entries)[number]) => Promise<void>): Promise<void> => {
    for (let i = 0; i < entries.length; i++) {
      // Whose turn comes behind whose changes from round to round.
      const entry = entries[(i + round) % entries.length];
      if (entry === undefined || entry.failure !== undefined) continue;
      try {
        await turn(entry);
      } catch (thrown) {
        const error = thrown as Error;
        // It goes into a cell of a table.
        entry.failure = (error.message.split('\n')[0] as string).replaceAll('|', '/');
        // From another process comes the name alone.
        entry.lacking = error.name === Lacking.name;
        if (!entry.lacking) progress(`${entry.contestant.name}: ${entry.failure}`);
      }
    }
  };

  if (plan.warmUp > 0) {
    progress('warming up');
    await run(entries.length - 1, ({ contestant }) => warmUp(contestant, plan));
  }
  const stolen: number[] = [];
  const isEnough = () =>
    stolen.filter(share => share <= CALM).length >= plan.rounds || stolen.length >= plan.rounds * plan.patience;
  while (!isEnough()) {
    const round = stolen.length;
    progress(round < plan.rounds ? `round ${round + 1} of ${plan.rounds}` : 'another round');
    const before = times();
    await run(round, async ({ contestant, samples }) => {
      samples.push(await contestant.turn(plan.turn));
    });
    const share = stolenSince(before, times());
    if (share > CALM) progress(`others took ${(share * 100).toFixed(1)} % of the processors`);
    stolen.push(share);
  }
  const counted = calmest(stolen, plan.rounds);
  onRounds(stolen.filter((_, round) => counted.has(round)));
  return entries.map(({ contestant, samples, ...entry }) => ({
    name: contestant.name,
    samples: samples.filter((_, round) => counted.has(round)),
    ...entry,
  }));
}

/** The numbers of so many rounds in which others took the least. */
export function calmest(stolen: readonly number[], count: number): ReadonlySet<number> {
  const rounds = stolen.map((share, round) => ({ share, round })).sort((a, b) => a.share - b.share);
  return new Set(rounds.slice(0, count).map(({ round }) => round));
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
