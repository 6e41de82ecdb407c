/** Programs as their users are told of them: `--help`, the manual page and the completion of shells are made from the same rows. */
import { describe, type OptionRows, wrap } from './command-line.ts';

/** One command. */
export interface CommandManual {
  /** How it is called, from the program's name on. */
  readonly usage: readonly string[];
  /** In a few words, for lists: a verb in the third person, and no full stop. */
  readonly summary: string;
  /** Paragraphs. */
  readonly about: readonly string[];
  /** By what they are about; under `Options` where that is one thing. */
  readonly options: Readonly<Record<string, OptionRows>>;
  /** Paragraphs behind the options. */
  readonly notes?: readonly string[];
  readonly examples?: readonly (readonly [command: string, meaning: string])[];
  /** What completion offers beside options: files, or these words. Without it nothing can be guessed. */
  readonly operands?: 'file' | readonly string[];
}

/** A program, with all that its manual says. */
export interface ProgramManual {
  readonly name: string;
  /** In a few words, without a full stop. */
  readonly summary: string;
  /** By their names; the one that is meant when none is named may have the name `''`, and then cannot be named. */
  readonly commands: Readonly<Record<string, CommandManual>>;
  readonly defaultCommand: string;
  readonly exitCodes: readonly (readonly [code: number, meaning: string])[];
  /** Variables of the environment. */
  readonly environment: readonly (readonly [name: string, meaning: string])[];
  /** Other manual pages, such as `openssl(1)`. */
  readonly seeAlso: readonly string[];
}

/** Options that every command has, and that are looked at before all others. */
export const commonOptions = {
  help: { short: 'h', help: 'Print this, and exit.' },
  version: { help: 'Print the version, and exit.' },
} as const satisfies OptionRows;

const WIDTH = 80;

/** What `--help` prints for a command, in lines of at most 80 columns. That of the default command lists the others. */
export function helpText(program: ProgramManual, name: string): string {
  const command = commandOf(program, name);
  const others = Object.entries(program.commands).filter(([other]) => other !== '' && other !== name);
  return [
    command.usage.map((line, i) => `${i === 0 ? 'Usage: ' : '       '}${line}`).join('\n'),
    ...command.about.map(filled),
    ...(name === program.defaultCommand && others.length > 0
      ? [
          `Other commands, each with a --help of its own:\n${pairs(others.map(([other, { summary }]) => [other, summary]))}`,
        ]
      : []),
    ...Object.entries(sectionsOf(command)).map(([title, rows]) => `${title}:\n${describe(rows)}`),
    ...(command.notes ?? []).map(filled),
    ...(command.examples === undefined
      ? []
      : [`Examples:\n${command.examples.map(([line, meaning]) => `  ${line}\n      ${meaning}`).join('\n')}`]),
    `Exit codes:\n${pairs(program.exitCodes.map(([code, meaning]) => [String(code).padStart(2), meaning]))}`,
  ]
    .join('\n\n')
    .concat('\n');
}

/** The options of a command with those that all have: among its own where it has one list, else behind them. */
export function sectionsOf({ options }: CommandManual): Readonly<Record<string, OptionRows>> {
  const sections = Object.entries(options);
  const [only] = sections;
  if (only !== undefined && sections.length === 1) return { [only[0]]: { ...only[1], ...commonOptions } };
  return { ...options, About: commonOptions };
}

/** @throws RangeError for a name that there is none of */
export function commandOf({ commands }: ProgramManual, name: string): CommandManual {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) throw new RangeError(`there is no command ${name}`);
  return command;
}

function filled(paragraph: string): string {
  return wrap(paragraph, WIDTH).join('\n');
}

/** Two columns. */
function pairs(rows: readonly (readonly [left: string, right: string])[]): string {
  const column = Math.max(...rows.map(([left]) => left.length)) + 4;
  return rows
    .map(([left, right]) => `  ${left}`.padEnd(column) + wrap(right, WIDTH - column).join(`\n${' '.repeat(column)}`))
    .join('\n');
}
