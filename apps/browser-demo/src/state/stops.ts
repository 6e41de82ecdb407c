/** Where one halts who steps through a connection, and how things stand there. */
import type { Sender } from '@tlskit/tls-inspect';
import { equalBytes } from '@tlskit/tls-wire';
import type { Connection, Step } from '../lab/run.ts';

/** Something that is seen: a message that is written or read, a record on its way, an alert, the end. */
export interface Stop {
  /** Place among the stops. */
  readonly number: number;
  readonly step: Exclude<Step, { type: 'derived' | 'state' }>;
  /** How many steps are done there: with what the ends made of this one, up to the next. */
  readonly done: number;
}

/** What one end is doing, by the RFC's names (RFC 9846 §A, RFC 5246 §7.3). */
export interface EndState {
  readonly state: string;
  readonly waitingFor: readonly string[];
}

export function stopsOf({ steps }: Connection): readonly Stop[] {
  const stops: Stop[] = [];
  const places = steps.flatMap(({ type }, index) => (type === 'derived' || type === 'state' ? [] : [index]));
  for (const [number, index] of places.entries()) {
    stops.push({ number, step: steps[index] as Stop['step'], done: places[number + 1] ?? steps.length });
  }
  return stops;
}

/** @param done how many steps are done */
export function endsAt({ steps }: Connection, done: number): Readonly<Record<Sender, EndState>> {
  const of = (at: Sender): EndState => {
    let now: EndState = { state: 'START', waitingFor: [] };
    for (const step of steps.slice(0, done)) {
      if (step.type === 'state' && step.at === at) now = step;
      // What it waited for has come: until it is in another state, it waits for nothing.
      else if (step.type === 'message' && step.at === at && step.direction === 'in') now = { ...now, waitingFor: [] };
    }
    return now;
  };
  return { client: of('client'), server: of('server') };
}

/**
 * Index among the records of the one that a stop is about: what is written is in the next record of its sender that brings it, what is read
 * was in the last one.
 */
export function recordAt(stops: readonly Stop[], number: number): number | undefined {
  const step = stops[number]?.step;
  if (step === undefined) return undefined;
  if (step.type === 'record') return step.entry.number;
  const isWritten = (step.type === 'message' && step.direction === 'out') || step.type === 'alert';
  const sender = isWritten === (step.at === 'client') ? 'client' : 'server';
  const entryOf = (stop: Stop) =>
    stop.step.type === 'record' && stop.step.entry.sender === sender ? stop.step.entry : undefined;
  if (!isWritten)
    return stops
      .slice(0, number)
      .map(entryOf)
      .findLast(entry => entry !== undefined)?.number;
  const later = stops.slice(number + 1).flatMap(stop => entryOf(stop) ?? []);
  const brings = later.find(({ messages }) =>
    messages.some(({ section, protocol }) =>
      step.type === 'message' ? equalBytes(section.bytes, step.bytes) : protocol === 'alert',
    ),
  );
  return (brings ?? later[0])?.number;
}
