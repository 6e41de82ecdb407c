/** What a program touches of the process, so that tests can hand it something else. */
import type { Readable, Writable } from 'node:stream';

export interface Io {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable & { readonly isTTY?: boolean };
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted when the user wants an end: what stands is closed in order. */
  readonly signal: AbortSignal;
}

/** Whether ANSI colours are welcome: on a terminal, and not where NO_COLOR says otherwise (no-color.org). */
export function wantsColor({ stderr, env }: Pick<Io, 'stderr' | 'env'>): boolean {
  return stderr.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
}
