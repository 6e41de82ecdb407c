/** Where one halts who steps through a connection, and how things stand there. */
import type { Sender } from '@tlskit/tls-inspect';
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
  for (const [index, step] of steps.entries()) {
    if (step.type === 'derived' || step.type === 'state') continue;
    const next = steps.findIndex((other, at) => at > index && other.type !== 'derived' && other.type !== 'state');
    stops.push({ number: stops.length, step, done: next < 0 ? steps.length : next });
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

/** Index among the records of the one that a stop is about: what is written is in the next one of its sender, what is read was in the last. */
export function recordAt(stops: readonly Stop[], number: number): number | undefined {
  const step = stops[number]?.step;
  if (step === undefined) return undefined;
  const records = stops.flatMap(stop =>
    stop.step.type === 'record' ? [{ stop: stop.number, entry: stop.step.entry }] : [],
  );
  if (step.type === 'record') return step.entry.number;
  const isWritten = (step.type === 'message' && step.direction === 'out') || step.type === 'alert';
  const sender = isWritten === (step.at === 'client') ? 'client' : 'server';
  const found = isWritten
    ? records.find(({ stop, entry }) => stop > number && entry.sender === sender)
    : records.findLast(({ stop, entry }) => stop < number && entry.sender === sender);
  return found?.entry.number;
}
