/** What a command of `tlskit` is: what its users are told of it, and what it does. */
import type { CommandManual } from '@tlskit/cli-kit';
import type { Io } from './io.ts';

export interface Command extends CommandManual {
  /** @param args without the program's name and the command's. @returns the exit code. @throws UsageError */
  run(args: readonly string[], io: Io): Promise<number>;
}
