/** What a program touches of the process, so that tests can hand it something else. */
import type { Writable } from 'node:stream';

export interface Io {
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Aborted when the user wants an end: connections are closed in order, then the program ends. */
  readonly signal: AbortSignal;
  /** Dispatches `reload` when the user wants certificates to be read again. */
  readonly reloads?: EventTarget | undefined;
}
