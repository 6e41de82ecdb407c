/** Bulk data each way, and small messages there and back, on connections that stand. */
import type { Outcome } from '../contest.ts';
import type { Turn } from '../process/turns.ts';
import { figuresOf, rateTable } from '../report/table.ts';
import type { Suite } from '../stacks/stack.ts';
import { base, type Course, mixed, ours, raw, runCourses } from './pairings.ts';
import type { Context, Scenario } from './scenario.ts';

const suite: Suite = 'TLS_AES_128_GCM_SHA256';
export const bulkUnit = { rate: 'MB/s', one: 'MB', size: 1e6, digits: 0, cpuDigits: 3 };

export const bulk: Scenario = {
  name: 'bulk',
  title: 'bulk data in each direction, TLS_AES_128_GCM_SHA256',
  async run(context) {
    const courses = [transferCourse('up', context, 2), transferCourse('down', context, 2)];
    const [up = [], down = []] = await runCourses(courses, [base, ours, ...mixed, raw], context);
    return {
      sections: [
        {
          marker: 'bulk',
          lines: [
            '**Up, from client to server**',
            '',
            ...rateTable(up, up[0] as Outcome, bulkUnit),
            '',
            '**Down**',
            '',
            ...rateTable(down, down[0] as Outcome, bulkUnit),
          ],
        },
      ],
      figures: {
        ...figuresOf('bulk/up', up[1], up[0], bulkUnit),
        ...figuresOf('bulk/down', down[1], down[0], bulkUnit),
        ...figuresOf('bulk/net/up', up.at(-1), up[0], bulkUnit),
        ...figuresOf('bulk/net/down', down.at(-1), down[0], bulkUnit),
      },
    };
  },
};

/** Bytes of the first transfer, by which the length of the others is chosen. */
const FIRST = 4e6;

/** How many bytes fit into a turn, by what was seen of earlier transfers. */
export class TransferLength {
  readonly #most: number;
  #speed: number | undefined;

  constructor(most: number) {
    this.#most = most;
  }

  /** A transfer of such length; the first time one that finds it out comes before it. */
  async fit(milliseconds: number, transfer: (bytes: number) => Promise<Turn>): Promise<Turn> {
    if (this.#speed === undefined) this.#saw(await transfer(Math.min(this.#most, FIRST)));
    const bytes = Math.min(this.#most, Math.max(FIRST, Math.ceil(milliseconds * (this.#speed ?? 0))));
    return this.#saw(await transfer(bytes));
  }

  #saw(turn: Turn): Turn {
    this.#speed = turn.units / turn.milliseconds;
    return turn;
  }
}

/** @param turns that a transfer lasts: it is steadier when it is longer */
export function transferCourse(direction: 'up' | 'down', { identities, plan }: Context, turns = 1): Course {
  const lengths = new WeakMap<object, TransferLength>();
  return {
    name: direction,
    server: { identity: identities['ecdsa-p256'], suite },
    client: { suite },
    async turn(pair, asked, milliseconds) {
      const length = lengths.get(pair) ?? new TransferLength(plan.transfer);
      lengths.set(pair, length);
      return length.fit(turns * milliseconds, bytes => pair.client.ask('transfer', { ...asked, direction, bytes }));
    },
  };
}

const tripUnit = { rate: 'round trips/s', one: 'round trip', digits: 0, cpuDigits: 4 };

export const roundTrips: Scenario = {
  name: 'round-trips',
  title: '64 bytes there and back, one after another',
  async run(context) {
    const { identities, plan } = context;
    const course: Course = {
      name: '64 bytes',
      server: { identity: identities['ecdsa-p256'], suite },
      client: { suite },
      turn: (pair, asked, milliseconds) =>
        pair.client.ask('roundTrips', { ...asked, length: { milliseconds, atLeast: plan.atLeast } }),
    };
    const [of = []] = await runCourses([course], [base, ours, ...mixed, raw], context);
    return {
      sections: [{ marker: 'round-trips', lines: rateTable(of, of[0] as Outcome, tripUnit) }],
      figures: figuresOf('round-trips', of[1], of[0], tripUnit),
    };
  },
};
