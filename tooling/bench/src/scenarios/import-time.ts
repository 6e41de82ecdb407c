/** How long importing takes, each time in a fresh process. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { spread } from '../report/table.ts';
import { summary } from '../stats.ts';
import type { Scenario } from './scenario.ts';

const modules = ['tlskit/node', 'node:tls', 'tlskit/web', 'tlskit/engine'] as const;

/** Where the modules are found from. */
const cwd = fileURLToPath(new URL('../..', import.meta.url));

const run = promisify(execFile);

export const importTime: Scenario = {
  name: 'import',
  title: 'import of tlskit/node and others, in fresh processes',
  async run({ plan, progress }) {
    progress(`${plan.processes} processes each`);
    const samples = new Map(modules.map(name => [name, [] as { wall: number; cpu: number }[]]));
    // The first reads the files from the disk, and does not count.
    for (let i = plan.processes > 1 ? -1 : 0; i < plan.processes; i++) {
      for (const name of modules) {
        const sample = await importOnce(name);
        if (i >= 0) samples.get(name)?.push(sample);
      }
    }
    const rows = modules.map(name => {
      const of = samples.get(name) ?? [];
      return {
        name,
        wall: summary(of.map(({ wall }) => wall)),
        cpu: summary(of.map(({ cpu }) => cpu)),
      };
    });
    return {
      sections: [
        {
          marker: 'import',
          lines: [
            `Milliseconds of \`await import(…)\` in ${plan.processes} fresh processes each.`,
            '',
            '| module | wall time | CPU time |',
            '|---|---:|---:|',
            ...rows.map(({ name, wall, cpu }) => `| \`${name}\` | ${spread(wall, 1)} | ${spread(cpu, 1)} |`),
          ],
        },
      ],
      figures: Object.fromEntries(rows.map(({ name, wall }) => [`import/${name}`, wall.median])),
    };
  },
};

async function importOnce(name: string): Promise<{ wall: number; cpu: number }> {
  const program = `
    const [begin, before] = [performance.now(), process.cpuUsage()];
    await import(${JSON.stringify(name)});
    const { user, system } = process.cpuUsage(before);
    console.log(JSON.stringify({ wall: performance.now() - begin, cpu: (user + system) / 1000 }));`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', program], { cwd });
  return JSON.parse(stdout);
}
