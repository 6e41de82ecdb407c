/** Times in few words. */

/** Milliseconds. Percentiles are times that were measured: the smallest that as many as said, or more, are not above. */
export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

/** Undefined where there is nothing. */
export function spreadOf(times: readonly number[]): Spread | undefined {
  if (times.length === 0) return undefined;
  const sorted = Float64Array.from(times).sort();
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] as number;
  return { min: at(0), median: at(0.5), p90: at(0.9), p99: at(0.99), max: at(1) };
}
