/** Medians and spreads of samples. */

/** The value below which this share of the values lies, between neighbours in proportion. NaN where there are none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = share * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  if (low === undefined || high === undefined) return Number.NaN;
  return low + (high - low) * (at - Math.floor(at));
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** What is told of a number of samples. */
export interface Summary {
  readonly median: number;
  /** The tenth and the ninetieth percentile. */
  readonly low: number;
  readonly high: number;
}

export function summary(values: readonly number[]): Summary {
  return { median: median(values), low: quantile(values, 0.1), high: quantile(values, 0.9) };
}

/**
 * The median of the ratios round by round: what drifts from one round to the next is in both, and drops out.
 * Where one of them has fewer rounds, those that both have.
 */
export function pairedRatio(values: readonly number[], base: readonly number[]): number {
  const rounds = Math.min(values.length, base.length);
  return median(values.slice(0, rounds).map((value, i) => value / (base[i] as number)));
}
