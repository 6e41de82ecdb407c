import { completionFor, completionManual, type ProgramManual, print } from '@tlskit/cli-kit';
import type { Command } from '../command.ts';
import { exitCode } from '../exit-codes.ts';

/** @param program what is completed: this command is among its own */
export function completionCommand(program: () => ProgramManual): Command {
  return {
    ...completionManual('tlskit'),
    async run(args, { stdout }) {
      await print(stdout, completionFor(program(), args));
      return exitCode('good');
    },
  };
}
