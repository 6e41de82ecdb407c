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

/**
 * Whether ANSI colours are welcome: where FORCE_COLOR says so, or on a terminal, unless NO_COLOR says otherwise (no-color.org).
 * @param never whether the command line says otherwise
 */
export function wantsColor({ stderr, env }: Pick<Io, 'stderr' | 'env'>, never = false): boolean {
  if (never) return false;
  const forced = env.FORCE_COLOR;
  if (forced !== undefined && forced !== '') return forced !== '0' && forced !== 'false';
  return stderr.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
}
