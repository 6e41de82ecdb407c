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
    warmUp: new WarmUp(contestant, plan),
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
        if (!entry.lacking) progress(`${entry.contestant.name} failed: ${entry.failure}`);
      }
    }
  };

  if (plan.warmUp > 0) {
    progress('warming up');
    const parts = contestants.some(({ warmUp = 0 }) => warmUp > 0) ? PARTS : 1;
    for (let part = 1; part <= parts; part++) {
      await run(entries.length - 1, ({ warmUp }) => warmUp.until(part, parts));
    }
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
  return entries.map(({ contestant, samples, failure, lacking }) => ({
    name: contestant.name,
    samples: samples.filter((_, round) => counted.has(round)),
    failure,
    lacking,
  }));
}

/** The numbers of so many rounds in which others took the least. */
export function calmest(stolen: readonly number[], count: number): ReadonlySet<number> {
  const rounds = stolen.map((share, round) => ({ share, round })).sort((a, b) => a.share - b.share);
  return new Set(rounds.slice(0, count).map(({ round }) => round));
}

/** Shares of the warm-up's time: that it must have had of the processors, and at which it ends in any case. */
const [ENOUGH, LONGEST] = [0.8, 4];

/** In how many parts a long warm-up is done: after a minute in which nobody called it, V8 throws away what it had compiled. */
const PARTS = 16;

/** How far a contestant has come with it. */
class WarmUp {
  readonly #contestant: Contestant;
  readonly #plan: Plan;
  #time = 0;
  #spent = 0;
  #made = 0;

  constructor(contestant: Contestant, plan: Plan) {
    this.#contestant = contestant;
    this.#plan = plan;
  }

  /** Goes on until so many of its parts are done. On a machine that does much else code takes longer until it is compiled. */
  async until(part: number, parts: number): Promise<void> {
    const milliseconds = this.#plan.warmUp / parts;
    do {
      const begin = performance.now();
      const { units, clientCpu, serverCpu } = await this.#contestant.turn(milliseconds);
      this.#time += performance.now() - begin;
      this.#made += units;
      const cpu = [clientCpu, serverCpu].filter(Number.isFinite);
      this.#spent += cpu.length === 0 ? milliseconds : cpu.reduce((sum, each) => sum + each);
    } while (this.#isCold(part / parts));
  }

  #isCold(share: number): boolean {
    const time = share * this.#plan.warmUp;
    return (
      this.#made < share * (this.#contestant.warmUp ?? 0) ||
      (this.#spent < ENOUGH * time && this.#time < LONGEST * time)
    );
  }
}
