/** A manual page in the language of man(7), of the same rows that `--help` is made of. */
import type { OptionRows } from './command-line.ts';
import { type CommandManual, type ProgramManual, sectionsOf } from './manual.ts';

/** The page, in ASCII: `groff -man` and `mandoc` read it without warnings. @param date when what it tells last changed: `2026-11-21` */
export function manualPage(program: ProgramManual, date: string): string {
  const { name, summary, commands, exitCodes, environment, seeAlso } = program;
  const all = Object.entries(commands);
  return [
    `.TH ${name.toUpperCase()} 1 ${date} ${name} "User Commands"`,
    '.SH NAME',
    `${text(name)} \\- ${text(summary)}`,
    '.SH SYNOPSIS',
    all.flatMap(([, { usage }]) => usage.map(line => `.B ${text(line)}`)).join('\n.br\n'),
    ...all.flatMap(([command, manual]) => commandPart(program, command, manual)),
    '.SH EXIT STATUS',
    ...exitCodes.flatMap(([code, meaning]) => ['.TP', `.B ${code}`, text(meaning)]),
    ...(environment.length === 0 ? [] : ['.SH ENVIRONMENT']),
    ...environment.flatMap(([variable, meaning]) => ['.TP', `.B ${text(variable)}`, text(meaning)]),
    '.SH SEE ALSO',
    seeAlso
      .map(page => page.replace(/^(.*)\((\d)\)$/, (_, title, part) => `.BR ${text(title)} (${part})`))
      .join(' ,\n'),
  ]
    .join('\n')
    .concat('\n');
}

function commandPart({ name: program, defaultCommand }: ProgramManual, name: string, manual: CommandManual): string[] {
  const { about, notes = [], examples = [], usage } = manual;
  const title = [program, ...(name === '' ? [] : [name])].join(' ').toUpperCase();
  const rows = Object.entries(name === defaultCommand ? sectionsOf(manual) : manual.options);
  return [
    `.SH ${text(title)}`,
    ...usage.map(line => `.B ${text(line)}\n.br`),
    ...about.flatMap(paragraph => ['.PP', text(paragraph)]),
    ...rows.flatMap(([heading, options]) => [`.SS ${text(heading)}`, ...optionLines(options)]),
    ...notes.flatMap(paragraph => ['.PP', text(paragraph)]),
    ...(examples.length === 0 ? [] : ['.SS Examples']),
    ...examples.flatMap(([line, meaning]) => ['.TP', `.B ${literal(line)}`, text(meaning)]),
  ];
}

function optionLines(rows: OptionRows): string[] {
  return Object.entries(rows).flatMap(([name, { short, value, optional, help }]) => {
    const flags = [...(short === undefined ? [] : [`-${short}`]), `--${name}`];
    const behind = value === undefined ? '' : optional ? `[=\\fI${text(value)}\\fR]` : ` \\fI${text(value)}\\fR`;
    return ['.TP', `${flags.map(flag => `\\fB${text(flag)}\\fR`).join(', ')}${behind}`, text(help)];
  });
}

/** Text as a line that says it and nothing else. */
function text(words: string): string {
  const escaped = words
    .replace(/\\/g, '\\e')
    .replace(/-/g, '\\-')
    .replace(/[^\x20-\x7e]/gu, character => {
      const code = (character.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, '0');
      return `\\[u${code}]`;
    });
  return /^[.']/.test(escaped) ? `\\&${escaped}` : escaped;
}

/** What is to be typed: quotes stay as they are. */
function literal(line: string): string {
  return text(line)
    .replace(/'/g, '\\(aq')
    .replace(/`/g, '\\(ga')
    .replace(/\^/g, '\\(ha')
    .replace(/~/g, '\\(ti')
    .replace(/"/g, '\\(dq');
}
