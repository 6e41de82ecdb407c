/** `tlskit`: which command is meant, and what is the same for all of them. */
import { helpText, nearest, print, printable, UsageError } from '@tlskit/cli-kit';
import type { Command } from './command.ts';
import { commands, defaultCommand, program } from './commands.ts';
import { exitCode } from './exit-codes.ts';
import type { Io } from './io.ts';
import { version } from './version.ts';

export type { Io } from './io.ts';

/** @param args without the program's own name. @returns the exit code; all output is out by then */
export async function main(args: readonly string[], io: Io): Promise<number> {
  // Errors of these streams are for those who use them at the moment: whoever reads our output may go away at any time.
  const streams = [io.stdin, io.stdout, io.stderr];
  for (const stream of streams) stream.on('error', ignore);
  try {
    return await run(args, io);
  } catch (error) {
    if (error instanceof UsageError) {
      await print(io.stderr, `tlskit: ${printable(error.message, 400)}\nTry: tlskit --help\n`);
      return exitCode('usage');
    }
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    await print(io.stderr, `tlskit: internal error: ${text}\n`);
    return exitCode('internal');
  } finally {
    for (const stream of [io.stdout, io.stderr]) await print(stream, '').catch(ignore);
    for (const stream of streams) stream.off('error', ignore);
  }
}

async function run(args: readonly string[], io: Io): Promise<number> {
  const [first = '', ...rest] = args;
  const isNamed = Object.hasOwn(commands, first);
  const name = isNamed ? first : defaultCommand;
  const command = commands[name] as Command;
  const own = isNamed ? rest : args;
  // Behind `--` nothing is an option.
  const asked = own.slice(0, own.includes('--') ? own.indexOf('--') : undefined);
  if (asked.includes('--help') || asked.includes('-h')) {
    await print(io.stdout, helpText(program, name));
    return exitCode('good');
  }
  if (asked.includes('--version')) {
    await print(io.stdout, `tlskit ${version()}\n`);
    return exitCode('good');
  }
  const meant = isNamed || /[:-]/.test(first) ? undefined : nearest(first, Object.keys(commands));
  if (meant !== undefined) throw new UsageError(`there is no command ${first}, did you mean ${meant}?`);
  return command.run(own, io);
}

function ignore(): void {}
