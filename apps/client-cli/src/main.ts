/** `tlskit`: the commands, their help, and what is the same for all of them. */
import { readFileSync } from 'node:fs';
import { describe, nearest, type OptionRows, print, printable, UsageError } from '@tlskit/cli-kit';
import { runCert } from './cert/cert.ts';
import { certOptions } from './cert/options.ts';
import { runConnect } from './connect/connect.ts';
import { connectOptions } from './connect/options.ts';
import { exitCode, exitCodes } from './exit-codes.ts';
import type { Io } from './io.ts';

export type { Io } from './io.ts';

interface Command {
  readonly usage: string;
  readonly about: string;
  readonly options: OptionRows;
  /** What the help says behind the options. */
  readonly notes: string;
  run(args: readonly string[], io: Io): Promise<number>;
}

const commands: Readonly<Record<string, Command>> = {
  connect: {
    usage: 'tlskit [connect] HOST:PORT [options]',
    about: [
      'Connects by TLS, verifies the certificate for HOST, reports on standard error in',
      'at most 12 lines, then sends standard input to the peer and writes what the peer',
      'sends to standard output. The end of the input closes our side; the connection',
      'ends when the peer has closed its own.',
    ].join('\n'),
    options: connectOptions,
    run: runConnect,
    notes:
      'Lists are separated by commas; suites and groups by colons too.\nAn IPv6 address needs brackets: [::1]:443.',
  },
  cert: {
    usage: 'tlskit cert FILE|HOST:PORT|- [options]',
    about: [
      'Prints what certificates say, how they were put together, and what to make of',
      'them: the path to a trusted root, or why there is none. FILE is PEM or DER, the',
      'certificate in question first, others in any order. A server is asked for its',
      'chain, whatever it is, and nothing is sent to it but the handshake.',
    ].join('\n'),
    options: certOptions,
    run: runCert,
    notes: 'A file that exists is a FILE. An IPv6 address needs brackets: [::1]:443.',
  },
};

/** What is meant when no command is named. */
const defaultCommand = 'connect';

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
    await print(io.stdout, helpOf(command));
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

const commonOptions = {
  help: { short: 'h', help: 'Print this, and exit.' },
  version: { help: 'Print the version, and exit.' },
} as const satisfies OptionRows;

function helpOf({ usage, about, options, notes }: Command): string {
  const codes = Object.values(exitCodes).map(([code, meaning]) => `  ${String(code).padStart(2)}  ${meaning}`);
  return [
    `Usage: ${usage}`,
    about,
    `Options:\n${describe({ ...options, ...commonOptions })}`,
    notes,
    `Exit codes:\n${codes.join('\n')}`,
  ]
    .join('\n\n')
    .concat('\n');
}

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return (manifest as { readonly version: string }).version;
}

function ignore(): void {}
