/** Who talks to whom: the same in all scenarios of the Node face. */
import { type Contestant, contest, type Outcome } from '../contest.ts';
import type { Pair } from '../pair.ts';
import { Pairs } from '../pairs.ts';
import type { ProcessOptions } from '../process/peer-process.ts';
import type { Turn } from '../process/turns.ts';
import type { StackName } from '../stacks/all.ts';
import type { ClientSettings, ServerSettings } from '../stacks/stack.ts';
import type { Context } from './scenario.ts';

export interface Pairing {
  readonly name: string;
  readonly client: StackName;
  readonly server: StackName;
  /** Both ends as they are by another option. */
  readonly variant?: string;
}

/** What the others are measured against. */
export const base: Pairing = { name: 'node:tls → node:tls', client: 'node:tls', server: 'node:tls' };
export const ours: Pairing = { name: 'tlskit → tlskit', client: 'tlskit', server: 'tlskit' };
export const mixed: readonly Pairing[] = [
  { name: 'tlskit → node:tls', client: 'tlskit', server: 'node:tls' },
  { name: 'node:tls → tlskit', client: 'node:tls', server: 'tlskit' },
];
export const cached: Pairing = { ...ours, name: 'tlskit → tlskit, verdict cache on', variant: 'verdict cache' };
export const ahead: Pairing = { ...ours, name: 'tlskit → tlskit, key pairs made ahead', variant: 'keys ahead' };
export const raw: Pairing = { name: 'net → net', client: 'net', server: 'net' };

/** What a turn of a pairing is. */
export interface Course {
  readonly name: string;
  readonly server: ServerSettings;
  readonly client: Omit<ClientSettings, 'port' | 'identity' | 'variant'>;
  turn(pair: Pair, asked: { stack: StackName; settings: ClientSettings }, milliseconds: number): Promise<Turn>;
  /** The pairings that take part; all where it is not said. */
  readonly pairings?: readonly Pairing[];
  /** How many units each pairing makes before it is measured, at least. */
  readonly warmUp?: number;
}

/** Runs every course with every pairing, in turn. @returns the outcomes of each course, in the order of the pairings */
export async function runCourses(
  courses: readonly Course[],
  pairings: readonly Pairing[],
  context: Context,
  options?: ProcessOptions,
): Promise<Outcome[][]> {
  const pairs = new Pairs(options);
  try {
    return await runWith(pairs, courses, pairings, context);
  } finally {
    pairs.stop();
  }
}

/** The same with processes that are kept. */
export async function runWith(
  pairs: Pairs,
  courses: readonly Course[],
  pairings: readonly Pairing[],
  context: Context,
): Promise<Outcome[][]> {
  const ready = new Map(pairings.map(pairing => [pairing, pairs.of(pairing)]));
  const entries = courses.map(course => {
    const taking = pairings.filter(pairing => course.pairings?.includes(pairing) ?? true);
    return taking.map(pairing => contestant(course, pairing, ready.get(pairing) as Pair));
  });
  const outcomes = await contest(entries.flat(), context.plan, context);
  return entries.map(of => outcomes.splice(0, of.length));
}

/** @param pair processes for this pairing */
export function contestant(course: Course, pairing: Pairing, pair: Pair): Contestant {
  return {
    name: pairing.name,
    warmUp: course.warmUp,
    async turn(milliseconds) {
      const { identity } = course.server;
      const port = await pair.listen({ ...course.server, variant: pairing.variant });
      const settings = { ...course.client, port, identity: { root: identity.root }, variant: pairing.variant };
      const asked = { stack: pairing.client, settings };
      await pair.client.ask('ready', asked);
      return pair.measured(() => course.turn(pair, asked, milliseconds));
    },
  };
}
