/**
 * Options as rows: what is parsed, what contradicts what and what `--help` says come from the same place.
 * Whatever is unknown, contradictory or lacks its value is a {@link UsageError}; nothing is guessed and nothing ignored.
 */
import { parseArgs } from 'node:util';

/** One option, by its long name. */
export interface OptionRow {
  /** One letter: `k` for `-k`. */
  readonly short?: string;
  /** What stands for the value in the help, such as `FILE`. An option without it takes none. */
  readonly value?: string;
  /** The value may be left out; it stands behind `=` alone: `--resume`, `--resume=3`. Not beside `many`. */
  readonly optional?: true;
  /** May be given several times; the values are kept in their order. */
  readonly many?: true;
  /** Options that it cannot be together with. Saying so on one side is enough. */
  readonly conflicts?: readonly string[];
  /** Options of which one at least must be there too. */
  readonly needs?: readonly string[];
  /** What other programs call it: whoever writes that is told the name here. */
  readonly elsewhere?: readonly string[];
  readonly help: string;
  /** What the value may be, for the completion of shells; what takes a FILE or a DIR is completed without. */
  readonly choices?: readonly string[];
  /** Whether the value is a list of them, separated by commas. */
  readonly list?: true;
}

export type OptionRows = { readonly [name: string]: OptionRow };

type ValueOf<R extends OptionRow> = R extends { readonly value: string }
  ? R extends { readonly many: true }
    ? readonly string[]
    : R extends { readonly optional: true }
      ? string | true
      : string
  : true;

export interface Parsed<T extends OptionRows> {
  /** What was given, by long names. */
  readonly values: { readonly [K in keyof T]?: ValueOf<T[K]> };
  readonly positionals: readonly string[];
}

/** The caller asked for what does not exist or does not fit. The message is for people. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** @throws UsageError */
export function parse<const T extends OptionRows>(rows: T, args: readonly string[]): Parsed<T> {
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(Object.entries(rows).map(([name, row]) => [name, parseArgsOption(row)])),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const values: Record<string, string | true | string[]> = {};
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const { name, rawName, value } = token;
    const row = Object.hasOwn(rows, name) ? rows[name] : undefined;
    if (row === undefined) throw unknown(rows, args[token.index] ?? rawName);
    if (row.value === undefined && value !== undefined) throw new UsageError(`${rawName} takes no value`);
    if (value === undefined && (row.value === undefined || row.optional)) {
      if (typeof values[name] === 'string') throw givenTwice(name, values[name], true);
      values[name] = true;
      continue;
    }
    // `--port --json`: the option that follows is not meant as a value. Who means it writes --port=--json. A dash alone is one.
    if (value === undefined || value === '' || (!token.inlineValue && /^-./.test(value))) {
      throw new UsageError(`${rawName} needs a value: ${rawName} ${row.value}`);
    }
    if (row.many) values[name] = [...((values[name] as string[] | undefined) ?? []), value];
    else if (values[name] !== undefined && values[name] !== value) {
      throw givenTwice(name, values[name] as string | true, value);
    } else values[name] = value;
  }
  checkConflicts(rows, values);
  checkNeeds(rows, values);
  return { values: values as Parsed<T>['values'], positionals };
}

/** The options as lines for `--help`, at most 80 columns wide. */
export function describe(rows: OptionRows): string {
  const left = Object.entries(rows).map(([name, row]) => `  ${spelled(name, row)}`);
  const column = Math.min(28, Math.max(...left.map(text => text.length)) + 2);
  return Object.values(rows)
    .map((row, index) => {
      const start = left[index] as string;
      const lines = wrap(row.help, 80 - column);
      const first = start.length > column - 2 ? `${start}\n${' '.repeat(column)}` : start.padEnd(column);
      return first + lines.join(`\n${' '.repeat(column)}`);
    })
    .join('\n');
}

/** The options as rows of a table in Markdown, for a README: what `--help` says, from the same place. */
export function markdown(rows: OptionRows): string {
  return Object.entries(rows)
    .map(([name, row]) => {
      const help = row.help.replace(/[|<]/g, character => `\\${character}`);
      return `| \`${spelled(name, row)}\` | ${help} |\n`;
    })
    .join('');
}

/** `-k, --insecure`, `--cacert FILE`, `--resume[=N]`. */
export function spelled(name: string, { short, value, optional }: OptionRow): string {
  const behind = value === undefined ? '' : optional ? `[=${value}]` : ` ${value}`;
  return `${short === undefined ? '' : `-${short}, `}--${name}${behind}`;
}

/** The candidate that was most likely meant, or undefined when none is near. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const wanted = word.toLowerCase();
  let best: string | undefined;
  // A third of the word may be wrong; and what begins alike is near whatever its length.
  let bound = Math.floor(Math.max(wanted.length, 3) / 3) + 1;
  for (const candidate of candidates) {
    const lower = candidate.toLowerCase();
    const distance = wanted.length >= 3 && lower.startsWith(wanted) ? 0.5 : editDistance(wanted, lower);
    if (distance < bound) [best, bound] = [candidate, distance];
  }
  return best;
}

/** `, did you mean …?`, or nothing. */
export function suggestion(word: string, candidates: Iterable<string>): string {
  const found = nearest(word, candidates);
  return found === undefined ? '' : `, did you mean ${found}?`;
}

/** An option that may be without its value leaves the next argument alone, as one without any does. */
function parseArgsOption({ value, optional, short, many }: OptionRow): {
  type: 'string' | 'boolean';
  short?: string;
  multiple: boolean;
} {
  return {
    type: value === undefined || optional ? 'boolean' : 'string',
    multiple: many ?? false,
    ...(short === undefined ? {} : { short }),
  };
}

function givenTwice(name: string, ...values: readonly (string | true)[]): UsageError {
  const shown = values.map(value => (value === true ? 'without a value' : `as ${JSON.stringify(value)}`));
  return new UsageError(`--${name} is given twice: ${shown.join(' and ')}`);
}

/** @param arg as it was given: `--nmae=value`, or `-name` from those who are used to one dash */
function unknown(rows: OptionRows, arg: string): UsageError {
  const given = arg.replace(/=.*$/s, '');
  const word = given.replace(/^--?/, '');
  const meant = Object.entries(rows).find(([, { elsewhere }]) => elsewhere?.includes(word.toLowerCase()))?.[0];
  const found = meant ?? (word.length > 1 ? nearest(word, Object.keys(rows)) : undefined);
  return new UsageError(`unknown option ${given}${found === undefined ? '' : `, did you mean --${found}?`}`);
}

function checkConflicts(rows: OptionRows, values: Record<string, unknown>): void {
  for (const [name, { conflicts = [] }] of Object.entries(rows)) {
    const other = values[name] === undefined ? undefined : conflicts.find(conflict => values[conflict] !== undefined);
    if (other !== undefined) throw new UsageError(`--${name} contradicts --${other}: give one of them`);
  }
}

function checkNeeds(rows: OptionRows, values: Record<string, unknown>): void {
  for (const [name, { needs = [] }] of Object.entries(rows)) {
    if (values[name] === undefined || needs.length === 0 || needs.some(need => values[need] !== undefined)) continue;
    throw new UsageError(`--${name} goes with ${needs.map(need => `--${need}`).join(' or ')}`);
  }
}

/** The words of a text in lines of at most so many characters, where words allow. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

/** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let [before, previous]: [number[], number[]] = [[], Array.from({ length: b.length + 1 }, (_, index) => index)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(previous[j - 1]! + (same ? 0 : 1), previous[j]! + 1, row[j - 1]! + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, before[j - 2]! + 1);
      row.push(cost);
    }
    [before, previous] = [previous, row];
  }
  return previous[b.length]!;
}
