/** `pnpm bench`: see {@link usage}. */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { makeIdentities } from './identities.ts';
import { type Plan, plans } from './plan.ts';
import { processorTimes, stolenSince } from './process/stolen.ts';
import { writeSections } from './report/document.ts';
import { measuredWith } from './report/machine.ts';
import { targetsSection } from './report/targets.ts';
import { scenarios } from './scenarios/all.ts';
import type { Context, Figures, Section } from './scenarios/scenario.ts';
import { Lacking } from './stacks/stack.ts';

const usage = `pnpm bench [--only NAME,…] [--rounds N] [--patience N] [--quick | --tiny] [--write | --no-write] [--json FILE] [--onto FILE]

Without --only and --quick it runs everything, and writes docs/performance.md; with them it writes where --write says so.
--patience is how many times the rounds are measured at most where others disturb them, 2 unless told. --json keeps the
figures in a file; --onto takes those of an earlier run from one, so that a part that was disturbed can be measured again
and the table of targets is whole.

${scenarios.map(({ name, title }) => `  ${name.padEnd(12)} ${title}`).join('\n')}
`;

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    rounds: { type: 'string' },
    patience: { type: 'string' },
    quick: { type: 'boolean' },
    tiny: { type: 'boolean' },
    write: { type: 'boolean' },
    json: { type: 'string' },
    onto: { type: 'string' },
    help: { type: 'boolean' },
  },
  allowNegative: true,
});

if (options.help) console.log(usage);
else await main();

async function main(): Promise<void> {
  const chosen = scenarios.filter(({ name }) => options.only?.split(',').includes(name) ?? true);
  const unknown = options.only?.split(',').filter(name => !scenarios.some(scenario => scenario.name === name)) ?? [];
  if (unknown.length > 0) throw new Error(`no such scenario: ${unknown.join(', ')}\n\n${usage}`);
  const plan = readPlan();
  const writes = options.write ?? (options.only === undefined && plan.name === 'full');
  const begin = performance.now();
  const say = (text: string) =>
    console.error(`${((performance.now() - begin) / 1000).toFixed(0).padStart(4)} s  ${text}`);
  const identities = await makeIdentities();

  const sections: Section[] = [];
  let isWhole = true;
  let figures = options.onto === undefined ? {} : readFigures(options.onto, plan);
  for (const { name, title, run } of chosen) {
    say(`${name}: ${title}`);
    const rounds: number[] = [];
    const context: Context = {
      plan,
      identities,
      figures,
      progress: text => say(`  ${name}: ${text}`),
      onRounds: stolen => void rounds.push(...stolen),
    };
    const before = processorTimes();
    try {
      const result = await run(context);
      const stolen = { meanwhile: stolenSince(before), rounds };
      figures = { ...figures, ...result.figures };
      for (const section of result.sections) {
        const lines = [measuredWith(command(), plan, stolen), '', ...section.lines];
        sections.push({ marker: section.marker, lines });
        console.log(`\n<!-- ${section.marker} -->\n${lines.join('\n')}\n`);
      }
    } catch (error) {
      // The others are told of all the same; what the machine has not got is nobody's fault.
      say(`${name} failed: ${(error as Error).stack}`);
      sections.push({ marker: name, lines: [`It could not be measured: ${(error as Error).message}`] });
      isWhole = false;
      if (!(error instanceof Lacking)) process.exitCode = 1;
    }
  }
  // Else figures of before would stand for what failed now.
  if (!isWhole && options.onto !== undefined) throw new Error('a part could not be measured: nothing is written');
  const targets = targetsSection(figures);
  console.log(targets.lines.join('\n'));
  // Of a part of the figures there is no whole table.
  if (chosen.length === scenarios.length || options.onto !== undefined) sections.push(targets);
  if (options.json !== undefined) writeFileSync(options.json, JSON.stringify({ plan, figures }, undefined, 2));
  if (writes) writeSections(sections);
  say(writes ? 'done, docs/performance.md is written' : 'done');
}

function readPlan(): Plan {
  const plan = plans[options.tiny ? 'tiny' : options.quick ? 'quick' : 'full'];
  return { ...plan, rounds: count('rounds') ?? plan.rounds, patience: count('patience') ?? plan.patience };
}

function count(option: 'rounds' | 'patience'): number | undefined {
  const text = options[option];
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new Error(`--${option} is a number from 1 on, not "${text}"`);
  return value;
}

/** What `--json` of an earlier run wrote. @throws Error where that was none, or one of another length */
function readFigures(file: string, { name }: Plan): Figures {
  const { plan, figures } = JSON.parse(readFileSync(file, 'utf8'));
  if (typeof plan?.name !== 'string' || !isObject(figures)) throw new Error(`${file} has no figures of a run`);
  if (plan.name !== name) throw new Error(`${file} is of a run of another plan, ${plan.name}`);
  return figures;
}

function isObject(value: unknown): value is Figures {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** As it can be typed again; the name of a file is whoever's who typed it. */
function command(): string {
  const { only, rounds, patience, quick, tiny, onto } = options;
  const words = Object.entries({ only, rounds, patience, quick, tiny, onto: onto && 'FILE' }).flatMap(
    ([name, value]) => (value ? [value === true ? `--${name}` : `--${name} ${value}`] : []),
  );
  return ['pnpm bench', ...words].join(' ');
}
