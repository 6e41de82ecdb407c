import { expect, test } from 'vitest';
import { median, pairedRatio, quantile, summary } from '../src/stats.ts';

test('quantiles lie between neighbours in proportion', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(quantile([10, 20], 0.1)).toBe(11);
  expect(quantile([7], 0.9)).toBe(7);
  expect(quantile([], 0.5)).toBeNaN();
  expect(summary([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])).toEqual({ median: 6, low: 2, high: 10 });
});

test('ratios are taken round by round: what slows a whole round down drops out', () => {
  const base = [100, 50, 10];
  expect(pairedRatio([200, 100, 20], base)).toBe(2);
  // The ratio of the medians would be another.
  expect(pairedRatio([50, 100, 40], base)).toBe(2);
  expect(pairedRatio([200, 100], base)).toBe(2);
  expect(pairedRatio([], base)).toBeNaN();
});
