/** Values of options that are numbers, times and bytes. */
import { suggestion, UsageError } from './command-line.ts';

/** The longest time, in seconds: what fits a timer. */
const MAX_SECONDS = 2_147_483;

/** A whole number in decimal digits. @throws UsageError */
export function integerOf(option: string, text: string, min: number, max: number): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new UsageError(`${option} is ${min} to ${max}, not ${JSON.stringify(text)}`);
}

/** Milliseconds, of a number of seconds that may have decimals; 0 is 0, and all else at least 1. @throws UsageError */
export function secondsOf(option: string, text: string): number {
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (!(seconds <= MAX_SECONDS)) {
    throw new UsageError(`${option} is a number of seconds up to ${MAX_SECONDS}, not ${JSON.stringify(text)}`);
  }
  return seconds === 0 ? 0 : Math.max(1, Math.round(seconds * 1000));
}

/** One of these words, in any case. @throws UsageError with the one that was probably meant */
export function oneOf<T extends string>(option: string, text: string, all: readonly T[]): T {
  const found = all.find(each => each.toLowerCase() === text.toLowerCase());
  if (found !== undefined) return found;
  throw new UsageError(`${option} is ${all.join(' or ')}, not ${JSON.stringify(text)}${suggestion(text, all)}`);
}

/** Milliseconds since 1970, of a day, which begins in UTC, or a time of ISO 8601. @throws UsageError */
export function timeOf(option: string, text: string): number {
  const time = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(text)
    ? Date.parse(text)
    : Number.NaN;
  if (!Number.isNaN(time)) return time;
  throw new UsageError(`${option} is like 2026-12-31 or 2026-12-31T23:59:59Z, not ${JSON.stringify(text)}`);
}

/** Bytes of hexadecimal digits, of which there are two at least. @throws UsageError */
export function bytesOf(option: string, text: string): Uint8Array {
  if (!/^(?:[0-9a-f]{2})+$/i.test(text)) {
    // It may be a secret: it is not shown.
    throw new UsageError(`${option} has hexadecimal digits, two for each byte`);
  }
  return Uint8Array.from(text.match(/../g) as string[], digits => Number.parseInt(digits, 16));
}
