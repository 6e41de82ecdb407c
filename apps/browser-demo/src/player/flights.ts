/** A connection by flights: what one end sends before the other does, with what both make of it; and what it costs in all. */
import type { RecordEntry, Sender } from '@tlskit/tls-inspect';
import type { Stop } from '../state/stops.ts';

/** Some records of one sender, and everything that happens from the first of its messages until the other end begins to write. */
export interface Flight {
  readonly number: number;
  /** Undefined where nothing is sent at all. */
  readonly sender: Sender | undefined;
  readonly stops: readonly Stop[];
  readonly entries: readonly RecordEntry[];
  /** On the wire. */
  readonly bytes: number;
  /** Milliseconds, from the beginning of the connection. */
  readonly start: number;
  readonly end: number;
}

/** What a handshake took, until both ends had it. */
export interface Costs {
  /** How often the client waits for the server before it may say what it wants to. */
  readonly roundTrips: number;
  readonly bytes: Readonly<Record<Sender, number>>;
  readonly records: number;
  readonly milliseconds: number;
}

export function flightsOf(stops: readonly Stop[]): readonly Flight[] {
  const borders = bordersOf(stops);
  return borders.map((start, number) => flightOf(number, stops.slice(start, borders[number + 1])));
}

/** Of all there is, or of what came until the handshake was over. */
export function costsOf(stops: readonly Stop[], all = false): Costs | undefined {
  const connected = stops.filter(({ step }) => step.type === 'connected');
  const over = all ? stops.at(-1) : connected.at(-1);
  if (over === undefined || (!all && connected.length < 2)) return undefined;
  const until = stops.slice(0, over.number + 1);
  const client = stops.find(({ step }) => step.type === 'connected' && step.at === 'client');
  const flights = flightsOf(stops.slice(0, (client ?? over).number + 1));
  const entries = until.flatMap(recordOf);
  const sum = (sender: Sender) => sizeOf(entries.filter(entry => entry.sender === sender));
  return {
    roundTrips: flights.filter(({ sender }) => sender === 'server').length,
    bytes: { client: sum('client'), server: sum('server') },
    records: entries.length,
    milliseconds: over.step.time - (stops[0]?.step.time ?? 0),
  };
}

/** Where flights begin: with the first thing that an end writes after the last record of the other. */
function bordersOf(stops: readonly Stop[]): number[] {
  const borders = [0];
  let sender: Sender | undefined;
  let written: number | undefined;
  for (const [index, { step }] of stops.entries()) {
    if (step.type === 'alert' || (step.type === 'message' && step.direction === 'out')) {
      if (step.at !== sender) written ??= index;
    } else if (step.type === 'record') {
      if (sender !== undefined && step.entry.sender !== sender) borders.push(written ?? index);
      sender = step.entry.sender;
      written = undefined;
    }
  }
  return stops.length === 0 ? [] : borders;
}

function flightOf(number: number, stops: readonly Stop[]): Flight {
  const entries = stops.flatMap(recordOf);
  return {
    number,
    sender: entries[0]?.sender,
    stops,
    entries,
    bytes: sizeOf(entries),
    start: stops[0]?.step.time ?? 0,
    end: stops.at(-1)?.step.time ?? 0,
  };
}

function recordOf({ step }: Stop): RecordEntry[] {
  return step.type === 'record' ? [step.entry] : [];
}

function sizeOf(entries: readonly RecordEntry[]): number {
  return entries.reduce((sum, { record }) => sum + record.bytes.length, 0);
}
