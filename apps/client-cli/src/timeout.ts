/** `--timeout` as every command has it. */
import { UsageError } from '@tlskit/cli-kit';

/** Seconds for everything that goes to the network together, unless `--timeout` says otherwise. */
export const DEFAULT_TIMEOUT = 30;

/** The longest `--timeout`, in seconds: what fits a timer. */
const MAX_TIMEOUT = 2_147_483;

/** Milliseconds, or undefined for no limit. @throws UsageError for what is no number of seconds */
export function milliseconds(text: string): number | undefined {
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (!(seconds <= MAX_TIMEOUT)) {
    throw new UsageError(`--timeout is a number of seconds up to ${MAX_TIMEOUT}, not ${JSON.stringify(text)}`);
  }
  return seconds === 0 ? undefined : Math.max(1, Math.round(seconds * 1000));
}
