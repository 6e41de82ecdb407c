import {
  completion as completionOf,
  oneOf,
  type ProgramManual,
  parse,
  print,
  shells,
  UsageError,
} from '@tlskit/cli-kit';
import type { Command } from '../command.ts';
import { exitCode } from '../exit-codes.ts';

/** @param program what is completed: this command is among its own */
export function completionCommand(program: () => ProgramManual): Command {
  return {
    usage: ['tlskit completion bash|zsh|fish'],
    summary: 'prints a script by which a shell completes the command line',
    about: [
      'Prints a script for bash, zsh or fish that completes commands, options, and values as far as they can be told.',
    ],
    options: { Options: {} },
    notes: [],
    examples: [
      ['source <(tlskit completion bash)', 'in ~/.bashrc'],
      ['tlskit completion zsh > ~/.zfunc/_tlskit', 'once, for zsh, where ~/.zfunc is in $fpath'],
      ['tlskit completion fish > ~/.config/fish/completions/tlskit.fish', 'once, for fish'],
    ],
    operands: shells,
    async run(args, { stdout }) {
      const [shell, ...more] = parse({}, args).positionals;
      if (shell === undefined || more.length > 0) throw new UsageError('one shell is needed: bash, zsh or fish');
      await print(stdout, completionOf(program(), oneOf('the shell', shell, shells)));
      return exitCode('good');
    },
  };
}
