/** That everything runs, in numbers too small to measure anything: no test asserts a time. Needs the build of this folder. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chromiumPath, programs } from '../src/programs.ts';
import { withSection } from '../src/report/document.ts';
import { scenarios } from '../src/scenarios/all.ts';

const folder = mkdtempSync(join(tmpdir(), 'tlskit-bench-'));
const dist = fileURLToPath(new URL('../dist', import.meta.url));
const run = promisify(execFile);

let output = '';
let log = '';
let figures: Record<string, number | string> = {};

beforeAll(async () => {
  const json = join(folder, 'figures.json');
  const done = await run(process.execPath, [join(dist, 'main.js'), '--tiny', '--json', json], { cwd: folder });
  output = done.stdout;
  log = done.stderr;
  figures = JSON.parse(readFileSync(json, 'utf8')).figures;
}, 900_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const absent = [
  ...(chromiumPath === undefined ? ['browser'] : []),
  ...(programs.node24 === undefined ? ['handshakes-24'] : []),
];
const measured = scenarios.map(({ name }) => name).filter(name => !absent.includes(name));

test.each(measured)('%s: a section with a table, which docs/performance.md has room for', name => {
  const section =
    output.match(new RegExp(`<!-- ${name} -->\n([\\s\\S]*?)\n\n\n|<!-- ${name} -->\n([\\s\\S]*)$`))?.[0] ?? '';
  expect(section).toContain('Measured with `pnpm bench --tiny');
  const tables = [...section.matchAll(/^\|(?:---:?\|)+$/gm)];
  expect(tables.length).toBeGreaterThan(0);
  // As many cells in each row of a table as in its head.
  for (const table of section.matchAll(/(?:^\|.*\|$\n?)+/gm)) {
    const widths = table[0]
      .trim()
      .split('\n')
      .map(row => row.split('|').length);
    expect(new Set(widths).size).toBe(1);
  }
  expect(section).not.toMatch(/undefined|NaN|\[object/);
  const page = readFileSync(fileURLToPath(new URL('../../../docs/performance.md', import.meta.url)), 'utf8');
  expect(withSection(page, { marker: name, lines: ['seen'] })).toContain(`<!-- ${name} -->\nseen\n<!-- /${name} -->`);
});

test('nothing failed but what a peer has not got', () => {
  // The machine may have no Chromium, and no Node 24.
  const unexpected = log
    .split('\n')
    .filter(line => line.includes('failed') && !absent.some(name => line.includes(` ${name} failed: `)));
  expect(unexpected).toEqual([]);
  // In times as short as here a page takes none of CPU time that can be seen; and the machine may have no Chromium.
  const unsure = chromiumPath === undefined ? /^browser\// : /^browser\/.*\/cpu$/;
  const missing = Object.entries(figures).filter(([name, value]) => typeof value === 'string' && !unsure.test(name));
  expect(missing).toEqual([]);
});

test('the table of targets has a figure for each', () => {
  const rows = output.slice(output.lastIndexOf('| figure |')).trim().split('\n').slice(2);
  expect(rows.length).toBeGreaterThan(8);
  for (const row of rows.filter(row => !row.includes('Chromium'))) expect(row).toMatch(/\| (?:yes|\*\*no\*\*) \|$/);
});

test('a part that is measured again goes onto the figures of before, and the table of targets is whole', async () => {
  const before = join(folder, 'before.json');
  writeFileSync(
    before,
    JSON.stringify({ plan: { name: 'tiny' }, figures: { ...figures, 'import/tlskit/node': 1e6, resumed: 0 } }),
  );
  const after = join(folder, 'after.json');
  const args = ['--tiny', '--only', 'import', '--patience', '3', '--onto', before, '--json', after];
  const { stdout } = await run(process.execPath, [join(dist, 'main.js'), ...args], { cwd: folder });
  expect(stdout).toContain('Measured with `pnpm bench --only import --patience 3 --tiny --onto FILE`');
  const told = JSON.parse(readFileSync(after, 'utf8')).figures;
  expect(told).toMatchObject({ resumed: 0, 'bulk/up/ratio': figures['bulk/up/ratio'] });
  expect(told['import/tlskit/node']).toBeLessThan(1e6);
  const rows = stdout.slice(stdout.lastIndexOf('| figure |')).split('\n');
  const unmeasured = rows.filter(row => row.includes('not measured'));
  expect(unmeasured.filter(row => chromiumPath !== undefined || !row.includes('Chromium'))).toEqual([]);
}, 120_000);

test('figures of a run of another length are not taken', async () => {
  const file = join(folder, 'quick.json');
  writeFileSync(file, JSON.stringify({ plan: { name: 'quick' }, figures }));
  const args = [join(dist, 'main.js'), '--tiny', '--only', 'sizes', '--onto', file];
  await expect(run(process.execPath, args)).rejects.toThrow('of a run of another plan, quick');
});

test.each([
  [['--only', 'imports'], 'no such scenario: imports'],
  [['--only', 'sizes', '--patience', '0'], '--patience is a number from 1 on, not "0"'],
  [['--only', 'sizes', '--onto', 'package.json'], 'package.json has no figures of a run'],
])('%j is refused', async (args, message) => {
  const cwd = fileURLToPath(new URL('..', import.meta.url));
  await expect(run(process.execPath, [join(dist, 'main.js'), ...args], { cwd })).rejects.toThrow(message);
});

test('a profile of each side is written, and its largest shares are printed', async () => {
  const args = [join(dist, 'profile.js'), 'round-trips', '--seconds', '0.1', '--warm-up', '0', '--top', '3'];
  const { stdout } = await run(process.execPath, args, { cwd: folder });
  for (const side of ['client', 'server']) {
    expect(stdout).toContain(`round-trips, ${side} (tlskit), round-trips-${side}.cpuprofile`);
    const profile = JSON.parse(readFileSync(join(folder, `round-trips-${side}.cpuprofile`), 'utf8'));
    expect(profile.nodes.length).toBeGreaterThan(0);
  }
}, 120_000);
