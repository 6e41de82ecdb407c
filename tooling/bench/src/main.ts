/** `pnpm bench`: see {@link usage}. */
import { writeFileSync } from 'node:fs';
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

const usage = `pnpm bench [--only NAME,…] [--rounds N] [--quick | --tiny] [--write | --no-write] [--json FILE]

Without --only and --quick it runs everything, and writes docs/performance.md; with them it writes where --write says so.

${scenarios.map(({ name, title }) => `  ${name.padEnd(12)} ${title}`).join('\n')}
`;

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    rounds: { type: 'string' },
    quick: { type: 'boolean' },
    tiny: { type: 'boolean' },
    write: { type: 'boolean' },
    json: { type: 'string' },
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
  let figures: Figures = {};
  for (const { name, title, run } of chosen) {
    say(`${name}: ${title}`);
    const context: Context = { plan, identities, figures, progress: text => say(`  ${name}: ${text}`) };
    const before = processorTimes();
    try {
      const result = await run(context);
      const stolen = stolenSince(before);
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
      if (!(error instanceof Lacking)) process.exitCode = 1;
    }
  }
  const targets = targetsSection(figures);
  console.log(targets.lines.join('\n'));
  // Of a part of the figures there is no whole table.
  if (chosen.length === scenarios.length) sections.push(targets);
  if (options.json !== undefined) writeFileSync(options.json, JSON.stringify({ plan, figures }, undefined, 2));
  if (writes) writeSections(sections);
  say(writes ? 'done, docs/performance.md is written' : 'done');
}

function readPlan(): Plan {
  const plan = plans[options.tiny ? 'tiny' : options.quick ? 'quick' : 'full'];
  const rounds = options.rounds === undefined ? plan.rounds : Number(options.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds ${options.rounds} is no number of rounds`);
  return { ...plan, rounds };
}

/** As it can be typed again. */
function command(): string {
  return ['pnpm bench', ...process.argv.slice(2).filter(word => word !== '--write')].join(' ');
}
