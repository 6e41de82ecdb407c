/** One thing that is measured: connections, by so many at a time, until the time is over or there are enough. */
import { DialError } from '../dial/error.ts';
import type { MeasureName } from './options.ts';
import { type Spread, spreadOf } from './statistics.ts';

/** What one connection took. */
export interface Sample {
  /** Milliseconds of what is measured. */
  readonly time: number;
  /** Bytes that were moved in that time, each way that counts; 0 for handshakes. */
  readonly bytes: number;
  readonly resumed: boolean;
}

export interface Measured {
  readonly name: MeasureName;
  /** Connections that came to their end. */
  readonly count: number;
  /** How many of them were resumed. */
  readonly resumed: number;
  /** Milliseconds from the beginning of the first to the end of the last, with TCP and all. */
  readonly elapsed: number;
  readonly bytes: number;
  /** Milliseconds of bytes on the move, added up over all connections. */
  readonly moving: number;
  readonly times: Spread | undefined;
  /** Milliseconds of CPU that this process took, for each connection. */
  readonly cpu: number | undefined;
}

export interface Bounds {
  /** Milliseconds. */
  readonly duration: number;
  readonly count: number;
  readonly concurrency: number;
}

/**
 * @param worker makes what makes one sample after the other
 * @param onSample is told how many there are
 * @returns what was measured, and the first error: it ends all of them, but for what has begun
 */
export async function measure(
  name: MeasureName,
  bounds: Bounds,
  worker: () => () => Promise<Sample>,
  onSample: (count: number) => void,
  signal: AbortSignal,
): Promise<{ readonly measured: Measured; readonly error: unknown }> {
  const samples: Sample[] = [];
  const begin = performance.now();
  const cpu = process.cpuUsage();
  let [begun, error] = [0, undefined as unknown];
  const work = async (): Promise<void> => {
    const next = worker();
    while (begun < bounds.count && error === undefined && !signal.aborted) {
      if (performance.now() - begin >= bounds.duration) return;
      begun++;
      try {
        samples.push(await next());
        onSample(samples.length);
      } catch (thrown) {
        // Whoever was stopped by the user has not failed.
        if (!(signal.aborted && thrown instanceof DialError)) error ??= thrown;
      }
    }
  };
  await Promise.all(Array.from({ length: bounds.concurrency }, work));
  const elapsed = performance.now() - begin;
  const { user, system } = process.cpuUsage(cpu);
  const sum = (of: (sample: Sample) => number): number => samples.reduce((total, sample) => total + of(sample), 0);
  const measured = {
    name,
    count: samples.length,
    resumed: samples.filter(({ resumed }) => resumed).length,
    elapsed,
    bytes: sum(({ bytes }) => bytes),
    moving: sum(({ bytes, time }) => (bytes > 0 ? time : 0)),
    times: spreadOf(samples.map(({ time }) => time)),
    cpu: samples.length === 0 ? undefined : (user + system) / 1000 / samples.length,
  };
  return { measured, error: signal.aborted ? undefined : error };
}
