/** What users are told: `--help` of each command, kept in golden files. `npm run golden` writes them. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { markdown } from '@tlskit/cli-kit';
import { describe, expect, it } from 'vitest';
import { commands, program } from '../src/commands.ts';
import { run } from './support.ts';

const golden = (name: string): string => fileURLToPath(new URL(`golden/${name}`, import.meta.url));

describe('--help', () => {
  it.each(Object.keys(commands))('of %s', async name => {
    const { code, stdout, stderr } = await run([name, '--help']);
    await expect(stdout.toString()).toMatchFileSnapshot(golden(`help-${name}.txt`));
    const lines = stdout.toString().split('\n');
    expect(Math.max(...lines.map(line => line.length))).toBeLessThanOrEqual(80);
    const { options } = commands[name]!;
    for (const option of Object.values(options).flatMap(Object.keys)) {
      expect(stdout.toString()).toMatch(new RegExp(`^ {2}(-\\w, )?--${option}(?=[ [=\\n])`, 'm'));
    }
    for (const [exit] of program.exitCodes) expect(stdout.toString()).toMatch(new RegExp(`^ +${exit} {2}\\S`, 'm'));
    expect([code, stderr]).toEqual([0, '']);
  });

  it('says what the README says, whose tables are made of the same rows', async () => {
    const path = fileURLToPath(new URL('../README.md', import.meta.url));
    const made = readFileSync(path, 'utf8').replace(
      /(<!-- options (\S+) -->\n\n)[\s\S]*?(<!-- -->)/g,
      (_, start, name, end) => {
        const sections = Object.entries(commands[name]!.options).map(([title, rows]) => {
          const heading = title === 'Options' ? '' : `${title}:\n\n`;
          return `${heading}| option | |\n|---|---|\n${markdown(rows)}\n`;
        });
        return `${start}${sections.join('')}${end}`;
      },
    );
    expect(made).toContain(markdown(commands.decode!.options.Options!));
    await expect(made).toMatchFileSnapshot(path);
  });

  it('without a command tells of all', async () => {
    const text = (await run(['--help'])).stdout.toString();
    expect(text).toBe((await run(['connect', '--help'])).stdout.toString());
    for (const name of Object.keys(commands))
      expect(text).toMatch(new RegExp(`^( {2}${name} {2}|Usage: .*${name})`, 'm'));
  });
});
